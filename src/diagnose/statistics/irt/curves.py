"""What items tell at each value of the latent variable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.irt.layout import Layout, categories_at

FloatArray = npt.NDArray[np.float64]

_DEFAULT_THETA = (-4.0, 4.0, 81)


def check_theta(theta: npt.ArrayLike | None) -> FloatArray:
    """Return the values as a vector of finite numbers; 81 from -4 to 4 by default."""
    if theta is None:
        return np.linspace(*_DEFAULT_THETA)
    values = np.atleast_1d(np.asarray(theta, dtype=float))
    if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(
            "`theta` must be one number or a row of finite numbers; got an array of "
            f"shape {values.shape}."
        )
    return values


def information_of_items(
    layout: Layout, parameters: FloatArray, theta: FloatArray
) -> FloatArray:
    """Return the Fisher information on theta, shape (n_items, n_theta).

    The derivative of the log-probability of a category to theta is
    ``a (1 - p_lower - p_upper)``; the information is its expected square.
    """
    categories = categories_at(layout, parameters, theta)
    slope = parameters[layout.category_item, None]
    score = slope * (1 - categories.passing_lower - categories.passing_upper)
    weighted = np.exp(categories.log_probability) * score**2
    information: FloatArray = np.add.reduceat(weighted, layout.first_category, axis=0)
    return information


def item_information_frame(
    items: Sequence[str], layout: Layout, parameters: FloatArray, theta: FloatArray
) -> pd.DataFrame:
    """Return the information of each item, one row a theta, one column an item."""
    information = information_of_items(layout, parameters, theta)
    index = pd.Index(theta, name="theta")
    return pd.DataFrame(information.T, index=index, columns=list(items))


def information_frame(
    layout: Layout, parameters: FloatArray, theta: FloatArray
) -> pd.DataFrame:
    """Return information, standard error and reliability, one row a theta."""
    information = information_of_items(layout, parameters, theta).sum(axis=0)
    return pd.DataFrame(
        {
            "theta": theta,
            "information": information,
            "std_error": 1 / np.sqrt(information),
            "reliability": information / (information + 1),
        }
    )


def category_frame(
    items: Sequence[str],
    answers: Sequence[Sequence[float]],
    layout: Layout,
    parameters: FloatArray,
    theta: FloatArray,
) -> pd.DataFrame:
    """Return the probability of each answer, one row an item, an answer and a theta."""
    probability = np.exp(categories_at(layout, parameters, theta).log_probability)
    named = np.array(items, dtype=object)[layout.category_item]
    return pd.DataFrame(
        {
            "item": np.repeat(named, len(theta)),
            "category": np.repeat(np.concatenate(answers), len(theta)),
            "theta": np.tile(theta, len(named)),
            "probability": probability.ravel(),
        }
    )
