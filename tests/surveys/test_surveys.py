"""Every instrument of the kit: it validates, loads, round-trips and names a licence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from diagnose.documents.yaml import parse_yaml
from diagnose.instrument import (
    check_instrument,
    label_codes,
    list_instruments,
    load_instrument,
    normalise_label,
)
from diagnose.instrument.schema import instrument_schema

SURVEYS = Path(__file__).parents[2] / "surveys"
NAMES = list_instruments()
PULSE_ITEMS = ("v4", "o3", "l1", "r2", "f2", "p4", "z3", "s1", "e1", "c1", "k3", "i1")


def content(name: str) -> str:
    """Return the text of an instrument file."""
    return (SURVEYS / name / "instrument.yaml").read_text(encoding="utf-8")


def test_the_kit_has_its_instruments():
    assert {"bottom-up", "pulse", "oric"} <= set(NAMES)


def test_every_folder_with_an_instrument_is_listed():
    folders = {path.parent.name for path in SURVEYS.glob("*/instrument.yaml")}

    assert folders == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_validates_against_the_schema(name):
    tree = YAML(typ="safe", pure=True).load(content(name))

    errors = list(Draft202012Validator(instrument_schema()).iter_errors(tree))

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_under_the_name_of_its_folder(name):
    instrument = load_instrument(name)

    assert instrument.id == name
    assert check_instrument(instrument) == ()
    assert instrument == load_instrument(SURVEYS / name)


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_a_round_trip_through_yaml(name):
    instrument = load_instrument(name)
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(instrument.model_dump(mode="json"), stream)

    tree, problems = parse_yaml(stream.getvalue().encode(), "a copy")

    assert problems == []
    assert type(instrument).model_validate(tree) == instrument


@pytest.mark.parametrize("name", NAMES)
def test_it_points_editors_to_the_schema(name):
    first = content(name).splitlines()[0]

    assert first == "# yaml-language-server: $schema=../instrument.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_with_licence_evidence_and_a_readme_that_says_so(name):
    instrument = load_instrument(name)
    readme = (SURVEYS / name / "README.md").read_text(encoding="utf-8")

    assert "CC-BY-4.0" in instrument.provenance.licence
    assert set(instrument.provenance.evidence) == {"en", "nl"}
    for heading in ("## Source", "## Licence", "## Evidence", "## Samenvatting"):
        assert heading in readme
    assert f"`{instrument.id}`" in readme


@pytest.mark.parametrize("name", NAMES)
def test_it_exists_in_both_languages_and_says_that_it_has_no_norms(name):
    instrument = load_instrument(name)

    assert tuple(instrument.languages) == ("en", "nl")
    assert "no norms" in instrument.status["en"]
    assert "geen normen" in instrument.status["nl"]


@pytest.mark.parametrize("name", NAMES)
def test_do_not_know_is_never_a_number(name):
    for scale in load_instrument(name).response_scales:
        (point,) = [point for point in scale.points if point.value is None]
        assert point.code == "na"
        assert label_codes(scale)[normalise_label("Weet niet")] == "na"


def test_bottom_up_has_the_shape_of_the_construct_model():
    instrument = load_instrument("bottom-up")

    shape = [(s.id, s.kind, len(s.items), s.min_answered) for s in instrument.subscales]

    assert shape == [
        *((letter, "condition", 4, 3) for letter in "volrfpzse"),
        *((letter, "outcome", 3, 2) for letter in "cki"),
    ]
    assert [i.id for i in instrument.context_items] == ["a1", "a2"]
    assert len(instrument.items) == 45


def test_bottom_up_keys_and_referents_are_those_of_the_construct_model():
    instrument = load_instrument("bottom-up")

    reverse = {item.id for item in instrument.closed_items if item.keyed == "reverse"}
    individual = {s.id for s in instrument.subscales if s.referent == "individual"}

    assert reverse == {"v3", "o4", "l3", "f4", "s3"}
    assert individual == {"o", "i"}


@pytest.mark.parametrize(
    ("item_id", "form", "language", "wording"),
    [
        ("v1", "floor", "en", "What we run into in daily work reaches the people who "
         "decide about it."),
        ("l1", "floor", "nl", 'Als de richting helder is, laten leidinggevenden het '
         '"hoe" aan ons over.'),
        ("z3", "leader", "nl", "Het is zichtbaar of we vooruitgaan."),
        ("i3", "leader", "en", "If people on the work floor see an opportunity, enough "
         "of them take the first step."),
    ],
)  # fmt: skip
def test_bottom_up_wordings_at_both_ends_of_the_table(item_id, form, language, wording):
    items = {item.id: item for item in load_instrument("bottom-up").items}

    assert items[item_id].text[form][language] == wording


def test_bottom_up_asks_every_scored_item_of_both_forms():
    for item in load_instrument("bottom-up").items:
        assert set(item.text) == {"floor", "leader"}, item.id


def test_bottom_up_screens_before_fielding():
    screen = load_instrument("bottom-up").suitability

    assert [entry.go_if for entry in screen] == ["yes", "no", "no", *["yes"] * 4]
    assert [entry.if_not for entry in screen] == [
        *["do-not-field"] * 3,
        *["postpone"] * 4,
    ]


def test_provenance_claims_no_book():
    for name in ("bottom-up", "pulse"):
        source = load_instrument(name).provenance.source
        assert "project's own" in source
        assert "not the model of any book" in source


def test_pulse_items_are_those_of_the_full_form_word_for_word():
    full = {item.id: item for item in load_instrument("bottom-up").items}
    pulse = load_instrument("pulse")

    assert pulse.item_ids == PULSE_ITEMS
    for subscale in pulse.subscales:
        (item,) = subscale.items
        assert item == full[item.id]
        assert item.keyed == "forward"
        assert (subscale.method, subscale.min_answered) == ("item", 1)
        assert subscale.id == item.id[0]


def test_pulse_shares_kinds_referents_and_answers_with_the_full_form():
    full, pulse = load_instrument("bottom-up"), load_instrument("pulse")

    assert pulse.response_scales == full.response_scales
    for subscale in pulse.subscales:
        twin = full.subscale(subscale.id)
        assert (subscale.kind, subscale.referent) == (twin.kind, twin.referent)


def test_oric_is_a_scoring_definition_without_texts():
    instrument = load_instrument("oric")

    assert [(s.id, len(s.items), s.min_answered) for s in instrument.subscales] == [
        ("commitment", 5, 4),
        ("efficacy", 7, 5),
    ]
    assert all(item.text is None for item in instrument.closed_items)
    assert all(item.keyed == "forward" for item in instrument.items)
    assert instrument.open_items == ()
