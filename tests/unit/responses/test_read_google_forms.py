"""Google Forms exports: times with am and pm, grids, several languages."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument
from diagnose import load_instrument
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS
from exports import SECRETS, delimited, drawn_answers, google_forms_rows


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 30)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize(
    ("heading", "language"),
    [
        ("Timestamp", "en"),
        ("Tijdstempel", "nl"),
        ("Zeitstempel", "nl"),
        ("Horodateur", "en"),
    ],
)
def test_google_grids_and_questions_are_found_by_their_text(
    tmp_path, bottom_up, codes, heading, language, grid
):
    rows = google_forms_rows(
        codes,
        bottom_up,
        heading=heading,
        language=language,
        grid=grid,
        extra={"Team": ["NA", "Zorg"] * 15},
    )
    path = tmp_path / "export.csv"
    path.write_text(delimited(rows), encoding="utf-8", newline="")

    read = read_responses(path, bottom_up)

    assert read.report.platform == "google-forms"
    assert not read.report.blocks_scoring
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert set(read.people["team"]) == {"NA", "Zorg"}
    assert not any(secret in repr(read.report) for secret in SECRETS.values())


@pytest.mark.parametrize(
    "moment",
    [
        "2026/03/04 8:48:17 p.m. CET",
        "2026/03/04 8:48:17 PM GMT+1",
        "4-3-2026 20:48:17",
        "3/4/2026 20:48:17",
        "04.03.2026 20:48:17",
    ],
)
def test_times_as_google_and_its_sheets_write_them_are_known(
    tmp_path, bottom_up, moment
):
    path = tmp_path / "export.csv"
    path.write_text(f"Timestamp,v1,v2\n{moment},Agree,Disagree\n")

    assert read_responses(path, bottom_up).report.platform == "google-forms"


@pytest.mark.parametrize("moment", ["2026-03-04 20:48:17", "yesterday", ""])
def test_a_column_called_timestamp_alone_does_not_make_it_google(
    tmp_path, bottom_up, moment
):
    path = tmp_path / "export.csv"
    path.write_text(f"Timestamp,v1,v2\n{moment},Agree,Disagree\n")

    assert read_responses(path, bottom_up).report.platform == "plain"


def test_google_questions_numbered_q1_are_not_limesurvey(tmp_path):
    asked = instrument(
        {"v": "v1 v2 v3"},
        texts={f"v{i}": (f"Statement number {i}", f"Stelling {i}") for i in (1, 2, 3)},
    )
    path = tmp_path / "export.csv"
    path.write_text(
        "Timestamp,Q1. Statement number 1,Q2. Statement number 2,"
        "Q3. Statement number 3\n"
        "2026/03/04 8:48:17 p.m. CET,Agree,Disagree,Agree\n"
    )

    read = read_responses(path, asked)

    assert read.report.platform == "google-forms"
    assert read.answers.to_numpy().tolist() == [[4.0, 2.0, 4.0]]


def test_google_times_are_put_in_order(tmp_path, bottom_up, codes):
    path = tmp_path / "export.csv"
    path.write_text(delimited(google_forms_rows(codes, bottom_up)), newline="")
    table, platform = read_table(path), PLATFORMS["google-forms"]
    system = table.take([0]).astype("str").rename(columns={0: "time"})

    arranged = platform.arrange(system)

    assert arranged["time"].iloc[:2].tolist() == [
        "2026-03-04 12:00:17",
        "2026-03-04 13:01:17",
    ]


def test_a_linear_scale_in_google_needs_a_person(tmp_path, bottom_up):
    path = tmp_path / "export.csv"
    path.write_text("Timestamp,v1,v2\n2026/03/04 8:48:17 p.m. CET,4,2\n")

    read = read_responses(path, bottom_up)

    assert "R046" in {p.code for p in read.report.problems}
