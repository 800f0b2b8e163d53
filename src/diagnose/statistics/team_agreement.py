"""Agreement within every team: all indices, one row a team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.agreement_indices import (
    AnswersUsed,
    GroupSpread,
    a_wg_by_item,
    check_answers,
    deviation,
    group_spread,
    has_answers,
    mean_over_items,
    star,
    stepped_up,
)
from diagnose.statistics.null_distributions import NullName, null_variance
from diagnose.statistics.team_items import describe_team_items
from diagnose.statistics.team_sums import FloatArray, IntArray, team_codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamAgreement:
    """Agreement within every team.

    Attributes
    ----------
    nulls : tuple of str
        Null distributions used for r_wg(j).
    missing : {"available", "listwise"}
        Which answers were used.
    n_respondents, n_items, n_teams : int
        Size of the data analysed.
    n_without_team : int
        Respondents without a team; left out.
    """

    nulls: tuple[str, ...]
    missing: str
    n_respondents: int
    n_items: int
    n_teams: int
    n_without_team: int
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        Columns: team, n_respondents, n_items, one ``r_wg_j_<null>`` a null,
        r_wg_j_star (uniform null), a_wg, ad_mean, ad_median, sd (of the person means)
        and reason: ``"fewer_than_2_respondents"``, ``"no_item_with_2_answers"`` or
        empty. NaN where an index is undefined; a_wg is also undefined when the mean of
        every item lies too near an end of the response scale for the size of the team.
        """
        return self._teams.copy()


def team_agreement(
    items: pd.DataFrame,
    teams: pd.Series,
    *,
    lowest: int,
    highest: int,
    nulls: tuple[NullName, ...] = ("uniform", "slight_skew"),
    missing: AnswersUsed = "available",
) -> TeamAgreement:
    """Every index of agreement for every team.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers to the items of one subscale, missing as NaN. Not modified.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    lowest, highest : int
        Ends of the response scale, whole steps apart.
    nulls : tuple of str
        Null distributions for r_wg(j); others than ``"uniform"`` need 5 answers.
    missing : {"available", "listwise"}
        Use all answers given, item by item, or only complete respondents.

    Returns
    -------
    TeamAgreement
        A team of one keeps its row, with NaN and a reason. Below 5 respondents the
        indices are unstable; full agreement discloses what each member answered.

    Raises
    ------
    ValueError
        Answers off the response scale, indexes that differ, or an unknown option.
    InsufficientDataError
        No items, or no respondent with a team and an answer.
    """
    references = {n: null_variance(n, lowest=lowest, highest=highest) for n in nulls}
    uniform = null_variance("uniform", lowest=lowest, highest=highest)
    check_answers(items, lowest, highest, missing)
    codes, labels = team_codes(teams)
    if not items.index.equals(teams.index):
        raise ValueError("`items` and `teams` must have the same index.")
    answers = items.to_numpy(dtype=float, na_value=np.nan)
    used = (codes >= 0) & has_answers(answers, missing)
    require(bool(used.any()), "agreement needs a respondent with a team and an answer.")
    groups = group_spread(answers[used], codes[used], n_teams=len(labels))
    n_defined = groups.n_items
    frame = pd.DataFrame(
        {
            "team": pd.Series(labels, dtype=object),
            "n_respondents": groups.n_respondents,
            "n_items": n_defined,
            **{f"r_wg_j_{n}": stepped_up(groups, v) for n, v in references.items()},
            "r_wg_j_star": star(groups, uniform),
            "a_wg": mean_over_items(
                a_wg_by_item(groups.spread, lowest=lowest, highest=highest)
            ),
            "ad_mean": deviation(groups, "mean"),
            "ad_median": deviation(groups, "median"),
            "sd": _person_mean_sd(answers[used], codes[used], n_teams=len(labels)),
            "reason": _reasons(groups),
        }
    )
    return TeamAgreement(
        nulls=tuple(nulls),
        missing=missing,
        n_respondents=int(used.sum()),
        n_items=items.shape[1],
        n_teams=len(labels),
        n_without_team=int((codes < 0).sum()),
        _teams=frame,
    )


def _person_mean_sd(
    answers: FloatArray, codes: IntArray, *, n_teams: int
) -> FloatArray:
    person_means = np.nanmean(answers, axis=1, keepdims=True)
    spread = describe_team_items(person_means, codes, n_teams=n_teams)
    return np.sqrt(spread.variances[:, 0])


def _reasons(groups: GroupSpread) -> npt.NDArray[np.str_]:
    too_few = groups.n_respondents < 2
    return np.select(
        [too_few, groups.n_items == 0],
        ["fewer_than_2_respondents", "no_item_with_2_answers"],
        default="",
    )
