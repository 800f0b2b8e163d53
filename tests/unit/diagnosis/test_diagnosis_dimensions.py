"""Factor models, curves and comparisons: gates, rules, and what statistics say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.comparability import assess_comparability
from diagnose.diagnosis.dimensions import assess_dimensions
from diagnose.diagnosis.factor_rows import judge_pair
from diagnose.diagnosis.precision import assess_precision
from diagnose.diagnosis.treatment import choose_treatment
from diagnose.instrument.model import Dimensions, MergeRule
from diagnose.scoring.score import score
from diagnose.statistics.cfa import fit_cfa
from diagnose.statistics.irt import graded_response
from published import LARGE_ITEM_IN_DUTCH, make_large_publication

SUBSCALES = {"v": "v1 v2 v3 v4", "o": "o1 o2 o3", "c": "c1 c2 c3"}
BLOCKS = {name: items.split() for name, items in SUBSCALES.items()}
RULE = MergeRule(latent_correlation=0.85, htmt=0.90, fewest_respondents=300)


def asked(**options):
    made = builders.instrument(SUBSCALES, outcomes=("c",), **options)
    groups = Dimensions(
        merge=RULE,
        alternatives={"coarse": {"both": ("v", "o")}, "other": {"x": ("z",)}},
    )
    return made.model_copy(update={"dimensions": groups})


def answers(n_people, *, seed=1, missing=0.0):
    """Return answers of three related factors, keyed, on five points."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n_people, 1))
    factors = 0.7 * shared + 0.714 * rng.normal(size=(n_people, 3))
    names = [item for items in BLOCKS.values() for item in items]
    place = [i for i, items in enumerate(BLOCKS.values()) for _ in items]
    raw = 3 + 0.8 * factors[:, place] + 0.6 * rng.normal(size=(n_people, len(names)))
    frame = pd.DataFrame(np.clip(np.rint(raw), 1, 5), columns=names)
    return frame.mask(rng.random(frame.shape) < missing)


@pytest.mark.parametrize(
    ("correlation", "high", "ratio", "n", "verdict"),
    [
        (0.90, 0.95, 0.80, 300, "merge"),
        (0.80, 0.84, 0.95, 300, "merge"),
        (0.90, 0.95, 0.80, 299, "unsure"),
        (0.80, 0.86, 0.80, 900, "unsure"),
        (0.80, 0.84, 0.80, 900, "apart"),
        (0.80, 0.84, np.nan, 900, "apart"),
    ],
)
def test_the_merge_rule(correlation, high, ratio, n, verdict):
    assert judge_pair(correlation, high, ratio, n, RULE) == verdict
    assert judge_pair(correlation, high, ratio, n, None) == ""


@pytest.mark.parametrize(
    ("categories", "treatment"),
    [
        ([1, 2, 3, 4], "wlsmv"),
        ([1, 2, 2, 3, 3, 3, 4, 4, 5], "mlr"),
        ([1, 2, 3, 4, 5, 5, 5, 5], "wlsmv"),
        ([1, 2, 3, 4, 5, 6, 7, 7, 7, 7], "mlr"),
    ],
)
def test_the_treatment_follows_categories_and_skew(categories, treatment):
    items = pd.DataFrame({name: categories * 10 for name in "abcd"}, dtype=float)

    assert choose_treatment(items) == treatment


def test_one_coarse_item_in_four_is_tolerated():
    items = pd.DataFrame({name: [1, 2, 2, 3, 3, 3, 4, 4, 5] for name in "abcd"}) * 1.0

    assert choose_treatment(items.assign(a=items["a"].clip(2, 4))) == "mlr"
    rough = items.assign(a=items["a"].clip(2, 4), b=items["b"].clip(2, 4))
    assert choose_treatment(rough) == "wlsmv"


def test_loadings_and_pairs_are_those_of_the_factor_model():
    keyed = answers(320, missing=0.02)
    made = assess_dimensions(asked(), keyed, conf_level=0.9)
    fit = fit_cfa(
        keyed,
        BLOCKS,
        estimator="mlr",
        missing="fiml",
        identification="unit_variance",
        conf_level=0.9,
    )
    expected = fit.standardised().query("parameter == 'loading'")

    assert made.loadings["item"].tolist() == expected["right"].tolist()
    np.testing.assert_allclose(made.loadings["estimate"], expected["estimate"])
    np.testing.assert_allclose(made.loadings["conf_low"], expected["conf_low"])
    assert set(made.loadings["n_respondents"]) == {320}
    assert [(r.first, r.second) for r in made.pairs.itertuples()] == [
        ("v", "o"),
        ("v", "c"),
        ("o", "c"),
    ]
    assert made.pairs["other_estimate"].notna().all()


@pytest.mark.parametrize("treatment", ["mlr", "wlsmv"])
def test_only_the_item_that_is_keyed_wrongly_runs_against_its_factor(
    treatment, monkeypatch
):
    monkeypatch.setattr(
        "diagnose.diagnosis.dimensions.choose_treatment", lambda _: treatment
    )
    keyed = answers(400).assign(v1=lambda frame: 6 - frame["v1"])
    made = assess_dimensions(asked(), keyed, conf_level=0.95)
    flags = made.loadings.set_index("item")["flag"]

    assert flags.index[flags != ""].tolist() == ["v1"]
    assert (made.pairs["estimate"] > 0).all()
    assert (made.pairs["conf_low"] < made.pairs["conf_high"]).all()


def test_rivals_are_fitted_within_one_kind_of_subscales():
    made = assess_dimensions(asked(), answers(320), conf_level=0.95)
    rows = made.models[["scope", "model", "estimator", "n_items"]]

    assert rows.to_numpy().tolist() == [
        ["all", "intended", "mlr", 10],
        ["all", "intended", "wlsmv", 10],
        ["condition", "intended", "mlr", 7],
        ["condition", "coarse", "mlr", 7],
        ["condition", "one_factor", "mlr", 7],
    ]
    fitted = made.models.set_index(["scope", "model"])["bic"]
    assert fitted["condition", "intended"] < fitted["condition", "one_factor"]


@pytest.mark.parametrize(
    ("keyed", "note"),
    [
        (answers(199), "note.too_few"),
        (answers(250).assign(v1=3.0), "note.no_model"),
        (answers(250).assign(v1=lambda frame: frame["v2"]), "note.no_model"),
    ],
)
def test_what_cannot_be_fitted_is_a_row_with_a_note(keyed, note):
    made = assess_dimensions(asked(), keyed, conf_level=0.95)

    assert made.models.loc[0, "note"] == note
    assert made.models.loc[0, ["n_respondents", "cfi"]].isna().all()
    assert made.loadings.empty
    assert made.pairs.empty


def test_one_subscale_of_three_items_has_no_structure():
    single = builders.instrument({"v": "v1 v2 v3", "c": "c1 c2"})

    assert assess_dimensions(single, answers(250), conf_level=0.95).models.empty


def test_the_curve_is_that_of_the_graded_response_model():
    keyed = answers(260)
    curves = assess_precision(asked(), keyed)
    own = curves.loc[curves["subscale"] == "v"]
    fit = graded_response(keyed[BLOCKS["v"]])

    assert len(own) == 25
    assert own["score"].is_monotonic_increasing
    assert own["score"].between(1, 5).all()
    expected = fit.test_information(own["theta"].to_numpy())["information"]
    np.testing.assert_allclose(own["information"], expected)


def test_no_curve_of_few_answers():
    keyed = answers(200)
    keyed.loc[60:, BLOCKS["o"]] = np.nan
    notes = assess_precision(asked(), keyed).groupby("subscale")["note"].first()

    assert notes.to_dict() == {"v": "", "o": "note.too_few", "c": ""}


def compared(frame):
    made = builders.responses(frame, asked())
    return assess_comparability(made, score(made).keyed)


def test_items_that_work_otherwise_in_a_language_are_named():
    frame = answers(480).assign(language=["en", "nl"] * 240)
    dutch = frame["language"] == "nl"
    frame.loc[dutch, "v1"] = (frame.loc[dutch, "v1"] - 2).clip(1, 5)
    last = compared(frame).query("level == 'scalar'").set_index("subscale")

    assert last["verdict"].to_dict() == {
        "v": "means_partial",
        "o": "means",
        "c": "means",
    }
    assert last.loc["v", "released"] == "v1"
    assert set(last["n_smallest"]) == {240}


def test_small_groups_are_left_out_and_counted():
    languages = ["en"] * 150 + ["nl"] * 140 + ["de"] * 30
    made = compared(answers(320).assign(language=languages))

    assert set(made["n_others"]) == {30}
    assert set(made["n_groups"]) == {2}
    assert set(made["across"]) == {"language"}


def test_too_small_to_compare_is_a_row_without_numbers():
    made = compared(answers(150).assign(role=["floor"] * 110 + ["leader"] * 40))

    assert made["note"].tolist() == ["note.small_groups"] * 3
    assert made["verdict"].tolist() == ["not_tested"] * 3
    assert made.select_dtypes("number").isna().to_numpy().all()
    assert set(made["level"]) == {""}


def test_answers_that_carry_no_comparison_are_a_row_with_a_note():
    frame = answers(240).assign(language=["en", "nl"] * 120)
    frame.loc[frame["language"] == "nl", "v1"] = 3.0
    made = compared(frame).drop_duplicates("subscale").set_index("subscale")

    assert made.loc["v", "note"] == "note.no_model"
    assert made.loc["o", "note"] == ""


def test_a_diagnosis_of_small_odd_data_raises_nothing():
    frame = answers(205).round().clip(3, 4)

    made = diagnose(builders.responses(frame, asked())).measurement

    assert len(made.models) > 0
    assert set(made.reliability["method"]) == {
        "alpha",
        "omega_total",
        "omega_categorical",
    }


def test_planted_faults_are_found():
    publication = make_large_publication()
    measurement = publication.measurement
    pairs = measurement.pairs.set_index(["first", "second"])
    compared = measurement.comparisons.query("verdict != 'means'")

    assert pairs.index[pairs["verdict"] == "merge"].tolist() == [("o", "e")]
    assert set(compared["subscale"] + compared["across"]) == {"klanguage"}
    assert set(compared["released"]) == {"", LARGE_ITEM_IN_DUTCH}
    codes = [finding.code for finding in publication.findings]
    assert {"measurement.merge", "measurement.alike_partly"} <= set(codes)
