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

    mapping = {"answers": "codes"} if answers == "short" else None
    read = read_responses(path, bottom_up, wave="2026", mapping=mapping)

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

    read = read_responses(path, bottom_up, mapping={"answers": "codes"})

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


def lime(tmp_path, headings, *rows, delimiter=";"):
    path = tmp_path / "export.csv"
    lines = [headings, *rows]
    quoted = [delimiter.join(f'"{cell}"' for cell in line) for line in lines]
    path.write_text("\ufeff" + "\r\n".join(quoted) + "\r\n\r\n", newline="")
    return path


GERMAN = "Antwort ID|Datum Abgeschickt|Letzte Seite|Start-Sprache|Datum gestartet"
DUTCH = "Antwoord ID|Datum ingediend|Laatste pagina|Starttaal|Datum gestart"
ENGLISH = "Response ID|Date submitted|Last page|Start language|Date started"
SPEAK, HELP = "We dare to speak up here", "We help others"


@pytest.fixture(scope="module")
def small():
    from builders import instrument

    return instrument(
        {"v": "v1 v2"}, texts={"v1": (SPEAK, "Durven"), "v2": (HELP, "Helpen")}
    )


@pytest.mark.parametrize("heads", [ENGLISH, DUTCH, GERMAN])
def test_system_columns_are_known_in_three_languages(tmp_path, small, heads):
    headings = [*heads.split("|"), f"How far? [{SPEAK}]", HELP]
    path = lime(
        tmp_path,
        headings,
        ["1", "2026-03-04 09:00:00", "3", "nl", "2026-03-04 08:00:00", "4", "2"],
        ["2", "", "1", "nl", "2026-03-04 08:00:00", "5", "5"],
    )

    read = read_responses(path, small)

    assert read.report.platform == "limesurvey"
    assert read.report.excluded == {"partial": 1}
    assert read.answers.to_numpy().tolist() == [[4.0, 2.0]]
    assert read.people["language"].tolist() == ["nl"]


@pytest.mark.parametrize("separator", [". ", ": ", " ", "_", " - ", " | "])
@pytest.mark.parametrize("code", ["v[v1]", "v1"])
def test_any_separator_between_code_and_text_is_seen(tmp_path, small, separator, code):
    text = f"How far? [{SPEAK}]" if "[" in code else SPEAK
    headings = [
        f"{a}{separator}{b}"
        for a, b in (
            ("id", "Response ID"),
            ("submitdate", "Date submitted"),
            ("startlanguage", "Start language"),
            (code, text),
            ("v2Time", "Question time: v2"),
        )
    ]
    path = lime(tmp_path, headings, ["1", "2026-03-04 09:00:00", "nl", "4", "12.5"])

    read = read_responses(path, small)

    assert read.report.platform == "limesurvey"
    assert {m.how for m in read.report.mapped if m.target == "v1"} == {"code"}
    assert read.answers["v1"].tolist() == [4.0]
    assert read.report.not_asked == ("v2",)


@pytest.mark.parametrize(
    "timing",
    [
        *("v1Time", "groupTime12", "Question time: v1", "Group time: Voice"),
        *("v1Time. Question time: v1", "Fragenzeit: v1", "Vraagtijd: v1"),
    ],
)
def test_a_timing_is_never_an_item(tmp_path, small, timing):
    path = lime(
        tmp_path,
        ["submitdate", "startlanguage", timing, "v[v2]"],
        ["2026-03-04 09:00:00", "nl", "4", "2"],
    )

    read = read_responses(path, small)

    assert read.report.not_asked == ("v1",)
    assert read.answers["v2"].tolist() == [2.0]


@pytest.mark.parametrize(
    "added", ["v1[other]", "v1_other", "v1[comment]", "v[v1comment]", "v[v1][1]"]
)
def test_added_texts_and_dual_scales_are_never_an_item(tmp_path, small, added):
    path = lime(
        tmp_path,
        ["submitdate", "startlanguage", added, "v[v2]"],
        ["2026-03-04 09:00:00", "nl", "4", "2"],
    )

    read = read_responses(path, small)

    assert read.report.not_asked == ("v1",)


def test_one_side_of_a_dual_scale_can_be_mapped(tmp_path, small):
    path = lime(
        tmp_path,
        ["submitdate", "startlanguage", "v[v1][1]", "v[v1][2]"],
        ["2026-03-04 09:00:00", "nl", "4", "2"],
    )

    read = read_responses(path, small, mapping={"items": {"v1": "v[v1][2]"}})

    assert read.answers["v1"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("heading", "stems"),
    [
        ("How far do you .. [We dare to spea..]", {"we dare to spea"}),
        ("We dare to spea.. ", {"we dare to spea"}),
        ("v[v1]. How far do you .. [We dare to spea.. ]", {"we dare to spea"}),
        ("How far do you .. [We help others]", set()),
        ("We dare.. ", set()),
        ("We dare to speak up here", set()),
    ],
)
def test_a_heading_that_was_cut_off_keeps_its_stem(tmp_path, heading, stems):
    from diagnose.responses.files.table import read_table
    from diagnose.responses.read import PLATFORMS

    path = lime(
        tmp_path,
        ["submitdate. Date submitted", "lastpage. Last page", heading],
        ["2026-03-04 09:00:00", "3", "4"],
    )

    column = PLATFORMS["limesurvey"].layout(read_table(path)).columns[2]

    assert set(column.stems) == stems


def test_abbreviated_headings_never_match_a_text_by_chance(tmp_path, small):
    """Both rows begin alike, so that no beginning may choose between them."""
    from builders import instrument

    asked = instrument(
        {"v": "v1 v2"},
        texts={
            "v1": ("We dare to speak up", "Durven"),
            "v2": ("We dare to speak out", "Zeggen"),
        },
    )
    path = lime(
        tmp_path,
        [*ENGLISH.split("|"), "How far.. [We dare to spea..]", "v1"],
        ["1", "2026-03-04 09:00:00", "3", "nl", "2026-03-04 08:00:00", "4", "2"],
    )

    read = read_responses(path, asked)

    assert read.answers["v1"].tolist() == [2.0]
    assert read.report.not_asked == ("v2",)


def test_blanks_written_as_underscores_do_not_matter(tmp_path, small):
    headings = [h.replace(" ", "_") for h in ENGLISH.split("|")]
    path = lime(
        tmp_path,
        [*headings, f"How far? [{SPEAK}]".replace(" ", "_")],
        ["1", "", "3", "nl", "2026-03-04 08:00:00", "4"],
        ["2", "2026-03-04 09:00:00", "3", "nl", "2026-03-04 08:00:00", "5"],
    )

    read = read_responses(path, small)

    assert read.report.platform == "limesurvey"
    assert read.report.excluded == {"partial": 1}
    assert read.answers["v1"].tolist() == [5.0]


def test_tokens_and_addresses_are_dropped_under_every_name(tmp_path, small):
    secret = ["Zugangscode", "IP-Adresse", "Referrer URL", "token"]
    path = lime(
        tmp_path,
        [*GERMAN.split("|"), *secret, HELP],
        [
            *("1", "2026-03-04 09:00:00", "3", "de", "2026-03-04 08:00:00"),
            *("t0k3n", "192.0.2.7", "https://intranet.example", "t0k3n", "4"),
        ],
    )

    read = read_responses(path, small)

    assert set(secret) <= set(read.report.dropped)
    assert "t0k3n" not in repr(read.report) + read.people.to_string()


def test_a_limesurvey_export_with_shuffled_columns_reads_the_same(
    tmp_path, bottom_up, codes
):
    shuffled = codes[codes.columns[::-1]]
    path = tmp_path / "export.csv"
    path.write_bytes(limesurvey(shuffled, bottom_up, headings="em"))

    read = read_responses(path, bottom_up)

    pd.testing.assert_frame_equal(read.answers, expected(codes))


@pytest.mark.parametrize("length", [8, 10, 15])
def test_system_columns_are_known_when_their_names_were_cut_off(
    tmp_path, small, length
):
    cut = [h if len(h) <= length else f"{h[:length]}.. " for h in ENGLISH.split("|")]
    path = lime(
        tmp_path,
        [*cut, "v1"],
        ["1", "", "3", "nl", "2026-03-04 08:00:00", "4"],
        ["2", "2026-03-04 09:00:00", "3", "nl", "2026-03-04 08:00:00", "5"],
    )

    read = read_responses(path, small)

    assert read.report.platform == "limesurvey"
    assert read.report.excluded == {"partial": 1}


def test_one_code_that_begins_like_a_system_column_is_no_separator(tmp_path, small):
    path = lime(
        tmp_path,
        ["submitdate", "startlanguage", "startdate_planned", "v_v1", "v_v2"],
        ["2026-03-04 09:00:00", "nl", "soon", "4", "2"],
    )

    read = read_responses(path, small)

    assert read.answers.to_numpy().tolist() == [[4.0, 2.0]]


def test_an_abbreviated_heading_matches_the_only_text_that_begins_so(tmp_path, small):
    path = lime(
        tmp_path,
        [*ENGLISH.split("|"), "How far.. [We dare to spea..]", "v2"],
        ["1", "2026-03-04 09:00:00", "3", "nl", "2026-03-04 08:00:00", "4", "2"],
    )

    read = read_responses(path, small, mapping={"answers": "codes"})

    assert read.answers.to_numpy().tolist() == [[4.0, 2.0]]
    assert {m.how for m in read.report.mapped if m.target == "v1"} == {"text"}
    assert not read.report.blocks_scoring
