"""Which themes mark a question off from the other open questions.

Computed from published numbers alone. Where another question has no line for a theme,
fewer than the threshold named it there; how many is not used, as the statistic would
tell it. It is taken as the number that speaks most against a difference: the most that
it can be where the theme is more frequent here, the least where it is less frequent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from diagnose.disclosure.comment_themes import ThemeCounts
from diagnose.disclosure.log import HIDDEN, SHOWN
from diagnose.instrument.labels import normalise_label
from diagnose.statistics.keyness import keyness
from diagnose.statistics.multiplicity import adjust_families

_TEXTS = ("wave", "item", "theme", "kind", "status", "bound", "direction")
THEMES = (
    *("wave", "item", "theme", "kind", "n_texts", "share", "status"),
    *("n_other", "n_elsewhere", "bound", "share_other", "statistic", "p_value"),
    *("p_adjusted", "log_ratio", "conf_low", "conf_high", "direction"),
)
_FROM_KEYNESS = ("statistic", "p_value", "log_ratio", "conf_low", "conf_high")
Row = dict[str, object]


def add_keyness(
    counts: Sequence[ThemeCounts], smallest: int, conf_level: float
) -> pd.DataFrame:
    """Return one row a theme and question, compared with the other questions.

    Parameters
    ----------
    counts : sequence of ThemeCounts
        Every question whose answers may be shown.
    smallest : int
        Smallest group that may be counted.
    conf_level : float
        Coverage of each interval. All themes of all questions of a wave are one
        family, adjusted by Holm's method.
    """
    rows = [
        {
            **row,
            **_compared(row, one, _others(one, counts), smallest, conf_level),
        }
        for one in counts
        for row in _rows(one)
    ]
    frame = pd.DataFrame(rows, columns=[n for n in THEMES if n != "p_adjusted"])
    texts = [name for name in _TEXTS if name != "direction"]
    numbers = [name for name in frame if name not in _TEXTS]
    frame = frame.astype(dict.fromkeys(numbers, np.float64))
    frame[texts] = frame[texts].astype(object).fillna("")
    adjusted = adjust_families(frame, family=["wave"])["p_adjusted"]
    clear = (adjusted < 1 - conf_level).to_numpy(dtype=bool)
    way = np.where(frame["log_ratio"].to_numpy() > 0, "higher", "lower")
    direction = np.where(clear, way, "").astype(object)
    return frame.assign(p_adjusted=adjusted, direction=direction)[list(THEMES)]


def _rows(one: ThemeCounts) -> Iterator[Row]:
    about = {"wave": one.wave, "item": one.item}
    for theme in one.common:
        yield {**about, "theme": theme, "kind": "common", "status": HIDDEN}
    numbers = [(theme, "theme", n) for theme, n in one.counts.items()]
    numbers += [("", "other", one.n_other)] if one.n_other else []
    for theme, kind, n in numbers:
        shown = {"n_texts": n, "share": n / one.n_texts, "status": SHOWN}
        yield {**about, "theme": theme, "kind": kind, **shown}


def _others(one: ThemeCounts, counts: Sequence[ThemeCounts]) -> list[ThemeCounts]:
    return [c for c in counts if c.wave == one.wave and c.item != one.item]


def _compared(
    row: Row,
    one: ThemeCounts,
    others: Sequence[ThemeCounts],
    smallest: int,
    conf_level: float,
) -> Row:
    if row["kind"] != "theme" or not others:
        return {}
    theme = str(row["theme"])
    ranges = [_range(theme, other, smallest) for other in others]
    low, high = (sum(ends) for ends in zip(*ranges, strict=True))
    n, n_elsewhere = one.counts[theme], sum(other.n_texts for other in others)
    chosen = cautious(n / one.n_texts, low / n_elsewhere, high / n_elsewhere)
    if not chosen:
        return {}
    n_other = low if chosen == "least" else high
    pair = pd.DataFrame([[n, n_other]])
    table = keyness(pair, (one.n_texts, n_elsewhere), conf_level=conf_level).table
    return {
        "n_other": n_other,
        "n_elsewhere": n_elsewhere,
        "bound": chosen,
        "share_other": n_other / n_elsewhere,
        **{name: float(table[name].iloc[0]) for name in _FROM_KEYNESS},
    }


def _range(theme: str, other: ThemeCounts, smallest: int) -> tuple[int, int]:
    """Return the least and the most that a reader knows of a theme elsewhere."""
    key = normalise_label(theme)
    for name, n in other.counts.items():
        if normalise_label(name) == key:
            return n, n
    if key in map(normalise_label, other.common):
        return other.n_texts - smallest + 1, other.n_texts
    return 0, other.n_texts if other.n_unlisted is None else other.n_unlisted


def cautious(share: float, low: float, high: float) -> str:
    """Return which end of a range of shares speaks most against a difference.

    ``exact`` when there is no range; nothing when the share lies inside it.
    """
    if low == high:
        return "exact"
    if share > high:
        return "most"
    return "least" if share < low else ""
