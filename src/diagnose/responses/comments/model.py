"""Open answers: apart from the responses, shuffled, and shown as counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diagnose.errors import Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemComments:
    """The answers to one open item.

    Attributes
    ----------
    item : str
        Id of the open item.
    texts : tuple of str
        What people wrote, in an order that is drawn anew for each reading; empty when
        too few people answered. Not part of ``repr``.
    withheld : bool
        Whether fewer people answered than comments need; their number is not kept.
    """

    item: str
    texts: tuple[str, ...] = field(default=(), repr=False)
    withheld: bool = False

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """The open answers of one export: no team, role, date, language or row.

    Attributes
    ----------
    instrument : str
        Id, version and first digits of the hash of the instrument.
    source, sha256 : str
        Name of the file and hash of its bytes.
    items : tuple of ItemComments
        One for each open item that has a column, in the order of the instrument.
    excluded : mapping of str to int
        Reason to number of rows left out, as in `IntakeReport`.
    notes : tuple of Problem
        What was withheld, not asked or shortened; holds no text of anyone.
    """

    instrument: str
    source: str
    sha256: str = field(repr=False)
    items: tuple[ItemComments, ...] = field(repr=False)
    excluded: Mapping[str, int] = field(default_factory=dict, repr=False)
    notes: tuple[Problem, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        """Return the number of texts over all items."""
        return sum(len(one) for one in self.items)

    def __repr__(self) -> str:
        """Return counts only."""
        counts = ", ".join(
            f"{one.item}: {'withheld' if one.withheld else len(one)}"
            for one in self.items
        )
        return f"Comments({counts})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, ``item, n_texts, withheld``: counts and no text."""
        import pandas as pd

        return pd.DataFrame(
            {
                "item": [one.item for one in self.items],
                "n_texts": [len(one) for one in self.items],
                "withheld": [one.withheld for one in self.items],
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedComments:
    """The open answers that a person read and let pass.

    Attributes
    ----------
    instrument : str
        As in `Comments`.
    reviewed_on : str
        Date of the review, ISO form.
    quotes : mapping of str to tuple of str
        Item id to what may be quoted, as it may be quoted. Not part of ``repr``.
    decisions : mapping of str to int
        Decision (``keep``, ``redacted``, ``own``, ``leave_out``) to number of texts.
    n_answered : mapping of str to int
        Item id to the people who answered it: its texts, also those left out.
    themes : mapping of str to tuple of tuple of str
        Item id to the themes that the reviewer gave each of its texts, also those left
        out, none for a text without. Their order is not that of `quotes`. Not part of
        ``repr``.
    sha256 : str
        Hash of the export, as in `Comments`; empty for sheets written before it was
        noted.
    notes : tuple of Problem
        Quotes in which something still looks like contact data, by row.
    """

    instrument: str
    reviewed_on: str
    quotes: Mapping[str, tuple[str, ...]] = field(repr=False)
    decisions: Mapping[str, int]
    n_answered: Mapping[str, int] = field(default_factory=dict)
    themes: Mapping[str, tuple[tuple[str, ...], ...]] = field(
        default_factory=dict, repr=False
    )
    sha256: str = field(default="", repr=False)
    notes: tuple[Problem, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        """Return the number of quotes over all items."""
        return sum(len(texts) for texts in self.quotes.values())
