from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.irt import graded_response, person_fit


@pytest.fixture
def answers(rng):
    slopes = np.linspace(1.0, 2.5, 8)
    latent = slopes * rng.normal(size=(500, 1)) + rng.logistic(size=(500, 8))
    cut = slopes[:, None] * np.array([-1.4, -0.5, 0.5, 1.4])
    values = (latent[:, :, None] > cut).sum(axis=2) + 1.0
    return pd.DataFrame(values).rename(columns=lambda i: f"q{i + 1}")


@pytest.fixture
def result(answers):
    return graded_response(answers)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"position": "eap"}, "`position` must be one of 'map', 'ml'; got 'eap'"),
        ({"flag_level": 5}, "`flag_level` must lie between 0 and 1; got 5"),
    ],
)
def test_wrong_options_are_named(answers, result, option, text):
    with pytest.raises(ValueError, match=text):
        person_fit(result, answers, **option)


def test_answers_against_the_grain_are_flagged(result):
    names = list(result.items)
    alternating = pd.DataFrame([[1, 5] * 4, [3, 3] * 4], columns=names)

    fit = person_fit(result, alternating)

    frame = fit.to_frame()
    assert frame["flagged"].tolist() == [True, False]
    assert frame.loc[0, "l_z_star"] < -4
    assert (fit.n_flagged, fit.n_judged, fit.n_respondents) == (1, 2, 2)


def test_flags_follow_the_level(answers, result):
    strict = person_fit(result, answers, flag_level=0.001)
    mild = person_fit(result, answers, flag_level=0.2)

    assert strict.n_flagged < mild.n_flagged
    frame = mild.to_frame()
    assert (frame["flagged"] == (frame["p_value"] < 0.2)).all()


def test_extreme_answers_have_no_likelihood_top_but_a_posterior_mode(result):
    lowest = pd.DataFrame(1.0, index=[0], columns=list(result.items))

    by_ml = person_fit(result, lowest, position="ml").to_frame()
    by_map = person_fit(result, lowest).to_frame()

    assert by_ml.loc[0, "reason"] == "extreme_answers"
    assert by_ml[["theta", "l_z", "l_z_star", "p_value"]].isna().all(axis=None)
    assert not by_ml.loc[0, "flagged"]
    assert by_map.loc[0, "theta"] < -2
    assert by_map.loc[0, "reason"] == ""


def test_one_answer_says_nothing_about_fit(answers, result):
    few = answers.head(2).copy()
    few.loc[0] = np.nan
    few.loc[1, "q2":] = np.nan

    fit = person_fit(result, few)

    assert fit.to_frame()["reason"].tolist() == ["too_few_answers"] * 2
    assert fit.to_frame()["n_answered"].tolist() == [0, 1]
    assert fit.n_judged == 0


def test_index_and_repeated_patterns_are_kept(answers, result):
    twice = pd.concat([answers.head(3), answers.head(3)]).set_axis(list("abcdef"))

    frame = person_fit(result, twice).to_frame()

    assert frame.index.tolist() == list("abcdef")
    assert (frame["l_z"].to_numpy()[:3] == frame["l_z"].to_numpy()[3:]).all()


def test_chunks_do_not_change_the_result(answers, result, monkeypatch):
    import sys

    whole = person_fit(result, answers).to_frame()
    module = sys.modules["diagnose.statistics.irt.person_fit"]
    monkeypatch.setattr(module, "_CELLS_AT_ONCE", 1000)

    pd.testing.assert_frame_equal(person_fit(result, answers).to_frame(), whole)


def test_correction_raises_the_variance_and_lowers_the_mean(answers, result):
    frame = person_fit(result, answers, position="ml").to_frame().dropna()

    assert frame["l_z"].std() < frame["l_z_star"].std()
    assert (frame["l_z"].abs() <= frame["l_z_star"].abs() + 1e-12).all()


def test_nobody_is_judged_where_nobody_answered(answers, result):
    found = person_fit(result, answers.iloc[:0])

    assert found.frame.empty
    assert (found.n_respondents, found.n_judged, found.n_flagged) == (0, 0, 0)
