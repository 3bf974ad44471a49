"""What Punctilio finds here."""

from punctilio import hookimpl
from punctilio.contracts import Channel, Check
from punctilio_linkedin.channel import LinkedIn
from punctilio_linkedin.invitations import PersonalInvitation

CONTRACT = 1
"""The version of Punctilio's promise to plugins that this one was written for."""


@hookimpl
def channels() -> list[Channel]:
    """Register the channel."""
    return [LinkedIn()]


@hookimpl
def checks() -> list[Check]:
    """Register the check on notes."""
    return [PersonalInvitation()]
