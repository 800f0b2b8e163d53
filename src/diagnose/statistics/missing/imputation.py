"""Multiple imputation: several tables without gaps, which differ as much as is unknown.

Analyse each table alike, then put the results together with `pool_estimates`, or do
both at once with `pool_over_imputations`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_whole_number, require
from diagnose.statistics.missing.chained_equations import incomplete_items, run_chain
from diagnose.statistics.missing.coverage import (
    require_answers,
    require_pairs,
    require_varied_items,
)
from diagnose.statistics.missing.rubin import PooledEstimates, pool_estimates
from diagnose.statistics.sample import check_numeric_frame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
ImputationEngine = Literal["chained", "statsmodels"]
Statistic = Callable[[pd.DataFrame], tuple[npt.ArrayLike, npt.ArrayLike]]

_ASSUMPTIONS = (
    "answers are missing at random, given the other columns of this table",
    "each column is linear in the others, without interactions",
    "respondents are independent of each other: teams are not modelled",
    "the analysis uses no column that is not in this table",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imputations:
    """Answers with gaps, and several ways to fill them.

    Attributes
    ----------
    observed : pandas.DataFrame, shape (n_respondents, n_items)
        Answers with their gaps, without respondents who answered nothing.
    imputed : ndarray, shape (n_imputations, n_missing)
        What fills the gaps, row by row.
    chain_means : pandas.DataFrame
        For a look at convergence: ``imputation``, ``cycle``, ``item`` and the mean
        answer that was imputed, ``estimate``. Means of different imputations must mix,
        without a trend over cycles.
    n_imputations, n_cycles, n_donors, seed : int
        As asked for.
    n_respondents, n_unanswered : int
        Respondents with at least one answer, and those left out.
    n_items, n_missing : int
        Items, and missing answers.
    method : str
        ``"predictive_mean_matching(chained)"``, or the same of statsmodels.
    assumptions : tuple of str
        What the imputations rest on.
    """

    observed: pd.DataFrame
    imputed: FloatArray
    chain_means: pd.DataFrame
    n_imputations: int
    n_cycles: int
    n_donors: int
    seed: int
    n_respondents: int
    n_unanswered: int
    n_items: int
    n_missing: int
    method: str
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    def complete(self, number: int) -> pd.DataFrame:
        """Return one table without gaps; `number` counts from 0.

        Raises
        ------
        ValueError
            There is no such imputation.
        """
        if not 0 <= number < self.n_imputations:
            raise ValueError(
                f"`number` must be 0 to {self.n_imputations - 1}; got {number!r}."
            )
        values = self.observed.to_numpy(copy=True)
        values[np.isnan(values)] = self.imputed[number]
        return pd.DataFrame(
            values, index=self.observed.index, columns=self.observed.columns
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a filled gap: imputation, respondent, item and value."""
        rows, columns = np.nonzero(self.observed.isna().to_numpy())
        times = self.n_imputations
        return pd.DataFrame(
            {
                "imputation": np.repeat(np.arange(times), self.n_missing),
                "respondent": np.tile(self.observed.index.to_numpy()[rows], times),
                "item": np.tile(self.observed.columns.to_numpy()[columns], times),
                "value": self.imputed.ravel(),
            }
        )


def multiple_imputation(
    items: pd.DataFrame,
    *,
    n_imputations: int = 20,
    n_cycles: int = 10,
    n_donors: int = 5,
    engine: ImputationEngine = "chained",
    seed: int = 0,
) -> Imputations:
    """Fill missing answers several times by chained equations.

    Each item is regressed on all others in turn, and a gap is filled with the answer
    of a respondent whose predicted answer is close (predictive mean matching), so that
    only answers that somebody gave occur. Every imputation has a chain and a random
    stream of its own: the first ten of twenty are the same as ten.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers and any other numeric columns of the later analysis, its outcome
        included; missing ones as NaN. Respondents without any answer are left out and
        counted. Not modified.
    n_imputations : int
        Tables to make, at least 2; as many as there are per cent of missing
        information, or more (a convention).
    n_cycles : int
        Times each chain imputes every item, at least 1.
    n_donors : int
        Respondents one of whom gives the answer, at least 1.
    engine : {"chained", "statsmodels"}
        This package's own chains, or those of statsmodels: slower by far, and the same
        coefficients predict with and without an answer; for comparison.
    seed : int
        The same seed gives the same imputations, on one engine. Numpy's global random
        state is not used.

    Returns
    -------
    Imputations

    Raises
    ------
    InsufficientDataError
        No answers; an item never answered or always alike; an item with gaps that was
        answered by no more respondents than there are items; two items that nobody
        answered both of.
    TypeError, ValueError
        Not a frame of finite numbers, or an option outside its range.

    References
    ----------
    van Buuren, 2018, Flexible imputation of missing data.
    White, Royston and Wood, 2011, Statistics in Medicine, 30, 377-399.
    """
    check_option("engine", engine, ImputationEngine)
    for name, value, minimum in (
        ("n_imputations", n_imputations, 2),
        ("n_cycles", n_cycles, 1),
        ("n_donors", n_donors, 1),
        ("seed", seed, 0),
    ):
        check_whole_number(name, value, minimum)
    check_numeric_frame(items)
    everyone = items.to_numpy(dtype=float, na_value=np.nan)
    require_answers(everyone)
    kept = ~np.isnan(everyone).all(axis=1)
    values = everyone[kept]
    _require_enough(values, tuple(str(name) for name in items.columns))
    run = _chained if engine == "chained" else _statsmodels
    streams = np.random.SeedSequence(seed).spawn(n_imputations)
    tables, means = zip(
        *(
            run(values, np.random.default_rng(stream), n_cycles, n_donors)
            for stream in streams
        ),
        strict=True,
    )
    gaps = np.isnan(values)
    with_gaps = items.columns[gaps.any(axis=0)]
    return Imputations(
        observed=pd.DataFrame(values, index=items.index[kept], columns=items.columns),
        imputed=np.stack([table[gaps] for table in tables]),
        chain_means=_chain_frame(np.stack(means), with_gaps),
        n_imputations=n_imputations,
        n_cycles=n_cycles,
        n_donors=n_donors,
        seed=seed,
        n_respondents=len(values),
        n_unanswered=len(items) - len(values),
        n_items=values.shape[1],
        n_missing=int(gaps.sum()),
        method=f"predictive_mean_matching({engine})",
    )


def pool_over_imputations(
    imputations: Imputations,
    statistic: Statistic,
    *,
    df_complete: float | None = None,
    conf_level: float = 0.95,
) -> PooledEstimates:
    """Compute a statistic on every imputed table and pool it.

    Parameters
    ----------
    imputations : Imputations
        From `multiple_imputation`.
    statistic : callable
        Takes one table without gaps; returns its estimates and their standard errors,
        each a number or one-dimensional. The index of a Series names the estimates.
    df_complete, conf_level
        As in `pool_estimates`.

    Returns
    -------
    PooledEstimates

    Raises
    ------
    TypeError
        A statistic that does not return two things.
    ValueError
        As in `pool_estimates`.
    """
    results = [
        _checked_result(statistic(imputations.complete(i)))
        for i in range(imputations.n_imputations)
    ]
    first = results[0][0]
    names = [str(n) for n in first.index] if isinstance(first, pd.Series) else None
    return pool_estimates(
        [np.asarray(estimate, dtype=float) for estimate, _ in results],
        [np.asarray(error, dtype=float) for _, error in results],
        df_complete=df_complete,
        conf_level=conf_level,
        names=names,
    )


def _checked_result(result: object) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(
            "`statistic` must return a tuple of estimates and their standard errors; "
            f"got {type(result).__name__}."
        )
    return result


def _require_enough(values: FloatArray, names: tuple[str, ...]) -> None:
    require_varied_items(values, names)
    n_items = len(names)
    require(n_items >= 2, f"an item is imputed from others; got {n_items} item.")
    n_answers = (~np.isnan(values)).sum(axis=0)
    few = [
        f"{name} ({n})"
        for name, n in zip(names, n_answers, strict=True)
        if n <= n_items and n < len(values)
    ]
    require(
        not few,
        f"answered by too few of {len(values)} respondents to be predicted from "
        f"{n_items - 1} other items: {', '.join(few)}. It takes more than {n_items} "
        "answers; use fewer items.",
    )
    # Imputed values of such a pair would rest on the assumption that the other items
    # account for all they share: no answer could show otherwise.
    answered = (~np.isnan(values)).astype(float)
    require_pairs(answered.T @ answered, names, len(values))


def _chained(
    values: FloatArray, generator: np.random.Generator, n_cycles: int, n_donors: int
) -> tuple[FloatArray, FloatArray]:
    gaps = incomplete_items(values)
    filled, means = run_chain(
        values, gaps, generator, n_cycles=n_cycles, n_donors=n_donors
    )
    # Items were imputed in the order of their gaps; report them in their own.
    return filled, means[:, np.argsort([item.place for item in gaps])]


def _statsmodels(
    values: FloatArray, generator: np.random.Generator, n_cycles: int, n_donors: int
) -> tuple[FloatArray, FloatArray]:
    from statsmodels.imputation.mice import MICEData

    # Its formulas need names that are identifiers.
    table = pd.DataFrame(values).rename(columns="item{}".format)
    gaps = np.isnan(values)
    with_gaps = np.flatnonzero(gaps.any(axis=0))
    chain = MICEData(table, k_pmm=n_donors, rng=generator)
    means = np.empty((n_cycles, len(with_gaps)))
    filled = values
    for cycle in range(n_cycles):
        chain.update_all(1)
        filled = chain.data.to_numpy(dtype=float)
        means[cycle] = [filled[gaps[:, i], i].mean() for i in with_gaps]
    return filled, means


def _chain_frame(means: FloatArray, names: pd.Index) -> pd.DataFrame:
    imputation, cycle, item = np.indices(means.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "imputation": imputation,
            "cycle": cycle,
            "item": names.to_numpy()[item],
            "estimate": means.ravel(),
        }
    )
