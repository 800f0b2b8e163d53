"""How much agreement random answers would show: cut-offs by size of the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_list, check_option, check_whole_number
from diagnose.statistics.agreement_indices import a_wg_by_item, mean_over_items
from diagnose.statistics.chance_answers import (
    can_enumerate,
    enumerate_answers,
    simulate_answers,
)
from diagnose.statistics.chance_model import ChanceModel, chance_model
from diagnose.statistics.null_distributions import (
    NullName,
    null_shares,
    null_variance,
)
from diagnose.statistics.team_items import TeamItems
from diagnose.statistics.team_sums import FloatArray

AgreementIndex = Literal["ad_mean", "ad_median", "r_wg_j", "r_wg_j_star", "a_wg"]
SMALLER_IS_AGREEMENT = ("ad_mean", "ad_median")
LARGEST_JUDGED = 60
"""Teams above this size are judged by the cut-off of this size; see `cutoff_table`."""
SEED = 20240229
_LARGEST_TEAM = 10_000
_DIGITS = 9  # values of an index that differ by rounding only are one value
_Z = 1.959963984540054
_NOT_REACHED = (
    "even full agreement comes from random answers more often than `significance`; "
    "`chance` is its probability"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementCutoff:
    """The least agreement that random answers seldom reach.

    Attributes
    ----------
    index : str
        Name of the index of agreement.
    null : str
        Distribution of the random answers, and the null of r_wg(j).
    n_respondents, n_items, n_options : int
        Size of the team, items, and answers on the response scale.
    significance : float
        Largest chance allowed.
    cutoff : float
        Largest AD, or smallest value of another index, that counts as better than
        chance. AD is in steps of the response scale. NaN when even full agreement is
        not; `notes` then says so.
    chance : float
        Probability that random answers reach `cutoff`, at most `significance`.
    chance_error : float
        Half the width of the 95 % Monte-Carlo interval of `chance`; 0 when exact.
    method : {"exact", "simulation"}
        Enumeration of all answers, or simulated teams.
    n_simulations, seed : int
        Simulated teams (0 when exact) and the start of the random numbers.
    notes : tuple of str
        What a reader must know.
    """

    index: str
    null: str
    n_respondents: int
    n_items: int
    n_options: int
    significance: float
    cutoff: float
    chance: float
    chance_error: float
    method: str
    n_simulations: int
    seed: int
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([{**asdict(self), "notes": "; ".join(self.notes)}])


def agreement_cutoffs(  # noqa: PLR0913 - all that random answers depend on
    n_respondents: int,
    *,
    n_items: int = 1,
    n_options: int = 5,
    index: AgreementIndex = "ad_mean",
    null: NullName = "uniform",
    correlation: float | npt.ArrayLike = 0.0,
    significance: float = 0.05,
    n_simulations: int = 10_000,
    seed: int = SEED,
) -> AgreementCutoff:
    """Cut-off above which agreement in a team is better than random answers.

    Parameters
    ----------
    n_respondents : int
        Size of the team, at least 2.
    n_items, n_options : int
        Items of the subscale, and answers on their response scale (whole steps).
    index : {"ad_mean", "ad_median", "r_wg_j", "r_wg_j_star", "a_wg"}
        AD is better than chance at or below the cut-off, the others at or above it.
        A team whose a_wg is undefined counts as not better than chance.
    null : str
        Distribution of the random answers and the null of r_wg(j); see `null_shares`.
    correlation : float or array, shape (n_items, n_items)
        Correlation between one person's answers to two items; one number for all
        pairs, or a matrix. Random answers are normal values cut at the thresholds of
        the null (a Gaussian copula), correlated so that the *answers* correlate as
        given. Items that correlate make chance agreement more likely.
    significance : float
        Largest chance allowed, between 0 and 1.
    n_simulations, seed : int
        Simulated teams where the answers cannot be enumerated, and their seed. The
        same call gives the same numbers, and results are remembered.

    Returns
    -------
    AgreementCutoff
        Exact for one item and small teams (47 people with 5 answers), else simulated.

    Raises
    ------
    ValueError
        An option that does not exist, or correlations that cannot be.

    References
    ----------
    Dunlap, W. P., Burke, M. J., & Smith-Crowe, K. (2003). Accurate tests of statistical
    significance for r_wg and average deviation interrater agreement indexes. Journal
    of Applied Psychology, 88.
    Cohen, A., Doveh, E., & Nahum-Shani, I. (2009). Testing agreement for multi-item
    scales with the indices r_wg(j) and AD_M(J). Organizational Research Methods, 12.
    """
    check_option("index", index, AgreementIndex)
    model = chance_model(
        n_items=n_items,
        n_options=n_options,
        null=null,
        correlation=correlation,
        significance=significance,
        n_simulations=n_simulations,
        seed=seed,
    )
    _check_size(n_respondents)
    return _cutoffs((int(n_respondents),), (index,), model)[0]


def _check_size(n_respondents: int) -> None:
    check_whole_number("n_respondents", n_respondents, 2)
    if n_respondents > _LARGEST_TEAM:
        raise ValueError(
            f"`n_respondents` must be at most {_LARGEST_TEAM}, the size of a team; got "
            f"{n_respondents!r}."
        )


def cutoff_table(  # noqa: PLR0913 - all that random answers depend on
    n_respondents: Sequence[int],
    *,
    n_items: int = 1,
    n_options: int = 5,
    index: AgreementIndex = "ad_mean",
    null: NullName = "uniform",
    correlation: float | npt.ArrayLike = 0.0,
    significance: float = 0.05,
    n_simulations: int = 10_000,
    seed: int = SEED,
) -> pd.DataFrame:
    """Cut-offs of `agreement_cutoffs` for many sizes at once, one row a size.

    All sizes are read from one stream of simulated people: the rows equal those of
    single calls and cost little more than the largest of them. Random answers agree
    less easily in a larger team, so a cut-off is more demanding than needed for
    teams above the size it was made for.

    Parameters
    ----------
    n_respondents : sequence of int
        Sizes of teams, at least 2; rows come back ascending and without repeats.
    n_items, n_options, index, null, correlation, significance, n_simulations, seed
        As in `agreement_cutoffs`.

    Returns
    -------
    pandas.DataFrame
        Columns as the fields of `AgreementCutoff`.
    """
    check_option("index", index, AgreementIndex)
    model = chance_model(
        n_items=n_items,
        n_options=n_options,
        null=null,
        correlation=correlation,
        significance=significance,
        n_simulations=n_simulations,
        seed=seed,
    )
    n_respondents = check_list("n_respondents", n_respondents)
    for size in n_respondents:
        _check_size(size)
    sizes = tuple(sorted({int(size) for size in n_respondents}))
    rows = _cutoffs(sizes, (index,), model)
    return pd.concat([row.to_frame() for row in rows], ignore_index=True)


def cutoffs_by_size(
    sizes: npt.NDArray[np.int64],
    indices: tuple[AgreementIndex, ...],
    model: ChanceModel,
) -> dict[str, FloatArray]:
    """Return for each index the cut-off of each team, in the order of `sizes`.

    Teams above `LARGEST_JUDGED` get the cut-off of that size. Sizes below 2 and
    cut-offs that cannot be reached are NaN.
    """
    judged = np.minimum(sizes, LARGEST_JUDGED)
    unique = tuple(int(size) for size in np.unique(judged[judged > 1]))
    found: dict[str, FloatArray] = {
        name: np.full(LARGEST_JUDGED + 1, np.nan) for name in indices
    }
    if unique:
        for row in _cutoffs(unique, indices, model):
            found[row.index][row.n_respondents] = row.cutoff
    return {name: table[np.maximum(judged, 0)] for name, table in found.items()}


def better_than_chance(
    values: FloatArray, cutoffs: FloatArray, index: str
) -> npt.NDArray[np.bool_]:
    """Return whether each value reaches its cut-off; never when that is NaN."""
    # rounding must not decide about a value that is the cut-off itself
    margin = 2 * 10.0**-_DIGITS
    if index in SMALLER_IS_AGREEMENT:
        return np.asarray(values <= cutoffs + margin)
    return np.asarray(values >= cutoffs - margin)


@lru_cache(maxsize=256)
def _cutoffs(
    sizes: tuple[int, ...], indices: tuple[AgreementIndex, ...], model: ChanceModel
) -> tuple[AgreementCutoff, ...]:
    shares = null_shares(model.null, n_options=model.n_options)
    exact = [s for s in sizes if model.n_items == 1 and can_enumerate(s, len(shares))]
    rows = []
    for size in exact:
        teams, weights = enumerate_answers(size, shares)
        rows += [_row(teams, weights, index, size, model) for index in indices]
    simulated = [size for size in sizes if size not in exact]
    if simulated:
        stream = simulate_answers(
            simulated,
            shares,
            model.matrix,
            n_simulations=model.n_simulations,
            seed=model.seed,
        )
        for size, teams in stream:
            rows += [_row(teams, None, index, size, model) for index in indices]
    return tuple(rows)


def _row(
    teams: TeamItems,
    weights: FloatArray | None,
    index: AgreementIndex,
    size: int,
    model: ChanceModel,
) -> AgreementCutoff:
    values = np.round(_index_of(teams, index, model), _DIGITS)
    if weights is None:
        probabilities = np.full(len(values), 1 / len(values))
    else:
        probabilities = weights
    cutoff, chance = _cut(values, probabilities, index, model.significance)
    error = _Z * np.sqrt(chance * (1 - chance) / len(values))
    return AgreementCutoff(
        index=index,
        null=model.null,
        n_respondents=size,
        n_items=model.n_items,
        n_options=model.n_options,
        significance=model.significance,
        cutoff=cutoff,
        chance=chance,
        chance_error=float(error) if weights is None else 0.0,
        method="simulation" if weights is None else "exact",
        n_simulations=model.n_simulations if weights is None else 0,
        seed=model.seed,
        notes=(_NOT_REACHED,) if np.isnan(cutoff) else (),
    )


def _cut(
    values: FloatArray, probabilities: FloatArray, index: str, significance: float
) -> tuple[float, float]:
    """Return the weakest value that is seldom enough, and its chance."""
    sign = 1.0 if index in SMALLER_IS_AGREEMENT else -1.0
    defined = ~np.isnan(values)
    ordered, place = np.unique(sign * values[defined], return_inverse=True)
    reached = np.cumsum(np.bincount(place, weights=probabilities[defined]))
    # 0.05 in steps of 1 / 10 000 is summed with rounding
    seldom = np.flatnonzero(reached <= significance + 1e-12)
    if not len(seldom):
        return float("nan"), float(reached[0])
    last = seldom[-1]
    return float(sign * ordered[last]), float(reached[last])


def _index_of(
    teams: TeamItems, index: AgreementIndex, model: ChanceModel
) -> FloatArray:
    if index == "ad_mean":
        return mean_over_items(teams.around_mean)
    if index == "ad_median":
        return mean_over_items(teams.around_median)
    if index == "a_wg":
        return mean_over_items(
            a_wg_by_item(teams, lowest=0, highest=model.n_options - 1)
        )
    reference = null_variance(model.null, lowest=1, highest=model.n_options)
    single = 1 - mean_over_items(teams.variances) / reference
    if index == "r_wg_j_star":
        return single
    single = np.maximum(single, 0)
    n_items = model.n_items
    return n_items * single / (n_items * single + 1 - single)
