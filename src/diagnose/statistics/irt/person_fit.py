"""Do the answers of a respondent fit the model at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.statistics.irt.layout import Layout, categories_at
from diagnose.statistics.irt.modes import modes
from diagnose.statistics.irt.patterns import Patterns
from diagnose.statistics.irt.respondents import patterns_of
from diagnose.statistics.irt.result import GradedResponse

FloatArray = npt.NDArray[np.float64]
Position = Literal["map", "ml"]

_CELLS_AT_ONCE = 2_000_000
_FEWEST_ITEMS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonFit:
    """Person fit of some respondents.

    Attributes
    ----------
    frame : DataFrame
        One row a respondent, with the index of the answers. `theta`: position;
        `log_likelihood`: of the answers there; `l_z`: standardised as if theta were
        known; `l_z_star`: with the correction for its estimation; `p_value`: lower
        tail of `l_z_star` under the normal distribution; `flagged`: whether it is
        below `flag_level`; `n_answered`: items answered; `reason`: why numbers are
        NaN, empty when none is: ``"too_few_answers"`` (below 2),
        ``"extreme_answers"`` (no finite theta, only by maximum likelihood),
        ``"no_spread"`` (nothing is left to judge once theta is estimated).
    method : str
        ``"l_z_star_map"`` or ``"l_z_star_ml"``.
    flag_level : float
        One-sided level of the flags, between 0 and 1.
    n_respondents, n_judged, n_flagged : int
        Rows given, with a statistic, and flagged.
    n_items : int
        Items of the model.
    """

    frame: pd.DataFrame
    method: str
    flag_level: float
    n_respondents: int
    n_judged: int
    n_flagged: int
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of `frame`."""
        return self.frame.copy()


def person_fit(
    result: GradedResponse,
    items: pd.DataFrame,
    *,
    position: Position = "map",
    flag_level: float = 0.01,
) -> PersonFit:
    """Standardised log-likelihood of each respondent's answers, for flags only.

    A low value says that the answers hang together less than the model expects at any
    position: careless answers, misread items, or a view that the instrument does not
    know. It proves none of these. `l_z` is too mild because theta is estimated from the
    same answers; `l_z_star` corrects its mean and variance, to first order in the
    number of items. With few items its distribution is skewed and it has little
    power: below about ten items take flags as a hint. The item parameters are taken
    as known.

    Parameters
    ----------
    result : GradedResponse
        The fitted model.
    items : DataFrame, shape (n_respondents, any)
        Keyed answers with a column for each item of the model, missing answers as NaN;
        the items answered are used. Other columns are not looked at. Not modified.
    position : {"map", "ml"}
        Theta by the mode of its posterior, or by maximum likelihood, which has no
        finite value where all answers are the lowest, or the highest.
    flag_level : float
        One-sided level of the flags, between 0 and 1.

    Returns
    -------
    PersonFit

    Raises
    ------
    ValueError
        An unknown option, an item without a column, or an answer that is no category.

    References
    ----------
    Drasgow, Levine and Williams, 1985, British Journal of Mathematical and Statistical
    Psychology (l_z for graded answers).
    Snijders, 2001, Psychometrika (the correction).
    Sinharay, 2016, Psychometrika (the correction for graded answers).
    """
    check_option("position", position, Position)
    check_proportion("flag_level", flag_level)
    patterns = patterns_of(result, items)
    fit = _of_patterns(result.layout, result.parameters, patterns, position == "map")
    fit["flagged"] = (fit["p_value"] < flag_level).to_numpy()
    frame = fit.iloc[patterns.of_row].set_axis(items.index, axis=0)
    return PersonFit(
        frame=frame[[*_NUMBERS, "flagged", "n_answered", "reason"]],
        method=f"l_z_star_{position}",
        flag_level=flag_level,
        n_respondents=len(frame),
        n_judged=int((frame["reason"] == "").sum()),
        n_flagged=int(frame["flagged"].sum()),
        n_items=result.n_items,
    )


_NUMBERS = ["theta", "log_likelihood", "l_z", "l_z_star", "p_value"]


def _of_patterns(
    layout: Layout, parameters: FloatArray, patterns: Patterns, with_prior: bool
) -> pd.DataFrame:
    from scipy.special import ndtr

    theta, exists = modes(layout, parameters, patterns, with_prior=with_prior)
    n_answered = patterns.n_answered
    reason = np.where(exists, "", "extreme_answers").astype(object)
    size = max(1, _CELLS_AT_ONCE // len(layout.category_item))
    starts = range(0, max(len(theta), 1), size)  # once, even for nobody
    moments = np.concatenate(
        [
            _moments(
                layout, parameters, patterns.codes[s : s + size], theta[s : s + size]
            )
            for s in starts
        ],
        axis=1,
    )
    observed, expected, variance, tie, information = moments
    left = variance - tie**2 / np.maximum(information, 1e-300)
    reason[exists & (left <= 1e-10 * variance)] = "no_spread"
    reason[n_answered < _FEWEST_ITEMS] = "too_few_answers"
    judged = reason == ""
    pull = -theta if with_prior else np.zeros(len(theta))
    shift = tie / np.maximum(information, 1e-300) * pull
    l_z = _standardised(observed - expected, variance, judged)
    l_z_star = _standardised(observed - expected + shift, left, judged)
    return pd.DataFrame(
        {
            "theta": np.where(judged, theta, np.nan),
            "log_likelihood": np.where(judged, observed, np.nan),
            "l_z": l_z,
            "l_z_star": l_z_star,
            "p_value": ndtr(l_z_star),
            "n_answered": n_answered,
            "reason": reason,
        }
    )


def _standardised(
    deviation: FloatArray, variance: FloatArray, judged: npt.NDArray[np.bool_]
) -> FloatArray:
    spread = np.sqrt(np.where(judged, variance, 1.0))
    return np.where(judged, deviation / spread, np.nan)


def _moments(
    layout: Layout,
    parameters: FloatArray,
    codes: npt.NDArray[np.intp],
    theta: FloatArray,
) -> FloatArray:
    """Return five sums over the items answered, each of shape (n_patterns,).

    The log-likelihood of the answers; its expectation and variance at theta; its
    covariance with the score of theta; the information on theta.
    """
    categories = categories_at(layout, parameters, theta)
    log_probability = categories.log_probability
    probability = np.exp(log_probability)
    slope = parameters[layout.category_item, None]
    score = slope * (1 - categories.passing_lower - categories.passing_upper)
    answered = (codes >= 0).T

    def add(values: FloatArray) -> FloatArray:
        summed: FloatArray = np.add.reduceat(values, layout.first_category, axis=0)
        return summed

    place = np.where(codes >= 0, codes + layout.first_category, 0)
    given = np.take_along_axis(log_probability, place.T, axis=0)
    mean = add(probability * log_probability)
    by_item = np.stack(
        [
            given,
            mean,
            add(probability * log_probability**2) - mean**2,
            add(probability * log_probability * score),
            add(probability * score**2),
        ]
    )
    total: FloatArray = np.where(answered, by_item, 0.0).sum(axis=1)
    return total
