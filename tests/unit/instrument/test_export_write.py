"""Every file of one way out: names, languages, forms, and nothing overwritten."""

from __future__ import annotations

import pytest

from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails
from diagnose.instrument.export.targets import CODEBOOK, TARGET_NAMES, TARGETS
from diagnose.instrument.export.write import export_survey, write_survey
from diagnose.instrument.units import unit_code
from diagnose.language import load_catalogue

UNITS = [("Care", "Team 1"), ("Care", "Team 2")]


@pytest.fixture(scope="module")
def pulse():
    return load_instrument("pulse")


def problems(function, *arguments, **options):
    with pytest.raises(InstrumentError) as caught:
        function(*arguments, **options)
    return caught.value.problems


@pytest.mark.parametrize("target", TARGET_NAMES)
def test_every_way_out_gives_the_same_bytes_twice(pulse, target):
    first = export_survey(pulse, target, languages=("nl", "en"), units=UNITS)

    assert first
    assert first == export_survey(pulse, target, languages=("nl", "en"), units=UNITS)
    assert all(isinstance(content, bytes) and content for content in first.values())


@pytest.mark.parametrize("target", TARGETS)
def test_names_tell_form_and_language(pulse, target):
    files = export_survey(pulse, target)

    for form in pulse.forms:
        own = [name for name in files if name.startswith(f"pulse-{form}")]
        assert own
        if not TARGETS[target].multilingual:
            for language in pulse.languages:
                assert any(f"-{language}" in name for name in own)
    assert all(name == name.lower() and "/" not in name for name in files)


@pytest.mark.parametrize("target", TARGET_NAMES)
def test_every_way_out_is_explained_in_both_languages(target):
    words = load_catalogue("fielding")

    for key in (f"target.{target}", f"after.{target}"):
        assert words.text(key, "en") and words.text(key, "nl")


@pytest.mark.parametrize("target", ["limesurvey", "redcap", CODEBOOK])
def test_a_language_or_form_that_was_named_twice_is_written_once(pulse, target):
    form = next(iter(pulse.forms))
    once = export_survey(pulse, target, forms=(form,), languages=("nl",))

    twice = export_survey(pulse, target, forms=(form, form), languages=("nl", "nl"))

    assert twice == once


def test_the_first_language_is_the_base_language(pulse):
    name = "pulse-floor-limesurvey.txt"
    dutch = export_survey(pulse, "limesurvey", forms=("floor",), languages=("nl", "en"))
    english = export_survey(
        pulse, "limesurvey", forms=("floor",), languages=("en", "nl")
    )

    assert dutch[name] != english[name]


def test_unit_codes_stand_in_the_file(pulse):
    files = export_survey(pulse, "limesurvey", forms=("floor",), units=UNITS)
    (text,) = [content.decode("utf-8-sig") for content in files.values()]

    assert all(unit_code(path) in text for path in UNITS)
    assert "Care / Team 2" in text


def test_a_way_out_that_does_not_exist_is_refused_with_those_that_do(pulse):
    (one,) = problems(export_survey, pulse, "excel")

    assert (one.code, one.place) == ("F001", "--to")
    assert all(name in one.allowed for name in TARGET_NAMES)


@pytest.mark.parametrize("target", TARGETS)
def test_a_random_order_is_refused_where_the_tool_has_none(pulse, target):
    details = FieldingDetails(order="random")
    if TARGETS[target].random:
        assert export_survey(pulse, target, details=details)
        return
    (one,) = problems(export_survey, pulse, target, details=details)
    assert one.code == "F005"
    assert "limesurvey" in one.remedy


def test_words_in_another_language_only_are_refused(pulse):
    details = FieldingDetails(change={"nl": "het nieuwe rooster"})
    (one,) = problems(export_survey, pulse, "surveyjs", details=details)

    assert one.code == "F013"
    assert export_survey(pulse, "surveyjs", details=details, languages=("nl",))


def test_wrong_forms_and_languages_are_refused_for_the_codebook_too(pulse):
    found = problems(export_survey, pulse, CODEBOOK, forms=("x",), languages=("fr",))

    assert [one.code for one in found] == ["F002", "F003"]


def test_files_are_written_and_the_same_ones_once_more(tmp_path):
    files = {"a.txt": b"one", "b.txt": b"two"}
    target = tmp_path / "new" / "folder"

    assert write_survey(files, target) == [target / "a.txt", target / "b.txt"]
    assert write_survey(files, target) == [target / "a.txt", target / "b.txt"]
    assert sorted(path.name for path in target.iterdir()) == ["a.txt", "b.txt"]
    assert (target / "b.txt").read_bytes() == b"two"


def test_a_file_with_another_content_stops_everything(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"mine")
    (tmp_path / "c.txt").write_bytes(b"mine too")

    found = problems(
        write_survey, {"a.txt": b"one", "b.txt": b"two", "c.txt": b"three"}, tmp_path
    )

    assert [one.code for one in found] == ["F012", "F012"]
    assert found[0].place == str(tmp_path / "b.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt", "c.txt"]
    assert (tmp_path / "b.txt").read_bytes() == b"mine"
