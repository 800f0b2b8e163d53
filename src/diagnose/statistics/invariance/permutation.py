"""Testing a level by exchanging people between groups at random.

If groups do not differ, who belongs to which is arbitrary: the changes of fit in the
data then are a draw from those under exchanged groups (Jorgensen, Kite, Chen and
Short, 2018, Psychological Methods). No convention is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.cfa import prepare_cfa
from diagnose.statistics.cfa.samples import GroupSample
from diagnose.statistics.invariance.climb import Climber, Rung
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.ladder import GroupOccasions, Level
from diagnose.statistics.invariance.result import MeasurementInvariance, PermutationTest

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutations:
    """How often people are exchanged.

    Attributes
    ----------
    n : int
        0 for no permutation test.
    seed : int or None
        Required where `n` is not 0.
    progress : callable or None
        Called with the number done, and to do.
    """

    n: int
    seed: int | None
    progress: Progress | None

    def __post_init__(self) -> None:
        """Check the number and the seed."""
        if self.n < 0:
            raise ValueError(f"`n_permutations` must be at least 0; got {self.n!r}.")
        if self.n and self.seed is None:
            raise ValueError(
                "`n_permutations` needs a `seed`, so that the result can be repeated."
            )


@dataclass(frozen=True, slots=True)
class _Change:
    """How far a level moves from the one before; larger is worse."""

    statistic: float
    fall: float


def permutation_tests(
    samples: Sequence[GroupSample],
    occasions: GroupOccasions,
    result: MeasurementInvariance,
    permutations: Permutations,
) -> tuple[PermutationTest, ...]:
    """Return a test for each level but the first; none without permutations.

    Parameters
    ----------
    samples : sequence of GroupSample
        All rows of each group.
    occasions : GroupOccasions
        The data as they are.
    result : MeasurementInvariance
        The levels in the data.
    permutations : Permutations
        How many, and from which seed.
    """
    if not permutations.n:
        return ()
    rows = [_usable(sample, occasions.prepared.missing) for sample in samples]
    pooled = np.concatenate(rows)
    labels = np.repeat([sample.name for sample in samples], [len(own) for own in rows])
    data = _changes(_climb(occasions))
    generator = np.random.default_rng(permutations.seed)
    drawn: list[dict[Level, _Change]] = []
    for done in range(permutations.n):
        exchanged = generator.permutation(labels)
        found = _exchange(pooled, exchanged, occasions)
        drawn += [found] if found else []
        if permutations.progress is not None:
            permutations.progress(done + 1, permutations.n)
    require(
        len(drawn) > 0,
        f"None of the {permutations.n} permutations could be analysed: too few people "
        "gave some of the answers. Use collapse=True, or larger groups.",
    )
    n_failed = permutations.n - len(drawn)
    return tuple(
        _test(level, own, [one[level] for one in drawn], n_failed)
        for level, own in data.items()
    )


def _test(
    level: Level, own: _Change, drawn: Sequence[_Change], n_failed: int
) -> PermutationTest:
    def share(data: float, values: list[float]) -> float:
        as_large = sum(value >= data - _ROUNDING for value in values)
        return (1 + as_large) / (1 + len(values))

    return PermutationTest(
        level=level,
        p_value_statistic=share(own.statistic, [one.statistic for one in drawn]),
        p_value_cfi=share(own.fall, [one.fall for one in drawn]),
        n_permutations=len(drawn),
        n_failed=n_failed,
    )


def _usable(sample: GroupSample, missing: str) -> FloatArray:
    rows = sample.values()
    absent = np.isnan(rows)
    return rows[~absent.any(axis=1) if missing == "listwise" else ~absent.all(axis=1)]


def _exchange(
    rows: FloatArray, labels: npt.NDArray[np.str_], data: GroupOccasions
) -> dict[Level, _Change] | None:
    prepared = data.prepared
    try:
        drawn = prepare_cfa(
            pd.DataFrame(rows, columns=list(prepared.model.items)),
            prepared.model,
            estimator=prepared.estimator,
            missing=prepared.missing,
            group=labels,
        )
        return _changes(_climb(GroupOccasions(drawn, data.ladder)))
    except InsufficientDataError:
        return None


def _climb(occasions: GroupOccasions) -> list[Rung]:
    climber = Climber(occasions, Conventions(), max_released=0.0, conf_level=0.95)
    return climber.climb()


def _changes(rungs: Sequence[Rung]) -> dict[Level, _Change]:
    return {
        rung.level: _Change(
            rung.difference.statistic, rung.before.indices.cfi - rung.fit.indices.cfi
        )
        for rung in rungs
        if rung.difference is not None and rung.before is not None
    }
