"""The code of every mistake that people can make in files, and what it means. Each has a page in docs/errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from punctilio.casefiles.codes import FAILURES
from punctilio.casefiles.codes import MEANINGS as OF_CASES
from punctilio.drafting.codes import CODES as OF_TEMPLATES
from punctilio.logs.codes import MEANINGS as OF_LOGS
from punctilio.rulebook.codes import CODES as OF_RULES

MEANINGS: Final[Mapping[str, str]] = MappingProxyType({**OF_CASES, **FAILURES, **OF_LOGS, **OF_RULES, **OF_TEMPLATES})
