"""Every export has the marks of its platform, and tells of nobody."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from builders import instrument
from diagnose.instrument import load_instrument
from diagnose.instrument.export import build_survey, edition_of
from diagnose.instrument.export.build import blocks_of
from diagnose.simulation import SimulatedResponses, simulate
from diagnose.simulation.export import LOOKS, ExportSettings, write_export
from diagnose.simulation.export.wave import build_wave


@pytest.fixture(scope="module")
def answers() -> SimulatedResponses:
    """Return a small organisation that answers the scan in two languages."""
    return simulate(
        load_instrument("bottom-up"),
        seed=4,
        n_units=(1, 2, 3),
        dont_know_share=0.1,
        unanswered_share=0.1,
        languages={"nl": 0.6, "en": 0.4},
    )


def table_of(path, *, delimiter=",", encoding="utf-8") -> list[list[str]]:
    """Return the cells of a CSV file that are not in a blank line."""
    text = path.read_bytes().decode(encoding)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row in rows if row]


def sheet_of(path) -> list[list[object]]:
    """Return the cells of the first sheet of a workbook."""
    from python_calamine import load_workbook

    return load_workbook(str(path)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("name", LOOKS)
def test_the_same_responses_give_the_same_bytes(name, answers, tmp_path):
    kind = LOOKS[name].kinds[0]
    options = {"platform": name, "language": "nl", "link": True, "seed": 2}
    first = write_export(answers, tmp_path / f"a{kind}", **options)
    second = write_export(answers, tmp_path / f"b{kind}", **options)

    files = sorted(first.iterdir()) if first.is_dir() else [first]
    others = sorted(second.iterdir()) if second.is_dir() else [second]
    assert [f.read_bytes() for f in files] == [f.read_bytes() for f in others]
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [(n, k) for n, look in LOOKS.items() for k in look.kinds if k in (".csv", ".json")],
)
def test_an_export_names_no_address_that_somebody_has(name, kind, answers, tmp_path):
    path = write_export(answers, tmp_path / f"a{kind}", platform=name, language="en")

    text = path.read_text(encoding="utf-8")
    assert "@" not in text
    assert set(re.findall(r"\b(?:\d{1,3}\.){3}\d{1,3}\b", text)) <= {"192.0.2.1"}


def test_qualtrics_writes_three_header_rows(answers, tmp_path):
    path = write_export(
        answers,
        tmp_path / "a.csv",
        platform="qualtrics",
        language="nl",
        n_partial=3,
        n_preview=2,
    )

    names, texts, ids, *rows = table_of(path, encoding="utf-8-sig")
    place = names.index("v_1")
    assert texts[place].endswith("terecht bij de mensen die erover beslissen.")
    assert json.loads(ids[place]) == {"ImportId": "QID5_1"}
    assert json.loads(ids[0])["timeZone"] == "Europe/Amsterdam"
    status = [row[names.index("Status")] for row in rows]
    finished = [row[names.index("Finished")] for row in rows]
    assert status.count("Survey Preview") == 2
    assert finished.count("False") == 3
    assert len(rows) == len(answers) + 5
    assert "edition" not in names


def test_qualtrics_writes_numbers_where_numbers_are_asked_for(answers, tmp_path):
    path = write_export(
        answers,
        tmp_path / "a.csv",
        platform="qualtrics",
        language="nl",
        answers="codes",
    )

    names, _, _, *rows = table_of(path, encoding="utf-8-sig")
    place = names.index("v_3")
    given = answers.answers["v3"]
    unsure = answers.not_applicable["v3"]
    expected = [
        "9" if na else str(int(value)) if value > 0 else ""
        for value, na in zip(given, unsure, strict=True)
    ]
    assert [row[place] for row in rows] == expected
    assert {row[names.index("Finished")] for row in rows} == {"1"}


def test_older_qualtrics_files_have_two_rows_and_a_comma_at_the_end(answers, tmp_path):
    path = write_export(
        answers, tmp_path / "a.csv", platform="qualtrics-legacy", language="en"
    )

    names, texts, *rows = table_of(path, encoding="utf-8-sig")
    assert names[:2] == ["V1", "V2"]
    assert texts[:2] == ["ResponseID", "ResponseSet"]
    assert all(row[-1] == "" for row in (names, texts, *rows))


def test_surveymonkey_says_a_question_once_for_each_block(answers, tmp_path):
    path = write_export(
        answers, tmp_path / "a.csv", platform="surveymonkey", language="en"
    )

    first, second, *rows = table_of(path)
    blocks = len(set(named_blocks(answers.instrument).values()))
    assert sum(text.startswith("How far do you agree") for text in first) == blocks
    assert second[first.index("Which describes you best?")] == "Response"
    assert second[0] == ""
    assert len(rows) == len(answers)


def named_blocks(asked) -> dict[str, str]:
    """Return item to block for everything that is asked."""
    blocks = blocks_of(asked, asked.closed_items)
    return {item.id: name for name, items in blocks for item in items}


@pytest.mark.parametrize(
    ("interface", "head"),
    [
        ("nl", ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"]),
        ("en", ["ID", "Start time", "Completion time", "Email", "Name"]),
        ("de", ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"]),
    ],
)
def test_microsoft_forms_has_headings_in_its_own_language(
    interface, head, answers, tmp_path
):
    path = write_export(
        answers,
        tmp_path / "a.xlsx",
        platform="microsoft-forms",
        language="nl",
        interface=interface,
    )

    rows = sheet_of(path)
    assert rows[0][:5] == head
    assert rows[1][3] == "anonymous"
    assert rows[1][1].year == 2026
    assert "Wie hier slecht nieuws brengt, wordt serieus genomen.\u00a0" in rows[0]


def test_google_forms_writes_grids_and_times_with_a_zone(answers, tmp_path):
    path = write_export(
        answers, tmp_path / "a.csv", platform="google-forms", language="nl"
    )

    head, *rows = table_of(path)
    assert head[0] == "Tijdstempel"
    assert rows[0][0].startswith("2026/01/05 8:")
    assert rows[0][0].endswith(" a.m. CET")
    asked = "In hoeverre ben je het eens met deze stellingen?"
    grid = [text for text in head if text.startswith(asked)]
    assert len(grid) == len(answers.answers.columns)
    assert all(text.endswith("]") for text in grid)


def test_kobo_joins_group_and_name_and_odk_central_with_a_hyphen(answers, tmp_path):
    options = {"language": "nl", "answers": "codes"}
    kobo = write_export(answers, tmp_path / "k.csv", platform="kobo", **options)
    odk = write_export(answers, tmp_path / "o.csv", platform="odk", **options)

    head, *rows = table_of(kobo, delimiter=";")
    assert "v/v1" in head
    assert kobo.read_bytes().startswith(b'"start";"end";')
    assert {row[head.index("edition")] for row in rows} == {
        edition_of(answers.instrument)
    }
    assert {row[head.index("role")] for row in rows} == {"floor", "leader"}
    head, *rows = table_of(odk)
    assert "v-v1" in head
    assert len({row[head.index("KEY")] for row in rows}) == len(answers)


def test_redcap_marks_who_broke_off(answers, tmp_path):
    options = {"platform": "redcap", "language": "en", "n_partial": 2}
    raw = write_export(answers, tmp_path / "r.csv", answers="codes", **options)
    labels = write_export(answers, tmp_path / "l.csv", answers="labels", **options)

    head, *rows = table_of(raw)
    complete = [row[head.index("floor_complete")] for row in rows]
    stamps = [row[head.index("floor_timestamp")] for row in rows]
    assert complete.count("0") == stamps.count("[not completed]") == 2
    assert complete.count("2") == len(answers)
    head, *rows = table_of(labels)
    assert [row[head.index("Complete?")] for row in rows].count("Incomplete") == 2


def test_surveyjs_leaves_out_what_was_not_answered(answers, tmp_path):
    path = write_export(
        answers, tmp_path / "a.json", platform="surveyjs", language="nl"
    )

    records = json.loads(path.read_text(encoding="utf-8"))
    assert len(records) == len(answers)
    blank = answers.answers["v2"].isna() & ~answers.not_applicable["v2"]
    assert ["v2" not in record["v"] for record in records] == list(blank)


def test_the_offline_questionnaire_saves_a_file_for_each_respondent(answers, tmp_path):
    path = write_export(answers, tmp_path / "in", platform="offline", language="nl")

    files = sorted(path.iterdir())
    first = json.loads(files[0].read_text(encoding="utf-8"))
    assert len(files) == len(answers)
    assert first["format"] == "diagnose-answers/1"
    assert first["edition"] == edition_of(answers.instrument)
    assert first["submitted"] == "2026-01-05"
    assert isinstance(first["seconds"], int)


def test_a_folder_that_holds_answers_already_is_not_mixed(answers, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "old.json").write_text("{}", encoding="utf-8")

    with pytest.raises(FileExistsError, match="is not empty"):
        write_export(answers, tmp_path / "in", platform="offline", language="nl")


def test_spss_says_what_its_numbers_mean(answers, tmp_path):
    import pyreadstat

    path = write_export(answers, tmp_path / "a.sav", platform="spss", language="nl")

    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    assert meta.variable_value_labels["v1"][9.0] == "Weet niet / niet van toepassing"
    assert meta.missing_ranges["v1"] == [{"lo": 9.0, "hi": 9.0}]
    assert (frame["v1"] == 9).sum() == answers.not_applicable["v1"].sum()
    assert meta.column_names_to_labels["v2"].startswith("Wie hier slecht nieuws")
    assert path.read_bytes()[92:109] == b"05 Jan 2609:00:00"


def test_a_plain_table_may_have_semicolons_as_spreadsheets_write_them(
    answers, tmp_path
):
    path = write_export(
        answers, tmp_path / "a.csv", platform="plain", language="nl", delimiter=";"
    )

    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsubmitted;language;seconds;")
    assert content.count(b"\r\n") == len(answers) + 1


def test_limesurvey_hides_what_a_spreadsheet_would_calculate(tmp_path):
    asked = instrument()
    points = [
        point.model_copy(update={"label": {**point.label, "nl": f"={point.code}"}})
        for point in asked.response_scales[0].points
    ]
    scale = asked.response_scales[0].model_copy(update={"points": tuple(points)})
    asked = asked.model_copy(update={"response_scales": (scale,)})
    people = simulate(asked, seed=1, n_units=(1, 1, 2))
    path = write_export(
        people, tmp_path / "a.csv", platform="limesurvey", language="nl"
    )

    head, *rows = table_of(path, delimiter=";", encoding="utf-8-sig")
    assert all(row[head.index("v[v1]")].startswith("'=") for row in rows)


@pytest.mark.parametrize("survey", ["bottom-up", "pulse"])
def test_items_stand_in_the_blocks_in_which_they_are_fielded(survey):
    asked = load_instrument(survey)
    fielded = {
        row.id: matrix.id
        for matrix, row in build_survey(asked, "floor", ["nl"]).statements()
    }

    assert named_blocks(asked) == fielded


def test_a_block_that_comes_back_with_another_scale_has_another_name():
    from builders import number_scale

    asked = instrument(
        {"v": "v1", "c": "c1", "k": "k1"}, scales={"c": number_scale("some", 1, 3)}
    )

    blocks = named_blocks(asked)

    assert blocks == {"v1": "single", "c1": "singlex", "k1": "singlexx"}


def test_an_edition_is_left_out_when_it_is_not_wanted(answers, tmp_path):
    path = write_export(
        answers, tmp_path / "a.csv", platform="plain", language="nl", edition=False
    )

    assert "edition" not in table_of(path)[0]


def test_rows_that_were_added_are_told_from_respondents(answers):
    wave = build_wave(answers, "nl", ExportSettings(n_partial=3, n_preview=2, seed=1))

    kinds = list(wave.people["kind"])
    assert kinds.count("partial") == 3
    assert kinds.count("preview") == 2
    stays = wave.people["kind"] == "complete"
    given = wave.codes.loc[stays, "v1"].reset_index(drop=True)
    assert (given == "na").equals(answers.not_applicable["v1"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"platform": "excel"}, "`platform` must be one of 'limesurvey'"),
        ({"platform": "plain", "language": "de"}, "`language` must be one of"),
        ({"platform": "plain", "answers": "words"}, "`answers` must be one of"),
        ({"platform": "plain", "heading": "long"}, "`heading` must be one of"),
        ({"platform": "plain", "units": "names"}, "`units` must be one of"),
        ({"platform": "plain", "delimiter": "|"}, "`delimiter` must be one of"),
        ({"platform": "plain", "interface": "fr"}, "`interface` must be one of"),
        ({"platform": "plain", "n_partial": -1}, "`n_partial` must be a whole number"),
        ({"platform": "plain", "comment_share": 2}, "`comment_share` must lie"),
        ({"platform": "odk", "answers": "labels"}, "for odk the answers must be one"),
        ({"platform": "redcap", "heading": "em"}, "for redcap the heading must be"),
        ({"platform": "spss"}, "for spss the suffix of the file must be one of '.sav'"),
        ({"platform": "kobo", "n_partial": 1}, "exports of kobo do not mark such rows"),
        ({"platform": "plain", "n_preview": 1}, "of plain do not mark such rows"),
    ],
)
def test_what_a_platform_does_not_write_is_refused(options, message, answers, tmp_path):
    with pytest.raises(ValueError, match=message):
        write_export(answers, tmp_path / "a.csv", **{"language": "nl", **options})

    assert not list(tmp_path.iterdir())


def test_no_look_writes_two_waves_into_one_file(tmp_path):
    people = simulate(instrument(), seed=1, n_units=(1, 1, 2), waves=("1", "2"))

    with pytest.raises(ValueError, match="an export holds one wave"):
        write_export(people, tmp_path / "a.csv", platform="kobo", language="nl")
