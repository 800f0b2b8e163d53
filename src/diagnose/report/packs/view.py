"""One unit as a publication shows it: its rows, by subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnose.diagnosis.model import Finding
from diagnose.plots.unit_profile import unit_rows
from diagnose.plots.words import Row, Words, is_number, is_shown, rows
from diagnose.report.build import known_text, plots

if TYPE_CHECKING:
    import pandas as pd

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitView:
    """What a publication tells about one unit.

    Attributes
    ----------
    words : Words
        The publication and the language.
    path : tuple of str
        Labels from the top.
    level : str
        Name of the level.
    cells : tuple of Row
        See `diagnose.plots.unit_profile.unit_rows`, one a subscale.
    answered : Row or None
        Its line in `Participation.units`; None when that is hidden.
    changes, gaps, agreement : tuple of Row
        Its lines in `Units.changes`, `Units.gaps` and `Units.agreement`.
    findings : tuple of Finding
        Those about this unit.
    """

    words: Words
    path: Path
    level: str
    cells: tuple[Row, ...]
    answered: Row | None
    changes: tuple[Row, ...]
    gaps: tuple[Row, ...]
    agreement: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """The unit's own name."""
        return plots(self.words).unit(self.path)

    @property
    def shown(self) -> list[Row]:
        """The cells that may be shown."""
        return [cell for cell in self.cells if is_shown(cell)]

    def told(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue of packs."""
        return known_text(self.words, "packs", key, **values)


class Views:
    """The units of a publication, each found without a search through all rows."""

    def __init__(self, words: Words) -> None:
        publication = words.publication
        self._words = words
        self._levels = {
            row["path"]: str(row["level"])
            for row in rows(publication.units.cells)
            if is_shown(row) and row["status"] == "shown"
        }
        self._answered = _by_path(publication.participation.units)
        self._changes = _by_path(publication.units.changes)
        self._gaps = _by_path(publication.units.gaps)
        self._agreement = _by_path(publication.units.agreement)
        self._findings: dict[Path, list[Finding]] = {}
        for finding in publication.findings:
            self._findings.setdefault(finding.path, []).append(finding)

    def __iter__(self) -> Iterator[UnitView]:
        """Yield every unit of which something may be shown, large to small."""
        for path in sorted(self._levels, key=self._place):
            yield self.of(path)

    def __len__(self) -> int:
        """Return the number of units of which something may be shown."""
        return len(self._levels)

    def of(self, path: Path) -> UnitView:
        """Return one unit."""
        answered = [
            row
            for row in self._answered.get(path, ())
            if is_number(row["n_respondents"]) and row["status"] == "shown"
        ]
        return UnitView(
            words=self._words,
            path=path,
            level=self._levels[path],
            cells=tuple(unit_rows(self._words.publication, path)),
            answered=answered[0] if answered else None,
            changes=tuple(self._changes.get(path, ())),
            gaps=tuple(self._gaps.get(path, ())),
            agreement=tuple(self._agreement.get(path, ())),
            findings=tuple(self._findings.get(path, ())),
        )

    def _place(self, path: Path) -> tuple[int, Path]:
        return len(path), path


def _by_path(frame: pd.DataFrame) -> dict[Path, list[Row]]:
    found: dict[Path, list[Row]] = {}
    for row in rows(frame):
        found.setdefault(row["path"], []).append(row)
    return found


def children_of(view: UnitView) -> Sequence[Row]:
    """Return the cells of the units right below one, and of their roll-up."""
    cells = view.words.publication.units.cells
    if not len(cells):
        return []
    return rows(cells.loc[[parent == view.path for parent in cells["parent"]]])
