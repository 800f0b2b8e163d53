"""What always holds for keying and scoring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import builders
from diagnose.scoring.score import key_answers, score

ASKED = builders.instrument(
    {"v": "v1 v2- v3 v4-", "c": "c1 c2 c3"}, min_answered={"v": 3, "c": 2}
)
few_examples = settings(max_examples=60, deadline=None)


@st.composite
def people(draw):
    """Responses with answers 1 to 5 and gaps."""
    shape = (draw(st.integers(1, 12)), len(ASKED.item_ids))
    numbers = draw(
        hnp.arrays(float, shape, elements=st.sampled_from([1, 2, 3, 4, 5, np.nan]))
    )
    text = pd.DataFrame(numbers, columns=list(ASKED.item_ids))
    return builders.responses(text.map(lambda v: "" if np.isnan(v) else str(v)), ASKED)


@few_examples
@given(people())
def test_a_score_lies_on_its_response_scale(responses):
    scores = score(responses).frame.to_numpy()

    assert ((scores >= 1) & (scores <= 5) | np.isnan(scores)).all()


@few_examples
@given(people())
def test_keying_twice_is_identity(responses):
    twice = key_answers(key_answers(responses.answers, ASKED), ASKED)

    pd.testing.assert_frame_equal(twice, responses.answers)


@few_examples
@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_items_and_of_respondents_is_irrelevant(responses, random):
    columns = list(responses.answers.columns)
    random.shuffle(columns)
    rows = list(responses.answers.index)
    random.shuffle(rows)
    shuffled = replace(responses, answers=responses.answers.loc[rows, columns])

    pd.testing.assert_frame_equal(
        score(shuffled).frame.sort_index(), score(responses).frame
    )


@few_examples
@given(people())
def test_the_answers_are_left_as_they_were(responses):
    before = responses.answers.copy()

    score(responses)

    pd.testing.assert_frame_equal(responses.answers, before)


@few_examples
@given(people())
def test_not_answering_never_gives_a_score_of_zero_or_less(responses):
    scores = score(responses)
    answered = scores.keyed[["c1", "c2", "c3"]].notna().sum(axis="columns")

    assert scores.frame["c"].isna().equals(answered < 2)
