"""A fitted graded response model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.irt.curves import (
    category_frame,
    check_theta,
    information_frame,
    item_information_frame,
)
from diagnose.statistics.irt.layout import Layout, make_layout
from diagnose.statistics.irt.quadrature import Quadrature

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GradedResponse:
    """Items under the graded response model, with a standard normal latent variable.

    Attributes
    ----------
    method : str
        ``"graded_response_ml"``, or ``"graded_response_map"`` with the prior of the
        slopes.
    items : tuple of str
        Names of the items, in the order of everything below.
    categories : tuple of tuple of float
        Answers of each item that occur, ascending.
    slopes, slope_se : numpy.ndarray, shape (n_items,)
        How sharply an item tells people apart, in logits for one standard deviation of
        the latent variable. Negative for an item that runs against most others.
    thresholds, threshold_se : tuple of numpy.ndarray
        For each item one threshold a category but the lowest: where on the latent
        variable that answer or a higher one becomes as likely as a lower one.
        Ascending, or descending where the slope is negative.
    intercepts : tuple of numpy.ndarray
        ``-slope * threshold``; in this form the model was estimated.
    covariance : numpy.ndarray, shape (n_parameters, n_parameters)
        Of the estimates, slopes of all items first, then intercepts, from the
        observed information.
    log_likelihood, aic, bic : float
        Of the answers given, at the estimates; without the prior.
    n_parameters, n_patterns : int
        Slopes and intercepts; different answer patterns.
    n_respondents, n_items : int
        Size of what was analysed, after `missing` was applied.
    n_left_out : int
        Respondents left out: without any answer or, listwise, with one missing.
    n_answered : tuple of int
        Respondents analysed who answered each item.
    missing : str
        ``"available"`` or ``"listwise"``.
    marginal_reliability : float
        Mean over the latent variable of information / (information + 1): the expected
        reliability of the scores, were every item answered.
    empirical_reliability : float
        Variance of the expected a posteriori scores of these respondents, as a share
        of that variance and the mean squared posterior deviation together.
    conf_level : float
        Coverage of the intervals in `to_frame`, between 0 and 1.
    quadrature : Quadrature
        Points and weights over which the latent variable was summed.
    n_iterations : int
        Steps to the maximum.
    largest_gradient : float
        Largest derivative of the log-likelihood that remained, in absolute value.
    flags : tuple of str
        What a reader must know: ``"negative_slope:<item>"`` (usually a keying error),
        ``"slope_near_zero:<item>"`` (its interval holds 0: the thresholds mean
        little), ``"sparse_category:<item>=<answer>"`` (fewer than 5 answers),
        ``"unused_answer:<item>=<answer>"`` (other items have this answer),
        ``"left_out:<count>"``, ``"small_sample"`` (fewer than 5 respondents a
        parameter), ``"coarse_quadrature"`` (more points would change the numbers
        visibly).
    """

    method: str
    items: tuple[str, ...]
    categories: tuple[tuple[float, ...], ...]
    slopes: FloatArray
    slope_se: FloatArray
    thresholds: tuple[FloatArray, ...]
    threshold_se: tuple[FloatArray, ...]
    intercepts: tuple[FloatArray, ...]
    covariance: FloatArray
    log_likelihood: float
    aic: float
    bic: float
    n_parameters: int
    n_patterns: int
    n_respondents: int
    n_items: int
    n_left_out: int
    n_answered: tuple[int, ...]
    missing: str
    marginal_reliability: float
    empirical_reliability: float
    conf_level: float
    quadrature: Quadrature
    n_iterations: int
    largest_gradient: float
    flags: tuple[str, ...] = ()

    @property
    def layout(self) -> Layout:
        """Return where the categories of each item stand in flat arrays."""
        return make_layout(np.array([len(known) for known in self.categories]))

    @property
    def parameters(self) -> FloatArray:
        """Return the slopes of all items, then the intercepts, as one vector."""
        return np.concatenate([self.slopes, *self.intercepts])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a parameter, with Wald intervals.

        `parameter` is ``"slope"`` or ``"threshold"``; `category` is the lowest answer
        above the threshold, and NaN for a slope.
        """
        from scipy.special import ndtri

        rows = [row for i in range(self.n_items) for row in self._rows_of_item(i)]
        columns = ["item", "parameter", "category", "estimate", "std_error"]
        frame = pd.DataFrame(rows, columns=columns)
        margin = ndtri((1 + self.conf_level) / 2) * frame["std_error"]
        counts = dict(zip(self.items, self.n_answered, strict=True))
        return frame.assign(
            conf_low=frame["estimate"] - margin,
            conf_high=frame["estimate"] + margin,
            conf_level=self.conf_level,
            n_respondents=frame["item"].map(counts),
            method=self.method,
        )

    def _rows_of_item(self, i: int) -> list[tuple[str, str, float, float, float]]:
        item = self.items[i]
        slope = (item, "slope", float("nan"), self.slopes[i], self.slope_se[i])
        thresholds = zip(
            self.categories[i][1:],
            self.thresholds[i],
            self.threshold_se[i],
            strict=True,
        )
        return [slope, *((item, "threshold", *values) for values in thresholds)]

    def item_information(self, theta: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Return the Fisher information of each item on the latent variable.

        Parameters
        ----------
        theta : array-like of float, optional
            Values of the latent variable, in standard deviations of the population;
            81 values from -4 to 4 by default.

        Returns
        -------
        DataFrame, shape (n_theta, n_items)
            The index is `theta`.
        """
        return item_information_frame(
            self.items, self.layout, self.parameters, check_theta(theta)
        )

    def test_information(self, theta: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Return how precisely all items together measure, at each `theta`.

        Parameters
        ----------
        theta : array-like of float, optional
            As in `item_information`.

        Returns
        -------
        DataFrame
            `theta`; `information`, the sum over the items; `std_error`, one over its
            root, that of a maximum-likelihood score; `reliability`, information /
            (information + 1), that of a score of people with this theta when the
            variance between people is 1.
        """
        return information_frame(self.layout, self.parameters, check_theta(theta))

    def category_curves(self, theta: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Return the probability of each answer.

        Parameters
        ----------
        theta : array-like of float, optional
            As in `item_information`.

        Returns
        -------
        DataFrame
            Columns `item`, `category`, `theta`, `probability`; one row each.
        """
        return category_frame(
            self.items,
            self.categories,
            self.layout,
            self.parameters,
            check_theta(theta),
        )
