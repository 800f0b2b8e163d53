"""What a reader of the drivers must know."""

from __future__ import annotations

import warnings

import pandas as pd

from diagnose.errors import SmallSampleWarning
from diagnose.statistics.drivers.sums import DriverSums
from diagnose.statistics.drivers.table import DriverTests

_FEW_RESPONDENTS = 100
_FEW_A_PREDICTOR = 10
_FEW_TEAMS = 10


def notes_on(
    sums: DriverSums, frame: pd.DataFrame, tests: DriverTests, n_undefined: int
) -> tuple[str, ...]:
    """Return the notes of a result: on all of it, then on single predictors."""
    few_a_predictor = sums.n_respondents < _FEW_A_PREDICTOR * len(sums.predictors)
    about_all = {
        "fewer_than_100_respondents": sums.n_respondents < _FEW_RESPONDENTS,
        "fewer_than_10_respondents_a_predictor": few_a_predictor,
        "fewer_than_10_teams": sums.n_teams is not None and sums.n_teams < _FEW_TEAMS,
        "teams_not_given": sums.n_teams is None,
        "joint_test_needs_more_teams": tests.joint is None,
        f"undefined_resamples:{n_undefined}": n_undefined > 0,
    }
    opposite = frame["correlation"] * frame["coefficient"] < 0
    apart_from_zero = frame["coefficient_low"] * frame["coefficient_high"] > 0
    about_one = {
        "within_chance": ~frame["beyond_chance"],
        "opposite_signs": opposite & apart_from_zero & frame["beyond_chance"],
        "vif_above_10": frame["vif"] > 10,
    }
    notes = [note for note, holds in about_all.items() if holds]
    for note, rows in about_one.items():
        notes += [f"{note}:{name}" for name in frame["predictor"][rows]]
    return tuple(notes)


def warn_of_few(sums: DriverSums) -> None:
    """Warn of few respondents or teams."""
    if sums.n_respondents < _FEW_RESPONDENTS:
        warnings.warn(
            f"the drivers rest on {sums.n_respondents} respondents; below "
            f"{_FEW_RESPONDENTS} the weights change much from sample to sample.",
            SmallSampleWarning,
            stacklevel=3,
        )
    if sums.n_teams is not None and sums.n_teams < _FEW_TEAMS:
        warnings.warn(
            f"the drivers rest on {sums.n_teams} teams; below {_FEW_TEAMS} the "
            "intervals are rough.",
            SmallSampleWarning,
            stacklevel=3,
        )
