"""Numbers that outputs work out from a publication before they show them.

Each is a function of published numbers alone, so it tells nothing that these do not
tell; it has to be known here to be told from a number of other origin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import interval_of_mean
from diagnose.disclosure.publication import Publication

_STEP = 0.25
Key = tuple[tuple[str, ...], str]


def derived_numbers(publication: Publication) -> Iterator[float]:
    """Yield sides of a scale, points of a curve, intervals of items, counts of rows.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    """
    answers = publication.distributions
    if len(answers):
        for _, item in answers.groupby(["role", "item"], sort=False):
            yield from _sides(item.sort_values("value")["share"])
    for _, numbers in unit_sides(publication):
        yield from numbers
    yield from _curve_points(publication)
    for row in publication.measurement.items.to_dict("records"):
        yield from interval_of_mean(
            *(row["mean"], row["sd"], row["n_respondents"]),
            conf_level=publication.conf_level,
        )
    yield from _funnel_shares(publication)
    yield from _numbered_waves(publication)
    for columns in (["subscale"], ["subscale", "status"]):
        yield from map(float, publication.agreed.groupby(columns).size())
    hidden = publication.suppressed
    for columns in (["rule"], ["table"], ["table", "rule"]):
        yield from map(float, hidden.groupby(columns).size())
    yield from map(float, (len(hidden), len(publication.findings)))


def unit_sides(publication: Publication) -> Iterator[tuple[Key, tuple[float, ...]]]:
    """Yield for each unit and subscale the shares of the sides of the scale.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    """
    answers = publication.units.answers
    if not len(answers):
        return
    keys: list[Any] = ["path", "subscale"]
    of_each: Any = answers.groupby(keys, sort=False)
    for (path, subscale), rows in of_each:
        sums = rows.groupby("side")["share"].sum(min_count=1).dropna()
        yield (path, str(subscale)), tuple(map(float, sums))


def _funnel_shares(publication: Publication) -> Iterator[float]:
    """Yield the share of each role that has a score, of who answered or works there."""
    roles = publication.participation.roles
    staff = publication.representation.means["n_members"].dropna().unique().tolist()
    for role, answered in zip(roles["role"], roles["n_respondents"], strict=True):
        own = publication.profile.loc[publication.profile["role"] == role]
        for whole in (answered, *staff):
            yield from map(float, own["n_respondents"].dropna() / whole)


def _numbered_waves(publication: Publication) -> Iterator[float]:
    """Yield the labels of waves that are numbers: a table in text has them as such."""
    for label in publication.waves:
        if label.isascii() and label.isdecimal():
            yield float(label)


def _sides(shares: pd.Series) -> Iterator[float]:
    """Yield the sums of the first and of the last shares of an item."""
    values = shares.to_numpy(dtype=float)
    if not np.isnan(values).any():
        yield from map(float, np.cumsum(values))
        yield from map(float, np.cumsum(values[::-1]))


def _curve_points(publication: Publication) -> Iterator[float]:
    """Yield the curves of precision at quarters of the response scale."""
    instrument = publication.instrument
    curves = publication.measurement.information
    for subscale, curve in curves.groupby("subscale", sort=False):
        points = curve.dropna(subset=["score"]).sort_values("score")
        name = instrument.subscale(str(subscale)).response_scale
        scale = instrument.response_scale(name)
        at = np.arange(scale.lowest, scale.highest + _STEP / 2, _STEP)
        for column in (
            ("reliability", "std_error", "information") if len(points) else ()
        ):
            yield from map(float, np.interp(at, points["score"], points[column]))
        yield from map(float, at)
