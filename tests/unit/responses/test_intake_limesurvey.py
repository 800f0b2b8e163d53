"""LimeSurvey exports in every heading style, with codes and with texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose import load_instrument
from diagnose.responses import read_responses
from diagnose.scoring import score
from exports import drawn_answers, limesurvey


@pytest.fixture(scope="module")
def bottom_up():
    return load_instrument("bottom-up")


@pytest.fixture(scope="module")
def codes(bottom_up):
    return drawn_answers(bottom_up, 60)


def expected(codes):
    return codes.replace({"": None, "na": None}).astype(float)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("answers", ["short", "long"])
@pytest.mark.parametrize("headings", ["code", "em", "codetext", "text"])
def test_every_heading_style_gives_the_answers_that_were_given(
    tmp_path, bottom_up, codes, headings, answers, language
):
    path = tmp_path / "export.csv"
    path.write_bytes(
        limesurvey(
            codes, bottom_up, headings=headings, answers=answers, language=language
        )
    )

    read = read_responses(path, bottom_up, wave="2026")

    assert read.report.platform == "limesurvey"
    assert read.report.encoding == "utf-8-sig"
    assert read.report.delimiter == ";"
    assert read.report.answers_as == {"short": "codes", "long": "labels"}[answers]
    assert not read.report.blocks_scoring
    assert read.report.not_asked == ()
    pd.testing.assert_frame_equal(read.answers, expected(codes))
    assert (read.not_applicable.to_numpy() == (codes == "na").to_numpy()).all()
    assert set(read.people["language"]) == {language}
    assert set(read.people["seconds"]) == {321.5}
    assert read.waves == ("2026",) and set(read.people["wave"]) == {"2026"}
    assert len(score(read).frame.columns) == 12


def test_item_texts_tell_which_column_is_which(tmp_path, bottom_up, codes):
    path = tmp_path / "export.csv"
    path.write_bytes(limesurvey(codes, bottom_up, headings="text", language="nl"))

    read = read_responses(path, bottom_up)

    assert {m.how for m in read.report.mapped if m.target in bottom_up.item_ids} == {
        "text"
    }


def test_an_empty_submission_date_means_partial_and_1980_does_not(
    tmp_path, bottom_up, codes
):
    when = ["1980-01-01 00:00:00"] * 50 + [""] * 10
    path = tmp_path / "export.csv"
    path.write_bytes(limesurvey(codes, bottom_up, submitted=when))

    dropped = read_responses(path, bottom_up)
    kept = read_responses(path, bottom_up, partials="keep")

    assert (len(dropped), dropped.report.excluded) == (50, {"partial": 10})
    assert (len(kept), kept.report.excluded) == (60, {})
    assert any(n.code == "R071" and "10" in n.message for n in kept.report.notes)
    assert dropped.answers.index.tolist() == list(range(50))


def test_units_and_roles_stand_under_neutral_codes(tmp_path, bottom_up, codes):
    people = pd.DataFrame(
        {
            "team": ["NA", "None", " Zorg ", "Zorg", "N/A", ""] * 10,
            "division": ["Noord"] * 60,
            "role": ["Werkvloer", "Leaders", "floor", "leader", "Work floor", ""] * 10,
        }
    )
    path = tmp_path / "export.csv"
    path.write_bytes(limesurvey(codes, bottom_up, people=people))

    read = read_responses(path, bottom_up)

    assert read.hierarchy == ("division", "team")
    assert read.people["team"].tolist()[:6] == ["NA", "None", "Zorg", "Zorg", "N/A", ""]
    roles = ["floor", "leader", "floor", "leader", "floor", "floor"]
    assert read.people["role"].tolist()[:6] == roles
    assert any(n.code == "R064" and "10" in n.message for n in read.report.notes)
    assert not read.report.blocks_scoring


def test_a_repeated_response_id_keeps_the_last_complete_one(tmp_path, bottom_up, codes):
    content = limesurvey(codes, bottom_up).decode("utf-8-sig")
    content = content.replace('"2";"1980', '"1";"1980', 1)
    content = content.replace('"4";"1980-01-01 00:00:00"', '"3";""', 1)
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8", newline="")

    read = read_responses(path, bottom_up, partials="keep")

    assert read.report.excluded == {"duplicate": 2}
    kept = expected(codes).drop([0, 3]).reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, kept)


def test_equal_answers_in_the_same_minute_are_flagged_and_kept(tmp_path, bottom_up):
    codes = drawn_answers(bottom_up, 40)
    codes.iloc[1] = codes.iloc[0]
    path = tmp_path / "export.csv"
    content = limesurvey(codes, bottom_up).replace(b'"lastpage"', b'"startdate"')
    content = content.replace(b'";"3";"en"', b'";"2026-03-01 09:15:20";"en"')
    path.write_bytes(content)

    read = read_responses(path, bottom_up)

    assert len(read) == 40
    assert [n.code for n in read.report.notes if n.code == "R067"] == ["R067"]


def test_an_export_without_any_response_is_refused(tmp_path, bottom_up, codes):
    from diagnose.errors import ResponseError

    path = tmp_path / "export.csv"
    empty = pd.DataFrame([[""] * codes.shape[1]], columns=codes.columns)
    path.write_bytes(limesurvey(empty, bottom_up, submitted=[""]))

    with pytest.raises(ResponseError, match="no response remains: 1 partial"):
        read_responses(path, bottom_up)


def test_rows_without_closed_answers_are_left_out_and_counted(
    tmp_path, bottom_up, codes
):
    codes = codes.copy()
    codes.iloc[:7] = ""
    codes.iloc[7] = "na"
    path = tmp_path / "export.csv"
    path.write_bytes(limesurvey(codes, bottom_up))

    read = read_responses(path, bottom_up)

    assert read.report.excluded == {"empty": 7}
    assert read.report.n_rows == 60
    assert read.report.n_kept == len(read) == 53
    assert bool(read.not_applicable.iloc[0].all())
    assert np.isnan(read.answers.iloc[0]).all()
