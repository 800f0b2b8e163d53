"""What an export holds, in counts: nothing in here is the text of any cell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from diagnose._options import check_option
from diagnose.language.catalogue import Catalogue, Language, load_catalogue
from diagnose.responses.privacy.contents import CONTENT_KINDS, ContentKind
from diagnose.responses.privacy.headings import ColumnKind

if TYPE_CHECKING:
    import pandas as pd

Fate = Literal["read", "decides", "hashed", "on_request", "left_out", "unknown"]
WarningCode = Literal[
    "read_personal", "open_personal", "unexpected", "link_personal", "small_units",
    "demographics",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyWarning:
    """Something to settle before the export is read.

    Attributes
    ----------
    code : str
        ``read_personal`` (identifiers in a column that will be read),
        ``open_personal`` (in open answers), ``unexpected`` (in another column whose
        heading says nothing of the kind), ``link_personal`` (in link codes),
        ``small_units`` (units of few rows) or ``demographics`` (background questions).
    heading : str
        The column; several are joined with a comma.
    n : int
        Cells, units or rows that it is about.
    """

    code: WarningCode
    heading: str
    n: int

    def in_words(self, language: Language = "en") -> str:
        """Return the warning for people to read."""
        words = load_catalogue("privacy")
        values = {"heading": self.heading, "n": self.n}
        return words.text(f"warning.{self.code}", language, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyColumn:
    """One column of an export.

    Attributes
    ----------
    position : int
        Place in the file, from 0.
    heading : str
        As in the file; its place when the heading itself looks like an identifier.
    kind : str
        What the heading says, or ``item`` and ``open`` for what was recognised.
    content : str
        What at least half of the filled cells look like, empty when nothing.
    fate : str
        ``read``, ``decides`` (which rows are kept, then forgotten), ``hashed`` (with
        the client's key, else left out), ``on_request`` (open answers, only by
        `read_comments`), ``left_out``, or ``unknown`` (no instrument was given).
    n_filled, n_distinct : int
        Cells that are not blank, and different texts among them.
    n_email, n_ip, n_phone, n_coordinates, n_device, n_iban, n_bsn, n_name, n_long : int
        Cells that look like it; ``name`` counts titles, initials and frequent given
        names, ``long`` texts of eight words or more.
    """

    position: int
    heading: str
    kind: ColumnKind
    content: ContentKind | Literal[""]
    fate: Fate
    n_filled: int
    n_distinct: int
    n_email: int = 0
    n_ip: int = 0
    n_phone: int = 0
    n_coordinates: int = 0
    n_device: int = 0
    n_iban: int = 0
    n_bsn: int = 0
    n_name: int = 0
    n_long: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyReport:
    """What an export holds and what the intake will do with it.

    Attributes
    ----------
    source, sha256, platform, encoding : str
        Name of the file, hash of its bytes, and how it was read.
    n_rows : int
        Rows below the headings; previews, tests and partial responses included.
    columns : tuple of PrivacyColumn
        In the order of the file.
    warnings : tuple of PrivacyWarning
        What to settle first.
    """

    source: str
    sha256: str
    platform: str
    encoding: str
    n_rows: int
    columns: tuple[PrivacyColumn, ...]
    warnings: tuple[PrivacyWarning, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a column of the export, with the fields of `PrivacyColumn`."""
        import pandas as pd

        names = list(PrivacyColumn.__dataclass_fields__)
        return pd.DataFrame([asdict(one) for one in self.columns], columns=names)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as what JSON can hold."""
        return {
            **{
                name: getattr(self, name)
                for name in ("source", "sha256", "platform", "encoding", "n_rows")
            },
            "columns": [asdict(one) for one in self.columns],
            "warnings": [asdict(one) for one in self.warnings],
        }

    def in_words(self, language: Language = "en") -> str:
        """Return the report as lines of text for a terminal.

        Raises
        ------
        ValueError
            `language` is none of the options.
        """
        check_option("language", language, Language)
        words = load_catalogue("privacy")
        values = {"source": self.source, "n_rows": self.n_rows}
        values |= {"n_columns": len(self.columns), "platform": self.platform}
        lines = [words.text("head", language, **values), ""]
        fates = dict.fromkeys(column.fate for column in self.columns)
        for fate in sorted(fates, key=_FATES.index):
            chosen = [column for column in self.columns if column.fate == fate]
            count = {"n": len(chosen)}
            lines.append(words.text(f"fate.{fate}", language, **count))
            lines += [_line(column, words, language) for column in chosen]
            lines.append("")
        if self.warnings:
            lines.append(words.text("warnings", language))
            lines += [f"  ! {one.in_words(language)}" for one in self.warnings]
        else:
            lines.append(words.text("no_warnings", language))
        return "\n".join(lines) + "\n"


_FATES: tuple[Fate, ...] = (
    "read", "hashed", "decides", "on_request", "unknown", "left_out",
)  # fmt: skip


def _line(column: PrivacyColumn, words: Catalogue, language: Language) -> str:
    kind = words.text(f"kind.{column.kind}", language)
    values = {"heading": column.heading, "kind": kind, "n": column.n_filled}
    found = [
        words.text(f"content.{one}", language, n=getattr(column, f"n_{one}"))
        for one in CONTENT_KINDS
        if getattr(column, f"n_{one}")
    ]
    line = words.text("column", language, **values)
    return "  " + line + (f" – {', '.join(found)}" if found else "")
