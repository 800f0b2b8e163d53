"""What an export holds about people, told in counts before anything of it is read."""

from diagnose.responses.privacy.check import privacy_check
from diagnose.responses.privacy.model import (
    PrivacyColumn,
    PrivacyReport,
    PrivacyWarning,
)

__all__ = ["PrivacyColumn", "PrivacyReport", "PrivacyWarning", "privacy_check"]
