"""Slides on single items and on what goes with the outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnose.diagnosis.cells import interval_of_mean
from diagnose.instrument.model import Item, ResponseScale
from diagnose.plots.diverging import sides
from diagnose.plots.drivers import drivers_title
from diagnose.plots.words import Row, is_number, is_shown, rows
from diagnose.report.build import Field, make_table, numbers, subscale_field
from diagnose.report.document import Table
from diagnose.report.executive_profile import interval_field
from diagnose.report.slides import Chart, Series, Slide
from diagnose.report.telling import Telling

_MOST_ITEMS = 4
"""Items of either end; the report has them all."""

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """An item with its mean, and the shares of its answers."""

    item: Item
    mean: Row
    shares: dict[float, float]


def item_slides(telling: Telling) -> Iterator[Slide]:
    """Yield the items with the highest and lowest means, and how they were answered."""
    scale, ranked = _ranked(telling)
    if scale is None or len(ranked) < 2:
        return
    n_ends = min(_MOST_ITEMS, len(ranked) // 2)
    chosen = [*ranked[:n_ends], *ranked[-n_ends:]]
    words = telling.words
    high, low = ranked[0], ranked[-1]
    title = telling.told(
        "items.title",
        high=words.item(high.item),
        high_mean=_told_mean(telling, high),
        low=words.item(low.item),
        low_mean=_told_mean(telling, low),
    )
    counts = [one.mean for one in chosen]
    yield telling.slide(
        "items",
        title,
        _answers_chart(telling, scale, chosen),
        _items_table(telling, chosen),
        source=telling.source(n=telling.counted(counts)),
    )


def _told_mean(telling: Telling, one: _Answered) -> str:
    """Write a mean; of a reverse-keyed item with the word that it was turned round."""
    mean = telling.words.number(one.mean["mean"], 1)
    reversed_ = one.item.keyed == "reverse"
    return telling.told("items.reversed", mean=mean) if reversed_ else mean


def _ranked(telling: Telling) -> tuple[ResponseScale | None, list[_Answered]]:
    """Return the items of the response scale that most of them have, highest first."""
    publication = telling.words.publication
    instrument = publication.instrument
    means = {row["item"]: row for row in rows(publication.measurement.items)}
    groups: dict[str, list[_Answered]] = {}
    for subscale in instrument.subscales:
        for item in subscale.items:
            mean = means.get(item.id, {})
            shares = _shares(telling, item)
            if is_number(mean.get("mean")) and shares:
                found = _Answered(item=item, mean=mean, shares=shares)
                groups.setdefault(subscale.response_scale, []).append(found)
    if not groups:
        return None, []
    largest = max(groups, key=lambda key: len(groups[key]))
    ranked = sorted(groups[largest], key=lambda one: -one.mean["mean"])
    return instrument.response_scale(largest), ranked


def _shares(telling: Telling, item: Item) -> dict[float, float]:
    distributions = telling.words.publication.distributions
    found = rows(distributions, role="floor", item=item.id)
    return {row["value"]: row["share"] for row in found if is_shown(row, "share")}


def _answers_chart(
    telling: Telling, scale: ResponseScale, chosen: Sequence[_Answered]
) -> Chart:
    against, neutral, in_favour = sides(scale)
    labels = {p.value: telling.words.translated(p.label) for p in scale.points}
    tones = (("lower", against), ("neutral", neutral), ("higher", in_favour))
    series = tuple(
        Series(
            name=labels[value],
            values=tuple(one.shares.get(value, 0.0) for one in chosen),
            tone=tone,  # type: ignore[arg-type]
        )
        for tone, values in tones
        for value in values
    )
    return Chart(
        name="items",
        kind="diverging",
        categories=tuple(_wording(telling, one.item) for one in chosen),
        series=series,
        number_kind="share",
        low=-1.0,
        high=1.0,
        alt=telling.told("items.alt", n=len(chosen)),
    )


def _wording(telling: Telling, item: Item) -> str:
    mark = " (R)" if item.keyed == "reverse" else ""
    return f"{item.id.upper()}  {telling.words.item(item)}{mark}"


def _items_table(telling: Telling, chosen: Sequence[_Answered]) -> Table:
    words = telling.words
    found: list[Row] = []
    for one in chosen:
        row = one.mean
        low, high = interval_of_mean(
            row["mean"],
            row["sd"],
            row["n_respondents"],
            conf_level=words.publication.conf_level,
        )
        found.append({**row, "conf_low": low, "conf_high": high})
    return make_table(
        words,
        "item-means",
        telling.told("items.caption"),
        [
            Field("item", read=lambda row: str(row["item"]).upper()),
            *numbers("mean"),
            interval_field(words, "conf_low", "conf_high"),
            Field("n_respondents", "count"),
        ],
        found,
    )


def driver_slides(telling: Telling) -> Iterator[Slide]:
    """Yield what goes with the outcome of which most is explained."""
    drivers = telling.words.publication.drivers
    model = _best_explained(telling)
    if model is None:
        return
    found = [
        row
        for row in rows(drivers.weights, outcome=model["outcome"])
        if is_shown(row, "share")
    ]
    if not found:
        return
    named = telling.named
    yield telling.slide(
        "drivers",
        driver_title(telling),
        _driver_chart(telling, model["outcome"], found),
        _driver_table(telling, model["outcome"], found),
        source=telling.source(n=telling.counted([model])),
        notes=[named.text("note.drivers", level=named.level())],
    )


def driver_title(telling: Telling) -> str:
    """Say how much goes with the outcome of which most is explained; "" without one."""
    model = _best_explained(telling)
    if model is None:
        return ""
    return drivers_title(telling.named, str(model["outcome"]), model)


def _best_explained(telling: Telling) -> Row | None:
    """Return the model of the outcome that the conditions explain best."""
    models = [
        row
        for row in rows(telling.words.publication.drivers.models)
        if is_number(row["r_squared_adjusted"])
    ]
    return max(models, key=lambda row: row["r_squared_adjusted"], default=None)


def _driver_chart(telling: Telling, outcome: str, found: Sequence[Row]) -> Chart:
    named = telling.named
    largest = max(row["share"] for row in found)
    return Chart(
        name="drivers",
        kind="bars",
        categories=tuple(named.subscale(row["subscale"]) for row in found),
        series=(
            Series(
                name=named.text("drivers.share"),
                values=tuple(float(row["share"]) for row in found),
            ),
        ),
        number_kind="share",
        low=0.0,
        high=1.0 if largest > _HALF else _HALF,
        alt=telling.told("drivers.alt", n=len(found), outcome=named.subscale(outcome)),
    )


def _driver_table(telling: Telling, outcome: str, found: Sequence[Row]) -> Table:
    words = telling.words

    def limits(row: Row) -> str | None:
        if not is_number(row["share_low"]):
            return None
        return f"{words.share(row['share_low'])} – {words.share(row['share_high'])}"

    def beyond(row: Row) -> str | None:
        keys = {"yes": "drivers.holds", "no": "drivers.chance"}
        return words.text(keys[row["holds"]]) if row["holds"] in keys else None

    return make_table(
        words,
        f"drivers-{outcome}",
        words.text("drivers.caption", outcome=words.subscale(outcome)),
        [
            subscale_field(words),
            Field("share", "share", heading="driver_share"),
            Field("interval", read=limits),
            Field("holds", read=beyond, heading="driver_beyond"),
        ],
        found,
    )
