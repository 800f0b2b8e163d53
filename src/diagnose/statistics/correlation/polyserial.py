"""Polyserial correlations: a measured variable with the attitude behind an item."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.errors import AssumptionWarning
from diagnose.statistics.correlation.bivariate_normal import interval_probabilities
from diagnose.statistics.correlation.maximum import (
    LARGEST_CORRELATION,
    Slopes,
    fisher_interval,
    maximise,
)
from diagnose.statistics.correlation.tables import code_item
from diagnose.statistics.correlation.two_step import (
    LEAST_PROBABILITY,
    estimate_thresholds,
)
from diagnose.statistics.sample import check_numeric_frame

FloatArray = npt.NDArray[np.float64]

_FAR = 1e3  # stands for an infinite threshold, whatever the correlation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolyserialResult:
    """Correlations of one measured variable with ordinal items.

    Attributes
    ----------
    method : str
        ``"polyserial_two_step"``.
    continuous : str
        Name of the measured variable.
    pairs : DataFrame
        One row an item: ``item``, ``estimate``, ``std_error``, ``conf_low``,
        ``conf_high``, ``conf_level``, ``n_respondents`` (who have both),
        ``n_categories``, ``at_bound``. An item at the bound of -.999 or .999 has no
        standard error and no interval: they are NaN.
    thresholds : DataFrame
        One row a threshold: ``item``, ``category`` (the answer below it), ``estimate``,
        over the same respondents.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_items : int
        Number of items.
    """

    method: str
    continuous: str
    pairs: pd.DataFrame
    thresholds: pd.DataFrame
    conf_level: float
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item, see `pairs`."""
        return self.pairs.assign(method=self.method)


def polyserial(
    continuous: pd.Series,
    ordinal: pd.DataFrame | pd.Series,
    *,
    conf_level: float = 0.95,
) -> PolyserialResult:
    """Polyserial correlations by two-step maximum likelihood.

    The item is seen as a normal variable cut at thresholds, normal together with the
    measured variable. First the mean and the variance of the one and the thresholds of
    the other, each from its own margin; then their correlation, given those (Olsson,
    Drasgow and Dorans, 1982). Standard errors allow for the first step.

    Parameters
    ----------
    continuous : Series, shape (n_respondents,)
        The measured variable. Not modified.
    ordinal : DataFrame or Series, shape (n_respondents, n_items)
        Answers in any numeric codes, at most 20 different ones an item, with the index
        of `continuous`. Not modified. Of each item, the respondents are used who have
        both; that asks that answers are missing completely at random.
    conf_level : float
        Coverage of the intervals, between 0 and 1, symmetric on Fisher's z scale.

    Returns
    -------
    PolyserialResult

    Raises
    ------
    InsufficientDataError
        Fewer than 3 respondents with both, or one of the two does not vary over them;
        an item with more than 20 different answers.
    ValueError
        An unequal index, an infinite value.

    Warns
    -----
    AssumptionWarning
        A correlation is at the bound.

    References
    ----------
    Olsson, Drasgow and Dorans, 1982, Psychometrika.
    """
    check_proportion("conf_level", conf_level)
    measured, items = _checked(continuous, ordinal)
    pairs = [
        _pair(str(name), measured, items[name].to_numpy(dtype=float, na_value=np.nan))
        for name in items.columns
    ]

    def slopes(chosen: npt.NDArray[np.intp], r: FloatArray) -> Slopes:
        found = [pairs[i].slopes(value) for i, value in zip(chosen, r, strict=True)]
        slope, curvature, information = np.array(found).T
        return slope, curvature, information

    estimates, at_bound = maximise(slopes, np.array([pair.start() for pair in pairs]))
    _warn_of_bound([pair.item for pair, at in zip(pairs, at_bound, strict=True) if at])
    return PolyserialResult(
        method="polyserial_two_step",
        continuous=str(continuous.name),
        pairs=_frame(pairs, estimates, at_bound, conf_level),
        thresholds=pd.concat(
            [pair.threshold_frame() for pair in pairs], ignore_index=True
        ),
        conf_level=conf_level,
        n_items=len(pairs),
    )


def _frame(
    pairs: list[_Pair],
    estimates: FloatArray,
    at_bound: npt.NDArray[np.bool_],
    conf_level: float,
) -> pd.DataFrame:
    found = zip(pairs, estimates, at_bound, strict=True)
    errors = np.array([np.nan if at else pair.std_error(r) for pair, r, at in found])
    low, high = fisher_interval(estimates, errors, conf_level)
    return pd.DataFrame(
        {
            "item": [pair.item for pair in pairs],
            "estimate": estimates,
            "std_error": errors,
            "conf_low": low,
            "conf_high": high,
            "conf_level": conf_level,
            "n_respondents": [len(pair.z) for pair in pairs],
            "n_categories": [len(pair.categories) for pair in pairs],
            "at_bound": at_bound,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    """One item and the standardised measured variable of who have both."""

    item: str
    categories: tuple[float, ...]
    codes: npt.NDArray[np.intp]
    z: FloatArray
    thresholds: FloatArray

    def start(self) -> float:
        density = np.exp(-(self.thresholds**2) / 2).sum() / np.sqrt(2 * np.pi)
        covariance = float(self.z @ self.codes) / len(self.z)
        return float(np.clip(covariance / density, -0.9, 0.9))

    def edges(self) -> tuple[FloatArray, FloatArray]:
        padded = np.concatenate([[-_FAR], self.thresholds, [_FAR]])
        return padded[self.codes], padded[self.codes + 1]

    def slopes(self, r: float) -> tuple[float, float, float]:
        """Return slope and curvature of the log-likelihood, and the information.

        An answer has the probability Phi(e2) - Phi(e1), with e = (threshold - r z) / s
        and s^2 = 1 - r^2.
        """
        spread = np.sqrt((1 - r) * (1 + r))
        probability, standard = self.probability(r)
        impossible = bool((probability <= LEAST_PROBABILITY).any())
        probability = np.maximum(probability, LEAST_PROBABILITY)
        first, second = np.zeros(len(self.z)), np.zeros(len(self.z))
        for sign, threshold, at in zip((-1, 1), self.edges(), standard, strict=True):
            density = sign * _density(at)
            pull = r * threshold - self.z
            change = pull / spread**3
            first += density * change
            second += density * (
                threshold / spread**3 + 3 * r * pull / spread**5 - at * change**2
            )
        scores = first / probability
        information = float(scores @ scores)
        slope = float(scores.sum())
        if impossible:
            slope = -np.inf if r > 0 else np.inf
        return slope, float((second / probability).sum()) - information, information

    def probability(self, r: float) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        """Return the probability of each answer given z, and the standardised edges."""
        spread = np.sqrt((1 - r) * (1 + r))
        lower, upper = ((edge - r * self.z) / spread for edge in self.edges())
        return interval_probabilities(lower, upper), (lower, upper)

    def std_error(self, r: float) -> float:
        """Return the standard error, from the casewise influences on the estimate.

        The scores of the correlation, less what the mean, the variance and the
        thresholds already explain, as in `influence`. All matrices are cross-products
        of scores, also those of mean and variance, which is right under normality.
        """
        spread = np.sqrt((1 - r) * (1 + r))
        probability, (lower, upper) = self.probability(r)
        probability = np.maximum(probability, LEAST_PROBABILITY)
        low, high = _density(lower) / probability, _density(upper) / probability
        low_edge, high_edge = self.edges()
        scores = high * (r * high_edge - self.z) - low * (r * low_edge - self.z)
        scores = scores / spread**3
        # Mean and variance, in units of one standard deviation and one variance.
        own = np.column_stack([self.z, (self.z**2 - 1) / 2])
        shift = ((high - low) * r / spread)[:, None] * np.column_stack(
            [np.ones_like(self.z), self.z / 2]
        )
        # A variable of two values leaves nothing of its own for the variance: pinv.
        inverse = np.linalg.pinv(own.T @ own, hermitian=True)
        explained = own @ (inverse @ (scores @ (own + shift)))
        steps = np.arange(len(self.thresholds))
        is_upper = self.codes[:, None] == steps
        is_lower = self.codes[:, None] == steps + 1
        moved = is_upper * high[:, None] - is_lower * low[:, None]
        below = self.codes[:, None] <= steps
        influence = (below - below.mean(axis=0)) / _density(self.thresholds)
        explained += influence @ (scores @ moved / spread) / len(self.z)
        rest = scores - explained
        return float(np.sqrt(rest @ rest) / (scores @ scores))

    def threshold_frame(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "item": self.item,
                "category": self.categories[:-1],
                "estimate": self.thresholds,
            }
        )


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def _pair(item: str, measured: FloatArray, answers: FloatArray) -> _Pair:
    both = ~(np.isnan(measured) | np.isnan(answers))
    n_respondents = int(both.sum())
    require(
        n_respondents >= 3,
        f"A polyserial correlation needs at least 3 respondents with both values; got "
        f"{n_respondents} of {len(answers)} for {item}.",
    )
    values = measured[both]
    require(
        bool(np.ptp(values) > 0),
        f"The measured variable does not vary over the {n_respondents} respondents who "
        f"answered {item}.",
    )
    categories, codes = code_item(item, answers[both])
    margins = np.bincount(codes).astype(float)
    return _Pair(
        item=item,
        categories=categories,
        codes=codes.astype(np.intp),
        z=(values - values.mean()) / values.std(),
        thresholds=estimate_thresholds(margins[None, :])[0],
    )


def _checked(
    continuous: pd.Series, ordinal: pd.DataFrame | pd.Series
) -> tuple[FloatArray, pd.DataFrame]:
    if not isinstance(continuous, pd.Series):
        raise TypeError(
            f"`continuous` must be a pandas Series; got {type(continuous).__name__}."
        )
    items = ordinal.to_frame() if isinstance(ordinal, pd.Series) else ordinal
    check_numeric_frame(items, name="ordinal")
    check_numeric_frame(continuous.to_frame(), name="continuous")
    if not continuous.index.equals(items.index):
        raise ValueError(
            "`continuous` and `ordinal` must have the same index, one row a respondent."
        )
    require(items.shape[1] >= 1, "`ordinal` has no items.")
    return continuous.to_numpy(dtype=float, na_value=np.nan), items


def _warn_of_bound(items: list[str]) -> None:
    if items:
        warnings.warn(
            f"The polyserial correlation of {', '.join(items)} lies at the bound of "
            f"{LARGEST_CORRELATION} and has no standard error.",
            AssumptionWarning,
            stacklevel=3,
        )
