"""Slides on the organisation: who answered, where it stands, the gap, the change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnose.instrument.model import Subscale
from diagnose.language import level_name
from diagnose.plots.response import response_title
from diagnose.plots.titles import gap_title, profile_title, trend_title
from diagnose.plots.words import (
    MARKS,
    Row,
    Words,
    is_number,
    is_shown,
    rows,
    scale_bounds,
    subscale_panels,
)
from diagnose.report.build import Field, make_table, numbers, subscale_field, unit_field
from diagnose.report.document import Cell, Table, Tone
from diagnose.report.slides import Chart, Series, Slide, SlideBlock
from diagnose.report.tables import roles_table
from diagnose.report.telling import Telling

_MOST_UNITS = 16
"""Units whose response stands on one slide."""

_TONES: dict[str, Tone] = {"higher": "higher", "lower": "lower"}


def participation_slides(telling: Telling) -> Iterator[Slide]:
    """Yield who answered, in the units of the first level."""
    words, publication = telling.words, telling.words.publication
    everybody = rows(publication.participation.roles)
    counts = [r["n_respondents"] for r in everybody if is_number(r["n_respondents"])]
    source = telling.source(
        telling.named.text("role.all"), words.number(sum(counts), 0)
    )
    levels = publication.hierarchy
    found = rows(publication.participation.units, level=levels[0]) if levels else []
    if not found:
        title = telling.told("participation.title", n=words.number(sum(counts), 0))
        table = roles_table(words)
        yield telling.slide("participation", title, table, source=source)
        return
    title = response_title(telling.named, levels[0], found)
    if len(found) > _MOST_UNITS:
        # Page after page of bars tells nobody anything; the report has every unit.
        yield telling.slide("participation", title, roles_table(words), source=source)
        return
    table = _answered_table(telling, levels[0], found)
    blocks: list[SlideBlock] = [*_answered_chart(telling, levels[0], found), table]
    yield telling.slide("participation", title, *blocks, source=source)


def _answered_table(telling: Telling, level: str, found: Sequence[Row]) -> Table:
    words = telling.words
    fields = [unit_field(words), Field("n_respondents", "count")]
    if any(is_number(row["n_members"]) for row in found):
        fields += [Field("n_members", "count"), Field("response_rate", "share")]
    caption = words.text("participation.units_caption")
    return make_table(words, f"answered-{level}", caption, fields, found)


def _answered_chart(
    telling: Telling, level: str, found: Sequence[Row]
) -> Iterator[Chart]:
    """Yield the response of each unit, or how many answered; nothing without either."""
    rated = any(is_number(row["response_rate"]) for row in found)
    column = "response_rate" if rated else "n_respondents"
    values = tuple(_value(row[column]) for row in found)
    known = [value for value in values if value is not None]
    if not known:
        return
    kind = "rate" if rated else "count"
    yield Chart(
        name="answered",
        kind="bars",
        categories=tuple(telling.named.unit(r["path"], r["status"]) for r in found),
        series=(Series(name=telling.told(f"participation.{kind}"), values=values),),
        number_kind="share" if rated else "count",
        low=0.0,
        high=1.0 if rated else 1.1 * max(known),
        alt=telling.told(
            f"participation.alt_{kind}",
            n=len(found),
            level=level_name(level, telling.words.language),
        ),
    )


def profile_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the means of the work floor, a slide for each kind of subject."""
    named = telling.named
    found = _by_subscale(rows(telling.words.publication.profile, role="floor"))
    for place, (kind, panel) in enumerate(subscale_panels(named, set(found)), start=1):
        members = [found[subscale.id] for subscale in panel]
        shown = [row for row in members if is_shown(row)]
        if not shown:
            continue
        group = named.text(f"kind.{kind}")
        own = profile_title(named, named.text("role.floor"), members)
        chart = _means_chart(telling, f"profile-{place}", panel, found)
        yield telling.slide(
            f"profile-{place}",
            own,
            chart,
            _means_table(telling, f"means-{place}", group, members),
            source=telling.source(n=telling.counted(shown)),
        )


def _means_chart(
    telling: Telling, name: str, panel: Sequence[Subscale], found: dict[str, Row]
) -> Chart:
    low, high = scale_bounds(telling.named, panel[0])
    return Chart(
        name=name,
        kind="bars",
        categories=tuple(telling.words.subscale(s.id) for s in panel),
        series=(
            Series(
                name=telling.named.text("role.floor"),
                values=tuple(_value(found[s.id]["mean"]) for s in panel),
            ),
        ),
        number_kind="number",
        low=low,
        high=high,
        alt=telling.told("profile.alt", n=len(panel)),
    )


def _means_table(
    telling: Telling, name: str, group: str, members: Sequence[Row]
) -> Table:
    words = telling.words
    return make_table(
        words,
        name,
        telling.told("profile.caption", group=group),
        [
            subscale_field(words),
            *numbers("mean"),
            interval_field(words, "conf_low", "conf_high"),
            Field("n_respondents", "count"),
        ],
        members,
    )


def gap_slides(telling: Telling) -> Iterator[Slide]:
    """Yield work floor and leaders beside each other, a slide a response scale."""
    named = telling.named
    shown = [
        r for r in rows(telling.words.publication.gap) if is_number(r["difference"])
    ]
    for place, (panel, members) in enumerate(_by_scale(named, shown), start=1):
        floor, leader = named.text("role.floor"), named.text("role.leader")
        chart = _pairs_chart(
            telling,
            f"gap-{place}",
            panel,
            (
                Series(name=floor, values=_values(members, "mean_floor")),
                Series(
                    name=leader, values=_values(members, "mean_leader"), tone="soft"
                ),
            ),
            telling.told("gap.alt", n=len(members)),
        )
        table = _difference_table(
            telling, f"gap-differences-{place}", telling.told("gap.caption"), members
        )
        title = gap_title(named, members)
        n_floor = telling.counted(members, "n_floor")
        n_leader = telling.counted(members, "n_leader")
        yield telling.slide(
            f"gap-{place}",
            title,
            chart,
            table,
            source=telling.source(f"{floor} / {leader}", f"{n_floor} / {n_leader}"),
            notes=[named.text("note.gap", level=named.level())],
        )


def change_slides(telling: Telling) -> Iterator[Slide]:
    """Yield this wave beside the one before, a slide a response scale."""
    publication, named = telling.words.publication, telling.named
    if len(publication.waves) < 2:
        return
    before = publication.waves[-2]
    earlier = _by_subscale(rows(publication.trend, wave=before))
    latest = [
        row
        for row in rows(publication.trend, wave=publication.wave)
        if is_shown(row) and is_number(row["change"])
    ]
    for place, (panel, members) in enumerate(_by_scale(named, latest), start=1):
        then = [earlier.get(row["subscale"], {}) for row in members]
        chart = _pairs_chart(
            telling,
            f"change-{place}",
            panel,
            (
                Series(name=publication.wave, values=_values(members, "mean")),
                Series(name=before, values=_values(then, "mean"), tone="soft"),
            ),
            telling.told(
                "change.alt", before=before, wave=publication.wave, n=len(members)
            ),
        )
        yield telling.slide(
            f"change-{place}",
            trend_title(named, before, members),
            chart,
            _difference_table(
                telling,
                f"changes-{place}",
                telling.told("change.caption", before=before),
                members,
                keys=("change", "change_low", "change_high"),
            ),
            source=telling.source(n=telling.counted(members)),
            notes=[named.text("note.trend", level=named.level())],
        )


def _pairs_chart(
    telling: Telling,
    name: str,
    panel: Sequence[Subscale],
    series: tuple[Series, ...],
    alt: str,
) -> Chart:
    low, high = scale_bounds(telling.named, panel[0])
    return Chart(
        name=name,
        kind="dumbbell",
        categories=tuple(telling.words.subscale(s.id) for s in panel),
        series=series,
        number_kind="number",
        low=low,
        high=high,
        alt=alt,
    )


def _difference_table(
    telling: Telling,
    name: str,
    caption: str,
    members: Sequence[Row],
    *,
    keys: tuple[str, str, str] = ("difference", "conf_low", "conf_high"),
) -> Table:
    """Return differences with interval, coloured and marked where they are clear."""
    words = telling.words
    estimate, low, high = keys

    def marked(row: Row) -> Cell:
        direction = str(row["direction"])
        tone = _TONES.get(direction, "")
        spoken = words.text(f"direction.{direction}")[2:] if tone else ""
        return Cell(
            value=row[estimate],
            tone=tone,
            mark=MARKS.get(direction, ""),
            spoken=spoken,
        )

    fields = [
        subscale_field(words),
        Field(estimate, "signed", read=marked),
        interval_field(words, low, high),
    ]
    return make_table(words, name, caption, fields, members)


def interval_field(words: Words, low: str, high: str) -> Field:
    """Return one column with both limits of an interval."""

    def limits(row: Row) -> str | None:
        known = is_number(row[low]) and is_number(row[high])
        return words.interval(row[low], row[high]) if known else None

    return Field("interval", read=limits, heading="interval")


def _by_scale(
    named: Words, found: Sequence[Row]
) -> Iterator[tuple[list[Subscale], list[Row]]]:
    """Yield subscales with their rows, one group a response scale."""
    known = _by_subscale(found)
    groups: dict[str, list[Subscale]] = {}
    for _, panel in subscale_panels(named, set(known)):
        for subscale in panel:
            groups.setdefault(subscale.response_scale, []).append(subscale)
    for panel in groups.values():
        yield panel, [known[subscale.id] for subscale in panel]


def _by_subscale(found: Sequence[Row]) -> dict[str, Row]:
    return {row["subscale"]: row for row in found}


def _values(found: Sequence[Row], column: str) -> tuple[float | None, ...]:
    return tuple(_value(row.get(column)) for row in found)


def _value(number: object) -> float | None:
    return (
        float(number) if isinstance(number, int | float) and is_number(number) else None
    )
