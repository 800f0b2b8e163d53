"""How much of a sum score is one thing: hierarchical omega by Schmid-Leiman."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import (
    check_option,
    check_proportion,
    check_whole_number,
    require,
)
from diagnose.errors import InsufficientDataError
from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    CorrelationMissing,
)
from diagnose.statistics.factor.extraction import extract_factors
from diagnose.statistics.factor.hierarchy import (
    SchmidLeiman,
    schmid_leiman,
    second_order_loadings,
    shared_out,
)
from diagnose.statistics.factor.rotation import Rotation, rotate_factors
from diagnose.statistics.sample import complete_rows

__all__ = [
    "HierarchicalOmega",
    "SchmidLeiman",
    "omega_hierarchical",
    "schmid_leiman",
]

FloatArray = npt.NDArray[np.float64]
HierarchicalMethod = Literal["schmid_leiman"]

_STARTS_OF_A_RESAMPLE = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HierarchicalOmega:
    """How much of a sum score is one general factor.

    All of the sum of **standardised** items.

    Attributes
    ----------
    method : str
        ``"omega_hierarchical_schmid_leiman"``.
    correlation : str
        The correlations analysed: ``"pearson"``, ``"polychoric"``, ``"given"``.
    estimate : float
        Omega hierarchical: share (0-1) of the variance of the sum that goes with the
        general factor.
    conf_low, conf_high : float or None
        Limits of the two-sided interval at `conf_level`; None without bootstrap.
    conf_level : float
        Coverage of the interval, between 0 and 1.
    interval_method : str
        ``"none"``, or ``"bootstrap_percentile"`` with resamples and seed.
    omega_total : float
        Share (0-1) that goes with any common factor: 1 minus the uniquenesses over
        the variance of the sum. Not the omega of a one-factor model.
    omega_limit : float
        `estimate` over `omega_total`: hierarchical omega of endlessly many such items.
    alpha : float
        Standardised alpha of the same correlations.
    ecv : float
        Explained common variance of the general factor (0-1).
    uncontaminated : float
        Share (0-1) of the correlations that are between items of different groups,
        and so owe nothing to a group factor.
    groups : DataFrame, one row a group factor
        ``n_items`` whose largest group loading is on it, and of the sum of these:
        ``omega_total``, ``omega_general`` and ``omega_group`` (what is left of the
        group once the general factor is taken out). NaN for a group without items.
    hierarchy : SchmidLeiman
        The loadings behind it all.
    n_respondents, n_items, n_group_factors : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        ``"undefined_resamples:<count>"`` (left out of the interval), and those of the
        hierarchy.
    """

    method: str
    correlation: str
    estimate: float
    conf_low: float | None
    conf_high: float | None
    conf_level: float
    interval_method: str
    omega_total: float
    omega_limit: float
    alpha: float
    ecv: float
    uncontaminated: float
    groups: pd.DataFrame
    hierarchy: SchmidLeiman
    n_respondents: int
    n_items: int
    n_group_factors: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the single numbers as a one-row frame, in declaration order."""
        tables = ("groups", "hierarchy")
        names = [name for name in self.__slots__ if name not in tables]
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


def omega_hierarchical(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    method: HierarchicalMethod = "schmid_leiman",
    n_group_factors: int = 3,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
    n_bootstrap: int = 0,
    seed: int = 0,
    conf_level: float = 0.95,
) -> HierarchicalOmega:
    """Hierarchical omega: the share of a sum score that is one general factor.

    High hierarchical omega says that the sum of all items may be read as one thing,
    though there are groups of items too. It is about the sum of standardised items,
    and rests on the assumptions of `schmid_leiman`.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        **Keyed** answers in response-scale units, missing answers as NaN. Not
        modified, and no item is reversed here.
    method : {"schmid_leiman"}
        Exploratory, by `schmid_leiman`.
    n_group_factors : int
        3 or more; for 2 see `schmid_leiman`.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories;
        then omega is that of a sum which nobody has.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.
    n_bootstrap : int
        Resamples of respondents for the interval, at least 100; 0 for none. For
        Pearson correlations of complete answers.
    seed : int
        Of the random starts and the bootstrap.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    HierarchicalOmega

    Warns
    -----
    AssumptionWarning
        See `schmid_leiman`.

    Raises
    ------
    InsufficientDataError
        What `schmid_leiman` refuses, or a sum without variance.
    ValueError
        An unknown option, or a bootstrap without complete answers.

    References
    ----------
    McDonald, 1999, Test theory: a unified treatment.
    Zinbarg, Revelle, Yovel and Li, 2005, Psychometrika.
    Reise, Scheines, Widaman and Haviland, 2013, Educational and Psychological
    Measurement (explained common variance, uncontaminated correlations).
    """
    check_option("method", method, HierarchicalMethod)
    check_proportion("conf_level", conf_level)
    if n_bootstrap:
        _check_bootstrap(items, n_bootstrap, correlation, missing)
    hierarchy = schmid_leiman(
        items,
        n_group_factors=n_group_factors,
        correlation=correlation,
        missing=missing,
        seed=seed,
    )
    observed = hierarchy.first_order.correlations.to_numpy()
    total = float(observed.sum())
    require(
        total > 0,
        f"hierarchical omega is undefined: the sum of the {hierarchy.n_items} "
        f"standardised items does not vary over {hierarchy.n_respondents} respondents.",
    )
    estimate = float(hierarchy.general.sum() ** 2) / total
    omega_total = 1 - float(hierarchy.uniquenesses.sum()) / total
    interval = _Interval()
    if n_bootstrap and isinstance(items, pd.DataFrame):
        interval = _bootstrap(
            items, n_group_factors, n_bootstrap, seed=seed, conf_level=conf_level
        )
    n_items = hierarchy.n_items
    return HierarchicalOmega(
        method="omega_hierarchical_schmid_leiman",
        correlation=hierarchy.correlation,
        estimate=estimate,
        conf_low=interval.low,
        conf_high=interval.high,
        conf_level=conf_level,
        interval_method=interval.method,
        omega_total=omega_total,
        omega_limit=estimate / omega_total,
        alpha=n_items / (n_items - 1) * (1 - n_items / total),
        ecv=hierarchy.ecv,
        uncontaminated=_uncontaminated(_main_group(hierarchy)),
        groups=_groups(hierarchy, observed),
        hierarchy=hierarchy,
        n_respondents=hierarchy.n_respondents,
        n_items=n_items,
        n_group_factors=n_group_factors,
        flags=hierarchy.flags + interval.flags,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interval:
    low: float | None = None
    high: float | None = None
    method: str = "none"
    flags: tuple[str, ...] = ()


def _check_bootstrap(
    items: pd.DataFrame | CorrelationMatrix,
    n_bootstrap: int,
    correlation: CorrelationKind,
    missing: CorrelationMissing,
) -> None:
    check_whole_number("n_bootstrap", n_bootstrap, 100)
    given = isinstance(items, CorrelationMatrix)
    if given or correlation == "polychoric" or missing == "pairwise":
        raise ValueError(
            "`n_bootstrap` must be 0 for a CorrelationMatrix, and for polychoric or "
            f"pairwise correlations; got {n_bootstrap!r}. Give complete answers and "
            "use Pearson correlations, or go without an interval."
        )


def _main_group(hierarchy: SchmidLeiman) -> npt.NDArray[np.intp]:
    """Return the group factor with the largest loading of each item."""
    return np.asarray(np.abs(hierarchy.group.to_numpy()).argmax(axis=1))


def _uncontaminated(main_group: npt.NDArray[np.intp]) -> float:
    n_items = len(main_group)
    sizes = np.bincount(main_group)
    return float(1 - (sizes * (sizes - 1)).sum() / (n_items * (n_items - 1)))


def _groups(hierarchy: SchmidLeiman, observed: FloatArray) -> pd.DataFrame:
    """Return omega of the sum of the items of each group."""
    main_group = _main_group(hierarchy)
    general, group = hierarchy.general.to_numpy(), hierarchy.group.to_numpy()
    rows = []
    for number, name in enumerate(hierarchy.group.columns):
        members = main_group == number
        total = float(observed[np.ix_(members, members)].sum())
        common = float(general[members].sum() ** 2)
        own = float(group[members, number].sum() ** 2)
        known = total > 0
        rows.append(
            {
                "factor": name,
                "n_items": int(members.sum()),
                "omega_total": (common + own) / total if known else np.nan,
                "omega_general": common / total if known else np.nan,
                "omega_group": own / total if known else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _bootstrap(
    items: pd.DataFrame,
    n_group_factors: int,
    n_bootstrap: int,
    *,
    seed: int,
    conf_level: float,
) -> _Interval:
    """Return percentile limits over resampled respondents."""
    values = complete_rows(items).to_numpy()
    generator = np.random.default_rng(seed)
    estimates = []
    for _ in range(n_bootstrap):
        drawn = values[generator.integers(len(values), size=len(values))]
        if (np.ptp(drawn, axis=0) > 0).all():
            estimate = _resampled(np.corrcoef(drawn, rowvar=False), n_group_factors)
            estimates += [] if estimate is None else [estimate]
    require(
        2 * len(estimates) > n_bootstrap,
        f"hierarchical omega has no interval: it is defined in {len(estimates)} of "
        f"{n_bootstrap} resamples of {len(values)} respondents.",
    )
    tail = (1 - conf_level) / 2
    low, high = np.quantile(estimates, [tail, 1 - tail])
    undefined = n_bootstrap - len(estimates)
    return _Interval(
        low=float(low),
        high=float(high),
        method=f"bootstrap_percentile(n={n_bootstrap}, seed={seed})",
        flags=(f"undefined_resamples:{undefined}",) if undefined else (),
    )


def _resampled(observed: FloatArray, n_group_factors: int) -> float | None:
    """Return hierarchical omega of a correlation matrix, None where it has none."""
    if np.linalg.eigvalsh(observed)[0] <= 1e-10:
        return None
    first = extract_factors(observed, n_group_factors, method="minres", n_starts=1)
    if not first.converged or first.n_positive < n_group_factors:
        return None
    rotated = rotate_factors(
        first.loadings, Rotation(name="oblimin"), n_starts=_STARTS_OF_A_RESAMPLE
    )
    try:
        second, _ = second_order_loadings(rotated.factor_correlations)
    except InsufficientDataError:
        return None
    general, _ = shared_out(rotated.pattern, second)
    return float(general.sum() ** 2 / observed.sum())
