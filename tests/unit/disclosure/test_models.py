"""Factor models in a publication: what is taken away, and what the audit refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from builders import instrument
from diagnose.diagnosis import columns
from diagnose.diagnosis.cells import build_frame
from diagnose.disclosure import publish
from diagnose.errors import DisclosureError
from diagnose.language import load_catalogue
from published import make_large_publication, make_publication
from unit.disclosure.organisations import People, diagnose_people

N_FLOOR = 210
ITEMS = ("v1", "v2", "v3")
ASKED = instrument({"v": "v1 v2 v3"})
FRAMES = ("models", "loadings", "pairs", "information", "comparisons")


def people(*, n_leaders=0, n_before=0):
    """Return a work floor of 210 without units, leaders, and an earlier wave."""
    rows = [{"role": "floor", "wave": "2"}] * N_FLOOR
    rows += [{"role": "leader", "wave": "2"}] * n_leaders
    rows += [{"role": "floor", "wave": "1"}] * n_before
    scores = np.tile([2.0, 3.0, 4.0, 3.5], len(rows))[: len(rows)]
    return People(
        frame=pd.DataFrame(rows).assign(careless=False),
        scores=pd.DataFrame({"v": scores}),
        hierarchy=(),
    )


def diagnosis(
    whom=None, *, n=N_FLOOR, skipped=0, n_smallest=100, n_others=0, across=""
):
    """Return a diagnosis whose models rest on `n` people; `skipped` left out v3."""
    made = diagnose_people(whom or people(), ASKED)
    counts = {"v1": N_FLOOR, "v2": N_FLOOR, "v3": N_FLOOR - skipped}
    items = [
        {"subscale": "v", "item": item, "n_respondents": number, "mean": 3.0}
        | {"sd": 1.0, "flag": ""}
        for item, number in counts.items()
    ]
    answers = [
        {"role": "floor", "item": item, "subscale": "v", "value": value}
        | {"count": number / 2, "share": 0.5, "n_respondents": number}
        | {"n_not_applicable": 0, "n_unanswered": 0, "status": "shown"}
        for item, number in counts.items()
        for value in (1, 5)
    ]
    alpha = {"subscale": "v", "method": "alpha", "estimate": 0.8, "conf_low": 0.75}
    alpha |= {"conf_high": 0.85, "conf_level": 0.95, "n_items": 3, "note": ""}
    alpha |= {"n_respondents": N_FLOOR - skipped}
    told = {"n_respondents": n, "estimate": 0.9, "note": ""}
    pair = told | {"first": "v", "second": "v", "verdict": "merge", "other_verdict": ""}
    compared = {"across": across, "subscale": "v", "verdict": "none", "released": "v2"}
    compared |= {"n_smallest": n_smallest, "n_others": n_others, "n_respondents": n}
    compared |= {"level": "metric", "holds": "no", "note": ""}
    measurement = replace(
        made.measurement,
        items=build_frame(items, columns.ITEMS),
        reliability=build_frame([alpha], columns.RELIABILITY),
        verdicts=build_frame(
            [{"subscale": "v", "verdict": "good", "reason": "reason.good"}],
            columns.VERDICTS,
        ),
        models=build_frame(
            [told | {"scope": "condition", "model": "intended", "cfi": 0.9}],
            columns.FACTOR_MODELS,
        ),
        loadings=build_frame(
            [
                told | {"subscale": "v", "item": item, "flag": "flag.weak_loading"}
                for item in ITEMS
            ],
            columns.LOADINGS,
        ),
        pairs=build_frame([pair], columns.PAIRS),
        information=build_frame(
            [
                {"subscale": "v", "theta": theta, "score": 3.0, "reliability": 0.8}
                | {"n_respondents": n, "note": ""}
                for theta in (-1, 0, 1)
            ],
            columns.INFORMATION,
        ),
        comparisons=build_frame([compared] if across else [], columns.COMPARISONS),
    )
    return replace(
        made,
        measurement=measurement,
        distributions=build_frame(answers, columns.DISTRIBUTIONS),
    )


def shown_in(made):
    publication = publish(made)
    return {
        name
        for name in FRAMES
        if (getattr(publication.measurement, name)["status"] == "shown").any()
    }


def test_models_of_everybody_are_shown_whole():
    publication = publish(diagnosis())

    assert shown_in(diagnosis()) == set(FRAMES) - {"comparisons"}
    assert len(publication.measurement.information) == 3


@pytest.mark.parametrize("n_left_out", [1, 4])
def test_a_few_people_outside_a_model_hide_it(n_left_out):
    assert shown_in(diagnosis(n=N_FLOOR - n_left_out)) == set()


def test_as_many_as_the_threshold_outside_a_model_do_not():
    assert "loadings" in shown_in(diagnosis(n=N_FLOOR - 5))


def test_a_model_of_fewer_people_than_it_asks_for_is_hidden():
    assert shown_in(diagnosis(n=199)) == {"information"}
    assert shown_in(diagnosis(n=149)) == set()


def test_a_withheld_item_takes_loadings_and_curve_away():
    publication = publish(diagnosis(skipped=2))
    items = publication.measurement.items

    assert "hidden" in set(items["status"])
    assert shown_in(diagnosis(skipped=2)) == {"models", "pairs"}


def test_a_hidden_row_keeps_no_number_and_no_word_of_what_came_out():
    measurement = publish(diagnosis(n=208, across="language", n_others=3)).measurement

    assert set(measurement.loadings["flag"]) == {""}
    assert set(measurement.pairs["verdict"]) == {""}
    row = measurement.comparisons.iloc[0]
    assert (row["verdict"], row["holds"], row["released"]) == ("", "", "")
    assert measurement.pairs["estimate"].isna().all()
    assert len(measurement.information) == 1


def test_every_decision_is_logged_in_words():
    log = publish(diagnosis(n=208, across="wave")).suppressed
    texts = load_catalogue("disclosure")

    assert {f"measurement.{name}" for name in FRAMES} <= set(log["table"])
    for table, rule in zip(log["table"], log["rule"], strict=True):
        assert texts.has(f"table.{table}")
        assert texts.has(f"rule.{rule}")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, True),
        ({"n_others": 5}, True),
        ({"n_others": 3}, False),
        ({"n_smallest": 99}, False),
    ],
)
def test_groups_and_the_others_beside_them(options, shown):
    made = diagnosis(across="language", **options)

    assert ("comparisons" in shown_in(made)) == shown


@pytest.mark.parametrize(
    ("across", "whom", "shown"),
    [
        ("role", {"n_leaders": 100}, True),
        ("role", {"n_leaders": 4}, False),
        ("wave", {"n_before": 120}, True),
        ("wave", {"n_before": 4}, False),
        ("wave", {}, False),
    ],
)
def test_a_comparison_needs_both_sides_to_be_shown(across, whom, shown):
    made = diagnosis(people(**whom), across=across)

    assert ("comparisons" in shown_in(made)) == shown


def test_findings_rest_on_what_is_left():
    codes = [f.code for f in publish(diagnosis(across="language")).findings]
    hidden = [f.code for f in publish(diagnosis(n=208)).findings]

    assert {"measurement.weak_loading", "open.not_alike"} <= set(codes)
    assert not {"measurement.weak_loading", "measurement.precise"} & set(hidden)


def test_what_was_not_examined_stays_said():
    publication = make_publication()

    assert set(publication.measurement.models["note"]) == {"note.too_few"}
    assert "open.few_for_models" in [f.code for f in publication.findings]


def refused(publication, table, **changes):
    frame = getattr(publication.measurement, table).assign(**changes)
    measurement = replace(publication.measurement, **{table: frame})
    with pytest.raises(DisclosureError) as caught:
        replace(publication, measurement=measurement)
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("table", FRAMES[:-1])
def test_the_audit_refuses_few_people_and_a_few_left_out(table):
    publication = publish(diagnosis())

    assert "D003" in refused(publication, table, n_respondents=100.0)
    assert "D004" in refused(publication, table, n_respondents=208.0)


@pytest.mark.parametrize("table", FRAMES)
def test_the_audit_refuses_numbers_in_hidden_rows(table):
    publication = publish(diagnosis(across="language"))

    assert "D002" in refused(publication, table, status="hidden")


def test_the_audit_refuses_loadings_beside_a_withheld_item():
    publication = publish(diagnosis(skipped=2))
    whole = publish(diagnosis())
    measurement = replace(publication.measurement, loadings=whole.measurement.loadings)

    with pytest.raises(DisclosureError, match="item that is withheld"):
        replace(publication, measurement=measurement)


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("n_smallest", 99.0, "D003"),
        ("n_others", 2.0, "D004"),
        ("across", "wave", "D007"),
    ],
)
def test_the_audit_refuses_comparisons(column, value, code):
    publication = publish(diagnosis(across="language"))

    assert code in refused(publication, "comparisons", **{column: value})


def test_the_audit_refuses_models_of_a_hidden_mean():
    publication = publish(diagnosis())
    profile = publication.profile.assign(
        status="hidden",
        **dict.fromkeys(
            ("n_respondents", "mean", "sd", "conf_low", "conf_high"), np.nan
        ),
    )

    with pytest.raises(DisclosureError, match=r"D007.*about hidden means"):
        replace(publication, profile=profile)


def test_a_large_organisation_shows_its_models():
    measurement = make_large_publication().measurement

    for name in FRAMES:
        assert set(getattr(measurement, name)["status"]) == {"shown"}
