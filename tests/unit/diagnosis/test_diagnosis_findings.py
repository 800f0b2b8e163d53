"""Findings: what is said, what is not said, and what is said to be open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import builders
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.findings import find
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.diagnosis.units import compare_units

NAN = float("nan")


def level(subscale, mean, *, n_respondents=200, sd=0.8, role="floor", status="shown"):
    half = 1.97 * sd / np.sqrt(n_respondents)
    return {
        "role": role,
        "subscale": subscale,
        "n_respondents": n_respondents,
        "mean": mean,
        "sd": sd,
        "conf_low": mean - half,
        "conf_high": mean + half,
        "status": status,
    }


def codes(findings, kind=None):
    return [f.code for f in findings if kind in (None, f.kind)]


def only(findings, code):
    (finding,) = [f for f in findings if f.code == code]
    return finding


def test_a_strength_lies_above_neutral_and_above_the_other_conditions(parts):
    found = find(parts(profile=[level("v", 4.0), level("o", 3.4)]))

    strength = only(found, "strength.stands_out")
    assert strength.subscales == ("v",)
    assert strength.evidence["others"] == 3.4
    assert strength.sentence("en") == (
        "“V” stands out as a strength: mean 4.00 on a scale from 1 to 5 (95% interval "
        "3.89 to 4.11; n = 200). That is above the neutral midpoint (3) and above the "
        "average of the other conditions (3.40), also after allowing for the number of "
        "conditions compared (2)."
    )
    assert (
        "gemiddeld 4,00 op een schaal van 1 tot 5 (95%-interval 3,89 tot 4,11; n = 200)"
        in strength.sentence("nl")
    )
    assert only(found, "concern.lags").subscales == ("o",)


def test_a_concern_lies_below_neutral_whatever_the_others_do(parts):
    found = find(parts(profile=[level("v", 2.5), level("o", 2.0)]))

    assert {f.subscales for f in found if f.code == "concern.below_neutral"} == {
        ("v",),
        ("o",),
    }
    assert codes(found, "concern")[0] == "concern.below_neutral"
    assert found[0].subscales == ("o",)  # further from neutral comes first


def test_outcomes_are_placed_apart_and_never_compared_with_conditions(parts):
    found = find(parts(profile=[level("v", 2.0), level("o", 2.0), level("c", 3.5)]))

    outcome = only(found, "strength.outcome")
    assert outcome.subscales == ("c",)
    assert "not added to the conditions" in outcome.sentence("en")
    assert all(f.evidence["others"] == 2.0 for f in found if f.kind == "concern")


def test_a_condition_on_its_own_is_compared_with_neutral_only(parts):
    found = find(parts(profile=[level("v", 3.6)]))

    assert codes(found, "strength") == ["strength.above_neutral"]
    assert "open.none_stands_out" not in codes(found)


def test_an_interval_that_holds_neutral_is_left_open(parts):
    found = find(parts(profile=[level("v", 3.05), level("o", 3.0), level("c", 3.02)]))

    assert only(found, "open.level_unclear").subscales == ("v", "o")
    assert only(found, "open.none_stands_out").subscales == ("v", "o")
    assert only(found, "open.outcome_unclear").subscales == ("c",)
    assert not codes(found, "strength")


def test_the_rule_allows_for_the_number_of_conditions(parts):
    # p = .036 against neutral: real for one condition, chance for one of two.
    rows = [level("v", 3.12), level("o", 3.12)]

    assert not codes(find(parts(profile=rows)), "strength")
    assert codes(find(parts(profile=rows[:1])), "strength")


@pytest.mark.parametrize(
    ("n_respondents", "said"), [(9, "open.few_answers"), (10, "strength.outcome")]
)
def test_too_few_answers_place_nobody(parts, n_respondents, said):
    row = level("c", 4.5, n_respondents=n_respondents, sd=0.5)

    found = find(parts(profile=[row], verdicts={"c": ("single", "reason.single")}))

    assert said in codes(found)


def test_nothing_is_concluded_from_an_unsupported_subscale(parts):
    alpha = {"subscale": "v", "method": "alpha", "estimate": 0.4, "conf_low": 0.3}
    alpha |= {"conf_high": 0.5, "conf_level": 0.95, "n_respondents": 80}
    found = find(
        parts(
            verdicts={"v": ("unsupported", "reason.low_alpha")},
            reliability=[alpha],
            profile=[level("v", 4.5)],
            estimates=[unit_row("higher")],
            gap=[gap_row("v", "higher")],
        )
    )

    assert set(codes(found)) <= {
        *("open.unreliable", "open.no_leaders", "open.one_unit"),
        "open.no_head_count",
    }
    assert "“V” (alfa = 0,40, 95%-interval 0,30 tot 0,50; n = 80)" in only(
        found, "open.unreliable"
    ).sentence("nl")


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("reason.few_respondents", "open.few_respondents"),
        ("reason.negative_alpha", "open.negative_alpha"),
        ("reason.no_variance", "open.no_variance"),
    ],
)
def test_every_reason_for_no_support_is_said(parts, reason, code):
    verdicts = {"v": ("unsupported", reason), "o": ("good", "reason.good")}
    alphas = [
        {"subscale": "v", "method": "alpha", "estimate": NAN, "n_respondents": 12},
        {"subscale": "o", "method": "alpha", "estimate": 0.8, "conf_low": 0.7},
    ]

    found = find(parts(verdicts=verdicts, reliability=alphas))

    assert only(found, code).subscales == ("v",)


def unit_row(direction, subscale="v", path=("A",), difference=0.6):
    sign = -1 if direction == "lower" else 1
    return {
        "level": "team",
        "path": path,
        "parent": (),
        "subscale": subscale,
        "n_respondents": 20,
        "mean": 3.9,
        "estimate": 3.75,
        "conf_low": 3.5,
        "conf_high": 4.0,
        "reliability": 0.7,
        "difference": sign * difference,
        "difference_low": sign * difference - 0.3,
        "difference_high": sign * difference + 0.3,
        "p_value": 0.0001,
        "p_adjusted": 0.0004,
        "direction": direction,
    }


def cell_row(path, subscale="v", status="shown"):
    return {
        "level": "team",
        "path": path,
        "parent": path[:-1],
        "subscale": subscale,
        "n_respondents": 20,
        "mean": 3.0,
        "sd": 0.8,
        "status": status,
    }


def test_units_that_really_differ_are_named_with_their_evidence(parts):
    found = find(
        parts(
            cells=[cell_row(("A",)), cell_row(("B",))],
            estimates=[unit_row("lower"), unit_row("unclear", path=("B",))],
        )
    )

    unit = only(found, "unit.lower")
    assert unit.path == ("A",)
    assert "−0.60" in unit.sentence("en")
    assert "p < 0,001" in unit.sentence("nl")
    assert "open.units_alike" not in codes(found)


def test_a_divided_team_has_no_mean_to_speak_of(parts):
    divided = {"level": "team", "path": ("A",), "parent": (), "subscale": "v"}
    divided |= {"n_respondents": 12, "r_wg_j_uniform": 0.4, "r_wg_j_slight_skew": 0.1}
    divided |= {"a_wg": 0.3, "ad_mean": 1.2, "reading": "divided"}

    found = find(parts(agreement=[divided], estimates=[unit_row("higher")]))

    assert codes(found, "unit") == []
    assert only(found, "divided.unit").evidence["a_wg"] == 0.3


def test_units_not_shown_to_differ_are_not_called_equal(parts):
    cells = [cell_row(("A",)), cell_row(("B",))]
    rows = [unit_row("unclear"), unit_row("unclear", path=("B",))]

    alike = only(find(parts(cells=cells, estimates=rows)), "open.units_alike")

    assert alike.evidence["n_teams"] == 2
    assert "Not shown to differ is not the same as equal" in alike.sentence("en")


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [cell_row(("A",))],
        [cell_row(("A",)), cell_row(("B",), status="hidden")],
        [cell_row(("A",)), cell_row(("",))],
    ],
    ids=["none", "one", "one left", "one and the nameless"],
)
def test_one_unit_is_nothing_to_compare(parts, cells):
    assert "open.one_unit" in codes(find(parts(cells=cells)))


def test_units_without_variance_cannot_be_compared(parts):
    found = find(parts(cells=[cell_row(("A",)), cell_row(("B",))]))

    assert "open.units_not_comparable" in codes(found)
    assert "open.units_alike" not in codes(found)


def test_without_a_hierarchy_differences_cannot_be_seen(parts):
    found = find(parts(hierarchy=()))

    assert "open.no_units" in codes(found)
    assert "open.one_unit" not in codes(found)


def gap_row(subscale, direction):
    sign = -1 if direction == "lower" else 1
    row = {"subscale": subscale, "n_floor": 90, "mean_floor": 3.0, "n_leader": 9}
    row |= {"mean_leader": 3.0 - sign * 0.8, "difference": sign * 0.8}
    row |= {"conf_low": sign * 0.8 - 0.3, "conf_high": sign * 0.8 + 0.3}
    row |= {"p_value": 0.001, "p_adjusted": 0.003, "hedges_g": sign, "g_low": 0.2}
    return row | {"g_high": 1.8, "direction": direction}


@pytest.mark.parametrize(
    ("subscale", "direction", "code"),
    [
        ("v", "higher", "gap.floor_higher"),
        ("v", "lower", "gap.floor_lower"),
        ("o", "higher", "gap.floor_higher_estimated"),
        ("o", "lower", "gap.floor_lower_estimated"),
    ],
)
def test_the_gap_is_told_in_both_directions_alike(parts, subscale, direction, code):
    finding = only(find(parts(gap=[gap_row(subscale, direction)])), code)

    assert finding.kind == "gap"
    own = "Leaders judged others here" in finding.sentence("en")
    assert own == (subscale == "o")


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_the_gap_within_a_unit_names_the_unit(parts, direction):
    row = gap_row("v", direction) | {"path": ("A",), "parent": (), "level": "team"}

    finding = only(find(parts(gaps=[row])), f"gap.unit_floor_{direction}")

    assert finding.kind == "gap"
    assert finding.path == ("A",)
    assert "“A”" in finding.sentence("nl")


def test_what_the_gap_leaves_open(parts):
    unclear = find(parts(gap=[gap_row("v", "unclear")]))
    assert "does not prove that they agree" in only(
        unclear, "open.gap_unclear"
    ).sentence("en")
    assert "open.no_leaders" in codes(find(parts(roles=("floor",))))
    assert "open.few_leaders" in codes(find(parts()))


def wave_row(wave, mean, change=NAN, direction="", status="shown"):
    row = {"wave": wave, "subscale": "v", "n_respondents": 100, "mean": mean, "sd": 0.8}
    row |= {"conf_low": mean - 0.2, "conf_high": mean + 0.2, "change": change}
    row |= {"change_low": change - 0.2, "change_high": change + 0.2, "p_value": 0.001}
    return row | {"p_adjusted": 0.001, "direction": direction, "status": status}


def test_change_is_told_with_both_means(parts):
    rows = [wave_row("1", 3.0), wave_row("2", 3.4, 0.4, "higher")]

    finding = only(find(parts(waves=("1", "2"), trend=rows)), "change.higher")

    assert "from 3.00 to 3.40, a change of +0.40" in finding.sentence("en")
    assert "van 3,00 naar 3,40, een verandering van +0,40" in finding.sentence("nl")


def test_what_the_trend_leaves_open(parts):
    unclear = [wave_row("1", 3.0), wave_row("2", 3.1, 0.1, "unclear")]
    hidden = [wave_row("1", NAN, status="hidden"), wave_row("2", 3.1)]

    found = find(parts(waves=("1", "2"), trend=unclear))
    assert "does not prove that nothing changed" in only(
        found, "open.change_unclear"
    ).sentence("en")
    assert "open.change_unknown" in codes(
        find(parts(waves=("1", "2"), trend=hidden)), "open"
    )
    assert "open.change_unknown" not in codes(find(parts()))


def test_measurement_is_told(parts):
    item = {"subscale": "v", "item": "v3", "item_rest_r": -0.1, "flag": "flag.negative"}
    found = find(
        parts(
            verdicts={
                "v": ("care", "reason.negative_item"),
                "o": ("care", "reason.uncertain_alpha"),
                "c": ("single", "reason.single"),
            },
            items=[item],
            careless=[{"hurdle": "careless", "n_screened": 80, "n_flagged": 4}],
            sensitivity=[
                {"subscale": "v", "n_all": 80, "difference": 0.02},
                {"subscale": "o", "n_all": 80, "difference": -0.05},
                {"subscale": "c", "n_all": 0, "difference": NAN},
            ],
        )
    )

    negative = only(found, "measurement.negative_item")
    assert "“v3” runs against the other items" in negative.sentence("en")
    assert "−0,10" in negative.sentence("nl")
    assert only(found, "measurement.uncertain_alpha").subscales == ("o",)
    assert only(found, "measurement.single").subscales == ("c",)
    careless = only(found, "measurement.careless")
    assert "5% of the answers look careless" in careless.sentence("en")
    assert "0.05 (on “O”)" in careless.sentence("en")


@pytest.mark.parametrize("flag", ["weak", "constant"])
def test_every_flag_has_its_sentence(parts, flag):
    item = {"subscale": "v", "item": "v3", "flag": f"flag.{flag}"}
    item["item_rest_r"] = 0.1 if flag == "weak" else NAN

    found = find(parts(verdicts={"v": ("care", f"reason.{flag}_item")}, items=[item]))

    assert "“v3”" in only(found, f"measurement.{flag}_item").sentence("nl")


def test_hidden_sensitivity_leaves_the_counts_only(parts):
    counts = {"hurdle": "careless", "n_screened": 80, "n_flagged": 8}
    rows = [
        {"subscale": "v", "n_all": 80, "difference": 0.1},
        {"subscale": "o", "n_all": NAN, "difference": NAN},
    ]

    found = find(parts(careless=[counts], sensitivity=rows))

    counted = only(found, "measurement.careless_counted").sentence("en")
    assert counted == (
        "10% of the answers look careless by more than one sign (8 of 80). They are "
        "included."
    )
    assert "measurement.careless" not in codes(found)
    hidden = counts | {"n_flagged": NAN}
    assert "measurement.careless_counted" not in codes(find(parts(careless=[hidden])))


def test_a_hidden_tie_leaves_the_flag(parts):
    item = {"subscale": "v", "item": "v3", "flag": "flag.weak", "item_rest_r": NAN}
    verdicts = {"v": ("care", "reason.weak_item")}

    sentence = only(
        find(parts(verdicts=verdicts, items=[item])), "measurement.weak_item"
    ).sentence("en")

    assert "(n = 100; alpha = 0.85" in sentence


def test_response_is_told_when_every_unit_was_counted(parts):
    rows = [
        {"level": "team", "path": (name,), "parent": (), "n_respondents": 20}
        | {"n_members": 40, "response_rate": 0.5, "status": "shown"}
        for name in "AB"
    ]

    response = only(find(parts(unit_counts=rows)), "measurement.response")

    assert response.evidence["response_rate"] == 0.5
    hidden = [rows[0], rows[1] | {"n_respondents": NAN, "status": "hidden"}]
    assert "measurement.response" not in codes(find(parts(unit_counts=hidden)))
    assert "open.no_head_count" in codes(find(parts()))


def test_items_that_many_could_not_judge_are_named(parts):
    row = {"role": "floor", "item": "v1", "subscale": "v", "value": 1.0, "count": 3}
    row |= {"share": 0.1, "n_respondents": 60, "n_unanswered": 10, "status": "shown"}
    many, few = row | {"n_not_applicable": 30}, row | {"n_not_applicable": 5}

    assert "“v1” (30%)" in only(
        find(parts(distributions=[many])), "open.not_applicable"
    ).sentence("en")
    assert "open.not_applicable" not in codes(find(parts(distributions=[few])))


def test_a_whole_diagnosis_speaks_both_languages(organisation):
    made = diagnose(organisation)

    kinds = {finding.kind for finding in made.findings}
    assert {"unit", "gap", "change", "measurement", "open"} <= kinds
    for finding in made.findings:
        english, dutch = finding.sentence("en"), finding.sentence("nl")
        assert english != dutch
        for sentence in (english, dutch):
            assert not set("{}–") & set(sentence)
            assert "nan" not in sentence.split()


def test_findings_come_by_kind_and_by_importance(organisation):
    findings = diagnose(organisation).findings

    kinds = list(dict.fromkeys(f.kind for f in findings))
    assert len(kinds) == len({f.kind for f in findings})
    for kind in kinds:
        own = [f.importance for f in findings if f.kind == kind]
        assert own == sorted(own, reverse=True)


def test_findings_can_be_made_again_after_cells_are_taken_away(organisation):
    made = diagnose(organisation)
    assert any(f.path == ("South", "C") for f in made.findings)
    cells = made.units.cells.copy()
    away = np.array([path[0] == "South" for path in cells["path"]])
    cells.loc[away, ["n_respondents", "mean", "sd"]] = np.nan
    cells.loc[away, "status"] = "hidden"
    profile = made.profile.copy()
    leaders = profile["role"] == "leader"
    profile.loc[leaders, "status"] = "hidden"
    estimates, models = compare_units(cells, conf_level=0.95)
    agreement = made.units.agreement
    units = replace(
        made.units,
        cells=cells,
        estimates=estimates,
        models=models,
        agreement=agreement.loc[[path[0] != "South" for path in agreement["path"]]],
        leaders=made.units.leaders.assign(status="hidden"),
        gaps=compare_roles_in_units(
            cells, made.units.leaders.assign(status="hidden"), conf_level=0.95
        ),
    )
    again = find(
        replace(
            made,
            units=units,
            profile=profile,
            gap=compare_roles(profile, conf_level=0.95),
            findings=(),
        )
    )

    assert not any("South" in f.path for f in again)
    assert not any(f.kind == "gap" for f in again)
    assert "open.few_leaders" in codes(again)
    assert "open.one_unit" in codes(again)  # of two divisions one is left


def test_an_instrument_in_one_other_language_keeps_its_titles(organisation):
    content = organisation.instrument.model_dump()
    content["languages"] = {"de": {"status": "original"}}

    def germanised(tree):
        if isinstance(tree, dict) and set(tree) == {"en", "nl"}:
            return {"de": f"de-{tree['nl']}"}
        if isinstance(tree, dict):
            return {key: germanised(value) for key, value in tree.items()}
        if isinstance(tree, tuple | list):
            return tuple(germanised(value) for value in tree)
        return tree

    german = type(organisation.instrument).model_validate(germanised(content))
    made = diagnose(replace(organisation, instrument=german))

    assert any("“de-V”" in f.sentence("en") for f in made.findings)


def test_tiny_organisations_conclude_nothing():
    given = builders.responses(
        """
        | role   | team | v1 | v2 | v3 |
        | floor  | A    | 3  | 4  | 3  |
        | floor  | A    | 3  | 2  | 3  |
        | floor  | B    | 5  | 4  | 4  |
        | leader | A    | 5  | 5  | 5  |
        """
    )

    findings = diagnose(given).findings

    assert {f.kind for f in findings} == {"open"}
    assert codes(findings)[0] == "open.few_respondents"
