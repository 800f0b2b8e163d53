"""The tests of the predictors, and the frame with one row each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.errors import InsufficientDataError
from diagnose.statistics.clustered.core import ClusterFit, JointTest, fit_cluster_sums
from diagnose.statistics.drivers.moments import UnitSums
from diagnose.statistics.drivers.uncertainty import ResampledWeights, WithoutEach
from diagnose.statistics.multiplicity import adjust_p_values

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverTests:
    """CR2 tests: each predictor alone, and all of them together.

    `joint` is None when the teams are too few for so many predictors;
    `coefficient_df` are the degrees of freedom of the slopes with all predictors in.
    """

    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    coefficient_df: FloatArray
    joint: JointTest | None


def driver_tests(units: UnitSums) -> DriverTests:
    """Regress the outcome on each predictor alone, and on all of them."""
    from scipy.special import stdtr

    cross = units.cross_products()
    last = cross.shape[1] - 1
    alone = []
    for position in range(1, last):
        chosen = [0, position, last]
        fit = _fit(cross[:, chosen][:, :, chosen])
        alone.append(fit.contrast(np.array([0.0, 1.0])))
    estimate, std_error, df = np.array(alone).T
    statistic = estimate / std_error
    together = _fit(cross)
    slopes = np.eye(last)[1:]
    return DriverTests(
        statistic=statistic,
        df=df,
        p_value=2 * stdtr(df, -np.abs(statistic)),
        coefficient_df=together.contrasts(slopes)[2],
        joint=_joint_test(together, slopes),
    )


def _fit(cross: FloatArray) -> ClusterFit:
    """Regress the last variable on the others, of which the first is constant."""
    return fit_cluster_sums(
        cross[:, :-1, :-1],
        cross[:, :-1, -1],
        float(cross[:, -1, -1].sum()),
        n_respondents=round(float(cross[:, 0, 0].sum())),
    )


def _joint_test(fit: ClusterFit, slopes: FloatArray) -> JointTest | None:
    try:
        return fit.joint(slopes)
    except InsufficientDataError:
        return None


def predictor_table(
    point: pd.DataFrame,
    drawn: ResampledWeights,
    left_out: WithoutEach,
    tests: DriverTests,
    conf_level: float,
) -> pd.DataFrame:
    """Put limits and tests beside the weights."""
    correlation = point["correlation"].to_numpy(dtype=float)
    coefficient = point["coefficient"].to_numpy(dtype=float)
    limits = {
        "rank": drawn.rank_limits(point["estimate"].to_numpy(dtype=float)),
        "estimate": drawn.limits(),
        "share": drawn.share_limits(),
        "correlation": left_out.correlation_limits(correlation, tests.df, conf_level),
        "coefficient": left_out.coefficient_limits(
            coefficient, tests.coefficient_df, conf_level
        ),
    }
    frame = point[["predictor"]].copy()
    for name, (low, high) in limits.items():
        prefix = "conf" if name == "estimate" else name
        frame[name] = point[name]
        frame[f"{prefix}_low"], frame[f"{prefix}_high"] = low, high
    frame["statistic"], frame["df"] = tests.statistic, tests.df
    frame["p_value"] = tests.p_value
    frame["p_value_adjusted"] = adjust_p_values(tests.p_value).to_numpy()
    frame["beyond_chance"] = frame["p_value_adjusted"] <= 1 - conf_level
    frame["vif"] = point["vif"]
    frame.loc[~frame["beyond_chance"], ["conf_low", "share_low"]] = 0.0
    return frame.astype({"rank_low": int, "rank_high": int})
