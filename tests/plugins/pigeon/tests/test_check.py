"""The check holds to Punctilio's contract."""

from punctilio.contracts import Check
from punctilio.testing import CheckContract

from punctilio_pigeon.check import PlainInk


class TestPlainInk(CheckContract):
    """Every check is tried so."""

    right = ("Dear Ann, thank you!", "Grüße, 王さん, “à bientôt”")
    wrong = ("Coo 🕊️", "Thank you 🙏")

    def check(self) -> Check:
        """The one that is tried."""
        return PlainInk()
