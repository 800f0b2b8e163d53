"""The guide for a conversation about one unit: agenda and three questions."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.plots.words import Row, is_number, rows, scale_bounds
from diagnose.report.document import Cell, Column, Table
from diagnose.report.packs.view import UnitView

AGENDA = (("share", 20), ("choose", 15), ("search", 35), ("agree", 20))
"""Minutes of each part; ninety together."""
RULES = ("who", "use", "own")
N_AGREEMENTS = 3
_FORM = {"subject": 14, "action": 30, "who": 12, "when": 9}
"""Room for handwriting in each column: two or three letters each."""
_LINES = {"action": 2}
"""Lines of a column that needs more than one."""
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_BLANK = 2 * "\N{NO-BREAK SPACE}"
_WIDE_PARTS = frozenset({"choose", "agree"})


def three_questions(view: UnitView) -> tuple[str, str, str]:
    """Return what a unit can talk about: what holds, what gets stuck, what is next.

    By rule: the subject on which the unit is clearly higher, else the highest one; the
    subject on which it is clearly lower, else one on which it is divided, else the
    lowest one; and what can be done without permission. Those who lead a unit with
    units below it are asked what they do, let go of and clear out of the way; for them
    a subject on which one of their units is clearly higher and another clearly lower
    takes the place of one on which people are divided. Conditions only, as outcomes are
    what they lead to; all subscales when the instrument has no conditions, or none may
    be shown.
    """
    subjects = _conditions(view)
    strong, how_strong = _strongest(view, subjects)
    others = [cell for cell in subjects if cell is not strong] or subjects
    weak, how_weak = _weakest(view, others)
    return (
        _question(view, how_strong, strong),
        _question(view, how_weak, weak),
        view.told("question.wide_next" if is_wide(view) else "question.next"),
    )


def is_wide(view: UnitView) -> bool:
    """Tell whether a unit has a level below it: it is led, and no team."""
    return len(view.path) < len(view.words.publication.hierarchy)


def _conditions(view: UnitView) -> list[Row]:
    instrument = view.words.publication.instrument
    kept = [
        cell
        for cell in view.shown
        if instrument.subscale(cell["subscale"]).kind == "condition"
    ]
    return kept or view.shown


def _strongest(view: UnitView, cells: Sequence[Row]) -> tuple[Row, str]:
    clear = [cell for cell in cells if cell["direction"] == "higher"]
    best = max(clear or cells, key=lambda cell: _height(view, cell))
    return best, "strong_clear" if clear else "strong"


def _weakest(view: UnitView, cells: Sequence[Row]) -> tuple[Row, str]:
    clear = [cell for cell in cells if cell["direction"] == "lower"]
    split = _apart(view) if is_wide(view) else _divided(view)
    between = [cell for cell in cells if cell["subscale"] in split]
    worst = min(clear or between or cells, key=lambda cell: _height(view, cell))
    if clear:
        return worst, "weak_clear"
    if between:
        return worst, "apart" if is_wide(view) else "divided"
    return worst, "weak"


def _divided(view: UnitView) -> set[str]:
    """Return the subscales on which the people of a team are divided."""
    return {r["subscale"] for r in view.agreement if r["reading"] == "divided"}


def _apart(view: UnitView) -> set[str]:
    """Return the subscales on which units right below are clearly on both sides."""
    sides: dict[str, set[str]] = {}
    for row in rows(view.words.publication.units.estimates):
        if row["parent"] == view.path:
            sides.setdefault(row["subscale"], set()).add(str(row["direction"]))
    return {name for name, found in sides.items() if {"higher", "lower"} <= found}


def _height(view: UnitView, cell: Row) -> float:
    """Return where a mean stands between the ends of its response scale, 0 to 1."""
    instrument = view.words.publication.instrument
    low, high = scale_bounds(view.words, instrument.subscale(cell["subscale"]))
    mean = float(cell["mean"]) if is_number(cell["mean"]) else low
    return (mean - low) / (high - low)


def _question(view: UnitView, key: str, cell: Row) -> str:
    subject = view.words.subscale(cell["subscale"])
    if is_wide(view):
        return view.told(f"question.wide_{key}", subject=subject, unit=view.name)
    return view.told(f"question.{key}", subject=subject)


def session_intro(view: UnitView) -> str:
    """Say who talks with whom."""
    if is_wide(view):
        return view.told("intro.session_wide", unit=view.name)
    return view.told("intro.session")


def agenda_table(view: UnitView, *, again: bool = False) -> Table:
    """Return the parts of the conversation with their minutes.

    Parameters
    ----------
    view : UnitView
        The unit.
    again : bool
        Whether it begins with what was agreed last time.
    """

    def key(part: str) -> str:
        if part == "share" and again:
            return "share_again"
        return f"{part}_wide" if part in _WIDE_PARTS and is_wide(view) else part

    lines = tuple(
        (Cell(value=view.told(f"agenda.{key(part)}")), Cell(value=f"{minutes} min"))
        for part, minutes in AGENDA
    )
    columns = (
        Column(key="what", heading=view.told("column.what")),
        Column(key="minutes", heading=view.told("column.minutes"), kind="count"),
    )
    return Table(
        name="agenda", caption=view.told("table.agenda"), columns=columns, rows=lines
    )


def agreements_table(view: UnitView, *, dotted: bool = False) -> Table:
    """Return an empty form for agreements, to be filled in on paper or on the slide.

    Parameters
    ----------
    view : UnitView
        The unit.
    dotted : bool
        Whether dotted lines keep the room: a slide has no columns of its own width.
    """
    sign = _DOTS if dotted else _BLANK
    columns = tuple(Column(key=k, heading=view.told(f"column.{k}")) for k in _FORM)
    empty = tuple(
        Cell(value=" ".join([sign * room] * _LINES.get(key, 1)))
        for key, room in _FORM.items()
    )
    return Table(
        name="agreements",
        caption=view.told("table.agreements"),
        columns=columns,
        rows=(empty,) * N_AGREEMENTS,
    )


def session_rules(view: UnitView) -> tuple[str, ...]:
    """Return the rules of the conversation."""
    return tuple(view.told(f"session.rule_{rule}") for rule in RULES)
