"""Keyness: which labels mark one set of texts off from another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion, check_whole_number, require
from diagnose.statistics.sample import FloatArray, check_numeric_frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keyness:
    """How much more often labels occur in one set of texts than in another.

    Attributes
    ----------
    table : DataFrame, one row a label
        ``label``; ``n_texts`` and ``n_other``, texts with the label here and
        elsewhere; ``share`` and ``share_other``, of all texts here and elsewhere, 0-1;
        ``statistic``, G squared on one degree of freedom; ``p_value``, of its upper
        tail, not adjusted; ``log_ratio``, the binary logarithm of the ratio of the
        shares (1: twice as often here), with ``conf_low`` and ``conf_high``;
        ``n_expected``, the smallest expected number of texts in the four cells.
    totals : tuple of int
        Texts here and elsewhere.
    conf_level : float
        Coverage of each interval, between 0 and 1.
    """

    table: pd.DataFrame
    totals: tuple[int, int]
    conf_level: float

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()


def keyness(
    counts: pd.DataFrame, totals: tuple[int, int], *, conf_level: float = 0.95
) -> Keyness:
    """Compare how often labels occur in two sets of texts.

    A text has a label or has it not, so each label makes a table of two by two. G
    squared is the likelihood-ratio statistic of that table, with all four cells; the
    chi-squared distribution serves it well where `n_expected` is about five or more.
    The interval of the log ratio is that of the logarithm of a ratio of proportions
    (Katz); where one of the four cells is empty, a half is added to each count and
    each total first (Walter). Assumes independent texts: texts of the same people to
    two questions are more alike than that, and the p-value is then approximate.

    Parameters
    ----------
    counts : DataFrame of whole numbers, shape (n_labels, 2)
        Texts with the label here (first column) and elsewhere; one row a label, whose
        name is the index. Not modified.
    totals : tuple of int
        All texts here and elsewhere.
    conf_level : float
        Coverage of each interval, between 0 and 1.

    Returns
    -------
    Keyness
        In the order of `counts`. A label that no text or every text has differs
        nowhere: its statistic is 0.

    Raises
    ------
    TypeError
        `counts` is no frame of numbers.
    ValueError
        Other than two columns or totals, a missing, broken or negative count, or one
        above its total.
    InsufficientDataError
        No texts here or elsewhere.

    References
    ----------
    Dunning, 1993, Computational Linguistics (G squared for texts).
    Katz, Baptista, Azen and Pike, 1978, Biometrics (interval of a ratio).
    Walter, 1975, Biometrika (empty cells).
    """
    check_proportion("conf_level", conf_level)
    both = _check_totals(totals)
    observed = _check_counts(counts, both)
    sizes = np.array(both, dtype=float)
    statistic, expected = _g_squared(observed, sizes)
    log_ratio, low, high = _log_ratio(observed, sizes, conf_level)
    shares = observed / sizes
    table = pd.DataFrame(
        {
            "label": [str(label) for label in counts.index],
            "n_texts": observed[:, 0].astype(np.int64),
            "n_other": observed[:, 1].astype(np.int64),
            "share": shares[:, 0],
            "share_other": shares[:, 1],
            "statistic": statistic,
            "p_value": _upper_tail(statistic),
            "log_ratio": log_ratio,
            "conf_low": low,
            "conf_high": high,
            "n_expected": expected,
        }
    )
    return Keyness(table=table, totals=both, conf_level=conf_level)


def _check_totals(totals: tuple[int, int]) -> tuple[int, int]:
    given = tuple(totals)
    if len(given) != 2:
        raise ValueError(f"`totals` must hold two numbers; got {len(given)}.")
    here, elsewhere = given
    for total in (here, elsewhere):
        check_whole_number("totals", total, 0)
    require(
        min(here, elsewhere) > 0,
        "keyness needs texts on both sides; "
        f"got {here} here and {elsewhere} elsewhere.",
    )
    return int(here), int(elsewhere)


def _check_counts(counts: pd.DataFrame, totals: tuple[int, int]) -> FloatArray:
    check_numeric_frame(counts, name="counts")
    if counts.shape[1] != 2:
        raise ValueError(f"`counts` must have two columns; got {counts.shape[1]}.")
    observed: FloatArray = counts.to_numpy(dtype=float)
    whole = np.isfinite(observed) & (observed >= 0) & (observed == np.floor(observed))
    if not whole.all():
        raise ValueError(
            "`counts` must hold whole numbers of at least 0, none missing."
        )
    if (observed > np.array(totals)).any():
        raise ValueError("`counts` must not exceed `totals`.")
    return observed


def _g_squared(
    observed: FloatArray, sizes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return G squared of each table, and the smallest count that was expected."""
    cells = np.stack([observed, sizes - observed], axis=2)
    of_rows = cells.sum(axis=1, keepdims=True) * sizes[None, :, None] / sizes.sum()
    # an empty cell adds nothing: x log x tends to 0
    ratio = np.divide(cells, of_rows, out=np.ones_like(cells), where=cells > 0)
    statistic = 2 * (cells * np.log(ratio)).sum(axis=(1, 2))
    return np.maximum(statistic, 0.0), of_rows.min(axis=(1, 2))


def _upper_tail(statistic: FloatArray) -> FloatArray:
    from scipy.stats import chi2

    tail: FloatArray = np.asarray(chi2.sf(statistic, 1), dtype=float)
    return tail


def _log_ratio(
    observed: FloatArray, sizes: FloatArray, conf_level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    from scipy.stats import norm

    empty = ((observed == 0) | (observed == sizes)).any(axis=1)
    added: npt.NDArray[np.float64] = np.where(empty, 0.5, 0.0)[:, None]
    counts, totals = observed + added, sizes + added
    natural = np.log(counts / totals)
    error = np.sqrt((1 / counts - 1 / totals).sum(axis=1))
    centre = natural[:, 0] - natural[:, 1]
    reach = float(norm.ppf((1 + conf_level) / 2)) * error
    return (
        centre / np.log(2),
        (centre - reach) / np.log(2),
        (centre + reach) / np.log(2),
    )
