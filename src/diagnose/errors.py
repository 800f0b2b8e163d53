"""Errors and warnings; every message says where, what and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an input, and what to do about it.

    Attributes
    ----------
    code : str
        Stable code such as ``"R003"``; tests and scripts rely on it.
    place : str
        File, and the path, row or column inside it.
    message : str
        What was found there.
    allowed : str
        What would have been right; empty when nothing can be listed.
    remedy : str
        What the user can do; empty when `allowed` says it all.
    """

    code: str
    place: str
    message: str
    allowed: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        """Return the problem as one line of text."""
        parts = [f"{self.place}: {self.message}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.remedy:
            parts.append(self.remedy)
        return f"[{self.code}] " + "; ".join(parts)


class DiagnoseError(Exception):
    """Base of all errors that a user can cause and can repair."""


class _ProblemError(DiagnoseError, ValueError):
    """An error that holds a table of problems, all found before it was raised."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def to_frame(self) -> pd.DataFrame:
        """Return the problems as a frame, one row a problem."""
        import pandas as pd

        return pd.DataFrame([asdict(problem) for problem in self.problems])


class InstrumentError(_ProblemError):
    """An instrument file cannot be used."""


class ResponseError(_ProblemError):
    """An export cannot be read, or may not be scored yet."""


class DesignError(_ProblemError):
    """A synthetic organisation of this design cannot exist."""


class AssessmentError(_ProblemError):
    """An assessment folder is not complete or not right."""


class DisclosureError(_ProblemError):
    """Something would be shown that must not be shown."""


class InsufficientDataError(DiagnoseError, ValueError):
    """The data have the right shape but too few rows or no variance."""


class UnsupportedError(DiagnoseError, NotImplementedError):
    """The request is understood, and this version does not do it."""


class MissingDependencyError(DiagnoseError, ImportError):
    """A program or library that this step needs is not installed."""


class DiagnoseWarning(UserWarning):
    """Base of the warnings of this package."""


class SmallSampleWarning(DiagnoseWarning):
    """The result rests on few respondents or teams."""


class AssumptionWarning(DiagnoseWarning):
    """An assumption of the method looks doubtful in these data."""
