"""The graded response model on a real survey with missing answers."""

from __future__ import annotations

import pandas as pd
import pytest

from diagnose.statistics.irt import eap_scores, graded_response


@pytest.fixture(scope="module")
def agreeableness(reference_data):
    answers = pd.read_csv(reference_data / "bfi" / "bfi.csv", index_col=0)
    return answers[[f"A{i}" for i in range(1, 6)]]


def test_a_reversed_item_shows_itself(agreeableness):
    raw = graded_response(agreeableness)
    keyed = graded_response(agreeableness.assign(A1=7 - agreeableness["A1"]))

    assert raw.flags == ("negative_slope:A1",)
    assert keyed.flags == ()
    assert keyed.log_likelihood == pytest.approx(raw.log_likelihood, rel=1e-12)
    assert keyed.slopes.argmin() == 0  # A1 ties least to the others, as in the factor


def test_all_respondents_take_part(agreeableness):
    result = graded_response(agreeableness)
    listwise = graded_response(agreeableness, missing="listwise")

    assert (result.n_respondents, result.n_left_out) == (2800, 0)
    assert (listwise.n_respondents, listwise.n_left_out) == (2709, 91)
    scores = eap_scores(result, agreeableness)
    mean = agreeableness.assign(A1=7 - agreeableness["A1"]).mean(axis=1)
    assert scores["estimate"].corr(mean) > 0.93
