"""Shares of the answers by team and response option."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.agreement import answer_shares

ITEMS = pd.DataFrame({"q1": [1, 1, 3, 2, 3], "q2": [3, np.nan, 3, 1, 3.0]})
TEAMS = pd.Series(["b", "b", "a", None, "a"])
THREE = {"lowest": 1, "highest": 3}


def test_items_of_a_team_together():
    result = answer_shares(ITEMS, TEAMS, **THREE)
    frame = result.to_frame()

    assert frame["team"].tolist() == ["a"] * 3 + ["b"] * 3
    assert frame["answer"].tolist() == [1, 2, 3] * 2
    assert frame["n_answers"].tolist() == [0, 0, 4, 2, 0, 1]
    assert frame["n_answered"].tolist() == [4] * 3 + [3] * 3
    assert frame["share"].to_numpy() == pytest.approx([0, 0, 1, 2 / 3, 0, 1 / 3])
    assert frame["n_respondents"].tolist() == [2] * 6
    assert (result.n_respondents, result.n_without_team) == (4, 1)


def test_items_apart():
    frame = answer_shares(ITEMS, TEAMS, **THREE, by="item").to_frame()

    assert frame["item"].tolist() == (["q1"] * 3 + ["q2"] * 3) * 2
    assert frame["n_answers"].tolist() == [0, 0, 2, 0, 0, 2, 2, 0, 0, 0, 0, 1]


def test_an_item_nobody_answered_has_no_share():
    items = ITEMS.assign(q2=[np.nan, np.nan, 3, 1, 2])

    frame = answer_shares(items, TEAMS, **THREE, by="item").to_frame()

    empty = frame[(frame["team"] == "b") & (frame["item"] == "q2")]
    assert empty["share"].isna().all()
    assert (empty["n_answered"] == 0).all()


def test_counts_as_by_value_counts(rng):
    items = pd.DataFrame(rng.integers(1, 6, (200, 3)), columns=list("xyz"))
    teams = pd.Series(rng.integers(0, 9, 200))

    frame = answer_shares(items, teams, lowest=1, highest=5, by="item").to_frame()

    melted = items.assign(team=teams).melt("team")
    counted = melted.value_counts(["team", "variable", "value"])
    kept = frame[frame["n_answers"] > 0].set_index(["team", "item", "answer"])
    assert kept["n_answers"].to_dict() == counted.to_dict()
    assert frame.groupby(["team", "item"])["share"].sum().to_numpy() == pytest.approx(1)


def test_mean_scores_have_no_shares():
    with pytest.raises(ValueError, match=r"whole steps from 1 to 3; not so in q1"):
        answer_shares(ITEMS.assign(q1=1.5), TEAMS, **THREE)


def test_refusals():
    with pytest.raises(ValueError, match="between 1 and 2; not so in q1, q2"):
        answer_shares(ITEMS, TEAMS, lowest=1, highest=2)
    with pytest.raises(ValueError, match="`by` must be one of"):
        answer_shares(ITEMS, TEAMS, **THREE, by="person")
    with pytest.raises(ValueError, match="same index"):
        answer_shares(ITEMS, TEAMS.iloc[1:], **THREE)
    with pytest.raises(InsufficientDataError, match="a team and an answer"):
        answer_shares(ITEMS, pd.Series([None] * 5, dtype=object), **THREE)
