"""What a command found, in one shape for every machine that reads it: SARIF, JUnit and GitHub annotations.

``evaluate``, ``validate``, ``lint`` and ``test`` each make one ``Outcome``; one module a form writes it. Nothing here
judges anything.
"""

from punctilio.results.model import Descriptor, Outcome, Result, Tried, fingerprint

__all__ = ["Descriptor", "Outcome", "Result", "Tried", "fingerprint"]
