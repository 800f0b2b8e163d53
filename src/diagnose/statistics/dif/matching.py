"""The level at which people of different groups are called alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.dif.respondents import Respondents

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
MatchingScore = Literal["total_score", "rest_score", "true_score"]

LEAST_ANCHORS = {"total_score": 2, "rest_score": 2, "true_score": 3}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """The levels of all respondents, as places on one grid of scores.

    The level of a respondent is ``offset + slope * score``, by item and group. The
    first axis of everything but the grid has length 1 when it is the same for all
    items.

    Attributes
    ----------
    grid : ndarray, shape (U,)
        Distinct scores, rising.
    place : ndarray of int, shape (k or 1, n_respondents)
        Place of each respondent on the grid.
    offset, slope : ndarray, shape (k or 1, G)
        From score to level.
    """

    grid: FloatArray
    place: IntArray
    offset: FloatArray
    slope: FloatArray

    def of_respondents(self, group: IntArray) -> FloatArray:
        """Return the level of each respondent, shape (k or 1, n_respondents)."""
        return self.offset[:, group] + self.slope[:, group] * self.grid[self.place]

    def of_cells(self, score: IntArray, group: IntArray) -> FloatArray:
        """Return the level at places on the grid, shape (k or 1, cells)."""
        return self.offset[:, group] + self.slope[:, group] * self.grid[score]


def levels_of(
    respondents: Respondents, anchors: BoolArray, matching: MatchingScore
) -> Levels:
    """Return the level given, or one made of the anchors, for each item.

    The total score of an item that is no anchor counts the item itself too; the rest
    score and the true score never do.
    """
    n_groups = len(respondents.labels)
    if respondents.theta is not None:
        grid, place = np.unique(respondents.theta, return_inverse=True)
        same = np.zeros((1, n_groups))
        return Levels(grid=grid, place=place[None, :], offset=same, slope=same + 1)
    answers = respondents.answers.T
    total = answers[anchors].sum(axis=0)
    own = ~anchors if matching == "total_score" else -1.0 * anchors
    grid, place = _on_grid(total + own[:, None] * answers)
    offset = np.zeros((len(answers), n_groups))
    slope = np.ones_like(offset)
    if matching == "true_score":
        offset, slope = _toward_means(respondents, anchors)
    return Levels(grid=grid, place=place, offset=offset, slope=slope)


def _on_grid(scores: FloatArray) -> tuple[FloatArray, IntArray]:
    if (scores == np.floor(scores)).all():  # sums of whole numbers need no sorting
        low, high = int(scores.min()), int(scores.max())
        return np.arange(low, high + 1, dtype=float), (scores - low).astype(np.int64)
    grid, place = np.unique(np.round(scores, 9), return_inverse=True)
    return grid, place.reshape(scores.shape)


def _toward_means(
    respondents: Respondents, anchors: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return how a rest score becomes Kelley's estimate of the true score.

    It is drawn toward the mean of the respondent's own group by one minus the
    reliability (alpha) of the rest score in that group.
    """
    n_items, n_groups = len(anchors), len(respondents.labels)
    offset, slope = np.empty((n_items, n_groups)), np.empty((n_items, n_groups))
    size = anchors.sum() - anchors
    for code, label in enumerate(respondents.labels):
        answers = respondents.answers[respondents.group == code]
        covariance = np.cov(answers, rowvar=False)
        own = np.diag(covariance) * anchors
        trace = own.sum() - own
        with_anchors = covariance[:, anchors].sum(axis=1) * anchors
        total = covariance[np.ix_(anchors, anchors)].sum() - 2 * with_anchors + own
        alpha = np.zeros(n_items)
        varies = total > 1e-12 * own.sum()
        alpha[varies] = 1 - trace[varies] / total[varies]
        alpha *= size / (size - 1)
        _require_reliable(respondents, alpha, label)
        means = answers.mean(axis=0) * anchors
        slope[:, code] = alpha
        offset[:, code] = (1 - alpha) * (means.sum() - means)
    return offset, slope


def _require_reliable(respondents: Respondents, alpha: FloatArray, label: str) -> None:
    worst = int(alpha.argmin())
    require(
        bool(alpha[worst] > 0),
        f"the sum of the anchors without {respondents.items[worst]} has a reliability "
        f"(alpha) of {alpha[worst]:.2f} in group {label}, so it measures no level "
        "there. Check the keying, or match on another level.",
    )
