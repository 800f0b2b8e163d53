from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.dimensionality import CorrelationMatrix, correlations_of
from diagnose.statistics.factor import (
    Rotation,
    exploratory_factor_analysis,
    extraction,
    factor_score_weights,
    factor_scores,
    gradient_projection,
)
from diagnose.statistics.factor.criteria import geomin, oblimin, orthomax
from diagnose.statistics.factor.extraction import extract_factors


@pytest.fixture
def answers(rng):
    shared = rng.normal(size=(400, 1))
    factors = np.repeat(0.6 * shared + rng.normal(size=(400, 2)), 4, axis=1)
    latent = factors + 0.8 * rng.normal(size=(400, 8))
    return pd.DataFrame(np.clip(np.round(latent * 0.8 + 3), 1, 5)).rename(
        columns="q{}".format
    )


def population(loadings, phi=None, n_respondents=500):
    """Return correlations that factors reproduce exactly."""
    loadings = np.asarray(loadings, dtype=float)
    phi = np.eye(loadings.shape[1]) if phi is None else np.asarray(phi)
    values = loadings @ phi @ loadings.T
    np.fill_diagonal(values, 1.0)
    names = [f"q{i}" for i in range(len(values))]
    return CorrelationMatrix(
        matrix=pd.DataFrame(values, index=names, columns=names),
        n_respondents=n_respondents,
    )


SIMPLE = np.array(
    [[0.8, 0], [0.7, 0], [0.6, 0], [0.5, 0], [0, 0.7], [0, 0.6], [0, 0.5]]
)
PHI = np.array([[1, 0.4], [0.4, 1]])


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["oblimin", "quartimin"])
def test_a_simple_structure_is_recovered_exactly(method, rotation):
    result = exploratory_factor_analysis(
        population(SIMPLE, PHI), 2, method=method, rotation=rotation
    )

    assert result.loadings.to_numpy() == pytest.approx(SIMPLE, abs=1e-8)
    assert result.factor_correlations.to_numpy() == pytest.approx(PHI, abs=1e-8)
    assert result.fit.statistic == pytest.approx(0, abs=1e-9)
    assert (result.fit.rmsea, result.fit.rmsea_low, result.fit.rmsea_high) == (0, 0, 0)
    assert result.fit.largest_residual == pytest.approx(0, abs=1e-9)
    assert result.complexity.to_numpy() == pytest.approx(np.ones(7))
    assert result.flags == ()


def test_an_orthogonal_structure_is_recovered_by_varimax():
    result = exploratory_factor_analysis(population(SIMPLE), 2, rotation="varimax")

    assert result.loadings.to_numpy() == pytest.approx(SIMPLE, abs=1e-7)
    assert (result.factor_correlations.to_numpy() == np.eye(2)).all()


def test_three_items_fit_by_construction():
    result = exploratory_factor_analysis(population([[0.8], [0.7], [0.6]]), 1)

    assert list(result.loadings["F1"]) == pytest.approx([0.8, 0.7, 0.6])
    assert result.fit.df == 0
    for name in ("p_value", "rmsea", "rmsea_low", "tli", "rms_corrected"):
        assert np.isnan(getattr(result.fit, name))


def test_a_table_of_variance_adds_up_to_the_communalities():
    result = exploratory_factor_analysis(population(SIMPLE, PHI), 2)

    variance = result.variance
    total = result.communalities.sum()
    assert variance["sum_of_squares"].sum() == pytest.approx(total)
    assert variance["cumulative"].iloc[-1] == pytest.approx(total / 7)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_derivatives_match_differences(method, answers, rng):
    evaluate = (
        extraction._least_squares if method == "minres" else extraction._likelihood
    )
    observed = answers.corr().to_numpy()
    point = rng.uniform(0.3, 0.8, 8)
    point = np.log(point) if method == "ml" else point

    here = evaluate(observed, point, 2)

    for i, step in enumerate(1e-6 * np.eye(8)):
        above, below = (evaluate(observed, point + s, 2) for s in (step, -step))
        slope = (above.value - below.value) / 2e-6
        # Central differences: an error of the order of 1e-10 in value over 1e-6.
        assert here.gradient[i] == pytest.approx(slope, abs=1e-8)
        bend = (above.gradient - below.gradient) / 2e-6
        assert here.hessian[i] == pytest.approx(bend, abs=1e-7)


@pytest.mark.parametrize(
    "criterion", [oblimin(0), oblimin(-0.5), orthomax(1), orthomax(0), geomin(0.01)]
)
def test_slopes_of_criteria_match_differences(criterion, rng):
    loadings = rng.uniform(-0.8, 0.8, (6, 3))

    _, slope = criterion(loadings)

    for place in np.ndindex(loadings.shape):
        step = np.zeros_like(loadings)
        step[place] = 1e-6
        difference = criterion(loadings + step)[0] - criterion(loadings - step)[0]
        assert slope[place] == pytest.approx(difference / 2e-6, abs=1e-8)


@pytest.mark.parametrize(
    ("n_factors", "text"),
    [
        (5, "5 factors ask more than 8 items can tell .* at most 4"),
        (9, "9 factors ask more than 8 items can tell .* at most 4"),
    ],
)
def test_too_many_factors_are_refused(answers, n_factors, text):
    with pytest.raises(InsufficientDataError, match=text):
        exploratory_factor_analysis(answers, n_factors)


@pytest.mark.parametrize("n_factors", [0, -1, 1.5, True, "2"])
def test_a_number_of_factors_is_a_whole_number(answers, n_factors):
    with pytest.raises(ValueError, match="`n_factors` must be a whole number"):
        exploratory_factor_analysis(answers, n_factors)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda x: x.assign(q1=3.0), "q1 does not vary over 400"),
        (lambda x: x.assign(q9=x["q1"]), "positive definite"),
        (lambda x: x.head(8), "more respondents than items"),
        (lambda x: x * np.nan, "at least 3 respondents; got 0 complete of 400"),
        (lambda x: x[["q1", "q2"]], "at least 3 items; got 2"),
    ],
    ids=["constant", "repeated", "few", "unanswered", "two items"],
)
def test_what_the_answers_cannot_carry_is_refused(answers, spoil, text):
    with pytest.raises(InsufficientDataError, match=text):
        exploratory_factor_analysis(spoil(answers), 1)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"method": "pa"}, "`method` must be one of 'minres', 'ml'; got 'pa'"),
        ({"rotation": "equamax"}, "`rotation` must be one of 'oblimin', 'quartimin'"),
        ({"n_starts": 0}, "`n_starts` must be a whole number of at least 1; got 0"),
        ({"seed": 1.5}, "`seed` must be a whole number of at least 0; got 1.5"),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        exploratory_factor_analysis(answers, 2, **option)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"name": "oblimin", "gamma": 0.5}, "`gamma` must be 0 or less"),
        ({"name": "geomin", "epsilon": 0.0}, "`epsilon` must lie between 0 and 1"),
        ({"name": "promax", "power": 1.0}, "`power` must be above 1"),
    ],
)
def test_rotations_that_do_not_exist_are_refused(setting, text):
    with pytest.raises(ValueError, match=text):
        Rotation(**setting)


def test_factors_without_variance_are_refused():
    with pytest.raises(
        InsufficientDataError, match="leave variance for 1 of 2 factors"
    ):
        exploratory_factor_analysis(population([[0.7], [0.6], [0.5], [0.4], [0.8]]), 2)


def test_uncorrelated_items_have_no_factor():
    with pytest.raises(
        InsufficientDataError, match="leave variance for 0 of 1 factors"
    ):
        exploratory_factor_analysis(population(np.zeros((4, 1))), 1)


def test_a_heywood_case_is_warned_of_and_flagged():
    correlation = pd.DataFrame(
        [[1, 0.9, 0.85], [0.9, 1, 0.6], [0.85, 0.6, 1]],
        index=list("abc"),
        columns=list("abc"),
    )

    with pytest.warns(AssumptionWarning, match=r"a would be negative .* stopped at"):
        result = exploratory_factor_analysis(
            CorrelationMatrix(matrix=correlation, n_respondents=80), 1
        )

    assert result.flags == ("heywood:a",)
    assert result.uniquenesses["a"] == pytest.approx(0.005)


def test_two_pairs_of_items_do_not_identify_factors():
    """Each factor has two items, and the factors are uncorrelated: a valley."""
    pairs = np.array([[0.8, 0], [0.7, 0], [0, 0.6], [0, 0.9], [0, 0.5]])

    result = exploratory_factor_analysis(population(pairs), 2, rotation="none")

    assert "not_identified" in result.flags


def test_an_item_keyed_the_other_way_is_flagged(answers):
    result = exploratory_factor_analysis(answers.assign(q2=6 - answers["q2"]), 2)

    assert result.flags == ("negative_loading:q2",)
    assert result.loadings.loc["q2"].min() < -0.3


def test_random_starts_are_those_of_the_seed(answers):
    rotation = Rotation(name="geomin", epsilon=0.001)
    options = {"rotation": rotation, "n_starts": 5}

    one = exploratory_factor_analysis(answers, 2, seed=4, **options)
    two = exploratory_factor_analysis(answers, 2, seed=4, **options)

    pd.testing.assert_frame_equal(one.loadings, two.loadings)
    assert one.search == two.search
    assert one.search.seed == 4


def test_local_minima_are_reported(rng):
    no_structure = population(rng.uniform(-0.5, 0.5, size=(12, 3)))
    rotation = Rotation(name="geomin", epsilon=0.0001)
    options = {"rotation": rotation, "n_starts": 30}

    result = exploratory_factor_analysis(no_structure, 3, **options)

    search = result.search
    assert search.n_minima > 1
    assert search.n_at_best < search.n_starts == 30
    assert f"rotation_minima:{search.n_at_best}/30" in result.flags


def test_a_rotation_that_does_not_converge_is_refused(answers, monkeypatch):
    monkeypatch.setattr(gradient_projection, "_ROUGH_STEPS", 1)
    monkeypatch.setattr(gradient_projection, "_FINE_STEPS", 1)

    with pytest.raises(
        InsufficientDataError, match="oblimin rotation of 2 factors did"
    ):
        exploratory_factor_analysis(answers, 2, n_starts=1)


def test_an_extraction_that_does_not_converge_is_refused(answers, monkeypatch):
    monkeypatch.setattr(extraction, "_MAX_STEPS", 1)

    with pytest.raises(InsufficientDataError, match="extraction of 2 factors from 8"):
        exploratory_factor_analysis(answers, 2)


def test_collapsed_eigenvalues_leave_the_objective_defined():
    """More factors than positive eigenvalues: the surplus is no factor."""
    found = extract_factors(np.eye(5), 1, method="minres")

    assert found.objective == pytest.approx(0, abs=1e-12)
    assert found.n_positive == 0


def test_given_correlations_give_what_the_answers_give(answers):
    own = exploratory_factor_analysis(answers, 2)
    given = exploratory_factor_analysis(
        CorrelationMatrix(matrix=answers.corr(), n_respondents=400), 2
    )

    pd.testing.assert_frame_equal(own.loadings, given.loadings, atol=1e-9)
    assert given.correlation == "given"
    assert given.item_means is None


def test_polychoric_correlations_are_analysed(answers):
    matrix = correlations_of(answers, correlation="polychoric")

    own = exploratory_factor_analysis(answers, 2, correlation="polychoric")

    given = exploratory_factor_analysis(matrix, 2)
    pd.testing.assert_frame_equal(own.loadings, given.loadings, rtol=1e-12)
    assert own.correlation == "polychoric"
    # Coarse answers hide some of the association.
    pearson = exploratory_factor_analysis(answers, 2)
    assert own.communalities.mean() > pearson.communalities.mean()


def test_pairwise_correlations_carry_their_flag(answers):
    answers.iloc[:20, 0] = np.nan

    result = exploratory_factor_analysis(answers, 2, missing="pairwise")

    assert result.n_respondents == 380
    assert result.flags == ("pairwise_n:380-400",)


def test_frame_has_one_row_an_item(answers):
    frame = exploratory_factor_analysis(answers, 2).to_frame()

    assert list(frame["item"]) == list(answers.columns)
    assert list(frame.columns[1:6]) == [
        *("F1", "F2"),
        *("communality", "uniqueness", "complexity"),
    ]
    assert len(exploratory_factor_analysis(answers, 2).fit.to_frame()) == 1


def test_residuals_are_correlations_minus_what_is_implied(answers):
    result = exploratory_factor_analysis(answers, 2)

    off = ~np.eye(8, dtype=bool)
    apart = (result.correlations - result.implied_correlations()).to_numpy()
    assert result.residuals.to_numpy()[off] == pytest.approx(apart[off], abs=1e-12)
    assert np.diag(result.residuals) == pytest.approx(result.uniquenesses, abs=1e-9)


def test_new_respondents_are_scored_like_the_others(answers):
    result = exploratory_factor_analysis(answers, 2)
    columns = list(reversed(answers.columns))

    whole = factor_scores(result, answers)
    part = factor_scores(result, answers.iloc[5:9][columns].assign(other=1.0))

    pd.testing.assert_frame_equal(part.scores, whole.scores.iloc[5:9])
    assert (part.n_respondents, part.n_items) == (4, 8)
    assert part.flags == ()


def test_scores_leave_out_incomplete_respondents_and_keep_the_labels(answers):
    result = exploratory_factor_analysis(answers, 2)
    holes = answers.copy()
    holes.iloc[0, 0] = np.nan

    scored = factor_scores(result, holes)

    assert list(scored.to_frame().index) == list(range(1, 400))
    with pytest.raises(InsufficientDataError, match="1 of 400 respondents"):
        factor_scores(result, holes, missing="raise")
    with pytest.raises(InsufficientDataError, match="nobody of 400 respondents"):
        factor_scores(result, answers.assign(q1=np.nan))


def test_scores_need_the_items_of_the_analysis(answers):
    result = exploratory_factor_analysis(answers, 2)

    with pytest.raises(
        ValueError, match="lacks items of the analysis: q1, q7; it has q0"
    ):
        factor_scores(result, answers.drop(columns=["q1", "q7"]))
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        factor_scores(result, answers.to_numpy())
    with pytest.raises(ValueError, match="`method` must be one of 'regression'"):
        factor_scores(result, answers, method="anderson")


def test_scores_on_given_correlations_use_the_moments_of_the_answers(answers):
    given = CorrelationMatrix(matrix=answers.corr(), n_respondents=400)
    result = exploratory_factor_analysis(given, 2)

    scored = factor_scores(result, answers)

    assert scored.flags == ("own_moments",)
    expected = factor_scores(exploratory_factor_analysis(answers, 2), answers)
    pd.testing.assert_frame_equal(scored.scores, expected.scores, atol=1e-7)
    with pytest.raises(InsufficientDataError, match="q1 does not vary over 400"):
        factor_scores(result, answers.assign(q1=2.0))


def test_scores_with_polychoric_weights_say_so(answers):
    result = exploratory_factor_analysis(answers, 2, correlation="polychoric")

    assert factor_scores(result, answers).flags == ("polychoric_weights",)


def test_a_poorly_determined_factor_is_flagged():
    weak = population([[0.5], [0.4], [0.4], [0.3]])

    result = factor_score_weights(exploratory_factor_analysis(weak, 1))

    assert result.flags == ("low_determinacy:F1",)
    # With one factor the squared determinacy is a / (1 + a), a the sum of l^2 / u.
    a = sum(x**2 / (1 - x**2) for x in (0.5, 0.4, 0.4, 0.3))
    assert result.determinacy["F1"] ** 2 == pytest.approx(a / (1 + a))
    assert result.minimum_correlation["F1"] == pytest.approx(2 * a / (1 + a) - 1)
    assert list(result.to_frame()["factor"]) == ["F1"]


def test_impossible_scores_are_refused():
    """A factor stopped at the bound may ask more than the correlations hold."""
    names = list("abc")
    correlation = pd.DataFrame(
        [[1, 0.9, 0.85], [0.9, 1, 0.6], [0.85, 0.6, 1]], index=names, columns=names
    )
    with pytest.warns(AssumptionWarning, match="Heywood"):
        result = exploratory_factor_analysis(
            CorrelationMatrix(matrix=correlation, n_respondents=80), 1
        )

    with pytest.raises(InsufficientDataError, match=r"F1 \(1\.153\) would correlate"):
        factor_score_weights(result)
