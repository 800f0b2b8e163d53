"""The codebook says of every code in an export what it means and how it is scored."""

from __future__ import annotations

import pandas as pd
import pytest

import builders
from diagnose.instrument import load_instrument
from diagnose.instrument.codebook import codebook
from diagnose.scoring.score import key_answers


def test_every_item_form_and_code_has_one_row():
    instrument = load_instrument("bottom-up")

    frame = codebook(instrument, "nl")

    assert len(frame) == (45 * 2 + 2) * 6
    assert not frame.duplicated(["item", "form", "code"]).any()
    assert frame["item"].unique().tolist() == [i.id for i in instrument.closed_items]


def test_a_row_tells_what_was_asked_and_how_it_counts():
    frame = codebook(load_instrument("bottom-up"), "nl")

    row = frame.query("item == 'v3' and form == 'leader' and code == '5'").iloc[0]

    assert row.to_dict() == {
        "item": "v3",
        "subscale": "v",
        "subscale_title": "Stem en signaal",
        "kind": "condition",
        "keyed": "reverse",
        "form": "leader",
        "wording": "Ideeën van de werkvloer blijven meestal ergens onderweg steken.",
        "response_scale": "agree5",
        "code": "5",
        "number": 5,
        "value": 5.0,
        "keyed_value": 1.0,
        "label": "Helemaal mee eens",
    }


def test_keyed_values_are_those_of_the_scorer():
    instrument = load_instrument("bottom-up")
    frame = codebook(instrument, "en").query("form == 'floor' and kind != 'context'")

    for code, rows in frame.groupby("code"):
        answers = rows.set_index("item")[["value"]].T
        keyed = key_answers(answers, instrument).iloc[0]
        expected = rows.set_index("item")["keyed_value"]
        pd.testing.assert_series_equal(
            keyed, expected[keyed.index], check_names=False, obj=f"code {code}"
        )


def test_do_not_know_and_context_items_have_no_keyed_value():
    frame = codebook(load_instrument("bottom-up"), "en")

    unknown = frame.loc[frame["code"] == "na", ["value", "keyed_value"]]
    assert unknown.isna().to_numpy().all()
    assert frame.loc[frame["kind"] == "context", "keyed_value"].isna().all()


def test_a_scoring_definition_has_rows_without_wording():
    frame = codebook(load_instrument("oric"), "en")

    assert len(frame) == 12 * 6
    assert set(frame["form"]) == set(frame["wording"]) == {""}


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'; got"):
        codebook(builders.instrument(), "de")


def test_numbers_stand_behind_codes_and_keep_apart_what_is_unknown():
    frame = codebook(load_instrument("bottom-up"), "en")

    assert (
        frame.columns.tolist().index("number")
        == frame.columns.tolist().index("code") + 1
    )
    numbers = frame.groupby("code")["number"].unique().map(list).to_dict()
    assert numbers == {"1": [1], "2": [2], "3": [3], "4": [4], "5": [5], "na": [9]}
