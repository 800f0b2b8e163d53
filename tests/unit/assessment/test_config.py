"""What is refused in an assessment folder, and how that is said."""

from __future__ import annotations

import pytest

from diagnose.assessment import create_assessment, load_assessment
from diagnose.errors import AssessmentError, InstrumentError

GOOD = """
title: {en: "Example"}
instrument: bottom-up
waves:
  - {label: "1", file: responses/a.csv, date: "2026-01-31"}
"""


def folder_with(tmp_path, text, *files):
    (tmp_path / "assessment.yaml").write_text(text, encoding="utf-8")
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("id\n1\n", encoding="utf-8")
    return tmp_path


def refused(tmp_path, text, *files):
    with pytest.raises(AssessmentError) as caught:
        load_assessment(folder_with(tmp_path, text, *files))
    return caught.value.problems


def test_a_complete_folder_loads(tmp_path):
    setting = load_assessment(folder_with(tmp_path, GOOD, "responses/a.csv"))

    assert setting.titles == {"en": "Example", "nl": "Example"}
    assert setting.wave_labels == ("1",)


def test_waves_are_put_in_order_of_date(tmp_path):
    text = GOOD + '  - {label: "0", file: responses/a.csv, date: "2025-01-31"}\n'
    setting = load_assessment(folder_with(tmp_path, text, "responses/a.csv"))

    assert setting.wave_labels == ("0", "1")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ('{label: "1", file: responses/b.csv, date: "2025-01-31"}', "several dates"),
        ('{label: "2", file: responses/b.csv, date: "2026-01-31"}', "same date"),
        ('{label: "1", file: responses/b.csv, date: "2026-01-31"}', "role"),
        ('{label: "2", file: responses/b.csv, date: "2026-13-45"}', "no day"),
    ],
)
def test_waves_that_would_be_pooled_or_counted_twice_are_refused(tmp_path, line, part):
    files = ("responses/a.csv", "responses/b.csv")
    problems = refused(tmp_path, f"{GOOD}  - {line}\n", *files)

    assert part in " ".join(map(str, problems))


def test_a_file_for_each_form_is_one_wave(tmp_path):
    text = GOOD.replace('"2026-01-31"}', '"2026-01-31", role: floor}')
    text += (
        '  - {label: "1", file: responses/b.csv, date: "2026-01-31", role: leader}\n'
    )
    folder = folder_with(tmp_path, text, "responses/a.csv", "responses/b.csv")

    assert load_assessment(folder).wave_labels == ("1",)


def test_no_assessment_file_says_how_to_make_one(tmp_path):
    with pytest.raises(AssessmentError, match="diagnose init"):
        load_assessment(tmp_path)


def test_a_missing_export_is_named(tmp_path):
    (problem,) = refused(tmp_path, GOOD)

    assert problem.code == "A002"
    assert "responses/a.csv" in problem.message
    assert "waves[0].file" in problem.place


def test_a_file_outside_the_folder_is_refused(tmp_path):
    inside = tmp_path / "client"
    inside.mkdir()
    (tmp_path / "other.csv").write_text("secret", encoding="utf-8")
    (problem,) = refused(inside, GOOD.replace("responses/a.csv", "../other.csv"))

    assert problem.code == "A002"


@pytest.mark.parametrize(
    ("old", "new", "code", "part"),
    [
        (
            "instrument: bottom-up",
            "instruments: bottom-up",
            "Y011",
            "is not a known field; allowed: 'title', 'instrument'",
        ),
        (
            "instrument: bottom-up",
            "instruments: bottom-up",
            "Y011",
            "did you mean 'instrument'?",
        ),
        ("instrument: bottom-up\n", "", "Y010", "instrument: is missing"),
        (
            'date: "2026-01-31"',
            'date: "31-01-2026"',
            "Y012",
            "waves[0].date: is '31-01-2026'; allowed: year, month and day",
        ),
        (
            'date: "2026-01-31"',
            "date: 2026-01-31",
            "Y013",
            "is the date 2026-01-31; allowed: text; put it between quotes",
        ),
        ('label: "1"', "label: 1", "Y013", "put it between quotes"),
        (
            '{en: "Example"}',
            '{en: "<b>x</b>"}',
            "Y012",
            "on one line, without the signs < and >",
        ),
        (
            '{en: "Example"}',
            '{de: "Beispiel"}',
            "Y012",
            "title.de: is 'de'; allowed: 'en', 'nl'",
        ),
        ("waves:", "waves: []\nwave:", "Y014", "no entries; allowed: at least 1"),
        ("instrument: bottom-up", "instrument: a\ninstrument: b", "Y002", "twice"),
        ('{en: "Example"}', "&x {en: *x}", "Y006", "anchors and aliases"),
        ("title:", "\ttitle:", "Y001", "is not valid YAML at line 2"),
        ("waves:", "thresholds: {scores: 3}\nwaves:", "Y012", "is 3; allowed: 5"),
        (
            "waves:",
            "organisation: {levels: [Team]}\nwaves:",
            "Y012",
            "levels[0]: is 'Team'; allowed: a lower-case letter",
        ),
        ("waves:", 'seed: "7"\nwaves:', "Y013", "write it without quotes"),
        ("waves:", "conf_level: 1\nwaves:", "Y012", "is 1; allowed: 0.999 or less"),
        ("waves:", "folder: elsewhere\nwaves:", "Y011", "is not a known field"),
        (
            "waves:",
            "languages: [en, en]\nwaves:",
            "Y015",
            "assessment.yaml: a language stands twice in `languages`",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_way_out(tmp_path, old, new, code, part):
    problems = refused(tmp_path, GOOD.replace(old, new), "responses/a.csv")

    assert code in {problem.code for problem in problems}
    assert part in " ".join(map(str, problems))
    assert all("assessment.yaml" in problem.place for problem in problems)


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"\xff\xfe\x00", b"a: [1"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content):
    (tmp_path / "assessment.yaml").write_bytes(content)

    with pytest.raises(AssessmentError, match=r"assessment\.yaml"):
        load_assessment(tmp_path)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_new_folder_wants_only_its_export(tmp_path, language):
    folder = tmp_path / "acme"
    create_assessment(folder, language=language)
    (folder / "responses" / "export.csv").write_text("id\n", encoding="utf-8")

    assert load_assessment(folder).languages == (language,)


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(AssessmentError, match="new or empty"):
        create_assessment(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_unknown_instrument_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InstrumentError):
        create_assessment(tmp_path / "acme", instrument="bottom-down")
    assert not (tmp_path / "acme").exists()
