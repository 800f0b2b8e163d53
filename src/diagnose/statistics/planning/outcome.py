"""What came of many synthetic organisations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.planning.cluster_t import ClusterTests


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Hits, effects and false alarms of one batch of organisations.

    Attributes
    ----------
    hits : numpy.ndarray, shape (n_sets,)
        1 where the interval covered the truth or the effect was found, else 0; for a
        reliability an estimate of it.
    margins : numpy.ndarray, shape (n_sets,), or None
        Half the width of each interval; None when there is none.
    false_alarms : numpy.ndarray or None
        1 where an effect was found though there was none; None when nothing is tested.
    n_failed : int
        Organisations that could not be analysed, left out.
    """

    hits: npt.NDArray[np.generic]
    margins: npt.NDArray[np.float64] | None
    false_alarms: npt.NDArray[np.generic] | None
    n_failed: int


def tested(
    found: ClusterTests, effect: float, conf_level: float, n_failed: int
) -> Outcome:
    """Return the outcome of tests of data without an effect, and with `effect`.

    The effect only moves the estimate, so the same data serve for both.
    """
    margins = found.margins(conf_level)
    return Outcome(
        hits=np.abs(found.estimate + effect) > margins,
        margins=margins,
        false_alarms=np.abs(found.estimate) > margins,
        n_failed=n_failed,
    )


def join(outcomes: list[Outcome]) -> Outcome:
    """Return the outcome of several batches together."""
    margins = [one.margins for one in outcomes if one.margins is not None]
    alarms = [one.false_alarms for one in outcomes if one.false_alarms is not None]
    return Outcome(
        hits=np.concatenate([one.hits for one in outcomes]),
        margins=np.concatenate(margins) if margins else None,
        false_alarms=np.concatenate(alarms) if alarms else None,
        n_failed=sum(one.n_failed for one in outcomes),
    )
