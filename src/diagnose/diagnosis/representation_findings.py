"""What weights, silent people and the order of answering say about the means.

Weights, and what silent people could change, are no tests: each is one finding about
all subscales. Early against late is one family of tests, the subscales, by Holm.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.support import (
    n_units_by_level,
    rows_of,
    rows_shown,
    supported_subscales,
    width_of,
)
from diagnose.language import Text
from diagnose.responses.model import FLOOR

WORTH_TELLING = 0.01
"""Share of the response scale below which a shift of a mean is not told, however
narrow its interval; a convention. On five points it is 0.04."""


def find_representation(parts: Parts) -> Iterator[Finding]:
    """Find whether weights, silent people or late answers could change the picture."""
    supported = supported_subscales(parts)
    means = rows_of(rows_shown(parts.representation.means), supported)
    yield from _find_weights(parts, means)
    yield from _find_silence(parts, means)
    timing = rows_of(rows_shown(parts.representation.timing), supported)
    yield from _find_timing(parts, timing)


def _find_weights(parts: Parts, means: pd.DataFrame) -> Iterator[Finding]:
    weighted = means.loc[means["weighted"].notna()]
    if weighted.empty:
        counted = parts.participation.units["n_members"].notna().any()
        several = any(n_units >= 2 for _, n_units in n_units_by_level(parts))
        if len(means) and counted and several:
            yield Finding(code="open.not_weighted", kind="open", importance=1.5)
        return
    outside = [_matters(parts, row) for _, row in weighted.iterrows()]
    moved = weighted.loc[outside]
    if moved.empty:
        yield _weights_alike(parts, weighted)
    else:
        yield _weights_matter(parts, moved)


def _matters(parts: Parts, row: pd.Series) -> bool:
    """Tell whether the weighted mean lies outside the interval of the plain one."""
    beyond = row["weighted"] < row["conf_low"] or row["weighted"] > row["conf_high"]
    least = WORTH_TELLING * width_of(parts, row["subscale"])
    return bool(beyond and abs(row["difference"]) >= least)


def _weights_alike(parts: Parts, weighted: pd.DataFrame) -> Finding:
    largest = max(weighted.to_dict("records"), key=lambda row: abs(row["difference"]))
    return Finding(
        code="measurement.weights_alike",
        kind="measurement",
        subscales=tuple(weighted["subscale"]),
        importance=0.2,
        evidence={
            "n_respondents": largest["n_weighted"],
            "n_teams": largest["n_teams"],
            "difference": largest["difference"],
        },
        words={
            "n_units": wording.count(largest["n_teams"]),
            "n": wording.count(largest["n_weighted"]),
            "difference": wording.signed(largest["difference"]),
            "subscale": wording.subscale_title(parts.instrument, largest["subscale"]),
        },
    )


def _weights_matter(parts: Parts, moved: pd.DataFrame) -> Finding:
    named = [
        wording.phrase(
            "word.with_weighted",
            subscale=wording.subscale_title(parts.instrument, row["subscale"]),
            mean=wording.number(row["mean"]),
            weighted=wording.number(row["weighted"]),
        )
        for _, row in moved.iterrows()
    ]
    return Finding(
        code="open.weights_matter",
        kind="open",
        subscales=tuple(moved["subscale"]),
        importance=9.5,
        evidence={
            "n_subscales": len(moved),
            "difference": max(moved["difference"].tolist(), key=abs),
        },
        words={"subscales": wording.listing(named)},
    )


def _find_silence(parts: Parts, means: pd.DataFrame) -> Iterator[Finding]:
    """Say how many answered, and how far the others could move the means."""
    roles = rows_shown(parts.participation.roles)
    answered = roles.loc[roles["role"] == FLOOR, "n_respondents"]
    moved = (means["mean"] - means["if_lower"]).dropna()
    if answered.empty or moved.empty:
        return
    number, members = float(answered.iloc[0]), float(means["n_members"].max())
    if not number < members:
        return
    yield Finding(
        code="open.nonresponse",
        kind="open",
        importance=8.5,
        evidence={
            "n_respondents": number,
            "n_members": members,
            "response_rate": number / members,
            "difference": -float(moved.max()),
        },
        words={
            "n": wording.count(number),
            "n_members": wording.count(members),
            "rate": wording.share(number / members),
            "shift": _shift(float(moved.min()), float(moved.max())),
        },
    )


def _shift(least: float, most: float) -> Text:
    """Write how far the means move; one number where they move alike."""
    low, high = wording.number(least), wording.number(most)
    if low == high:
        return high
    return wording.phrase("word.from_to", low=low, high=high)


def _find_timing(parts: Parts, timing: pd.DataFrame) -> Iterator[Finding]:
    compared = timing.loc[timing["p_adjusted"].notna()]
    if compared.empty:
        return
    real = compared.loc[compared["direction"] != "unclear"]
    if real.empty:
        yield Finding(
            code="measurement.late_alike",
            kind="measurement",
            subscales=tuple(compared["subscale"]),
            importance=0.1,
            evidence={"n_subscales": len(compared)},
            words={"n_subscales": wording.count(len(compared))},
        )
        return
    yield Finding(
        code="open.late_differs",
        kind="open",
        subscales=tuple(real["subscale"]),
        importance=8.4,
        evidence={"n_subscales": len(real)},
        words={
            "subscales": wording.listing(
                [_late_minus_early(parts, row) for _, row in real.iterrows()]
            ),
            "n_compared": wording.count(len(compared)),
        },
    )


def _late_minus_early(parts: Parts, row: pd.Series) -> Text:
    return wording.phrase(
        "word.with_difference",
        subscale=wording.subscale_title(parts.instrument, row["subscale"]),
        difference=wording.signed(row["difference"]),
        interval=wording.interval(row["conf_low"], row["conf_high"], parts.conf_level),
    )
