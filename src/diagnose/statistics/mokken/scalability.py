"""Loevinger's H of a scale, of each item and of each pair, with standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option, check_proportion, require
from diagnose.statistics.mokken.answers import categorise, check_scale
from diagnose.statistics.mokken.influence import (
    Errors,
    Scalability,
    clustered_errors,
    multinomial_errors,
    scalability,
)
from diagnose.statistics.team_sums import team_codes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ScalabilityInterval = Literal["wald", "range_preserving"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MokkenScale:
    """How well a set of items orders people on one scale.

    Attributes
    ----------
    method : str
        ``"mokken_h"``.
    estimate : float
        H of the scale. At most 1; 0 when the items are uncorrelated.
    std_error : float
        Delta-method standard error of `estimate`.
    conf_low, conf_high : float
        Limits of the two-sided interval at `conf_level`.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    strength : str
        The words that Mokken gave to H, a convention and not a test: ``"strong"``
        from .50, ``"medium"`` from .40, ``"weak"`` from .30, ``"none"`` below.
    interval_method : str
        ``"wald"`` or ``"range_preserving"``.
    std_error_method : str
        ``"multinomial"`` when respondents were drawn one by one, ``"clustered"`` when
        they came in clusters.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    n_clusters : int or None
        Clusters among them; None without `clusters`.
    n_without_cluster : int
        Complete respondents left out because their cluster is missing.
    items : DataFrame
        One row an item: ``item``, ``estimate`` (H_i), ``std_error``, ``conf_low``,
        ``conf_high``, ``n_negative_pairs``.
    pairs : DataFrame
        One row a pair: ``item``, ``other_item``, ``estimate`` (H_ij), ``std_error``,
        ``conf_low``, ``conf_high``.
    flags : tuple of str
        What a reader must know: ``"negative_item:<item>"`` and
        ``"negative_pair:<item>,<item>"`` (a scale has none: usually a keying error),
        ``"no_error:<item>,<item>"`` (no respondent breaks the order of the steps: the
        standard error of 0 says nothing), ``"few_clusters:<number>"`` (below 20).
    """

    method: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    strength: str
    interval_method: str
    std_error_method: str
    n_respondents: int
    n_items: int
    n_clusters: int | None
    n_without_cluster: int
    items: pd.DataFrame
    pairs: pd.DataFrame
    flags: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a row for the scale (its `item` is empty), then one an item."""
        scale = {
            "item": "",
            "estimate": self.estimate,
            "std_error": self.std_error,
            "conf_low": self.conf_low,
            "conf_high": self.conf_high,
            "n_negative_pairs": int((self.pairs["estimate"] < 0).sum()),
        }
        frame = pd.concat([pd.DataFrame([scale]), self.items], ignore_index=True)
        frame.insert(0, "level", ["scale"] + ["item"] * self.n_items)
        return frame.assign(
            conf_level=self.conf_level,
            n_respondents=self.n_respondents,
            n_items=self.n_items,
            method=self.method,
        )


def mokken_h(
    items: pd.DataFrame,
    *,
    missing: MissingPolicy = "listwise",
    conf_level: float = 0.95,
    interval: ScalabilityInterval = "wald",
    clusters: pd.Series | None = None,
) -> MokkenScale:
    """Loevinger's scalability coefficients of a scale, its items and their pairs.

    H_ij is the covariance of two items over the largest that their margins allow;
    H_i and H are ratios of such sums. One minus H is the share of the (weighted)
    Guttman errors expected by chance that was observed. If one trait lies behind the
    items and each rises with it (monotone homogeneity), all H_ij are at least 0, and
    the sum of the items orders people on the trait. Items may differ in their number
    of categories. Nothing is flipped here.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item, or refuse them.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    interval : {"wald", "range_preserving"}
        Symmetric around the estimate, or symmetric on the logarithm of 1 - H, which
        keeps the upper limit below 1.
    clusters : Series, shape (n_respondents,), optional
        Team of each respondent, on the same index. The standard errors then allow for
        people in a team being alike, and the intervals use Student's t with the number
        of clusters less one. Respondents without a cluster are left out and counted.

    Returns
    -------
    MokkenScale

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 complete respondents, an item that does not vary
        (named), or fewer than 2 clusters.
    ValueError
        An unknown option, another index, or an item with too many distinct answers.

    Notes
    -----
    The standard errors are those of the delta method over the observed answer
    patterns. They hold the order of the item steps by popularity fixed. In simulations
    of five items the 95 per cent intervals covered 94 per cent from 100 respondents
    on, and 90 to 92 per cent at 30; clustered ones 93 per cent from 5 teams of 10 on.

    References
    ----------
    Loevinger, 1948, Psychological Bulletin.
    Mokken, 1971, A theory and procedure of scale analysis.
    Kuijpers, Van der Ark and Croon, 2013, Sociological Methodology
    (doi:10.1177/0081175013481958; standard errors).
    Koopman, Zijlstra and Van der Ark, 2022, Quality of Life Research
    (doi:10.1007/s11136-021-02840-2; clustered respondents).
    """
    check_option("interval", interval, ScalabilityInterval)
    check_proportion("conf_level", conf_level)
    complete = check_scale(items, missing=missing, what="H")
    codes, n_without = _cluster_codes(complete, items, clusters)
    if codes is not None and n_without:
        used = complete.loc[codes >= 0]
        complete = check_scale(used, missing=missing, what="H")
        codes = codes[codes >= 0]
    answers = categorise(complete)
    chosen = answers.indicators()
    found = scalability(answers, chosen)
    if codes is None:
        errors, n_clusters = multinomial_errors(answers, chosen, found), None
    else:
        n_clusters = int(codes.max()) + 1
        errors = clustered_errors(answers, chosen, found, codes)
    quantile = _quantile(conf_level, n_clusters)
    tables = _tables(answers.items, found, errors, interval=interval, quantile=quantile)
    low, high = _limits(
        np.array(found.scale), np.array(errors.scale), interval, quantile
    )
    return MokkenScale(
        method="mokken_h",
        estimate=found.scale,
        std_error=errors.scale,
        conf_low=float(low),
        conf_high=float(high),
        conf_level=conf_level,
        strength=_strength(found.scale),
        interval_method=interval,
        std_error_method="multinomial" if codes is None else "clustered",
        n_respondents=len(complete),
        n_items=len(answers.items),
        n_clusters=n_clusters,
        n_without_cluster=n_without,
        items=tables[0],
        pairs=tables[1],
        flags=_flags(*tables, n_clusters),
    )


def _cluster_codes(
    complete: pd.DataFrame, items: pd.DataFrame, clusters: pd.Series | None
) -> tuple[IntArray | None, int]:
    """Return a whole number for each complete row, -1 without a cluster."""
    if clusters is None:
        return None, 0
    if not isinstance(clusters, pd.Series):
        raise TypeError(
            f"`clusters` must be a pandas Series; got {type(clusters).__name__}."
        )
    if not clusters.index.equals(items.index):
        raise ValueError("`items` and `clusters` must have the same index.")
    kept = items.notna().all(axis="columns").to_numpy()
    codes, labels = team_codes(clusters.loc[kept])
    require(
        len(labels) >= 2,
        f"clustered standard errors need at least 2 clusters; got {len(labels)} among "
        f"{len(complete)} complete respondents. Leave `clusters` out.",
    )
    return codes, int((codes < 0).sum())


def _quantile(conf_level: float, n_clusters: int | None) -> float:
    from scipy.special import ndtri, stdtrit

    upper = (1 + conf_level) / 2
    if n_clusters is None:
        return float(ndtri(upper))
    return float(stdtrit(n_clusters - 1, upper))


def _limits(
    estimate: FloatArray,
    std_error: FloatArray,
    interval: ScalabilityInterval,
    quantile: float,
) -> tuple[FloatArray, FloatArray]:
    margin = quantile * std_error
    if interval == "wald":
        return estimate - margin, estimate + margin
    error = 1 - estimate
    # Without any error the estimate is the end of the range, and so is the interval.
    ratio = np.divide(margin, error, out=np.zeros_like(error), where=error > 0)
    return 1 - error * np.exp(ratio), 1 - error * np.exp(-ratio)


def _tables(
    names: tuple[str, ...],
    found: Scalability,
    errors: Errors,
    *,
    interval: ScalabilityInterval,
    quantile: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, columns = np.triu_indices(len(names), k=1)
    labels = np.array(names, dtype=object)
    item_low, item_high = _limits(found.item, errors.item, interval, quantile)
    pair, pair_error = found.pair[rows, columns], errors.pair[rows, columns]
    pair_low, pair_high = _limits(pair, pair_error, interval, quantile)
    items = pd.DataFrame(
        {
            "item": labels,
            "estimate": found.item,
            "std_error": errors.item,
            "conf_low": item_low,
            "conf_high": item_high,
            "n_negative_pairs": (found.pair < 0).sum(axis=1),
        }
    )
    pairs = pd.DataFrame(
        {
            "item": labels[rows],
            "other_item": labels[columns],
            "estimate": pair,
            "std_error": pair_error,
            "conf_low": pair_low,
            "conf_high": pair_high,
        }
    )
    return items, pairs


def _strength(estimate: float) -> str:
    for least, word in ((0.5, "strong"), (0.4, "medium"), (0.3, "weak")):
        if estimate >= least:
            return word
    return "none"


def _flags(
    items: pd.DataFrame, pairs: pd.DataFrame, n_clusters: int | None
) -> tuple[str, ...]:
    flags = [
        f"negative_item:{name}" for name in items["item"][items["estimate"] < -1e-12]
    ]
    both = pairs["item"] + "," + pairs["other_item"]
    flags += [f"negative_pair:{name}" for name in both[pairs["estimate"] < -1e-12]]
    flags += [f"no_error:{name}" for name in both[pairs["estimate"] > 1 - 1e-12]]
    if n_clusters is not None and n_clusters < 20:
        flags.append(f"few_clusters:{n_clusters}")
    return tuple(flags)
