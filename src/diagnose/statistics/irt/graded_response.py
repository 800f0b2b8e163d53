"""Fit Samejima's graded response model by marginal maximum likelihood."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.errors import InsufficientDataError
from diagnose.statistics.irt.assemble import assemble
from diagnose.statistics.irt.intake import AvailableMissing, Intake, take_in
from diagnose.statistics.irt.likelihood import Data
from diagnose.statistics.irt.maximise import Maximum, Objective, is_positive, maximise
from diagnose.statistics.irt.prior import SlopePrior
from diagnose.statistics.irt.quadrature import (
    Quadrature,
    QuadratureRule,
    make_quadrature,
)
from diagnose.statistics.irt.result import GradedResponse
from diagnose.statistics.irt.start import starting_values

SlopePriorChoice = Literal["none", "log_normal"]

_STEEPEST = 20.0
_STEEP = 5.0
_CARRIED = 4.3
"""Slope times distance of the points above which summing is wrong by over a per cent:
``2 pi^2 / log(100)``."""


def graded_response(
    items: pd.DataFrame,
    *,
    quadrature: QuadratureRule = "grid",
    n_points: int = 61,
    limit: float = 6.0,
    missing: AvailableMissing = "available",
    prior: SlopePriorChoice = "none",
    conf_level: float = 0.95,
) -> GradedResponse:
    """Fit the graded response model: where on the latent variable each item informs.

    The probability of an answer at category c or above is
    ``logistic(slope * (theta - threshold_c))``. The latent variable theta is summed
    out as standard normal, over unique answer patterns. It asks for one latent
    variable behind all items, answers independent given it, and respondents
    independent of each other: in teams, standard errors are too small.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing answers as NaN. Not modified.
        The categories of an item are its answers that occur, at most 20; only their
        order counts.
    quadrature : {"grid", "gauss_hermite"}
        Equally spaced points with normal weights, or Gauss-Hermite points. The grid
        is the more exact of the two at the same number; programs with 21
        Gauss-Hermite points differ from it in the third decimal.
    n_points : int
        Number of points: 11 to 501 in a grid, 11 to 101 of Gauss-Hermite.
    limit : float
        The grid runs from -limit to limit, in standard deviations; 3 to 12.
    missing : {"available", "listwise"}
        Use whatever each respondent answered (right when answers are missing at
        random given the other answers), or leave out incomplete respondents.
        Respondents without any answer are always left out, and counted.
    prior : {"none", "log_normal"}
        A weak prior that keeps slopes from running off in small samples: the
        logarithm of their size is normal about log 1.7 with standard deviation 1.
        The estimates are then modes of the posterior, and `method` says so.
    conf_level : float
        Coverage of the Wald intervals, between 0 and 1.

    Returns
    -------
    GradedResponse

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, fewer respondents than parameters, an item without
        variance, a slope without bound (one item repeats others, or the sample is
        small), parameters that the answers do not determine, or no convergence.
    ValueError
        An unknown option, or an item with more than 20 different answers.

    Warns
    -----
    SmallSampleWarning
        Fewer than 5 respondents a parameter, or a category with fewer than 5 answers.

    References
    ----------
    Samejima, 1969, Estimation of latent ability using a response pattern of graded
    scores, Psychometrika Monograph 17.
    Bock and Aitkin, 1981, Psychometrika (marginal maximum likelihood).
    Lange, 1995, Journal of the Royal Statistical Society B (EM by gradients).
    Louis, 1982, Journal of the Royal Statistical Society B (observed information).
    """
    check_option("prior", prior, SlopePriorChoice)
    check_proportion("conf_level", conf_level)
    rule = make_quadrature(quadrature, n_points, limit)
    intake = take_in(items, missing)
    data = Data(layout=intake.layout, patterns=intake.patterns, quadrature=rule)
    weak = SlopePrior() if prior == "log_normal" else None
    steepest = min(_STEEPEST, _CARRIED / rule.spacing)
    start = starting_values(intake.layout, intake.patterns)
    maximum = maximise(Objective(data=data, prior=weak), start, slope_limit=steepest)
    steep = _without_bound(intake, maximum, steepest)
    if steep:
        raise _steep_refusal(intake, steep, rule, prior)
    if not maximum.converged:
        raise _refusal(intake, maximum, prior)
    return assemble(
        intake,
        data,
        maximum,
        method="graded_response_ml"
        if weak is None
        else f"graded_response_map({weak.name})",
        missing=missing,
        conf_level=conf_level,
    )


def _without_bound(intake: Intake, maximum: Maximum, steepest: float) -> list[str]:
    """Return the items whose slope the answers do not bound, as text.

    That is a slope beyond what the points can carry, or a steep one whose standard
    error exceeds it: the likelihood is as high for any steeper slope.
    """
    k = intake.layout.n_items
    slopes = np.abs(maximum.point.parameters[:k])
    unbounded = slopes > steepest
    if maximum.converged:
        slope_se = np.sqrt(np.diag(np.linalg.inv(maximum.information))[:k])
        unbounded |= (slopes > _STEEP) & (slope_se > slopes)
    return [f"{intake.items[i]} ({slopes[i]:.3g})" for i in np.flatnonzero(unbounded)]


def _steep_refusal(
    intake: Intake, steep: list[str], rule: Quadrature, prior: SlopePriorChoice
) -> InsufficientDataError:
    coarse = _CARRIED / rule.spacing < _STEEPEST
    finer = "raise `n_points`, as these carry no steep slopes, or " if coarse else ""
    return InsufficientDataError(
        f"the slope has no bound for {', '.join(steep)} among {len(intake.items)} "
        f"items and {intake.n_respondents} respondents: {finer}leave the item out, "
        f"merge it with the item it repeats, or {_way_out(prior)}."
    )


def _refusal(
    intake: Intake, maximum: Maximum, prior: SlopePriorChoice
) -> InsufficientDataError:
    """Return the reason why there are no estimates."""
    size = f"{intake.n_respondents} respondents, {len(intake.items)} items"
    if not is_positive(maximum.information):
        loose = _undetermined(intake, maximum)
        return InsufficientDataError(
            f"the answers do not determine the parameters of {loose} ({size}); leave "
            f"the item out, or {_way_out(prior)}."
        )
    return InsufficientDataError(
        f"the graded response model did not converge in {maximum.n_iterations} steps "
        f"({size}); {_way_out(prior)}."
    )


def _way_out(prior: SlopePriorChoice) -> str:
    merge = "merge sparse categories"
    return merge if prior == "log_normal" else f"{merge}, or use prior='log_normal'"


def _undetermined(intake: Intake, maximum: Maximum) -> str:
    """Return the item with most weight in the flattest direction."""
    scale = np.sqrt(np.maximum(np.diag(maximum.information), 1e-300))
    _, vectors = np.linalg.eigh(maximum.information / np.outer(scale, scale))
    layout = intake.layout
    item = np.concatenate([np.arange(layout.n_items), layout.boundary_item])
    weight = np.bincount(item, weights=vectors[:, 0] ** 2)
    return intake.items[int(weight.argmax())]
