"""What one person's score can bear: its standard error, and reliable change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_at_least, check_proportion, is_number, require
from diagnose.statistics.means import Values, as_vector


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReliableChange:
    """Change of linked people, each against the error of measurement.

    Attributes
    ----------
    method : str
        ``"jacobson_truax"``.
    frame : pandas.DataFrame
        One row a person answered twice: ``change`` (second minus first), ``index``
        (change over its standard error), ``verdict`` (``"up"``, ``"down"`` or
        ``"no reliable change"``).
    std_error : float
        Standard error of a difference of two scores of one person.
    threshold : float
        Smallest change that counts, `smallest_detectable_change` of one person.
    conf_level : float
        Coverage behind the threshold.
    n_respondents : int
        People with both scores.
    n_up, n_down : int
        Reliable changes in either direction.
    """

    method: str
    frame: pd.DataFrame
    std_error: float
    threshold: float
    conf_level: float
    n_respondents: int
    n_up: int
    n_down: int

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the rows, one a person."""
        return self.frame.copy()

    def to_counts(self) -> pd.DataFrame:
        """Count the verdicts beside what no change at all would have given.

        Without any true change, measurement error alone puts (1 - conf_level) / 2 of
        the people beyond the threshold on either side, if errors are normal, equal
        for all and as large as `std_error` says.

        Returns
        -------
        pandas.DataFrame
            One row each for ``"up"``, ``"down"`` and ``"no reliable change"``:
            verdict, n_people, share, n_expected (under no change), p_value (chance of
            at least so many under no change, exact binomial; of at most so many for
            the last row).
        """
        from scipy.special import bdtr, bdtrc

        n, tail = self.n_respondents, (1 - self.conf_level) / 2
        counts = np.array([self.n_up, self.n_down, n - self.n_up - self.n_down])
        chances = np.array([tail, tail, self.conf_level])
        above = [bdtrc(k - 1, n, tail) if k else 1.0 for k in counts[:2]]
        return pd.DataFrame(
            {
                "verdict": ["up", "down", "no reliable change"],
                "n_people": counts,
                "share": counts / n,
                "n_expected": n * chances,
                "p_value": [*above, bdtr(float(counts[2]), n, self.conf_level)],
            }
        )


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """Return the standard error of one person's score, in score units.

    Say with the number whose standard deviation and which coefficient it used.

    Parameters
    ----------
    sd : float
        Standard deviation of the score, at least 0.
    reliability : float
        Reliability of the score, from 0 to 1.

    Returns
    -------
    float
        ``sd * sqrt(1 - reliability)``.

    Raises
    ------
    ValueError
        A negative `sd`, or a reliability below 0 or above 1.
    """
    check_at_least("sd", sd, 0)
    if not is_number(reliability) or not 0 <= reliability <= 1:
        raise ValueError(
            f"`reliability` must lie from 0 to 1; got {reliability!r}. "
            "A negative coefficient usually means a keying error."
        )
    return float(sd * np.sqrt(1 - reliability))


def smallest_detectable_change(
    sd: float, reliability: float, *, n_respondents: int = 1, conf_level: float = 0.95
) -> float:
    """Smallest change of a score that exceeds the error of measurement.

    Parameters
    ----------
    sd : float
        Standard deviation of the score, at least 0.
    reliability : float
        Reliability of the score, from 0 to 1; from a retest if possible.
    n_respondents : int
        1 for one person, or the number of *the same* people behind two means.
    conf_level : float
        Coverage, between 0 and 1.

    Returns
    -------
    float
        In score units.

    Raises
    ------
    ValueError
        A value out of range.

    References
    ----------
    Jacobson and Truax, 1991, Journal of Consulting and Clinical Psychology.
    """
    check_proportion("conf_level", conf_level)
    check_at_least("n_respondents", n_respondents, 1)
    from scipy.special import ndtri

    error = standard_error_of_measurement(sd, reliability)
    z = ndtri((1 + conf_level) / 2)
    return float(z * np.sqrt(2) * error / np.sqrt(n_respondents))


def reliable_change(
    first: Values,
    second: Values,
    *,
    sd: float,
    reliability: float,
    conf_level: float = 0.95,
) -> ReliableChange:
    """Judge the change of each linked person against the error of measurement.

    It ignores practice effects and regression to the mean: people chosen because they
    scored lowest will seem to improve.

    Parameters
    ----------
    first, second : Series, array or sequence of float, shape (n_respondents,)
        Scores of the same people in the same order; pairs with a NaN are left out.
    sd : float
        Standard deviation of the score at the first wave, above 0.
    reliability : float
        Reliability of the score, from 0 to below 1.
    conf_level : float
        Coverage, between 0 and 1.

    Returns
    -------
    ReliableChange

    Raises
    ------
    InsufficientDataError
        Nobody with both scores.
    ValueError
        Different lengths or indexes, an `sd` of 0, or a reliability of 1.

    References
    ----------
    Jacobson and Truax, 1991, Journal of Consulting and Clinical Psychology.
    """
    threshold = smallest_detectable_change(sd, reliability, conf_level=conf_level)
    std_error = float(np.sqrt(2)) * standard_error_of_measurement(sd, reliability)
    if not std_error > 0:
        raise ValueError(
            "reliable change needs `sd` above 0 and `reliability` below 1; got "
            f"{sd!r} and {reliability!r}."
        )
    change = _linked_change(first, second)
    ratio = change / std_error
    up, down = change > threshold, change < -threshold
    verdict = np.where(up, "up", np.where(down, "down", "no reliable change"))
    return ReliableChange(
        method="jacobson_truax",
        frame=pd.DataFrame({"change": change, "index": ratio, "verdict": verdict}),
        std_error=std_error,
        threshold=threshold,
        conf_level=conf_level,
        n_respondents=len(change),
        n_up=int(up.sum()),
        n_down=int(down.sum()),
    )


def _linked_change(first: Values, second: Values) -> pd.Series:
    early, late = as_vector(first, name="first"), as_vector(second, name="second")
    if len(early) != len(late):
        raise ValueError(
            "`first` and `second` must hold the same people; got "
            f"{len(early)} and {len(late)}."
        )
    index = first.index if isinstance(first, pd.Series) else None
    if (
        index is not None
        and isinstance(second, pd.Series)
        and not index.equals(second.index)
    ):
        raise ValueError("`first` and `second` must have the same index; align them.")
    change = pd.Series(late - early, index=index).dropna()
    require(
        len(change) > 0,
        f"reliable change needs people with both scores; got 0 of {len(early)}.",
    )
    return change
