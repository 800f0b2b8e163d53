"""Drivers: shown for the whole work floor, or not at all.

They rest on everybody's answers at once and cannot be made again from published cells
(decisions 5 and 8). What they could give away is a few people in whom two published
numbers differ. Why they do not:

* Every number about one outcome or another, and about the way of asking, rests on the
  same people. So no two of them differ by a few.
* All of them are functions of the *standardised* scores of those people. Move or
  stretch the scores on a subscale, for these people together, and nothing changes. So
  the gradient g of such a number, in the scores x on that subscale, is orthogonal to
  the vector 1 of these people and to x: g·1 = 0 and g·x = 0. The profile tells the
  mean and the standard deviation of everybody with a score on the subscale, whose
  gradients are 1 and x - mean there, also in people who are not among those of the
  drivers. To single out these others, a combination a·1 + b·(x - mean) + g must vanish
  in the people of the drivers. Its product with g is g·g, hence g = 0; and as their
  scores differ, a = b = 0. Beside mean and spread, no number of the drivers helps.
* Within these people there are far fewer numbers than answers: with nine conditions
  and three outcomes, 28 times three and a handful against twelve scores of each of at
  least fifty people. The rank of the Jacobian of everything published shows no person,
  nor a group below the threshold, among what they span (the tests compute it).

The argument says nothing of what is published later. Hence the same rule as for other
models: those left out are none, or as many as the threshold. And nothing is shown
beside a hidden mean, of an outcome or of any condition, because all share the people.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose.diagnosis.drivers import Drivers
from diagnose.diagnosis.model import Diagnosis
from diagnose.disclosure.items import is_few
from diagnose.disclosure.log import HIDDEN, SHOWN, Suppressed, hide_rows
from diagnose.disclosure.nesting import COMPLEMENT, SMALL, SUBSCALE_HIDDEN
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import FLOOR

Log = list[Suppressed]
_TELLING = ("holds", "note")


def suppress_drivers(
    diagnosis: Diagnosis, profile: pd.DataFrame, thresholds: Thresholds
) -> tuple[Drivers, Log]:
    """Return the drivers as they are, or with every row hidden, and the log.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    profile : pandas.DataFrame
        What is published of the roles.
    thresholds : Thresholds
        Smallest groups.
    """
    drivers = diagnosis.drivers
    rule = _rule(diagnosis, profile, thresholds)
    kept = {
        "weights": _all_or_nothing(drivers.weights, rule),
        "models": _all_or_nothing(drivers.models, rule),
    }
    log = [
        Suppressed(table=f"drivers.{name}", rule=rule, subscale=str(outcome))
        for name, frame in kept.items()
        for outcome in frame["outcome"].unique()
        if rule
    ]
    return Drivers(**kept), log


def _rule(diagnosis: Diagnosis, profile: pd.DataFrame, thresholds: Thresholds) -> str:
    """Return the rule that hides everything, or nothing."""
    drivers = diagnosis.drivers
    if drivers.models.empty:
        return ""
    named = {*drivers.models["outcome"], *drivers.weights["subscale"]}
    shown = (profile["role"] == FLOOR) & (profile["status"] == SHOWN)
    if not named <= set(profile.loc[shown, "subscale"]):
        return SUBSCALE_HIDDEN
    if not (drivers.models["n_respondents"] >= thresholds.scores).all():
        return SMALL
    roles = diagnosis.participation.roles
    n_floor = roles.loc[roles["role"] == FLOOR, "n_respondents"].sum()
    left = n_floor - drivers.models["n_respondents"]
    return COMPLEMENT if is_few(left, threshold=thresholds.scores).any() else ""


def _all_or_nothing(frame: pd.DataFrame, rule: str) -> pd.DataFrame:
    gone = np.full(len(frame), bool(rule))
    kept = hide_rows(frame, gone)
    for column in set(_TELLING) & set(frame.columns):
        kept[column] = kept[column].mask(kept["status"] == HIDDEN, "")
    return kept
