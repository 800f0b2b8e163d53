"""What may be chosen when answers are written as a platform would write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diagnose._options import check_option, check_whole_number

Answers = Literal["codes", "labels"]
Heading = Literal["code", "em", "full", "code-and-text"]
ExportLanguage = Literal["en", "nl"]
Words = Literal["codes", "labels", "numbers"]
"""How answers stand in a file; `numbers` where a platform knows numbers only."""

Units = Literal["columns", "code", "path", "none"]
Delimiter = Literal[",", ";"]
Interface = Literal["", "en", "nl", "de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """How much more than the answers is written, and how.

    Attributes
    ----------
    n_partial : int
        Rows to add of people who broke off: random answers to the first third of the
        items, and no sign that they finished. They are no part of the responses.
    n_preview : int
        Rows to add of people who only looked at the survey before it was fielded.
    comment_share : float
        Share of respondents with an answer to an open question, 0 to 1, taken from a
        small stock of synthetic comments in the language of the respondent.
    units : {"columns", "code", "path", "none"}
        A column for each level, one column ``unit`` with the code or with the path of
        the smallest unit, or nothing.
    link : bool
        Whether there is a column with link codes: those of the responses, else made
        from the number of the row.
    edition : bool
        Whether a platform that carries hidden columns writes which edition of the
        instrument was fielded.
    delimiter : {",", ";"}
        Of a plain CSV file; platforms have their own. A semicolon comes with a byte
        order mark and CRLF, as spreadsheets write it.
    interface : {"", "en", "nl", "de"}
        Language of the platform's own headings; that of the answers when empty.
    seed : int
        Of the rows added and of the comments.
    """

    n_partial: int = 0
    n_preview: int = 0
    comment_share: float = 0.15
    units: Units = "columns"
    link: bool = False
    edition: bool = True
    delimiter: Delimiter = ","
    interface: Interface = ""
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError when a setting is none of the options."""
        check_option("units", self.units, Units)
        check_option("delimiter", self.delimiter, Delimiter)
        check_option("interface", self.interface, Interface)
        check_whole_number("n_partial", self.n_partial, 0)
        check_whole_number("n_preview", self.n_preview, 0)
        if not 0 <= self.comment_share <= 1:
            raise ValueError(
                f"`comment_share` must lie from 0 to 1; got {self.comment_share!r}."
            )
