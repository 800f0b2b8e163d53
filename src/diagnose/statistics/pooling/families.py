"""Which teams really differ, over all the subscales that are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion
from diagnose.errors import InsufficientDataError
from diagnose.statistics.multiplicity import AdjustmentMethod, adjust_p_values
from diagnose.statistics.pooling.contrasts import RestWeights, difference_from_rest
from diagnose.statistics.pooling.variances import VarianceChoice
from diagnose.statistics.team_sums import CheckedSummary, Summary


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DifferentTeams:
    """Teams against the rest on several subscales, as one family of tests.

    Attributes
    ----------
    method : str
        Name of the test.
    adjustment : {"benjamini-hochberg", "holm"}
        How the p-values were adjusted over the family.
    conf_level : float
        A team is called different when its adjusted p-value is below 1 - conf_level;
        the intervals have this coverage one by one and are not adjusted.
    n_tests, n_different : int
        Tests in the family, and how many of them came out as different.
    n_respondents, n_teams : int
        The largest number on any subscale.
    """

    method: str
    adjustment: str
    conf_level: float
    n_tests: int
    n_different: int
    n_respondents: int
    n_teams: int
    _tests: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team and subscale.

        Columns: subscale (empty for a single summary), those of `TeamContrasts`, then
        p_adjusted and direction: ``"higher"``, ``"lower"`` or ``"unclear"``.
        """
        return self._tests.copy()


def really_different(
    summaries: Summary | Mapping[str, Summary],
    *,
    adjustment: AdjustmentMethod = "benjamini-hochberg",
    rest: RestWeights = "respondents",
    variances: VarianceChoice = "cautious",
    conf_level: float = 0.95,
) -> DifferentTeams:
    """Say which teams differ from the rest, with all tests as one declared family.

    Parameters
    ----------
    summaries : pandas.DataFrame, CheckedSummary, or mapping from subscale to these
        Team summaries (team, n_respondents, mean, variance). Everything that will be
        looked at belongs in one call: a family chosen afterwards protects nothing.
    adjustment : {"benjamini-hochberg", "holm"}
        Bound the expected share of false alarms among the alarms, or the chance of
        any false alarm.
    rest, variances
        As in `difference_from_rest`. The default ``"cautious"`` keeps the error rate
        where answers are skewed and vary unequally within teams.
    conf_level : float
        One less the level of the adjusted tests, between 0 and 1.

    Returns
    -------
    DifferentTeams

    Raises
    ------
    ValueError
        A wrong option, no summary, or a summary that is not right.
    InsufficientDataError
        A subscale on which teams cannot be compared; its name is in the message.

    References
    ----------
    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal
    of the Royal Statistical Society, Series B, 57.
    """
    check_option("adjustment", adjustment, AdjustmentMethod)
    check_proportion("conf_level", conf_level)
    named: Mapping[str, Summary]
    if isinstance(summaries, pd.DataFrame | CheckedSummary):
        named = {"": summaries}
    elif isinstance(summaries, Mapping):
        named = summaries
    else:
        raise TypeError(
            "`summaries` must be a team summary, or a dictionary of them by subscale; "
            f"got {type(summaries).__name__}."
        )
    if not named:
        raise ValueError("`summaries` is empty: give at least one team summary.")
    frames = [
        _one_subscale(
            name, summary, rest=rest, variances=variances, conf_level=conf_level
        )
        for name, summary in named.items()
    ]
    tests = pd.concat(frames, ignore_index=True)
    adjusted = adjust_p_values(tests["p_value"], method=adjustment)
    found = adjusted < 1 - conf_level
    side = np.where(tests["estimate"] > 0, "higher", "lower")
    tests = tests.assign(
        p_adjusted=adjusted, direction=np.where(found, side, "unclear")
    )
    return DifferentTeams(
        method=f"contrast, {variances} within-team variance",
        adjustment=adjustment,
        conf_level=conf_level,
        n_tests=len(tests),
        n_different=int(found.sum()),
        n_respondents=max(int(frame["n_respondents"].sum()) for frame in frames),
        n_teams=max(len(frame) for frame in frames),
        _tests=tests,
    )


def _one_subscale(
    name: str,
    summary: Summary,
    *,
    rest: RestWeights,
    variances: VarianceChoice,
    conf_level: float,
) -> pd.DataFrame:
    try:
        contrasts = difference_from_rest(
            summary, rest=rest, variances=variances, conf_level=conf_level
        )
    except InsufficientDataError as error:
        if not name:
            raise
        raise InsufficientDataError(
            f"subscale {name}: {error} Leave it out of the family."
        ) from error
    frame = contrasts.to_frame()
    frame.insert(0, "subscale", pd.Series([name] * len(frame), dtype=object))
    return frame
