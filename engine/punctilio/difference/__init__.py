"""What changes where rules do: two rulebooks, one log, and every judgement that is another one by the new rules.

``structure`` compares what is written, ``outcomes`` what was judged, ``attribution`` joins the two; one module a form
tells it.
"""

from punctilio.difference.comparing import Judged, difference
from punctilio.difference.values import Change, Difference, Effect, RuleDifference, Sample, Side

__all__ = ["Change", "Difference", "Effect", "Judged", "RuleDifference", "Sample", "Side", "difference"]
