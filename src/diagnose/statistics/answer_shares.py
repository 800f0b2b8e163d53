"""How the answers of every team are spread over the response options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.agreement_indices import check_answers
from diagnose.statistics.null_distributions import count_options
from diagnose.statistics.team_sums import team_codes

SharesBy = Literal["team", "item"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerShares:
    """Shares of the answers, by team and response option.

    Attributes
    ----------
    by : {"team", "item"}
        Whether the items of a team are taken together or apart.
    n_respondents : int
        Respondents with a team and at least one answer.
    n_items, n_teams : int
        Size of the data analysed.
    n_without_team : int
        Respondents without a team; left out.
    """

    by: str
    n_respondents: int
    n_items: int
    n_teams: int
    n_without_team: int
    _shares: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team (and item) and response option.

        Columns: team, item (only by item), answer (the response option), n_answers
        (answers with this option), n_answered (answers with any option), share (their
        ratio, 0 to 1; NaN where nobody answered, n_answered 0) and n_respondents
        (people of the team with an answer).
        """
        return self._shares.copy()


def answer_shares(
    items: pd.DataFrame,
    teams: pd.Series,
    *,
    lowest: int,
    highest: int,
    by: SharesBy = "team",
) -> AnswerShares:
    """Share of every response option among the answers of each team.

    Shows what no index of agreement can: whether a team is divided into two camps or
    merely spread out. Small counts disclose what members answered.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers, missing as NaN and left out item by item. Not modified.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, same index; rows without a team are left out.
    lowest, highest : int
        Ends of the response scale, whole steps apart.
    by : {"team", "item"}
        Count the answers to all items of a team together, or to each item apart.

    Raises
    ------
    ValueError
        Answers off the response scale or between its steps, indexes that differ, or
        an unknown option.
    InsufficientDataError
        No items, or no respondent with a team and an answer.
    """
    check_option("by", by, SharesBy)
    check_answers(items, lowest, highest, "available")
    codes, labels = team_codes(teams)
    if not items.index.equals(teams.index):
        raise ValueError("`items` and `teams` must have the same index.")
    answers = items.to_numpy(dtype=float, na_value=np.nan)
    answered = ~np.isnan(answers)
    between = (answered & (answers != np.round(answers))).any(axis=0)
    if between.any():
        wrong = ", ".join(str(name) for name in items.columns[between])
        raise ValueError(
            f"answers must be whole steps from {lowest} to {highest}; not so in "
            f"{wrong}. Shares are of answers to items, not of mean scores."
        )
    present = (codes >= 0) & answered.any(axis=1)
    require(bool(present.any()), "shares need a respondent with a team and an answer.")
    counted = answered & (codes >= 0)[:, None]
    n_teams, n_items = len(labels), items.shape[1]
    n_options = count_options(lowest, highest)
    place = codes[:, None] * n_items + np.arange(n_items)
    cells = place * n_options + np.where(counted, answers - lowest, 0).astype(np.int64)
    counts = np.bincount(cells[counted], minlength=n_teams * n_items * n_options)
    counts = counts.reshape(n_teams, n_items, n_options)
    if by == "team":
        counts = counts.sum(axis=1, keepdims=True)
    n_answered = np.repeat(counts.sum(axis=2).ravel(), n_options)
    rows_a_team = counts.shape[1] * n_options
    people = np.bincount(codes[present], minlength=n_teams)
    frame = pd.DataFrame(
        {
            "team": np.repeat(np.array(labels, dtype=object), rows_a_team),
            "item": np.tile(np.repeat(items.columns, n_options), n_teams)
            if by == "item"
            else "",
            "answer": np.tile(
                np.arange(lowest, highest + 1), n_teams * counts.shape[1]
            ),
            "n_answers": counts.ravel(),
            "n_answered": n_answered,
            "share": np.where(
                n_answered > 0, counts.ravel() / np.maximum(n_answered, 1), np.nan
            ),
            "n_respondents": np.repeat(people, rows_a_team),
        }
    )
    return AnswerShares(
        by=by,
        n_respondents=int(present.sum()),
        n_items=n_items,
        n_teams=n_teams,
        n_without_team=int((codes < 0).sum()),
        _shares=frame if by == "item" else frame.drop(columns="item"),
    )
