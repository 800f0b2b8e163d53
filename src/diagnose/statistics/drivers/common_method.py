"""How much of what goes together may come from one questionnaire, one sitting."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_proportion
from diagnose.statistics.drivers.collinearity import complete_correlations

FloatArray = npt.NDArray[np.float64]

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CommonMethod:
    """Signs of variance that the method of asking puts into all scores.

    Attributes
    ----------
    method : str
        ``"marker"`` or ``"smallest_correlation"``: where `method_correlation` is from.
    first_factor_share : float
        Largest eigenvalue of the correlations of all scores but the marker, over
        their number (in the manner of Harman). A weak sign: true relations raise it as
        well, and it grows when scores are few.
    mean_absolute_correlation : float
        Over the same scores.
    method_correlation : float
        What the method alone is taken to give two scores: the smallest correlation of
        the marker, or of any two scores; not below 0.
    method_correlation_high : float
        Upper limit of it (Fisher's z, respondents taken as independent), for a harder
        adjustment.
    method_pair : tuple of str
        The two scores with the smallest correlation.
    conf_level : float
        Of the two-sided interval with that upper limit.
    n_respondents : int
        Complete respondents.
    notes : tuple of str
        ``"first_factor_is_weak_evidence"`` always, ``"first_factor_above_half"``,
        ``"no_marker"`` (the smallest correlation also holds true relation, so the
        adjustment may be too hard), ``"method_correlation_not_positive"`` (nothing to
        adjust), and ``"not_beyond_method:<a>|<b>"`` where the correlation differs from
        zero before, and not after the adjustment.
    """

    method: str
    first_factor_share: float
    mean_absolute_correlation: float
    method_correlation: float
    method_correlation_high: float
    method_pair: tuple[str, str]
    conf_level: float
    n_respondents: int
    notes: tuple[str, ...]
    _pairs: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair of scores (the marker left out).

        Columns: first, second, correlation, estimate (adjusted correlation),
        estimate_hard (adjusted by the upper limit), statistic (t), df, p_value of the
        adjusted one. The tests take respondents as independent; with teams they say
        "different from zero" too soon.
        """
        return self._pairs.copy()


def common_method(
    scores: pd.DataFrame,
    *,
    marker: str | None = None,
    conf_level: float = 0.95,
    missing: MissingPolicy = "listwise",
) -> CommonMethod:
    """Adjust correlations for what the method of asking gives all of them.

    With r_M the correlation that method alone brings about, the adjusted one is
    (r - r_M) / (1 - r_M) (Lindell and Whitney 2001). It assumes that the method adds
    alike to all scores, and that the marker has nothing to do with at least one.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_scores)
        Items or subscale scores, all turned the same way (high = more), missing as
        NaN.
    marker : str, optional
        Column that has nothing to do with the matter in theory. Without it the
        smallest correlation of any two scores stands in.
    conf_level : float
        Of the interval with the upper limit of r_M, between 0 and 1.
    missing : {"listwise", "raise"}
        Leave out respondents with a missing answer, or refuse them.

    Raises
    ------
    ValueError
        No column of the name `marker`, or fewer than 2 other scores.
    InsufficientDataError
        Fewer than 3 respondents more than scores, or a score that does not vary.

    References
    ----------
    Lindell and Whitney, 2001, Journal of Applied Psychology.
    Malhotra, Kim and Patil, 2006, Management Science (the harder adjustment).
    """
    check_proportion("conf_level", conf_level)
    correlations, n_respondents = complete_correlations(
        scores, missing=missing, name="scores"
    )
    substantive = _substantive(correlations, marker)
    low, pair = _smallest(correlations, marker)
    method_correlation = max(low, 0.0)
    high = _upper_limit(method_correlation, n_respondents, conf_level)
    pairs = _adjust(substantive, method_correlation, high, n_respondents)
    matrix = substantive.to_numpy()
    share = float(np.linalg.eigvalsh(matrix)[-1]) / len(matrix)
    return CommonMethod(
        method="smallest_correlation" if marker is None else "marker",
        first_factor_share=share,
        mean_absolute_correlation=float(pairs["correlation"].abs().mean()),
        method_correlation=method_correlation,
        method_correlation_high=high,
        method_pair=pair,
        conf_level=conf_level,
        n_respondents=n_respondents,
        notes=_notes(pairs, share, low, marker, conf_level),
        _pairs=pairs.drop(columns="p_value_before"),
    )


def _substantive(correlations: pd.DataFrame, marker: str | None) -> pd.DataFrame:
    named = isinstance(marker, Hashable)
    if marker is not None and not (named and marker in correlations.columns):
        listed = ", ".join(correlations.columns)
        raise ValueError(f"`marker` must be one of {listed}; got {marker!r}.")
    kept = [name for name in correlations.columns if name != marker]
    if len(kept) < 2:
        raise ValueError(
            f"`scores` must hold at least 2 scores beside the marker; got {len(kept)}."
        )
    return correlations.loc[kept, kept]


def _smallest(
    correlations: pd.DataFrame, marker: str | None
) -> tuple[float, tuple[str, str]]:
    names = list(correlations.columns)
    rows, columns = np.triu_indices(len(names), 1)
    if marker is not None:
        place = names.index(marker)
        with_marker = (rows == place) | (columns == place)
        rows, columns = rows[with_marker], columns[with_marker]
    found = correlations.to_numpy()[rows, columns]
    least = int(np.argmin(found))
    return float(found[least]), (names[rows[least]], names[columns[least]])


def _upper_limit(correlation: float, n_respondents: int, conf_level: float) -> float:
    from scipy.special import ndtri

    margin = ndtri((1 + conf_level) / 2) / np.sqrt(n_respondents - 3)
    return float(np.tanh(np.arctanh(min(correlation, 1 - 1e-12)) + margin))


def _adjust(
    correlations: pd.DataFrame, by: float, by_hard: float, n_respondents: int
) -> pd.DataFrame:
    names = list(correlations.columns)
    rows, columns = np.triu_indices(len(names), 1)
    found = correlations.to_numpy()[rows, columns]
    adjusted = (found - by) / max(1 - by, 1e-12)
    statistic, p_value = _t_test(adjusted, n_respondents - 3)
    _, p_value_before = _t_test(found, n_respondents - 2)
    return pd.DataFrame(
        {
            "first": [names[row] for row in rows],
            "second": [names[column] for column in columns],
            "correlation": found,
            "estimate": adjusted,
            "estimate_hard": (found - by_hard) / max(1 - by_hard, 1e-12),
            "statistic": statistic,
            "df": float(n_respondents - 3),
            "p_value": p_value,
            "p_value_before": p_value_before,
        }
    )


def _t_test(correlation: FloatArray, df: int) -> tuple[FloatArray, FloatArray]:
    from scipy.special import stdtr

    left = np.maximum(1 - correlation**2, 1e-15)
    statistic = correlation * np.sqrt(df / left)
    return statistic, 2 * stdtr(df, -np.abs(statistic))


def _notes(
    pairs: pd.DataFrame,
    share: float,
    low: float,
    marker: str | None,
    conf_level: float,
) -> tuple[str, ...]:
    about_all = {
        "first_factor_is_weak_evidence": True,
        "first_factor_above_half": share > _HALF,
        "no_marker": marker is None,
        "method_correlation_not_positive": low <= 0,
    }
    notes = [note for note, holds in about_all.items() if holds]
    error_rate = 1 - conf_level
    lost = (pairs["p_value_before"] <= error_rate) & (pairs["p_value"] > error_rate)
    for first, second in zip(pairs["first"][lost], pairs["second"][lost], strict=True):
        notes.append(f"not_beyond_method:{first}|{second}")
    return tuple(notes)
