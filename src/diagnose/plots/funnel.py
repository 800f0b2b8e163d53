"""From those who were asked to those who have a score, for each form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.language import Language
from diagnose.plots.sheet import (
    FAINT,
    HIDDEN,
    SOFT,
    Sheet,
    accent,
    drawing,
    row_axes,
    side_text,
    source_line,
    start_sheet,
)
from diagnose.plots.words import Row, Words, is_number, is_shown, rows, words_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

_ROW, _FOOT = 0.27, 0.1
_LEFT, _PLOT = 2.55, 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How many people are left at one stage.

    Attributes
    ----------
    role : str
        Whose form.
    name : str
        ``members`` (work there), ``answered``, ``scored`` (have a score on every
        subscale alike), ``most`` and ``fewest`` (on the subscale with most and with
        fewest scores), ``hidden`` (nothing of this form may be shown).
    count : float
        Number of people; NaN when hidden.
    share : float
        Of the first stage of the form; NaN for the first itself.
    """

    role: str
    name: str
    count: float
    share: float = float("nan")


def plot_funnel(
    publication: Publication, *, language: Language | None = None
) -> Figure:
    """Draw how many people work there, answered, and have valid scores, by form.

    How many work there is known of the work floor only, and only where every unit was
    counted. Of the subscales those with most and with fewest scores stand for all.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}, optional
        Language of every word in the figure; that of the edition by default.

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. Its text alternative is `alt_text(figure)`.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    InsufficientDataError
        How many people answered may not be shown of any form.
    """
    words = words_for(publication, language, "plots")
    stages = funnel_stages(words)
    counts = [stage.count for stage in stages if is_number(stage.count)]
    if not counts:
        raise InsufficientDataError(
            "`publication` holds no number of people who answered that may be shown."
        )
    answered = [s for s in stages if s.name == "answered"]
    with drawing():
        sheet = start_sheet(
            words,
            title=funnel_title(words, stages),
            alt=words.text("alt.funnel", n=len({stage.role for stage in stages})),
            body=_ROW * _n_lines(stages) + _FOOT,
            source=source_line(
                words,
                " / ".join(words.text(f"role.{s.role}") for s in answered),
                " / ".join(words.number(s.count, 0) for s in answered),
            ),
            notes=[words.text("note.funnel")],
            title_width=76,
        )
        _draw(sheet, words, stages, max(counts))
    return sheet.figure


def funnel_stages(words: Words) -> list[Stage]:
    """Return the stages of each form, those of the work floor first."""
    found = []
    for row in rows(words.publication.participation.roles):
        if is_shown(row, "n_respondents"):
            found += _role_stages(words, row)
        else:
            found.append(Stage(role=row["role"], name="hidden", count=float("nan")))
    return found


def _role_stages(words: Words, row: Row) -> list[Stage]:
    role, answered = row["role"], row["n_respondents"]
    members = _members(words) if role == "floor" else None
    whole = answered if members is None else members
    scores = [
        own["n_respondents"]
        for own in rows(words.publication.profile, role=role)
        if is_shown(own)
    ]
    counts: dict[str, float] = {} if members is None else {"members": members}
    counts["answered"] = answered
    if scores and min(scores) == max(scores):
        counts["scored"] = scores[0]
    elif scores:
        counts |= {"most": max(scores), "fewest": min(scores)}
    first = next(iter(counts))
    return [
        Stage(
            role=role,
            name=name,
            count=count,
            share=float("nan") if name == first else count / whole,
        )
        for name, count in counts.items()
    ]


def _members(words: Words) -> float | None:
    """Return how many people the work floor has, where every unit was counted."""
    known = {
        row["n_members"]
        for row in rows(words.publication.representation.means)
        if is_shown(row, "n_members")
    }
    return known.pop() if len(known) == 1 else None


def funnel_title(words: Words, stages: Sequence[Stage]) -> str:
    """Say how many of the work floor answered, and how many of them have scores."""
    floor = {stage.name: stage for stage in stages if stage.role == "floor"}
    if "answered" not in floor:
        return words.text("title.nothing", topic=words.text("role.floor").capitalize())
    own = floor["answered"]
    if "members" in floor:
        told = words.text(
            "title.funnel_counted",
            rate=words.share(own.share),
            n=words.number(own.count, 0),
            n_members=words.number(floor["members"].count, 0),
        )
    else:
        told = words.text("title.funnel_uncounted", n=words.number(own.count, 0))
    return told + _scored(words, floor)


def _scored(words: Words, floor: dict[str, Stage]) -> str:
    if "scored" in floor:
        alike = floor["scored"].count == floor["answered"].count
        key = "title.funnel_all" if alike else "title.funnel_alike"
        return words.text(key, n=words.number(floor["scored"].count, 0))
    if "fewest" not in floor:
        return ""
    low, high = (words.number(floor[name].count, 0) for name in ("fewest", "most"))
    return words.text("title.funnel_some", low=low, high=high)


def stage_name(words: Words, stage: Stage) -> str:
    """Return what the people of a stage have in common."""
    return words.text(f"funnel.{stage.name}")


def _n_lines(stages: Sequence[Stage]) -> int:
    return len(stages) + len({stage.role for stage in stages})


def _draw(sheet: Sheet, words: Words, stages: Sequence[Stage], most: float) -> None:
    lines: list[tuple[str, Stage | None]] = []
    role = ""
    for stage in stages:
        if stage.role != role:
            role = stage.role
            name = words.text(f"role.{role}")
            lines.append((name[:1].upper() + name[1:], None))
        lines.append((stage_name(words, stage), stage))
    axes = sheet.axes(_LEFT, _FOOT, _PLOT, _ROW * len(lines))
    labels = row_axes(axes, [label for label, _ in lines])
    axes.set_xlim(0, 1.02 * most)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for y, (label, (_, own)) in enumerate(zip(labels, lines, strict=True)):
        if own is None:
            label.set_fontweight("bold")
            axes.axhline(y - 0.5, color=FAINT, linewidth=0.6)
        else:
            _draw_stage(axes, words, y, own)


def _draw_stage(axes: Axes, words: Words, y: int, stage: Stage) -> None:
    if stage.name == "hidden":
        side_text(axes, y, words.text("hidden"), x=0.02, size=7)
        return
    whole = stage.name == "members"
    axes.barh(
        y,
        stage.count,
        height=0.62,
        color=HIDDEN if whole else accent(),
        edgecolor=SOFT,
        linewidth=0.7 if whole else 0,
    )
    written = words.number(stage.count, 0)
    if is_number(stage.share):
        written = f"{written} ({words.share(stage.share)})"
    side_text(axes, y, written, x=1.03, size=7.5)
