"""Real exports of survey platforms, against counts made with the csv module alone."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from builders import both, instrument, number_scale
from diagnose import load_instrument
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS, detect_platform
from exports import delimited

HERE = Path(__file__).resolve().parent / "instruments"
FILES = {
    "limesurvey_rse_uk/public_data_2016_uk.csv": "limesurvey",
    "limesurvey_rse_uk/public_data_2017_uk.csv": "limesurvey",
    "qualtrics_sample/sample.csv": "qualtrics",
    "qualtrics_sample/sample_legacy.csv": "qualtrics",
    "qualtrics_sample/metadata_with_previews.csv": "qualtrics",
    "qualtrics_legacy_matrix/three_header_rows.csv": "qualtrics",
    "qualtrics_legacy_matrix/legacy_two_header_rows.csv": "qualtrics",
    "surveymonkey/StarWars.csv": "surveymonkey",
    "surveymonkey/steak-risk-survey.csv": "surveymonkey",
    "lq2002/lq2002.csv": "plain",
    "univbct/univbct.csv": "plain",
    "bfi/bfi.csv": "plain",
    "efc/efc.csv": "plain",
    "holzinger1939/HolzingerSwineford1939.csv": "plain",
    "careless/careless_dataset.csv": "plain",
}
"""Real file to the platform whose export it is."""


def words_scale(scale_id, words, *, na=()):
    """Return the content of a scale whose labels are these words, low to high."""
    points = [
        {"code": str(i), "value": float(i), "label": both(word)}
        for i, word in enumerate(words, start=1)
    ]
    points += [{"code": "na", "value": None, "label": both(word)} for word in na]
    return {
        "id": scale_id,
        "lowest": 1.0,
        "highest": float(len(words)),
        "points": tuple(points),
    }


def rows_of(path):
    """Return the cells of a file, read without any code of the package."""
    content = path.read_bytes()
    text = content.decode("utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else "latin-1")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return list(csv.reader(io.StringIO(lines)))


@pytest.mark.parametrize("file", FILES)
def test_each_real_export_is_taken_by_its_own_platform(reference_data, file):
    table = read_table(reference_data / file)

    takers = [name for name, one in PLATFORMS.items() if one.detect(table)]

    assert detect_platform(table).name == FILES[file]
    assert takers[-1] == "plain"
    assert set(takers) == {FILES[file], "plain"}


FAVOUR = [
    "Very unfavorably",
    "Somewhat unfavorably",
    "Neither favorably nor unfavorably (neutral)",
    "Somewhat favorably",
    "Very favorably",
]
UNFAMILIAR = "Unfamiliar (N/A)"


def test_star_wars_characters_are_counted_as_the_csv_module_counts_them(reference_data):
    path = reference_data / "surveymonkey" / "StarWars.csv"
    rows = rows_of(path)
    start = rows[1].index("Han Solo")
    people = rows[1][start : start + 14]
    items = [f"f{number}" for number in range(1, 15)]
    asked = instrument(
        {"f": " ".join(items)},
        scales={"f": words_scale("favour", FAVOUR, na=[UNFAMILIAR])},
        texts={i: (name, name) for i, name in zip(items, people, strict=True)},
    )

    read = read_responses(path, asked)

    assert read.report.platform == "surveymonkey"
    assert read.report.encoding == "cp1252"
    assert not read.report.blocks_scoring
    assert read.report.not_asked == ()
    assert read.report.n_rows == len(rows) - 2 == 1186
    for place, item in enumerate(items, start=start):
        truth = Counter(row[place] for row in rows[2:])
        values = Counter(read.answers[item].dropna().astype(int))
        told = {word: values[i] for i, word in enumerate(FAVOUR, start=1)}
        assert told == {word: truth[word] for word in FAVOUR}
        assert int(read.not_applicable[item].sum()) == truth[UNFAMILIAR]
    n_answered = sum(any(row[start : start + 14]) for row in rows[2:])
    assert len(read) == n_answered
    assert read.report.excluded == {"empty": 1186 - n_answered}


def test_star_wars_films_seen_are_choices_and_no_items(reference_data):
    """The same films are choices in one block and rows of a ranking in the next."""
    path = reference_data / "surveymonkey" / "StarWars.csv"
    rows = rows_of(path)
    film, first = rows[1][3], rows[1].index(rows[1][3])
    ranked = rows[1].index(film, first + 1)
    asked = instrument(
        {"r": "r1"},
        scales={"r": number_scale("rank", 1, 6)},
        texts={"r1": (film, film)},
    )

    read = read_responses(path, asked, mapping={"answers": "codes"})

    truth = Counter(row[ranked] for row in rows[2:] if row[ranked])
    assert Counter(read.answers["r1"].astype(int).astype(str)) == truth


def test_steak_habits_are_counted_as_the_csv_module_counts_them(reference_data):
    path = reference_data / "surveymonkey" / "steak-risk-survey.csv"
    rows = rows_of(path)
    habits = rows[0][2:9]
    items = [f"h{number}" for number in range(1, 8)]
    asked = instrument(
        {"h": " ".join(items)},
        scales={"h": words_scale("yesno", ["No", "Yes"])},
        texts={i: (text, text) for i, text in zip(items, habits, strict=True)},
    )

    read = read_responses(path, asked)

    assert read.report.platform == "surveymonkey"
    assert not read.report.blocks_scoring
    assert read.report.n_rows == len(rows) - 2 == 550
    for place, item in enumerate(items, start=2):
        truth = Counter(row[place] for row in rows[2:])
        told = Counter(read.answers[item].dropna().astype(int))
        assert (told[1], told[2]) == (truth["No"], truth["Yes"])


LEGACY = "qualtrics_legacy_matrix/legacy_two_header_rows.csv"
THREE = "qualtrics_legacy_matrix/three_header_rows.csv"
MATRIX = instrument(
    {"q": "q21 q22 q23", "r": "r41 r42 r43"},
    scales={"q": number_scale("four", 1, 4), "r": number_scale("recoded", 10, 13)},
)
MATRIX_COLUMNS = {f"q2{i}": f"Q2_{i}" for i in (1, 2, 3)}
MATRIX_COLUMNS |= {f"r4{i}": f"Q4_{i}" for i in (1, 2, 3)}


def as_answered(source, target, n_heads):
    """Copy an export whose rows are all tests, with the status of real responses."""
    rows = rows_of(source)
    status = next(row.index("Status") for row in rows[:n_heads] if "Status" in row)
    for row in rows[n_heads:]:
        row[status] = "0"
    target.write_text(delimited(rows), encoding="utf-8", newline="")
    return target


def test_two_and_three_heading_rows_give_the_same_answers(reference_data, tmp_path):
    two = as_answered(reference_data / LEGACY, tmp_path / "two.csv", 2)
    three = as_answered(reference_data / THREE, tmp_path / "three.csv", 3)
    mapping = {"items": MATRIX_COLUMNS, "answers": "codes"}

    read = [read_responses(path, MATRIX, mapping=mapping) for path in (two, three)]

    rows = rows_of(three)
    places = [rows[0].index(name) for name in MATRIX_COLUMNS.values()]
    truth = [[float(row[place]) for place in places] for row in rows[3:]]
    assert read[0].answers.to_numpy().tolist() == truth
    assert read[1].answers.to_numpy().tolist() == truth
    assert [len(one) for one in read] == [5, 5]


def test_own_words_beside_a_matrix_are_not_its_row(reference_data):
    """In this file the texts of both columns are equal to the letter."""
    table = read_table(reference_data / THREE)

    columns = PLATFORMS["qualtrics"].layout(table).columns

    (own,) = [column for column in columns if column.heading.endswith("_TEXT")]
    assert own.texts == ()
    assert own.codes[0] == "matrix_question_five_question_two_text"


@pytest.mark.parametrize("taken", ["import ids", "texts and import ids"])
def test_a_real_export_from_which_rows_were_taken(reference_data, tmp_path, taken):
    rows = rows_of(reference_data / "qualtrics_sample" / "sample.csv")
    del rows[2 if taken == "import ids" else 1]
    if taken != "import ids":
        del rows[1]
    path = tmp_path / "export.csv"
    path.write_text(delimited(rows), encoding="utf-8", newline="")
    asked = instrument({"q": "q1"}, scales={"q": number_scale("choice", 1, 3)})

    read = read_responses(path, asked, mapping={"answers": "codes"})

    assert read.report.platform == "qualtrics"
    assert read.answers["q1"].tolist() == [2.0]


def test_previews_of_a_real_export_are_those_that_the_csv_module_finds(reference_data):
    path = reference_data / "qualtrics_sample" / "metadata_with_previews.csv"
    rows = rows_of(path)
    status, finished = rows[0].index("Status"), rows[0].index("Finished")
    table, platform = read_table(path), PLATFORMS["qualtrics"]
    layout = platform.layout(table)
    names = {layout.system[p]: p for p in ("status", "finished")}
    system = table.take(list(names), n_header_rows=3).astype("str")

    reasons = Counter(platform.exclude(system.rename(columns=names)))

    previews = sum("Preview" in row[status] for row in rows[3:])
    unfinished = sum(
        row[finished].upper() == "FALSE" and "Preview" not in row[status]
        for row in rows[3:]
    )
    assert (reasons["preview"], reasons["partial"]) == (previews, unfinished)


@pytest.mark.parametrize("separator", [": ", " ", "_"])
def test_real_headings_with_another_separator_read_the_same(
    reference_data, tmp_path, separator
):
    source = reference_data / "limesurvey_rse_uk" / "public_data_2017_uk.csv"
    rse = load_instrument(HERE / "rse-uk")
    mapping = {"labels": {"agree5": {"Neither agree or disagree": "3"}}}
    rows = rows_of(source)
    # With two system columns the file says which separator it uses.
    heads = [heading.replace(". ", separator, 1) for heading in rows[0]]
    added = [f"submitdate{separator}Date submitted", f"lastpage{separator}Last page"]
    moved = [[*row, "2017-01-01 00:00:00", "9"] for row in rows[1:]]
    path = tmp_path / "export.csv"
    path.write_text(delimited([[*heads, *added], *moved]), encoding="utf-8", newline="")

    told = read_responses(source, rse, mapping=mapping)
    read = read_responses(path, rse, mapping=mapping)

    assert read.report.platform == "limesurvey"
    assert read.report.mapped and len(read) == len(told)
    assert read.answers.equals(told.answers)
