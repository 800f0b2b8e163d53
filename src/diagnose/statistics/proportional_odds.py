"""Does one odds ratio serve all thresholds: Brant's check of proportional odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.statistics.dif.ordinal_logit import fit_ordinal_logits
from diagnose.statistics.means import FloatArray
from diagnose.statistics.ordinal_design import OrdinalRows
from diagnose.statistics.ordinal_errors import clustered_fit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProportionalOdds:
    """Wald test that the slopes of separate binary logits are the same.

    Attributes
    ----------
    method : str
        ``"brant"``, or with teams ``"brant_clustered"``.
    statistic : float
        Chi-square; with teams F.
    df : float
        Number of slopes times (thresholds - 1).
    df2 : float or None
        Teams less `df`; None for chi-square.
    p_value : float
        A small one speaks against proportional odds.
    n_respondents : int
        Rows analysed.
    n_teams : int or None
        Teams; None where people were taken as independent.
    """

    method: str
    statistic: float
    df: float
    df2: float | None
    p_value: float
    n_respondents: int
    n_teams: int | None
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row for all slopes together (``"all"``) and one for each.

        Columns are ``term``, ``statistic``, ``df``, ``df2``, ``p_value``,
        ``n_respondents``, ``n_teams`` and ``method``.
        """
        return self._rows.copy()


def brant_test(rows: OrdinalRows) -> tuple[ProportionalOdds | None, str]:
    """Return the check, or None and the reason why it cannot be made.

    Each threshold is fitted on its own, by a logit of "answer above it". Their joint
    covariance comes from the fitted probabilities, or with teams from the summed scores
    of each team.

    References
    ----------
    Brant, 1990, Biometrics.
    """
    if rows.n_thresholds < 2:
        return None, ""
    slopes, lost = _binary_slopes(rows)
    if lost is not None:
        below, above = rows.categories[lost], rows.categories[lost + 1]
        return None, (
            "proportional odds cannot be checked: the threshold between "
            f"{below:g} and {above:g} alone separates a group or predictor"
        )
    n_tests = rows.n_slopes * (rows.n_thresholds - 1)
    if rows.n_teams is not None and rows.n_teams <= n_tests + 1:
        return None, (
            f"proportional odds cannot be checked: {n_tests} differences of slopes "
            f"need more than {n_tests + 1} teams"
        )
    estimates = slopes[:, 1:].ravel()
    covariance = _joint_covariance(rows, slopes)
    tests = [_wald(rows, estimates, covariance, list(range(rows.n_slopes)))]
    tests += [
        _wald(rows, estimates, covariance, [place]) for place in range(rows.n_slopes)
    ]
    if any(test is None for test in tests):
        return None, (
            "proportional odds cannot be checked: the slopes of the thresholds are "
            "tied to each other"
        )
    return _result(rows, [test for test in tests if test is not None]), ""


def _binary_slopes(rows: OrdinalRows) -> tuple[FloatArray, int | None]:
    """Return constant and slopes of "above threshold k", shape (K, 1 + P)."""
    below = rows.counts.cumsum(axis=1)[:, :-1].T  # (K, points)
    above = rows.counts.sum(axis=1) - below
    fits = fit_ordinal_logits(np.stack([below, above], axis=2), rows.points[None])
    if not fits.finite.all():
        return np.empty((0, 0)), int(np.flatnonzero(~fits.finite)[0])
    slopes = fits.slopes / rows.scale
    constants = -(fits.thresholds[:, 0] + slopes @ rows.centre)
    return np.column_stack([constants, slopes]), None


def _joint_covariance(rows: OrdinalRows, slopes: FloatArray) -> FloatArray:
    """Return the covariance of the slopes of all thresholds, without constants."""
    from scipy.special import expit

    design = np.column_stack([np.ones(rows.n_respondents), rows.design])
    share = expit(design @ slopes.T)  # (n, K), falling over thresholds
    n_cuts, p = slopes.shape
    breads = [
        np.linalg.inv((design * (share[:, k] * (1 - share[:, k]))[:, None]).T @ design)
        for k in range(n_cuts)
    ]
    whole = np.empty((n_cuts, p, n_cuts, p))
    if rows.teams is None:
        for k in range(n_cuts):
            for later in range(k, n_cuts):
                weight = share[:, later] * (1 - share[:, k])
                middle = (design * weight[:, None]).T @ design
                whole[k, :, later] = breads[k] @ middle @ breads[later]
                whole[later, :, k] = whole[k, :, later].T
    else:
        flat = np.hstack(
            [_influence(rows, design, k, share[:, k]) for k in range(n_cuts)]
        )
        whole = (flat.T @ flat).reshape(whole.shape)
    size = n_cuts * (p - 1)
    return np.asarray(whole[:, 1:, :, 1:].reshape(size, size))


def _influence(
    rows: OrdinalRows, design: FloatArray, cut: int, share: FloatArray
) -> FloatArray:
    """Return what each team adds to the error of one binary logit (CR2)."""
    p = design.shape[1]
    weighted = design * (share * (1 - share))[:, None]
    products = [rows.team_sums(weighted[:, i : i + 1] * design) for i in range(p)]
    scores = design * ((rows.answers > cut) - share)[:, None]
    fit = clustered_fit(
        np.zeros(p),
        rows.team_sums(scores),
        np.stack(products, axis=1),
        n_respondents=rows.n_respondents,
        errors="cr2",
    )
    return fit.influence()


def _wald(
    rows: OrdinalRows, estimates: FloatArray, covariance: FloatArray, terms: list[int]
) -> tuple[float, float, float | None, float] | None:
    """Return statistic, its df and p-value; None where the variance is singular."""
    from scipy.special import chdtrc, fdtrc

    k, q = rows.n_thresholds, rows.n_slopes
    # Difference of each later threshold from the first, for the chosen slopes.
    step = np.hstack([np.ones((k - 1, 1)), -np.eye(k - 1)])
    contrasts = np.kron(step, np.eye(q)[terms])
    difference = contrasts @ estimates
    variance = contrasts @ covariance @ contrasts.T
    size = np.sqrt(np.maximum(np.diagonal(variance), 1e-300))
    scaled = variance / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        return None
    wald = float(difference / size @ np.linalg.solve(scaled, difference / size))
    n_tests = len(difference)
    if rows.n_teams is None:
        return wald, float(n_tests), None, float(chdtrc(n_tests, wald))
    df2 = float(rows.n_teams - n_tests)
    statistic = wald * df2 / ((rows.n_teams - 1) * n_tests)
    return statistic, float(n_tests), df2, float(fdtrc(n_tests, df2, statistic))


def _result(
    rows: OrdinalRows, tests: list[tuple[float, float, float | None, float]]
) -> ProportionalOdds:
    method = "brant" if rows.n_teams is None else "brant_clustered"
    frame = pd.DataFrame(
        {
            "term": ["all", *rows.terms],
            "statistic": [test[0] for test in tests],
            "df": [test[1] for test in tests],
            "df2": pd.Series([test[2] for test in tests], dtype=object),
            "p_value": [test[3] for test in tests],
            "n_respondents": rows.n_respondents,
            "n_teams": pd.Series([rows.n_teams] * len(tests), dtype=object),
            "method": method,
        }
    )
    return ProportionalOdds(
        method=method,
        statistic=tests[0][0],
        df=tests[0][1],
        df2=tests[0][2],
        p_value=tests[0][3],
        n_respondents=rows.n_respondents,
        n_teams=rows.n_teams,
        _rows=frame,
    )
