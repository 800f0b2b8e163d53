"""Early against late answers: a hint about those who never answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.means import as_vector
from diagnose.statistics.sample import holds_numbers
from diagnose.statistics.team_sums import FloatArray
from diagnose.statistics.two_means import compare_two

_WEAKNESS = (
    "late answers hint at silent members only if reluctance runs on one line from "
    "early to late to never (Armstrong and Overton 1977); no difference here does not "
    "show that the silent members think alike"
)
_TEAMS = "respondents are taken as independent; whole teams that answer late are not"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyLate:
    """Late respondents against early ones.

    Attributes
    ----------
    method : str
        ``"welch_t"``.
    estimate, std_error, statistic, df, p_value : float
        Mean of the late minus mean of the early respondents, with Welch's t.
    conf_low, conf_high, conf_level : float
        Interval of the difference and its coverage.
    hedges_g, hedges_g_low, hedges_g_high : float
        The difference in pooled standard deviations, with an interval.
    mean_early, mean_late : float
        The two means.
    n_early, n_late : int
        Respondents in each group.
    early_until, late_from : pandas.Timestamp or float
        Last moment of the early, first moment of the late group.
    trend, trend_p_value : float
        Spearman's correlation between the score and the order of answering, over all
        respondents, and its two-sided p-value (t approximation).
    n_respondents : int
        Respondents with a value and a moment.
    n_left_out : int
        Those without either.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    hedges_g: float
    hedges_g_low: float
    hedges_g_high: float
    mean_early: float
    mean_late: float
    n_early: int
    n_late: int
    early_until: object
    late_from: object
    trend: float
    trend_p_value: float
    n_respondents: int
    n_left_out: int
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([{**asdict(self), "notes": "; ".join(self.notes)}])


def compare_early_late(
    values: pd.Series,
    submitted_at: pd.Series,
    *,
    share: float = 1 / 3,
    cut: object = None,
    conf_level: float = 0.95,
) -> EarlyLate:
    """Compare those who answered early with those who answered late.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        Scores; missing ones are left out and counted.
    submitted_at : pandas.Series, shape (n_respondents,)
        When each respondent answered, as dates or numbers, on the same index.
    share : float
        The first and the last `share` of the respondents are compared, at most 1/2.
        People who answered at one moment stay together, so the groups may be larger.
    cut : date or number, optional
        Compare those before this moment (a reminder) with those from it on, instead
        of `share`.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    TypeError
        `submitted_at` holds neither dates nor numbers, or `cut` is of another kind.
    ValueError
        Indexes that differ, or a `share` above 1/2.
    InsufficientDataError
        Fewer than 2 people in a group, groups that overlap because too many answered
        at one moment, or no variance.

    References
    ----------
    Armstrong, J. S., & Overton, T. S. (1977). Estimating nonresponse bias in mail
    surveys. Journal of Marketing Research, 14.
    """
    check_proportion("conf_level", conf_level)
    check_proportion("share", share)
    if share > 0.5:
        raise ValueError(f"`share` must be at most 1/2; got {share!r}.")
    score, moments, n_left_out = _aligned(values, submitted_at)
    if cut is None:
        early, late = _by_share(moments, share)
    else:
        early = _before(moments, cut)
        late = ~early
    for name, group in (("early", early), ("late", late)):
        require(
            int(group.sum()) >= 2,
            f"the {name} group has {int(group.sum())} of {len(score)} respondents; "
            "at least 2 are needed. Choose another `cut` or a larger `share`.",
        )
    difference = compare_two(score[late], score[early], conf_level=conf_level)
    trend, trend_p_value = _spearman(
        score, np.asarray(moments.rank(), dtype=np.float64)
    )
    return EarlyLate(
        method="welch_t",
        estimate=difference.estimate,
        std_error=difference.std_error,
        statistic=difference.statistic,
        df=difference.df,
        p_value=difference.p_value,
        conf_low=difference.conf_low,
        conf_high=difference.conf_high,
        conf_level=conf_level,
        hedges_g=difference.hedges_g,
        hedges_g_low=difference.hedges_g_low,
        hedges_g_high=difference.hedges_g_high,
        mean_early=difference.mean_second,
        mean_late=difference.mean_first,
        n_early=difference.n_second,
        n_late=difference.n_first,
        early_until=moments[early].max(),
        late_from=moments[late].min(),
        trend=trend,
        trend_p_value=trend_p_value,
        n_respondents=len(score),
        n_left_out=n_left_out,
        notes=(_WEAKNESS, _TEAMS),
    )


def _aligned(
    values: pd.Series, submitted_at: pd.Series
) -> tuple[FloatArray, pd.Series, int]:
    if not isinstance(values, pd.Series):
        raise TypeError("`values` must be a pandas Series of numbers.")
    score = as_vector(values)
    usable = isinstance(submitted_at, pd.Series) and (
        pd.api.types.is_datetime64_any_dtype(submitted_at)
        or (pd.api.types.is_numeric_dtype(submitted_at) and holds_numbers(submitted_at))
    )
    if not usable:
        raise TypeError(
            "`submitted_at` must be a pandas Series of dates or numbers; turn text "
            "into dates with pandas.to_datetime."
        )
    if not values.index.equals(submitted_at.index):
        raise ValueError("`values` and `submitted_at` must have the same index.")
    used = ~np.isnan(score) & submitted_at.notna().to_numpy(dtype=bool)
    moments = submitted_at[used].reset_index(drop=True)
    return score[used], moments, int((~used).sum())


def _by_share(
    moments: pd.Series, share: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], ...]:
    n_each = int(share * len(moments) + 1e-9)
    require(
        n_each >= 2,
        f"a share of {share:.3g} of {len(moments)} respondents is {n_each}; at least 2 "
        "are needed in each group.",
    )
    ordered = moments.sort_values().reset_index(drop=True)
    last_early, first_late = ordered[n_each - 1], ordered[len(ordered) - n_each]
    require(
        bool(last_early < first_late),
        "too many respondents answered at one moment to tell early from late; give "
        "finer moments, a smaller `share` or a `cut`.",
    )
    return (moments <= last_early).to_numpy(), (moments >= first_late).to_numpy()


def _before(
    moments: pd.Series, cut: object
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    try:
        return np.asarray((moments < pd.Series([cut])[0]).to_numpy())
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`cut` must be a moment like those in `submitted_at` ({moments.dtype}); "
            f"got {cut!r}."
        ) from error


def _spearman(score: FloatArray, ranks: FloatArray) -> tuple[float, float]:
    from scipy.special import stdtr

    own = pd.Series(score).rank().to_numpy()
    own, order = own - own.mean(), ranks - ranks.mean()
    scale = np.sqrt((own @ own) * (order @ order))
    require(
        bool(scale > 0),
        f"a trend needs values and moments that differ; got {len(score)} respondents "
        "without.",
    )
    rho = float(np.clip(own @ order / scale, -1.0, 1.0))
    df = len(score) - 2
    if abs(rho) >= 1:
        return rho, 0.0
    statistic = rho * np.sqrt(df / (1 - rho**2))
    return rho, float(2 * stdtr(df, -abs(statistic)))
