"""What the program makes of a synthetic export: each column and row of it.

Synthetic answers are written as each platform writes them and read back. Layout and
intake report decide what happens to a column; columns that are left out are never
loaded, so that their content cannot be shown.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from diagnose.language import load_catalogue
from diagnose.responses.files.table import read_table
from diagnose.responses.intake import read_responses
from diagnose.responses.model import IntakeReport, Responses
from diagnose.responses.read import detect_platform
from diagnose.responses.read.layout import ROW_PURPOSES
from diagnose.simulation.example import simulate_example
from diagnose.simulation.export import write_export

N_RESPONDENTS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export to draw.

    Attributes
    ----------
    suffix : str
        Kind of file.
    columns : tuple of int or str
        Columns to draw, by place in the file or by what they are read as.
    options : dict
        Of `write_export`.
    asked : bool
        Whether the role is a question that no code names, so that a person has to.
    """

    suffix: str = ".csv"
    columns: tuple[int | str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    asked: bool = False


_WORDS = {
    *("limesurvey", "qualtrics", "surveymonkey"),
    *("microsoft-forms", "google-forms", "plain"),
}
"""Exports in which answers stand in words."""
EXPORTS = {
    "limesurvey": Export(
        columns=(0, 1, "language", 7, "unit", "role", "edition", "v1", "v2", -3, -2),
        options={"n_partial": 2},
    ),
    "qualtrics": Export(
        columns=(2, 3, "seconds", 6, 11, "language", "unit", "v1", -1),
        options={"n_partial": 2, "n_preview": 1},
    ),
    "surveymonkey": Export(
        columns=(0, 2, 4, 5, "unit", "role", "v1", "v2", -1), asked=True
    ),
    "microsoft-forms": Export(
        suffix=".xlsx",
        columns=(0, 1, 2, 3, 4, "unit", "role", "v1", -1),
        asked=True,
    ),
    "google-forms": Export(columns=(0, "unit", "role", "v1", "v2", -1), asked=True),
    "kobo": Export(
        columns=(0, 1, "unit", "role", "edition", "v1", "v2", -12, -10, -9, -8, -5),
        options={"answers": "codes"},
    ),
    "redcap": Export(
        columns=(0, 1, 2, "unit", "role", "edition", "v1", -2, -1),
        options={"answers": "codes", "n_partial": 2},
    ),
    "surveyjs": Export(
        suffix=".json",
        columns=(0, 1, "language", "unit", "role", "edition", "v1", "v2", -1),
    ),
    "spss": Export(
        suffix=".sav",
        columns=(0, "language", "seconds", "unit", "role", "edition", "v1", "v2", -1),
        options={"n_partial": 2},
    ),
    "plain": Export(
        columns=(0, "language", "seconds", "unit", "role", "edition", "v1", "v2", -1),
        options={"n_partial": 2},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One column as it is drawn: `kind` says what happens to it."""

    position: int
    kind: str
    heads: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read of one export.

    Attributes
    ----------
    columns : tuple of Drawn
        The columns to draw.
    kinds : tuple of str
        What happens to each column of the file.
    numbers : tuple of int
        Place in the file of each row that is drawn below the headings, from 1.
    reasons : tuple of str
        Why such a row is left out; empty for those that count.
    counts : dict of str to int
        Reason to number of rows, as the platform's columns say.
    report : IntakeReport
        What the program says.
    """

    columns: tuple[Drawn, ...]
    kinds: tuple[str, ...]
    numbers: tuple[int, ...]
    reasons: tuple[str, ...]
    counts: dict[str, int]
    report: IntakeReport


@cache
def respondents() -> Responses:
    """Return a few synthetic respondents."""
    responses = simulate_example()
    people = responses.people
    last = people["wave"] == responses.waves[-1]
    return responses.take(last & (last.cumsum() <= N_RESPONDENTS))


def read_sheet(platform: str, language: str) -> Sheet:
    """Write an export, read it, and return what happened to each column and row."""
    export, responses = EXPORTS[platform], respondents()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export{export.suffix}"
        # In words people choose a path; a code stands where codes stand.
        units = "path" if platform in _WORDS else "code"
        chosen = {"units": units, **export.options}
        write_export(responses, path, platform=platform, language=language, **chosen)
        paths = responses.people[list(responses.hierarchy)].drop_duplicates()
        report = read_responses(
            path,
            responses.instrument,
            mapping=_mapping(export, language),
            units=[tuple(names) for names in paths.itertuples(index=False)],
            levels=responses.hierarchy,
        ).report
        return _sheet(path, export, report)


def _mapping(export: Export, language: str) -> dict[str, dict[str, str]]:
    role = load_catalogue("simulation").text("role", language)
    return {"role": {"column": role}} if export.asked else {}


def _sheet(path: Path, export: Export, report: IntakeReport) -> Sheet:
    table = read_table(path)
    platform = detect_platform(table)
    layout = platform.layout(table)
    places = {one.heading: one.position for one in layout.columns}
    if len(places) < len(layout.columns):
        raise ValueError(f"{report.platform}: two columns have the same heading.")
    targets = {places[one.column]: one.target for one in report.mapped}
    deciding = {p: layout.system[p] for p in ROW_PURPOSES if p in layout.system}
    deciding |= {t: p for p, t in targets.items() if t == "submitted"}
    n_heads = layout.n_header_rows
    system = table.take(list(deciding.values()), n_header_rows=n_heads).astype(str)
    named = {purpose: system[place] for purpose, place in deciding.items()}
    reasons = platform.exclude(platform.arrange(type(system)(named)))
    if "submitted" in targets.values():
        reasons = reasons.mask(system[deciding["submitted"]] == "", "partial")
    rows = _rows_to_draw(list(reasons))
    by_target = {target: place for place, target in targets.items()}
    n_all = len(layout.columns)
    wanted = [by_target[c] if isinstance(c, str) else c % n_all for c in export.columns]
    kinds = tuple(
        _kind(place, targets, set(deciding.values())) for place in range(n_all)
    )
    shown = [place for place in wanted if kinds[place] != "out"]
    frame = table.take(shown, n_header_rows=n_heads).astype(str)
    return Sheet(
        columns=tuple(
            Drawn(
                position=place,
                kind=kinds[place],
                heads=tuple(row[place] for row in table.head[:n_heads]),
                cells=tuple(frame[place].iloc[rows]) if place in shown else (),
            )
            for place in wanted
        ),
        kinds=kinds,
        numbers=tuple(row + n_heads + 1 for row in rows),
        reasons=tuple(reasons.iloc[rows]),
        counts={str(k): int(v) for k, v in reasons.value_counts().items() if k},
        report=report,
    )


def _kind(place: int, targets: dict[int, str], deciding: set[int]) -> str:
    target = targets.get(place, "")
    if target and target != "submitted":
        ids = {item.id for item in respondents().instrument.closed_items}
        return "item" if target in ids else "fact"
    return "rows" if place in deciding else "out"


def _rows_to_draw(reasons: list[str]) -> list[int]:
    """Return two rows that count, and the first one of each reason not to."""
    rows = [row for row, reason in enumerate(reasons) if not reason][:2]
    rows += [reasons.index(reason) for reason in set(reasons) if reason]
    return sorted(rows)
