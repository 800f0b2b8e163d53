"""Answer labels: what platforms change in them no longer matters."""

from __future__ import annotations

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import label_codes, load_instrument, normalise_label
from diagnose.instrument.model import ResponseScale


@pytest.mark.parametrize(
    "written",
    [
        "Don't know / not applicable",
        "Don\u2019t know / not applicable",
        "  DON'T KNOW\u00a0/\nnot  applicable ",
        "\ufeffDon't know / not\u200b applicable",
        "Don\u02bct know / not applicable".replace("\u02bc", "\u00b4"),
        "Ｄon't know / not applicable",
    ],
)
def test_platform_variants_of_a_label_are_one(written):
    assert normalise_label(written) == "don't know / not applicable"


def test_quotes_dashes_and_composed_letters_are_one():
    assert normalise_label("„Ideee\u0308n” – ja") == normalise_label('"Ideeën" - ja')


def test_words_and_punctuation_still_matter():
    assert normalise_label("Agree") != normalise_label("Disagree")
    assert normalise_label("Agree.") != normalise_label("Agree")


def test_labels_and_aliases_of_every_language_lead_to_their_code():
    codes = label_codes(load_instrument("bottom-up").response_scale("agree5"))

    assert codes["strongly agree"] == codes["helemaal eens"] == "5"
    assert codes["neutraal"] == codes["neither agree nor disagree"] == "3"
    assert codes["n.v.t."] == codes["weet niet"] == "na"
    assert set(codes.values()) == {"1", "2", "3", "4", "5", "na"}


def test_one_label_in_two_languages_may_name_the_same_code():
    scale = ResponseScale.model_validate(builders.number_scale("n3", 1, 3))

    assert label_codes(scale) == {"1": "1", "2": "2", "3": "3"}


def test_a_label_that_names_two_codes_is_refused():
    content = builders.number_scale("n3", 1, 3)
    content["points"][2]["label"]["nl"] = " 1"

    with pytest.raises(InstrumentError, match="'1' is also a label of code '1'"):
        label_codes(ResponseScale.model_validate(content))
