"""How each item of a subscale behaves: spread, extremes, and its tie to the others."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_proportion, require
from diagnose.statistics.sample import check_within, complete_rows

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One item of a subscale.

    Attributes
    ----------
    item : str
        Name of the column.
    n_respondents : int
        Number who answered this item.
    mean, sd, skew : float
        Of the available answers; `sd` with divisor n - 1, `skew` the third central
        moment over ``sd ** 3``. `skew` is NaN for a constant item.
    floor, ceiling : float
        Share (0-1) of the available answers at the lowest and the highest value.
    item_rest_r : float
        Correlation with the sum of the *other* items, over complete rows.
    conf_low, conf_high : float
        Limits of `item_rest_r` by Fisher's z; NaN below 4 complete rows.
    alpha_if_dropped : float
        Alpha of the other items, over complete rows. It capitalises on chance: never
        drop an item for it alone. NaN for a subscale of two items.
    share_missing : float
        Share (0-1) of all respondents who did not answer this item.
    reason : str
        Why a value is NaN, empty when none is: ``"constant"`` (this item does not
        vary), ``"constant_rest"`` (the sum of the others does not), ``"two_items"``
        (nothing is left after dropping one), ``"too_few"`` (below 4 complete rows, no
        interval). Several are joined by ``";"``.
    """

    item: str
    n_respondents: int
    mean: float
    sd: float
    skew: float
    floor: float
    ceiling: float
    item_rest_r: float
    conf_low: float
    conf_high: float
    alpha_if_dropped: float
    share_missing: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalysis:
    """All items of one subscale.

    Attributes
    ----------
    items : tuple of ItemStatistics
        In the order of the columns.
    conf_level : float
        Coverage of the intervals of `item_rest_r`.
    n_respondents : int
        Complete rows, behind `item_rest_r` and `alpha_if_dropped`.
    n_items : int
        Number of items.
    """

    items: tuple[ItemStatistics, ...]
    conf_level: float
    n_respondents: int
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return pd.DataFrame([asdict(item) for item in self.items])


def item_analysis(
    items: pd.DataFrame,
    *,
    lowest: float,
    highest: float,
    missing: MissingPolicy = "listwise",
    conf_level: float = 0.95,
) -> ItemAnalysis:
    """Describe the items of one subscale.

    `n_respondents`, `mean`, `sd`, `skew`, `floor`, `ceiling` and `share_missing` use
    the **available answers** of each item. `item_rest_r`, its interval and
    `alpha_if_dropped` use the **complete rows**. A negative `item_rest_r` with an
    interval below zero suggests an item keyed the wrong way; nothing is flipped here.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
    lowest, highest : float
        Ends of the response scale, the same for all items.
    missing : {"listwise", "raise"}
        Leave incomplete rows out of the correlations, or refuse them.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 2 complete respondents.
    ValueError
        Answers outside `lowest` to `highest`, or an option out of range.

    References
    ----------
    Nunnally and Bernstein, 1994, Psychometric theory (corrected item-total
    correlation).
    """
    check_proportion("conf_level", conf_level)
    complete = complete_rows(items, missing=missing)
    check_within(items, lowest, highest)
    n_respondents, n_items = complete.shape
    require(
        n_items >= 2 and n_respondents >= 2,
        f"item analysis needs at least 2 items and 2 complete respondents; got "
        f"{n_items} items and {n_respondents} complete of {len(items)}.",
    )
    rest_r, dropped = _ties(complete.to_numpy())
    described = [
        _describe(items[column], lowest=lowest, highest=highest)
        for column in items.columns
    ]
    rows = tuple(
        _row(
            str(column),
            described[i],
            tie=(rest_r[i], dropped[i]),
            constant=bool(np.ptp(complete[column]) == 0),
            n_complete=n_respondents,
            n_items=n_items,
            conf_level=conf_level,
        )
        for i, column in enumerate(items.columns)
    )
    return ItemAnalysis(
        items=rows, conf_level=conf_level, n_respondents=n_respondents, n_items=n_items
    )


def _ties(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the item-rest correlations and the alphas without each item.

    Both follow from the covariance matrix alone; NaN where a variance is 0.
    """
    n_items = values.shape[1]
    covariance = np.cov(values, rowvar=False)
    constant = np.ptp(values, axis=0) == 0
    covariance[constant, :] = covariance[:, constant] = 0.0
    own = np.diag(covariance)
    with_total = covariance.sum(axis=1)
    rest = covariance.sum() - 2 * with_total + own
    # Rounding leaves about 1e-16 of the variances in a sum that does not vary.
    rest = np.where(rest > 1e-12 * own.sum(), rest, 0.0)
    product = own * rest
    rest_r = np.divide(
        with_total - own,
        np.sqrt(product),
        out=np.full(n_items, np.nan),
        where=product > 0,
    )
    dropped = np.full(n_items, np.nan)
    if n_items > 2:
        share = np.divide(own.sum() - own, rest, out=dropped.copy(), where=rest > 0)
        dropped = (n_items - 1) / (n_items - 2) * (1 - share)
    return np.clip(rest_r, -1, 1), dropped


def _describe(
    answers: pd.Series, *, lowest: float, highest: float
) -> dict[str, float | int]:
    available = answers.dropna().to_numpy(dtype=float)
    deviation = available - available.mean()
    varies = np.ptp(available) > 0
    sd = float(np.sqrt((deviation**2).sum() / (len(available) - 1))) if varies else 0.0
    return {
        "n_respondents": len(available),
        "mean": float(available.mean()),
        "sd": sd,
        "skew": float((deviation**3).mean() / sd**3) if varies else float("nan"),
        "floor": float((available == lowest).mean()),
        "ceiling": float((available == highest).mean()),
        "share_missing": 1 - len(available) / len(answers),
    }


def _row(
    item: str,
    described: dict[str, float | int],
    *,
    tie: tuple[float, float],
    constant: bool,
    n_complete: int,
    n_items: int,
    conf_level: float,
) -> ItemStatistics:
    rest_r, dropped = float(tie[0]), float(tie[1])
    reasons = []
    if constant:
        reasons.append("constant")
    elif np.isnan(rest_r) or (np.isnan(dropped) and n_items > 2):
        reasons.append("constant_rest")
    if n_items == 2:
        reasons.append("two_items")
    if n_complete < 4:
        reasons.append("too_few")
    low, high = _fisher_interval(rest_r, n_complete, conf_level)
    return ItemStatistics(
        item=item,
        n_respondents=int(described["n_respondents"]),
        mean=described["mean"],
        sd=described["sd"],
        skew=described["skew"],
        floor=described["floor"],
        ceiling=described["ceiling"],
        item_rest_r=rest_r,
        conf_low=low,
        conf_high=high,
        alpha_if_dropped=dropped,
        share_missing=described["share_missing"],
        reason=";".join(reasons),
    )


def _fisher_interval(
    r: float, n_respondents: int, conf_level: float
) -> tuple[float, float]:
    if np.isnan(r) or n_respondents < 4:
        return float("nan"), float("nan")
    if abs(r) == 1:
        return r, r
    from scipy.special import ndtri

    margin = ndtri((1 + conf_level) / 2) / np.sqrt(n_respondents - 3)
    z = np.arctanh(r)
    return float(np.tanh(z - margin)), float(np.tanh(z + margin))
