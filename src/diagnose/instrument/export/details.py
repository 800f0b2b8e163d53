"""What a consultant decides about fielding: names, dates, order and extra questions."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from diagnose.instrument.model import LanguageCode

Order = Literal["written", "shuffled", "random"]
Line = Annotated[
    str,
    StringConstraints(
        min_length=1,
        strip_whitespace=True,
        pattern=r"^[^<>{}\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
    ),
]
"""One line of text that no platform can take for markup or a placeholder."""

Lines = Line | dict[LanguageCode, Line]
"""The same words in every language, or words for each."""


class FieldingDetails(BaseModel):
    """How one instrument is put before respondents.

    Whatever is absent has neutral words of its own, so that a survey can always be
    exported; what a respondent then reads is less precise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Lines | None = Field(
        default=None, description="What 'here' means: name of the organisation or part"
    )
    change: Lines | None = Field(
        default=None, description="What 'this change' means, in a few words"
    )
    controller: Lines | None = Field(
        default=None, description="Who is responsible for the answers"
    )
    basis: Lines | None = Field(
        default=None,
        description="On which legal basis the answers are processed, in a few words",
    )
    contact: Lines | None = Field(
        default=None, description="Whom respondents may ask, with an address"
    )
    retention: (
        Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None
    ) = Field(default=None, description="Day on which the answers are deleted at last")
    order: Order = Field(
        default="written",
        description=(
            "Statements within a block: as written, shuffled once with the seed, or "
            "in a random order for each respondent"
        ),
    )
    seed: int = Field(default=1, ge=0, description="Of the order 'shuffled'")
    link: bool = Field(
        default=False,
        description="Whether respondents are asked for a code of their own",
    )

    @field_validator("retention")
    @classmethod
    def _is_a_day(cls, given: str | None) -> str | None:
        try:
            datetime.date.fromisoformat(given or "2000-01-01")
        except ValueError:
            raise ValueError(f"there is no day {given}") from None
        return given

    def words(self, field: str, language: str) -> str | None:
        """Return the words of a field in one language, None when it is absent."""
        given = getattr(self, field)
        if given is None or isinstance(given, str):
            return given
        return given.get(language) or next(iter(given.values()), None)
