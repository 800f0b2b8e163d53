"""Keying and scoring: the one place where answers become scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.errors import Problem, ResponseError
from diagnose.scoring.score import key_answers, score

VOICE = {"v": "v1 v2- v3"}


def scored(text, subscales=None, **options):
    asked = builders.instrument(subscales or VOICE, **options)
    return score(builders.responses(text, asked))


def test_reverse_keyed_items_are_turned_round_within_the_declared_response_scale():
    asked = builders.instrument(VOICE)
    answers = pd.DataFrame({"v1": [2.0, 3.0], "v2": [2.0, 3.0], "v3": [2.0, np.nan]})

    keyed = key_answers(answers, asked)

    # Nobody used 1 or 5: the observed range would have turned 2 into 3.
    assert keyed["v2"].tolist() == [4.0, 3.0]
    assert keyed["v1"].tolist() == [2.0, 3.0]


def test_each_item_is_keyed_on_its_own_response_scale():
    scale = builders.number_scale("zero6", 0, 6)
    asked = builders.instrument({"v": "v1-", "c": "c1-"}, scales={"c": scale})

    keyed = key_answers(pd.DataFrame({"v1": [1.0], "c1": [1.0]}), asked)

    assert keyed.iloc[0].to_dict() == {"v1": 5.0, "c1": 5.0}


def test_a_score_is_the_mean_of_the_answered_items():
    frame = scored(
        """
        | v1 | v2 | v3 |
        | 5  | 1  | 5  |
        | 5  |    | 4  |
        | 1  | 5  | na |
        """
    ).frame

    assert frame["v"].tolist() == [5.0, 4.5, 1.0]


@pytest.mark.parametrize(("needed", "expected"), [(1, 4.0), (2, np.nan), (3, np.nan)])
def test_too_few_answers_give_no_score(needed, expected):
    frame = scored("| v1 | v2 | v3 |\n| 4 | | na |", min_answered={"v": needed}).frame

    assert frame["v"].tolist() == pytest.approx([expected], nan_ok=True)


def test_context_items_are_never_scored():
    scores = scored("| v1 | v2 | v3 | a1 |\n| 4 | 2 | 4 | 1 |", context="a1")

    assert list(scores.frame.columns) == ["v"]
    assert "a1" not in scores.keyed.columns


def test_a_subscale_that_was_not_asked_is_left_out():
    scores = scored("| v1 | v2 | v3 |\n| 4 | 2 | 4 |", {**VOICE, "c": "c1 c2"})

    assert list(scores.frame.columns) == ["v"]


def test_scoring_is_refused_while_the_intake_has_unresolved_problems():
    given = builders.responses("| v1 | v2 |\n| 1 | 2 |")
    problem = Problem(code="R003", place="export.csv", message="column twice")
    direction = Problem(code="R015", place="v1", message="runs against its key")
    report = replace(given.report, problems=(problem,), direction=(direction,))

    with pytest.raises(ResponseError, match="column twice") as caught:
        score(replace(given, reports=(given.report, report)))

    assert [p.code for p in caught.value.problems] == ["R003", "R015"]


def test_scoring_is_refused_when_no_subscale_can_be_scored():
    with pytest.raises(ResponseError, match="no subscale has enough of its items"):
        scored("| v1 |\n| 4 |", min_answered={"v": 2})
