"""What is said of structure, precision and comparability, from frames by hand."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.diagnosis.findings import find
from diagnose.diagnosis.model import Parts
from diagnose.instrument.model import Dimensions, MergeRule

RULE = MergeRule(latent_correlation=0.85, htmt=0.90, fewest_respondents=300)
NAN = float("nan")


def model(scope="all", name="intended", *, cfi=0.97, rmsea=0.03, **changes):
    row = {"scope": scope, "model": name, "estimator": "mlr", "n_respondents": 310}
    row |= {"n_items": 10, "df": 32, "cfi": cfi, "rmsea": rmsea, "srmr": 0.04}
    row |= {"rmsea_low": rmsea - 0.01, "rmsea_high": rmsea + 0.01, "bic": NAN}
    return row | {"note": ""} | changes


def pair(first="v", second="o", *, estimate=0.5, verdict="apart", **changes):
    row = {"first": first, "second": second, "estimate": estimate}
    row |= {"conf_low": estimate - 0.1, "conf_high": estimate + 0.1}
    row |= {"conf_level": 0.95, "htmt": estimate, "n_respondents": 310}
    return row | {"verdict": verdict, "other_verdict": verdict} | changes


def loading(item, estimate, flag):
    row = {"subscale": item[0], "item": item, "estimate": estimate, "flag": flag}
    return row | {"n_respondents": 310}


def compared(across, subscale, verdict, *, level="scalar", released="", note=""):
    row = {"across": across, "subscale": subscale, "verdict": verdict, "level": level}
    row |= {"released": released, "note": note}
    return row | {"n_respondents": 240 if note == "" else NAN}


@pytest.fixture
def found(parts):
    """Return a function that finds in parts of an instrument with a merge rule."""

    def make(**frames):
        made = parts(**frames)
        made.instrument = made.instrument.model_copy(
            update={"dimensions": Dimensions(merge=RULE)}
        )
        return {f.code: f for f in find(made)}

    return make


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "measurement.fits"),
        ({"cfi": 0.94}, "measurement.fits_less"),
        ({"rmsea": 0.07}, "measurement.fits_less"),
        ({"srmr": 0.09}, "measurement.fits_less"),
    ],
)
def test_fit_is_told_beside_the_conventions(found, changes, code):
    finding = found(models=[model(**changes)])[code]

    assert "by convention" in finding.sentence("en")
    assert "bij afspraak" in finding.sentence("nl")
    assert finding.evidence["n_respondents"] == 310


def test_fit_has_its_numbers(found):
    sentence = found(models=[model()])["measurement.fits"].sentence("en")

    assert (
        "(n = 310; CFI 0.970, RMSEA 0.030, 90% interval 0.020 to 0.040, SRMR 0.040)"
        in sentence
    )


def test_too_few_people_are_told_once_with_their_number(found):
    rows = [
        model(n_respondents=NAN, df=NAN, note="note.too_few", scope=scope)
        for scope in ("all", "condition")
    ]
    codes = found(
        models=rows,
        information=[{"subscale": s, "note": "note.too_few"} for s in "vo"],
    )

    assert "9 people answered, and such a model asks for 200" in codes[
        "open.few_for_models"
    ].sentence("en")
    assert "150" in codes["open.few_for_curves"].sentence("nl")
    assert not any(code.startswith("measurement.fit") for code in codes)


def test_a_model_that_cannot_be_fitted_and_one_with_odd_estimates(found):
    assert "open.no_model" in found(models=[model(df=NAN, note="note.no_model")])
    assert "open.improper" in found(models=[model(note="note.improper")])


@pytest.mark.parametrize(
    ("intended", "rival", "code"),
    [
        ({"bic": 900.0}, {"bic": 950.0}, "measurement.intended_best"),
        ({"bic": 950.0}, {"bic": 900.0}, "open.rival_better"),
        ({"rmsea": 0.02}, {"rmsea": 0.05}, "measurement.intended_best"),
        ({"rmsea": 0.05}, {"rmsea": 0.02}, "open.rival_better"),
    ],
)
def test_rivals_are_compared_by_bic_or_without_it_by_rmsea(
    found, intended, rival, code
):
    rows = [
        model(),
        model("condition", **intended),
        model("condition", "coarse", **rival),
        model("condition", "bifactor", **{name: 0.0 for name in rival}),
    ]
    sentence = found(models=rows)[code].sentence("en")

    assert "a coarser grouping" in sentence
    assert ("BIC 900" in sentence or "BIC 950" in sentence) == ("bic" in rival)


def test_a_pair_to_merge_is_told_with_the_rule(found):
    made = found(pairs=[pair(estimate=0.9, verdict="merge"), pair("v", "c")])
    finding = made["measurement.merge"]

    assert finding.subscales == ("v", "o")
    assert (
        "“V” with “O” (0.90, 95% interval 0.80 to 1.00; HTMT 0.90); n = 310"
        in finding.sentence("en")
    )
    assert "measurement.apart" not in made


def test_a_rule_met_by_too_few_people_merges_nothing(found):
    made = found(pairs=[pair(estimate=0.9, verdict="unsure", n_respondents=210)])

    assert "holds from 300 people; here n = 210" in made["open.merge_small"].sentence(
        "en"
    )
    assert "open.pairs_unsure" not in made


def test_an_interval_beyond_the_rule_is_open(found):
    made = found(pairs=[pair(estimate=0.8, verdict="unsure", htmt=NAN)])

    sentence = made["open.pairs_unsure"].sentence("nl")
    assert "“V” met “O” (0,80, 95%-interval 0,70 tot 0,90)" in sentence
    assert "HTMT" not in sentence


def test_pairs_that_are_apart_are_told_by_the_closest(found):
    made = found(pairs=[pair(estimate=0.4), pair("v", "c", estimate=0.6)])
    finding = made["measurement.apart"]

    assert finding.subscales == ()
    assert "(2 pairs, n = 310). Most alike are “V” with “C” (0.60" in finding.sentence(
        "en"
    )


def test_long_lists_of_pairs_are_cut(found):
    rows = [
        pair(estimate=0.95 - i / 100, verdict="unsure", n_respondents=210)
        for i in range(8)
    ]

    finding = found(pairs=rows)["open.merge_small"]

    assert finding.sentence("en").count("“V” with “O”") == 5
    assert "and 3 more." in finding.sentence("en")
    assert finding.evidence["n_pairs"] == 8


def test_without_a_rule_nothing_is_said_of_pairs(parts):
    codes = [f.code for f in find(parts(pairs=[pair(verdict="")]))]

    assert not {"measurement.apart", "measurement.merge"} & set(codes)


def test_loadings_are_told_by_item(found):
    made = found(
        loadings=[
            loading("v1", 0.8, ""),
            loading("v2", 0.31, "flag.weak_loading"),
            loading("o1", -0.2, "flag.negative_loading"),
        ]
    )

    assert "“v2” (0.31)" in made["measurement.weak_loading"].sentence("en")
    assert made["measurement.negative_loading"].subscales == ("o",)


@pytest.mark.parametrize(
    ("second", "other", "told"),
    [
        ({"cfi": 0.96}, "apart", None),
        ({"cfi": 0.90}, "apart", "Judged differently then: whether the model fits"),
        ({"cfi": 0.96}, "unsure", "Judged differently then: 1 of 1 pairs"),
    ],
)
def test_whether_the_treatment_of_answers_matters(found, second, other, told):
    rows = [model(), model(estimator="wlsmv", **second)]
    made = found(models=rows, pairs=[pair(other_verdict=other)])

    if told is None:
        sentence = made["measurement.treatment_alike"].sentence("en")
        assert "as numbers (CFI 0.970) or as ordered categories (CFI 0.960)" in sentence
    else:
        assert told in made["open.treatment_matters"].sentence("en")


def test_a_treatment_that_could_not_be_tried_is_open(found):
    rows = [model(), model(estimator="wlsmv", df=NAN, note="note.no_model")]

    assert "open.treatment_unknown" in found(models=rows)


def curve(subscale, reliabilities):
    return [
        {"subscale": subscale, "theta": i, "score": 1.5 + i, "reliability": value}
        | {"n_respondents": 310, "note": ""}
        for i, value in enumerate(reliabilities)
    ]


def test_precision_is_told_by_the_scores_where_it_suffices(found):
    made = found(
        information=[*curve("v", [0.6, 0.8, 0.75]), *curve("o", [0.5, 0.6, 0.5])]
    )

    assert "“V” (2.5 to 3.5); n = 310" in made["measurement.precise"].sentence("en")
    assert made["open.imprecise"].subscales == ("o",)


def test_nothing_is_said_of_the_precision_of_what_supports_nothing(found):
    verdicts = {"v": ("unsupported", "reason.low_alpha"), "o": ("good", "reason.good")}
    made = found(verdicts=verdicts, information=curve("v", [0.8, 0.9]))

    assert "measurement.precise" not in made


def test_comparisons_are_told_in_one_sentence_for_each_answer(found):
    made = found(
        comparisons=[
            compared("language", "v", "means"),
            compared("language", "o", "means_partial", released="o1"),
            compared(
                "language", "o", "means_partial", level="strict", released="o1, o2"
            ),
            compared("language", "c", "relations"),
            compared("role", "v", "not_tested", level="", note="note.small_groups"),
        ]
    )

    assert "Means of “V” may be compared between languages" in made[
        "measurement.alike"
    ].sentence("en")
    assert "maar niet “o1” (n = 240 of meer)" in made[
        "measurement.alike_partly"
    ].sentence("nl")
    assert "Do not compare means of “C” between languages" in made[
        "open.not_alike"
    ].sentence("en")
    assert "100 people or more in each group" in made["open.untested"].sentence("en")
    assert "n_respondents" not in made["open.untested"].evidence


def gap_row():
    row = {"subscale": "v", "n_floor": 200, "mean_floor": 3.2, "n_leader": 120}
    row |= {"mean_leader": 3.8, "difference": -0.6, "conf_low": -0.8, "conf_high": -0.4}
    return row | {"p_value": 0.001, "p_adjusted": 0.001, "direction": "lower"}


def wave_row(wave, change):
    row = {"wave": wave, "subscale": "v", "n_respondents": 100, "mean": 3.0, "sd": 0.8}
    row |= {"change": change, "change_low": 0.1, "change_high": 0.5, "p_value": 0.001}
    return row | {"p_adjusted": 0.001, "direction": "higher", "status": "shown"}


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("means", None),
        ("not_tested", None),
        ("means_partial", "did not work alike in the two groups: “v2”"),
        ("relations", "the difference may lie in the items"),
        ("none", "the difference may lie in the items"),
    ],
)
def test_gap_and_change_carry_a_caution_where_it_is_needed(found, verdict, told):
    rows = [compared(a, "v", verdict, released="v2") for a in ("role", "wave")]
    trend = [wave_row("1", np.nan), wave_row("2", 0.3)]
    made = found(gap=[gap_row()], trend=trend, waves=("1", "2"), comparisons=rows)

    for code in ("gap.floor_lower", "change.higher"):
        sentence = made[code].sentence("en")
        assert (told is not None) == ("Mind:" in sentence)
        assert told is None or told in sentence
        assert sentence == sentence.strip()


def test_hidden_rows_are_not_spoken_of(parts):
    made: Parts = parts(
        models=[model()],
        loadings=[loading("v2", 0.31, "flag.weak_loading")],
        comparisons=[compared("role", "v", "none")],
    )
    for name in ("models", "loadings", "comparisons"):
        getattr(made.measurement, name)["status"] = "hidden"

    codes = {f.code for f in find(made)}

    assert not codes & {
        "measurement.fits",
        "measurement.weak_loading",
        "open.not_alike",
    }
