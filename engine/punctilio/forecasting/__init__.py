"""What would change an answer: which event, and when it changes by itself.

Nothing here judges. The engine does: the log as it is, with an event more, and at a later instant.
"""

from punctilio.forecasting.accounts import accounts
from punctilio.forecasting.values import Account, Accounts, Change, Reason, State, Suggestion

__all__ = ["Account", "Accounts", "Change", "Reason", "State", "Suggestion", "accounts"]
