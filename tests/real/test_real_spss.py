"""A real SPSS file against the published figures, and items nobody reversed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from builders import both, instrument
from diagnose.instrument.model import Instrument
from diagnose.responses import read_responses
from diagnose.responses.definition import read_definition

AGREEMENT = ("Strongly Disagree", "Disagree", "No Opinion", "Agree", "Strongly Agree")
FREQUENCY = ("Never", "Sometimes", "Often", "Always")


@pytest.fixture(scope="session")
def figures(reference_data):
    text = (reference_data / "reference_figures.json").read_text(encoding="utf-8")
    return json.loads(text)


def scale(name, labels):
    return {
        "id": name,
        "lowest": 1.0,
        "highest": float(len(labels)),
        "points": tuple(
            {"code": str(i), "value": float(i), "label": both(label)}
            for i, label in enumerate(labels, start=1)
        ),
    }


def hotel(items="v1 v2 v3- v4 v5-") -> Instrument:
    return instrument({"v": items}, scales={"v": scale("opinion", AGREEMENT)})


def alpha(responses, items):
    """Return alpha of keyed answers, with the variances that the manual used."""
    keyed = {item.id: item.keyed for item in responses.instrument.items}
    answers = responses.answers[list(items)].dropna()
    bounds = responses.instrument.response_scale_of(items[0])
    for item in items:
        if keyed[item] == "reverse":
            answers = answers.assign(
                **{item: bounds.lowest + bounds.highest - answers[item]}
            )
    covariance = np.cov(answers.to_numpy(), rowvar=False)
    k = len(items)
    return k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())


@pytest.mark.parametrize(
    ("items", "figure", "printed"),
    [
        (("v1", "v3", "v4"), "alpha_v1_v3r_v4", 0.81),
        (("v1", "v2", "v3", "v4", "v5"), "alpha_all", 0.11),
    ],
)
def test_spss_reliability_is_that_of_the_manual_and_of_r(
    reference_data, figures, items, figure, printed
):
    responses = read_responses(reference_data / "spss" / "hotel.sav", hotel())

    estimate = alpha(responses, items)

    assert estimate == pytest.approx(figures["hotel"][figure], abs=1e-10)
    assert round(estimate, 2) == printed


def test_spss_labels_prove_the_answers_without_a_mapping(reference_data):
    report = read_responses(reference_data / "spss" / "hotel.sav", hotel()).report

    assert (report.platform, report.encoding, report.n_rows) == ("spss", "sav", 17)
    assert report.codes_by == "definition"
    assert not [p for p in report.problems if p.code not in ("R050", "R053")]


def test_spss_answers_follow_the_labels_and_not_the_numbers(reference_data):
    path = reference_data / "spss" / "hotel.sav"
    turned = scale("opinion", AGREEMENT[::-1])

    plain = read_responses(path, hotel()).answers
    against = read_responses(
        path, instrument({"v": "v1 v2 v3- v4 v5-"}, scales={"v": turned})
    ).answers

    pd.testing.assert_frame_equal(against, 6 - plain)


def test_spss_wordings_are_those_of_the_file(reference_data):
    found = read_definition(reference_data / "spss" / "hotel.sav")

    assert found.wordings["v3"] == ("The staff were slow in responding",)
    assert found.answers["v5"]["3"] == ("No Opinion",)


@pytest.fixture
def efc(reference_data, figures, tmp_path):
    """Return the export, an instrument without a reversal, and its codebook."""
    items = figures["efc"]["items"]
    book = pd.read_csv(reference_data / "efc" / "codebook.csv", dtype=str)
    rows = book[book["variable"].isin(items) & book["value"].notna()]
    own = pd.DataFrame(
        {"item": rows["variable"], "code": rows["value"], "label": rows["value_label"]}
    )
    path = tmp_path / "codebook.csv"
    own.to_csv(path, index=False)
    asked = instrument(
        {"cope": " ".join(items)}, scales={"cope": scale("often4", FREQUENCY)}
    )
    return reference_data / "efc" / "efc.csv", asked, path


def test_efc_items_that_nobody_reversed_are_caught(efc, figures):
    path, asked, book = efc

    responses = read_responses(
        path, asked, definition=book, mapping={"missing": ["NA"]}
    )

    items = figures["efc"]["items"]
    assert alpha(responses, items) == pytest.approx(
        figures["efc"]["alpha"]["alpha_listwise"], abs=1e-10
    )
    complete = responses.answers.notna().all(axis="columns").sum()
    assert complete == figures["efc"]["alpha"]["n_complete"]
    assert not responses.report.problems
    # The third one that nobody reversed has r = -.03, of which nothing can be said.
    against = {p.place.rpartition(" ")[2] for p in responses.report.direction}
    assert against == {"c82cop1", "c90cop9"}


def test_efc_with_the_right_key_raises_no_doubt(efc, figures):
    path, _, book = efc
    turned = {"c82cop1", "c89cop8", "c90cop9"}
    items = " ".join(
        item + ("-" if item in turned else "") for item in figures["efc"]["items"]
    )
    asked = instrument({"cope": items}, scales={"cope": scale("often4", FREQUENCY)})

    report = read_responses(
        path, asked, definition=book, mapping={"missing": ["NA"]}
    ).report

    assert not report.problems
    assert not report.direction
