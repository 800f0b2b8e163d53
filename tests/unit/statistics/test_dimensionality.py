from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.correlation import polychoric
from diagnose.statistics.dimensionality import (
    CorrelationMatrix,
    bartlett_sphericity,
    correlations_of,
    kmo,
    parallel_analysis,
    replications,
    velicer_map,
)

STATISTICS = [kmo, bartlett_sphericity, velicer_map, parallel_analysis]


@pytest.fixture
def answers(rng):
    factors = np.repeat(rng.normal(size=(300, 2)), 4, axis=1)
    latent = factors + rng.normal(size=(300, 8))
    return pd.DataFrame(np.clip(np.round(latent * 0.8 + 3), 1, 5)).rename(
        columns="q{}".format
    )


def matrix_of(values, n_respondents=100):
    names = [f"q{i}" for i in range(len(values))]
    return CorrelationMatrix(
        matrix=pd.DataFrame(values, index=names, columns=names),
        n_respondents=n_respondents,
    )


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda x: x.assign(q1=3.0, q2=2.0), "q1, q2 does not vary over 300"),
        (lambda x: x.assign(q9=x["q1"]), "positive definite"),
        (lambda x: x.head(8), "more respondents than items; got 8 items and 8 resp"),
        (
            lambda x: x.assign(q1=np.nan),
            "at least 3 respondents; got 0 complete of 300",
        ),
        (lambda x: x[["q1"]], "at least 2 items; got 1"),
    ],
    ids=["constant", "repeated", "few", "unanswered", "one item"],
)
def test_what_the_answers_cannot_carry_is_refused(answers, statistic, spoil, text):
    options = {}
    if statistic is parallel_analysis:  # its components need no inverse
        options = {"reduction": "factors", "n_replications": 20}

    with pytest.raises(InsufficientDataError, match=text):
        statistic(spoil(answers), **options)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (
            {"correlation": "spearman"},
            "`correlation` must be one of 'pearson', 'polych",
        ),
        (
            {"missing": "fiml"},
            "`missing` must be one of 'listwise', 'pairwise', 'raise",
        ),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    for statistic in (kmo, bartlett_sphericity, velicer_map):
        with pytest.raises(ValueError, match=text):
            statistic(answers, **option)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"reduction": "pca"}, "`reduction` must be one of 'components', 'factors'"),
        ({"method": "bootstrap"}, "`method` must be one of 'permutation', 'normal'"),
        (
            {"n_replications": 5},
            "`n_replications` must be a whole number of at least 20",
        ),
        ({"n_replications": 50.0}, "`n_replications` must be a whole number"),
        ({"quantile": 95}, "`quantile` must lie between 0 and 1; got 95"),
        ({"seed": -1}, "`seed` must be a whole number of at least 0; got -1"),
        ({"correlation": "polychoric", "method": "normal"}, "have no categories"),
    ],
)
def test_wrong_options_of_parallel_analysis_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        parallel_analysis(answers, **option)


def test_text_is_refused_with_its_type(answers):
    with pytest.raises(TypeError, match="must hold numbers only; not numeric: q1"):
        kmo(answers.assign(q1="often"))


def test_missing_raise_refuses_incomplete_respondents(answers):
    answers.iloc[0, 0] = np.nan

    with pytest.raises(InsufficientDataError, match="1 of 300 respondents"):
        kmo(answers, missing="raise")


def test_pairwise_uses_all_and_says_of_how_many(answers):
    answers.iloc[:10, 0] = np.nan
    answers.iloc[5:25, 1] = np.nan

    result = correlations_of(answers, missing="pairwise")

    assert result.n_respondents == 275
    assert result.flags == ("pairwise_n:275-300",)
    expected = answers[["q2", "q0"]].corr().iloc[0, 1]
    assert result.matrix.loc["q2", "q0"] == pytest.approx(expected, rel=1e-12)


def test_pairwise_refuses_a_pair_without_answers(answers):
    answers.iloc[:150, 0] = np.nan
    answers.iloc[150:, 1] = np.nan

    with pytest.raises(InsufficientDataError, match="q0 and q1 have 0"):
        correlations_of(answers, missing="pairwise")


def test_pairwise_refuses_a_pair_in_which_an_item_is_constant(answers):
    answers.iloc[10:, 0] = np.nan
    answers.iloc[:10, 0] = [1, 2] * 5
    answers.iloc[:10, 1] = 3.0

    with pytest.raises(InsufficientDataError, match="q0 and q1 is undefined: one of"):
        correlations_of(answers, missing="pairwise")


def test_pairwise_refuses_an_item_that_nobody_answered(answers):
    with pytest.raises(InsufficientDataError, match="nobody answered q3"):
        correlations_of(answers.assign(q3=np.nan), missing="pairwise")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([[1.0, 0.5]], "must be square"),
        ([[1.0, 0.5], [0.4, 1.0]], "must be symmetric"),
        ([[4.0, 0.5], [0.5, 1.0]], "ones on its diagonal; divide a covariance"),
        ([[1.0, np.nan], [np.nan, 1.0]], "holds missing correlations"),
        ([[1.0, 1.5], [1.5, 1.0]], "outside -1 to 1"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(values, text):
    frame = pd.DataFrame(values, index=range(len(values)), columns=range(2))

    with pytest.raises(ValueError, match=text):
        CorrelationMatrix(matrix=frame, n_respondents=50)


def test_a_matrix_needs_the_same_names_and_a_whole_number(answers):
    matrix = answers.corr()

    with pytest.raises(ValueError, match="same names on its rows and columns"):
        CorrelationMatrix(matrix=matrix.reset_index(drop=True), n_respondents=50)
    with pytest.raises(ValueError, match="`n_respondents` must be a whole number"):
        CorrelationMatrix(matrix=matrix, n_respondents=50.5)


def test_a_matrix_has_no_answers_to_treat(answers):
    given = CorrelationMatrix(matrix=answers.corr(), n_respondents=300)

    with pytest.raises(ValueError, match="must be left out with a CorrelationMatrix"):
        kmo(given, correlation="polychoric")
    with pytest.raises(ValueError, match="no answers to permute"):
        parallel_analysis(given)


def test_polychoric_correlations_are_those_of_polychoric(answers):
    found = polychoric(answers)
    given = CorrelationMatrix(matrix=found.correlation, n_respondents=300)

    result = kmo(answers, correlation="polychoric")

    assert result.correlation == "polychoric"
    assert result.estimate == pytest.approx(kmo(given).estimate, rel=1e-12)
    assert result.estimate != kmo(answers).estimate


def test_polychoric_flags_empty_tables_and_bounds():
    same = pd.DataFrame({"q1": [1, 2, 3] * 20, "q2": [1, 2, 3] * 20, "q3": [2, 1] * 30})

    with pytest.warns(AssumptionWarning, match="bound"):
        result = correlations_of(same, correlation="polychoric")

    assert result.flags == ("polychoric_empty_cells:1", "polychoric_at_bound:1")


def test_kmo_of_two_items_is_one_half():
    assert kmo(matrix_of([[1, 0.6], [0.6, 1]])).estimate == pytest.approx(0.5)


def test_uncorrelated_items_share_nothing():
    nothing = matrix_of(np.eye(4))

    assert kmo(nothing).estimate == 0
    assert list(kmo(nothing).item_estimates) == [0] * 4
    test = bartlett_sphericity(nothing)
    assert (test.statistic, test.p_value) == (0, 1)
    assert velicer_map(nothing).n_suggested == 0


def test_map_of_equal_correlations_is_one_component():
    values = np.full((5, 5), 0.5)
    np.fill_diagonal(values, 1.0)

    result = velicer_map(matrix_of(values))

    # After the first component of p equal items all partial correlations are -1/(p-1).
    assert result.squared[:2] == pytest.approx([0.25, 1 / 16])
    assert result.n_suggested == 1
    assert list(result.n_components) == [0, 1, 2, 3]


def test_map_flags_criteria_that_disagree(answers, monkeypatch):
    from diagnose.statistics.dimensionality import average_partial

    monkeypatch.setattr(
        average_partial,
        "_average_partials",
        lambda observed: (np.array([2.0, 1.0, 3.0]), np.array([2.0, 1.0, 0.5])),
    )

    assert velicer_map(answers).flags == ("criteria_disagree",)


def test_map_ends_where_an_item_has_nothing_left():
    values = np.eye(4)
    values[0, 1] = values[1, 0] = 0.9

    # The second component is an item of its own: after it, that item has no variance.
    assert len(velicer_map(matrix_of(values)).squared) == 2


def test_retention_stops_at_the_first_failure(answers, monkeypatch):
    from diagnose.statistics.dimensionality import parallel

    observed = np.array([3.0, 0.9, 2.0, 0.5])
    reference = np.tile([2.0, 1.0, 1.0, 1.0], (20, 1))
    reference += np.linspace(-0.01, 0.01, 20)[:, None]
    monkeypatch.setattr(
        parallel,
        "_eigenvalues",
        lambda matrices, reduction: observed[None] if len(matrices) == 1 else reference,
    )

    result = parallel_analysis(answers.iloc[:, :4], n_replications=20)

    assert (result.n_retained, result.n_retained_mean) == (1, 1)
    assert list(result.to_frame()["retained"]) == [True, False, False, False]
    assert "up to the first that is not" in result.rule


def test_two_dimensions_are_found(answers):
    for reduction in ("components", "factors", "factors_smc"):
        for method in ("permutation", "normal"):
            result = parallel_analysis(
                answers, reduction=reduction, method=method, n_replications=50
            )
            assert result.n_retained == 2
            assert result.method == f"parallel_analysis_{method}"


def test_noise_has_no_dimension(rng):
    noise = pd.DataFrame(rng.normal(size=(400, 6)))

    assert parallel_analysis(noise, n_replications=200, quantile=0.99).n_retained == 0


def test_a_close_call_is_flagged(answers):
    observed = parallel_analysis(answers, n_replications=100)
    reference = observed.reference_quantile
    # A matrix whose first eigenvalue is the quantile of the reference itself.
    values = np.full((8, 8), (reference[0] - 1) / 7)
    np.fill_diagonal(values, 1.0)

    result = parallel_analysis(
        matrix_of(values, 300), method="normal", n_replications=100
    )

    assert "close_call:1" in result.flags


def test_polychoric_against_normal_variables_is_flagged(answers):
    given = correlations_of(answers, correlation="polychoric")

    result = parallel_analysis(given, method="normal", n_replications=20)

    assert result.flags[0] == "normal_reference"


def test_permuted_polychoric_equals_one_permutation_at_a_time(answers):
    few = answers.iloc[:, :4]
    generator = np.random.default_rng(5)
    found = np.concatenate(
        list(
            replications.permuted_polychoric(
                few.to_numpy(), n_replications=3, generator=generator
            )
        )
    )

    again = np.random.default_rng(5)
    codes = few.rank(method="dense").to_numpy(dtype=np.int8).T - 1
    for matrix in found:
        permuted = pd.DataFrame(again.permuted(codes, axis=1).T)
        expected = polychoric(permuted).correlation.to_numpy()
        assert matrix == pytest.approx(expected, abs=1e-10)


def test_permuted_pearson_equals_one_permutation_at_a_time(answers, monkeypatch):
    monkeypatch.setattr(replications, "_MATRICES_AT_ONCE", 2)
    monkeypatch.setattr(replications, "_UNSHARED", 64 * 33)
    values = answers.to_numpy()
    batches = list(
        replications.permuted_pearson(
            values, n_replications=5, generator=np.random.default_rng(5)
        )
    )

    assert [len(batch) for batch in batches] == [2, 2, 1]
    again = np.random.default_rng(5)
    for matrix in np.concatenate(batches):
        permuted = again.permuted(np.array(values.T, order="C"), axis=1)
        assert matrix == pytest.approx(np.corrcoef(permuted), abs=1e-12)


def test_parallel_analysis_of_polychoric_correlations_finds_two(answers):
    result = parallel_analysis(answers, correlation="polychoric", n_replications=20)

    assert result.n_retained == 2
    assert result.correlation == "polychoric"
    assert result.reference_mean.sum() == pytest.approx(8)


def test_progress_is_told(answers):
    heard = []

    parallel_analysis(
        answers, n_replications=150, progress=lambda *state: heard.append(state)
    )

    assert heard == [(100, 150), (150, 150)]


def test_frames_have_one_row_a_thing(answers):
    assert kmo(answers).to_frame()["item"].tolist() == list(answers.columns)
    assert len(bartlett_sphericity(answers).to_frame()) == 1
    assert len(velicer_map(answers).to_frame()) == 7
    assert len(parallel_analysis(answers, n_replications=20).to_frame()) == 8
    assert correlations_of(answers).to_frame().shape == (8, 8)
