"""The title of each figure: what it shows, in words, by a rule and never by taste."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from diagnose.plots.words import Row, Words, is_shown, rows

_MOST_NAMES = 4
"""More names than this make a title that nobody reads; then counts stand in it."""


def profile_title(words: Words, who: str, found: Sequence[Row]) -> str:
    """Say whether the highest and lowest of the first group of subscales are apart."""
    instrument = words.publication.instrument
    shown = [row for row in found if is_shown(row)]
    if not shown:
        return words.text("title.nothing", topic=who)
    kind = instrument.subscale(shown[0]["subscale"]).kind
    group = [r for r in shown if instrument.subscale(r["subscale"]).kind == kind]
    high, low = (pick(group, key=lambda row: row["mean"]) for pick in (max, min))
    apart = high["conf_low"] > low["conf_high"]
    key = "one" if len(group) == 1 else "apart" if apart else "close"
    return words.text(
        f"title.profile_{key}",
        who=who[:1].upper() + who[1:],
        group=words.text(f"group.{kind}"),
        high=words.subscale(high["subscale"]),
        low=words.subscale(low["subscale"]),
        high_mean=words.number(high["mean"], 1),
        low_mean=words.number(low["mean"], 1),
    )


def distributions_title(words: Words, topic: str, agreeing: Sequence[float]) -> str:
    """Say between which shares people agree with the statements."""
    if not agreeing:
        return words.text("title.nothing", topic=topic)
    low, high = words.share(min(agreeing)), words.share(max(agreeing))
    key = "distributions_one" if low == high else "distributions"
    return words.text(f"title.{key}", topic=topic, low=low, high=high)


def units_title(words: Words, topic: str, estimates: Sequence[Row]) -> str:
    """Name the units that differ clearly, or say that none does."""
    if not estimates:
        return words.text("title.nothing", topic=topic)
    named = _by_direction(estimates, lambda row: words.unit(row["path"]))
    n_clear = sum(map(len, named.values()))
    if n_clear == 0:
        # a weight of zero for every own mean: the variance between units is 0
        equal = not any(row.get("reliability", 1.0) > 0 for row in estimates)
        key = "units_equal" if equal else "units_none"
        return words.text(f"title.{key}", topic=topic)
    if n_clear > _MOST_NAMES:
        return words.text("title.units_many", topic=topic, **_counts(named))
    parts = _parts(words, "units", named)
    key = "units_all_clear" if n_clear == len(estimates) else "units_clear"
    return words.text(f"title.{key}", topic=topic, names=", ".join(parts))


def ranks_title(words: Words, topic: str, ranked: Sequence[Row]) -> str:
    """Say how many units cannot be told from the middle of their order."""
    middle = (len(ranked) + 1) / 2
    n_unclear = sum(r["rank_low"] <= middle <= r["rank_high"] for r in ranked)
    key = {0: "ranks_apart", len(ranked): "ranks_none"}.get(n_unclear, "ranks")
    return words.text(
        f"title.{key}",
        topic=topic,
        n_unclear=words.number(n_unclear, 0),
        n=words.number(len(ranked), 0),
    )


def divided_title(
    words: Words, topic: str, shapes: Sequence[str], *, n_drawn: int
) -> str:
    """Say how many strips show two camps, and how many are drawn."""
    title = words.text(
        "title.divided_one" if len(shapes) == 1 else "title.divided",
        topic=topic,
        n=words.number(len(shapes), 0),
        n_camps=words.number(shapes.count("camps"), 0),
        shape=words.text(f"shape.{shapes[0]}"),
    )
    if n_drawn == len(shapes):
        return title
    return title + words.text("title.divided_first", n=words.number(n_drawn, 0))


def gap_title(words: Words, found: Sequence[Row]) -> str:
    """Name the subscales on which work floor and leaders differ clearly."""
    named = _by_direction(found, lambda row: words.subscale(row["subscale"]))
    n_clear = sum(map(len, named.values()))
    if n_clear == 0:
        return words.text("title.gap_none")
    if n_clear > _MOST_NAMES:
        return words.text("title.gap_many", **_counts(named))
    return words.text(
        "title.gap_clear", parts=words.listed(_parts(words, "gap", named))
    )


def trend_title(words: Words, before: str, latest: Sequence[Row]) -> str:
    """Name the subscales that changed clearly since the wave before, or over all."""
    named = _by_direction(latest, lambda row: words.subscale(row["subscale"]))
    if not any(named.values()):
        step = words.text("title.trend_none", wave=before)
    else:
        parts = ", ".join(_parts(words, "trend", named))
        step = words.text("title.trend_clear", wave=before, parts=parts)
    return ". ".join([step, *_over_all_waves(words)])


def _over_all_waves(words: Words) -> list[str]:
    """Say which subscales rise or fall steadily; nothing for fewer than three waves."""
    lines = rows(words.publication.change.lines)
    if not lines:
        return []
    named = _by_direction(lines, lambda row: words.subscale(row["subscale"]))
    many = sum(map(len, named.values())) > _MOST_NAMES
    parts = (
        [words.text("title.line_many", **_counts(named))]
        if many
        else _parts(words, "line", named) or [words.text("title.line_none")]
    )
    return [
        words.text(
            "title.line",
            n=words.number(max(row["n_waves"] for row in lines), 0),
            parts=", ".join(parts),
        )
    ]


def heat_map_title(words: Words, topic: str, n_shown: int, n_clear: int) -> str:
    """Say how many of the means differ clearly from the other units."""
    if n_shown == 0:
        return words.text("title.nothing", topic=topic)
    key = {0: "heat_map_none", 1: "heat_map_one"}.get(n_clear, "heat_map")
    return words.text(f"title.{key}", topic=topic, n_shown=n_shown, n_clear=n_clear)


def _by_direction(
    found: Sequence[Row], name: Callable[[Row], str]
) -> dict[str, list[str]]:
    return {
        direction: [name(row) for row in found if row.get("direction") == direction]
        for direction in ("higher", "lower")
    }


def _counts(named: dict[str, list[str]]) -> dict[str, int]:
    return {"n_higher": len(named["higher"]), "n_lower": len(named["lower"])}


def _parts(words: Words, plot: str, named: dict[str, list[str]]) -> list[str]:
    return [
        words.text(f"title.{plot}_{direction}", names=words.listed(names))
        for direction, names in named.items()
        if names
    ]
