"""What goes with the outcomes: each condition by its share of what is explained.

All outcomes rest on the same people: those of the work floor with a score on every
condition and every outcome. So no two models differ by a few people, and what may be
published of one may be published of all (decision 8). Whole teams are resampled.
Somebody whose team is not known is a team alone: left out, they would be a group of
their own between the published numbers, and the others would not stand for them.

The p-values of all conditions on all outcomes are one family (Holm).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.errors import InsufficientDataError, SmallSampleWarning
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, NO_UNIT, Responses
from diagnose.scoring.score import Scores

if TYPE_CHECKING:
    from diagnose.statistics.drivers.weights import ImportanceMethod

WEIGHTS = (
    "outcome",
    "subscale",
    "n_respondents",
    "estimate",
    "conf_low",
    "conf_high",
    "share",
    "share_low",
    "share_high",
    "rank",
    "rank_low",
    "rank_high",
    "correlation",
    "correlation_low",
    "correlation_high",
    "p_value",
    "p_adjusted",
    "holds",
    "vif",
    "mean",
    "headroom",
    "headroom_low",
    "headroom_high",
)
DRIVER_MODELS = (
    "outcome",
    "n_respondents",
    "n_others",
    "n_conditions",
    "r_squared",
    "r_squared_adjusted",
    "r_squared_low",
    "r_squared_high",
    "p_value",
    "largest_vif",
    "first_factor",
    "mean_correlation",
    "lmg_difference",
    "median_share",
    "median_headroom",
    "note",
)
FEWEST_FOR_DRIVERS = 50
"""People without whom nothing is computed."""
STEADY_DRIVERS = 100
"""People from whom on a condition is named; with fewer the weights are too restless."""
_FEWEST_A_CONDITION = 3
_FEW_TEAMS = 10
_MOST_ALONE = 5000
_RESAMPLES = 1000
_SEED = 20261125
_HALF = 0.5


def _no_weights() -> pd.DataFrame:
    return build_frame((), WEIGHTS)


def _no_models() -> pd.DataFrame:
    return build_frame((), DRIVER_MODELS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drivers:
    """What goes with the outcomes, work floor; nothing here is about causes.

    Attributes
    ----------
    weights : pandas.DataFrame
        One row an outcome and condition: ``outcome``, ``subscale``,
        ``n_respondents``; ``estimate`` (Johnson's relative weight, they add to R
        squared) with ``conf_low``, ``conf_high``; ``share`` (of R squared) with
        ``share_low``, ``share_high``; ``rank`` (1 = most) with ``rank_low``,
        ``rank_high``; ``correlation`` with ``correlation_low``,
        ``correlation_high``; ``p_value`` (of the correlation, over teams),
        ``p_adjusted`` (Holm, all conditions and outcomes), ``holds`` (``yes``,
        ``no``: beyond chance; where not, the lower limits of weight and share are 0),
        ``vif``; ``mean`` of the profile; ``headroom`` (part of the response scale
        above that mean, 0 to 1) with ``headroom_low``, ``headroom_high``.
    models : pandas.DataFrame
        One row an outcome: ``outcome``, ``n_respondents`` (with every score),
        ``n_others`` (of the work floor, without), ``n_conditions``, ``r_squared``,
        ``r_squared_adjusted`` (less what chance adds) with ``r_squared_low``,
        ``r_squared_high``, ``p_value`` (of all conditions together; NaN with too few
        teams), ``largest_vif``, ``first_factor`` (share of all differences between
        all scores that one factor carries), ``mean_correlation`` (absolute, between
        all scores), ``lmg_difference`` (largest difference of a share with that by
        LMG), ``median_share``, ``median_headroom``, ``note`` (key in the catalogue,
        or empty). A model that could not be made has no numbers but the counts.
    """

    weights: pd.DataFrame = field(default_factory=_no_weights)
    models: pd.DataFrame = field(default_factory=_no_models)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """Who and what takes part.

    Attributes
    ----------
    scores : pandas.DataFrame
        Complete scores.
    conditions, outcomes : list of str
        Subscales.
    clusters : pandas.Series or None
        Team of each; None where nobody has one.
    n_others : int
        People without all scores.
    """

    scores: pd.DataFrame
    conditions: list[str]
    outcomes: list[str]
    clusters: pd.Series | None
    n_others: int

    @property
    def needed(self) -> int:
        """Return how many people anything is computed of."""
        return fewest_for(len(self.conditions))

    @property
    def counts(self) -> dict[str, float]:
        """Return who takes part, in numbers."""
        return {
            "n_respondents": len(self.scores),
            "n_others": self.n_others,
            "n_conditions": len(self.conditions),
        }


def fewest_for(n_conditions: float) -> int:
    """Return how many people a model of so many conditions asks for."""
    return max(FEWEST_FOR_DRIVERS, _FEWEST_A_CONDITION * int(n_conditions))


def find_drivers(
    people: Responses,
    own: Scores,
    profile: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    conf_level: float,
) -> Drivers:
    """Return what goes with each outcome.

    Parameters
    ----------
    people : Responses
        The work floor in the last wave.
    own : Scores
        Of the same people.
    profile : pandas.DataFrame
        See `Diagnosis.profile`; the means of the work floor stand beside the weights.
    verdicts : pandas.DataFrame
        See `Measurement.verdicts`: what is not supported takes no part.
    conf_level : float
        Coverage of every interval.

    Returns
    -------
    Drivers
        Empty frames without an outcome or a condition that is supported.
    """
    asked = _who_takes_part(people, own, verdicts)
    if not asked.conditions or not asked.outcomes:
        return Drivers()
    note = _why_not(asked)
    if note:
        return _without_numbers(asked, note)
    try:
        method = _common_method(asked)
        found = [
            _one_outcome(asked, outcome, profile, people.instrument, conf_level)
            for outcome in asked.outcomes
        ]
    except InsufficientDataError:
        return _without_numbers(asked, "note.no_drivers")
    weights = pd.concat([part for part, _ in found], ignore_index=True)
    models = [model | method | {"note": _caution(asked)} for _, model in found]
    return Drivers(
        weights=judge_weights(weights, conf_level=conf_level),
        models=build_frame(models, DRIVER_MODELS),
    )


def judge_weights(weights: pd.DataFrame, *, conf_level: float) -> pd.DataFrame:
    """Adjust the p-values over all rows; lower limits of what may be chance are 0."""
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = adjust_p_values(weights["p_value"].to_numpy()).to_numpy()
    beyond = adjusted < 1 - conf_level
    judged = weights.assign(p_adjusted=adjusted, holds=np.where(beyond, "yes", "no"))
    judged.loc[~beyond, ["conf_low", "share_low"]] = 0.0
    return build_frame({str(name): judged[name] for name in judged}, WEIGHTS)


def _who_takes_part(people: Responses, own: Scores, verdicts: pd.DataFrame) -> _Asked:
    good = set(verdicts.loc[verdicts["verdict"] != "unsupported", "subscale"])
    answered = own.frame.columns[own.frame.notna().any()]
    chosen = [s for s in people.instrument.subscales if s.id in good & set(answered)]
    conditions = [s.id for s in chosen if s.kind == "condition"]
    outcomes = [s.id for s in chosen if s.kind == "outcome"]
    scores = own.frame[[*conditions, *outcomes]]
    complete = scores.notna().all(axis="columns").to_numpy()
    clusters = _teams(people)
    return _Asked(
        scores=scores.loc[complete].reset_index(drop=True),
        conditions=conditions,
        outcomes=outcomes,
        clusters=None if clusters is None else _kept(clusters, complete),
        n_others=int((~complete).sum()),
    )


def _teams(people: Responses) -> pd.Series | None:
    """Return the number of everybody's team; who has none is a team alone."""
    levels = list(people.hierarchy)
    if not levels:
        return None
    frame = people.people
    codes = frame.groupby(levels, dropna=False).ngroup().to_numpy()
    alone = (frame[levels[-1]] == NO_UNIT).to_numpy()
    own = np.random.default_rng(_SEED).permutation(int(alone.sum())) % _MOST_ALONE
    codes = codes.copy()
    codes[alone] = len(frame) + own
    return None if alone.all() else pd.Series(codes)


def _kept(clusters: pd.Series, complete: np.ndarray) -> pd.Series | None:
    kept = clusters.loc[complete].reset_index(drop=True)
    return kept if kept.nunique() > 1 else None


def _why_not(asked: _Asked) -> str:
    """Return why nothing is computed, or nothing."""
    if len(asked.conditions) < 2:
        return "note.few_conditions"
    return "note.few_for_drivers" if len(asked.scores) < asked.needed else ""


def _without_numbers(asked: _Asked, note: str) -> Drivers:
    rows = [
        {"outcome": outcome, "note": note} | asked.counts for outcome in asked.outcomes
    ]
    return Drivers(models=build_frame(rows, DRIVER_MODELS))


def _caution(asked: _Asked) -> str:
    """Return how a model that was made must be read, or nothing."""
    if len(asked.scores) < STEADY_DRIVERS:
        return "note.rough_drivers"
    few = asked.clusters is not None and asked.clusters.nunique() < _FEW_TEAMS
    return "note.few_teams" if few else ""


def _common_method(asked: _Asked) -> dict[str, float]:
    from diagnose.statistics.drivers import common_method

    result = common_method(asked.scores)
    return {
        "first_factor": result.first_factor_share,
        "mean_correlation": result.mean_absolute_correlation,
    }


def _one_outcome(
    asked: _Asked,
    outcome: str,
    profile: pd.DataFrame,
    instrument: Instrument,
    conf_level: float,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from diagnose.statistics.drivers import (
        driver_sums,
        importance_and_headroom,
        relative_importance_from_correlations,
        relative_importance_from_sums,
    )

    scores = asked.scores
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)  # the note says it
        sums = driver_sums(
            scores[outcome], scores[asked.conditions], clusters=asked.clusters
        )
        result = relative_importance_from_sums(
            sums,
            n_bootstrap=_RESAMPLES,
            conf_level=conf_level,
            against_chance=False,
        )
    means, ends = _means(profile, asked.conditions, instrument)
    placed = importance_and_headroom(result, means, **ends)
    other = relative_importance_from_correlations(
        sums.to_frame(), outcome=outcome, method=_other_method(len(asked.conditions))
    )
    frame = result.to_frame()
    room = placed.to_frame()[["mean", "headroom", "headroom_low", "headroom_high"]]
    weights = frame.rename(columns={"predictor": "subscale"}).assign(outcome=outcome)
    weights = pd.concat([weights, room], axis="columns")
    distance = (frame["share"] - other.to_frame()["share"]).abs().max()
    return weights, {
        "outcome": outcome,
        **asked.counts,
        "r_squared": result.r_squared,
        "r_squared_adjusted": result.r_squared_adjusted,
        "r_squared_low": result.r_squared_low,
        "r_squared_high": result.r_squared_high,
        "p_value": result.joint_p_value,
        "largest_vif": frame["vif"].max(),
        "lmg_difference": distance if other.method == "lmg" else float("nan"),
        "median_share": frame["share"].median(),
        "median_headroom": placed.median_headroom,
    }


def _other_method(n_conditions: int) -> ImportanceMethod:
    """Return LMG where it can be had: it fits every subset of the conditions."""
    from diagnose.statistics.drivers.weights import MOST_PREDICTORS_LMG

    return "lmg" if n_conditions <= MOST_PREDICTORS_LMG else "johnson"


def _means(
    profile: pd.DataFrame, conditions: list[str], instrument: Instrument
) -> tuple[pd.DataFrame, dict[str, Any]]:
    floor = profile.loc[profile["role"] == FLOOR]
    means = floor.rename(columns={"subscale": "predictor", "mean": "estimate"})
    scales = {
        condition: instrument.response_scale(
            instrument.subscale(condition).response_scale
        )
        for condition in conditions
    }
    return means, {
        "lowest": {name: scale.lowest for name, scale in scales.items()},
        "highest": {name: scale.highest for name, scale in scales.items()},
    }


def models_with_numbers(drivers: Drivers) -> Iterator[dict[str, Any]]:
    """Yield the models that were made and are shown."""
    models = drivers.models
    for row in models.loc[models["r_squared"].notna()].to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def conditions_beyond_chance(weights: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the conditions that go with an outcome beyond chance, most first."""
    own = weights.loc[(weights["outcome"] == outcome) & (weights["holds"] == "yes")]
    return own.sort_values("share", ascending=False, kind="stable")


def leading_conditions(weights: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return those of them that together come to half of what is explained.

    They are all of them where they do not come to half.
    """
    beyond = conditions_beyond_chance(weights, outcome)
    before = beyond["share"].cumsum() - beyond["share"]
    return beyond.loc[before < _HALF]
