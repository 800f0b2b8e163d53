"""Action sheets that people filled in, and everything they may do to them."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from action_sheets import FINANCE, LEVELS, WAVES, about, blank, fill, save_sheet
from diagnose.assessment.agreed import agreed_of, read_agreed
from diagnose.assessment.agreed_sheet import day_of, written
from diagnose.assessment.config import Assessment, WaveFile
from diagnose.errors import AssessmentError
from diagnose.instrument import load_instrument
from diagnose.language.problems import problems_in_words

LINE = {
    "subject": "Voice and signal",
    "action": "Begin every week with what is in the way",
    "who": "Robin Example",
    "when": dt.date(2026, 3, 1),
    "status": "under way",
}


@pytest.fixture(scope="module")
def asked():
    return load_instrument("bottom-up")


@pytest.fixture
def read(tmp_path, asked):
    def run():
        return read_agreed(tmp_path, asked, waves=WAVES, levels=LEVELS)

    return run


def refused(run):
    with pytest.raises(AssessmentError) as caught:
        run()
    return [(p.code, p.place) for p in caught.value.problems], caught.value


def test_a_filled_in_line_is_read(tmp_path, read):
    save_sheet(tmp_path, [LINE])

    found = read()

    assert found.n_sheets == 1
    assert found.entries.to_dict("records") == [
        {
            "path": FINANCE,
            "level": "team",
            "wave": "2025-1",
            "subscale": "v",
            "action": "Begin every week with what is in the way",
            "status": "busy",
            "when": "2026-03-01",
        }
    ]


def test_who_takes_the_lead_never_leaves_the_reader(tmp_path, read):
    save_sheet(tmp_path, [LINE])

    assert "Robin" not in read().entries.to_json()


def test_an_empty_sheet_holds_no_agreement(tmp_path, read):
    save_sheet(tmp_path, [])

    found = read()

    assert (len(found.entries), found.n_sheets) == (0, 1)


def test_an_empty_folder_holds_no_sheet(read):
    assert read().n_sheets == 0


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        ("Stem en signaal", "bezig"),
        ("voice AND  signal", " Under way "),
        ("v", "busy"),
        ("Voice\u00a0and signal", "BEZIG"),
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_words_may_be_typed_in_any_language(tmp_path, read, language, subject, status):
    line = {**LINE, "subject": subject, "status": status}
    save_sheet(tmp_path, [line], language=language)

    entry = read().entries.iloc[0]

    assert (entry["subscale"], entry["status"]) == ("v", "busy")


def test_a_state_that_nobody_filled_in_stays_open(tmp_path, read):
    save_sheet(tmp_path, [{"subject": "Space", "action": "Stop the Monday list"}])

    entry = read().entries.iloc[0]

    assert (entry["status"], entry["when"]) == ("", "")


def test_lines_may_stand_apart_and_below_the_form(tmp_path, read):
    book = blank()
    about(book, wave=WAVES[0])
    fill(book, [LINE, {"who": "only a name"}, {}, LINE])
    fill(book, [{**LINE, "action": "the last of many"}], start=40)
    book.save(tmp_path / "anything at all.XLSX")

    found = read().entries

    assert len(found) == 3
    assert found["action"].iloc[-1] == "the last of many"


def test_columns_and_rows_may_be_moved(tmp_path, read):
    book = blank()
    about(book, wave=WAVES[0])
    fill(book, [LINE])
    form = book.worksheets[0]
    form.unmerge_cells("A2:E2")
    form.insert_rows(1, amount=2)
    form.move_range("A6:A30", cols=7)  # the subject behind all others
    form.insert_cols(1)
    book.save(tmp_path / "moved.xlsx")

    entry = read().entries.iloc[0]

    assert (entry["subscale"], entry["status"], entry["when"]) == (
        "v",
        "busy",
        "2026-03-01",
    )


def test_sheets_in_folders_of_units_are_found(tmp_path, read):
    save_sheet(tmp_path, [LINE], name="support/finance/actions.xlsx")
    save_sheet(tmp_path, [LINE], name="care/actions.xlsx", path=("Care",))
    (tmp_path / "notes.txt").write_text("passed over")
    (tmp_path / "~$actions.xlsx").write_bytes(b"lock")

    found = read()

    assert list(found.entries["path"]) == [("Care",), FINANCE]
    assert list(found.entries["level"]) == ["division", "team"]


def test_order_of_files_does_not_matter(tmp_path, asked):
    for folder, names in (("one", ("a", "b")), ("two", ("z", "c"))):
        save_sheet(tmp_path / folder, [LINE, LINE], name=f"{names[0]}.xlsx")
        save_sheet(
            tmp_path / folder,
            [LINE],
            name=f"{names[1]}.xlsx",
            path=("Care", "Day shift"),
        )

    one, two = (
        read_agreed(tmp_path / folder, asked, waves=WAVES, levels=LEVELS).entries
        for folder in ("one", "two")
    )

    assert one.equals(two)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path, read):
    hostile = "=1+1 <script>alert(1)</script> \u202eback 😀 " + "x" * 300
    save_sheet(tmp_path, [{**LINE, "action": hostile}])

    action = read().entries["action"].iloc[0]

    assert action.startswith("=1+1 <script>alert(1)</script>")
    assert action.endswith("😀 " + "x" * 300)
    assert "\u202e" not in action


def test_a_formula_counts_for_its_value_only(tmp_path, read):
    book = blank()
    about(book, wave=WAVES[0])
    fill(book, [LINE])
    book.worksheets[0]["B5"] = "=1+1"  # openpyxl stores no value with it
    book.save(tmp_path / "formula.xlsx")

    found, _ = refused(read)

    assert found == [("A033", "formula.xlsx: What we agree!B5")]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (dt.datetime(2026, 3, 1, 9, 30), "2026-03-01"),
        (dt.date(2026, 3, 1), "2026-03-01"),
        ("1-3-2026", "2026-03-01"),
        ("01/03/2026", "2026-03-01"),
        ("1.3.2026", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("31-2-2026", "31-2-2026"),
        (46082.0, "2026-03-01"),
        (12.0, "12"),
        ("after the summer", "after the summer"),
        ("", ""),
        (None, ""),
    ],
)
def test_dates_come_as_cells_texts_and_numbers(value, day):
    assert day_of(value) == day


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)))
@settings(max_examples=60, deadline=None)
def test_every_way_to_write_a_date_gives_the_same_day(day):
    ways = (day, f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day:%Y}", day.isoformat())

    assert {day_of(way) for way in ways} == {day.isoformat()}


@given(text=st.text(max_size=80))
@settings(max_examples=80, deadline=None)
def test_a_text_comes_out_on_one_line_and_stays_so(text):
    plain = written(text)

    assert plain.isprintable()
    assert written(plain) == plain


@pytest.mark.parametrize(
    ("column", "typed", "near"),
    [("subject", "Voice and signl", "Voice and signal"), ("status", "dun", "done")],
)
def test_a_word_that_is_not_on_the_list_is_told_with_the_nearest(
    tmp_path, read, column, typed, near
):
    save_sheet(tmp_path, [{**LINE, column: typed}])

    found, error = refused(read)

    cell = {"subject": "A5", "status": "E5"}[column]
    assert found == [("A032", f"actions.xlsx: What we agree!{cell}")]
    assert near in error.problems[0].remedy
    assert typed in error.problems[0].message


@pytest.mark.parametrize(("left_out", "cell"), [("subject", "A5"), ("action", "B5")])
def test_a_line_must_say_what_and_about_which_subject(tmp_path, read, left_out, cell):
    save_sheet(tmp_path, [{**LINE, left_out: None}])

    assert refused(read)[0] == [("A033", f"actions.xlsx: What we agree!{cell}")]


@pytest.mark.parametrize(
    "contact",
    [
        "mail robin@example.org first",
        "robin (at) example.org",
        "call 06-12345678",
        "+31 20 123 45 67",
        "NL91 ABNA 0417 1643 00",
        "number 123456789",
    ],
)
@pytest.mark.parametrize("column", ["action", "when"])
def test_contact_details_are_refused_and_not_repeated(tmp_path, read, contact, column):
    save_sheet(tmp_path, [{**LINE, column: contact}])

    found, error = refused(read)

    assert {code for code, _ in found} == {"A034"}
    assert contact not in str(error)


@pytest.mark.parametrize(
    "action",
    [
        "Every Monday at 8.30 for 15 minutes, from 2026-03-01 on",
        "Rooster 6 weken vooruit, 95% van de diensten",
        "Spend 1,500 euro on a board",
        "Elke dag van 08.30-09.00 uur, ook op 01-03-2026 en 08/03/2026",
        "2 x 15 min in week 12, 13 en 14; ploegen 1, 2, 3, 4, 5, 6",
        "Ask @IT for room 2.14",
    ],
)
def test_plain_digits_in_an_action_are_its_own(tmp_path, read, action):
    save_sheet(tmp_path, [{**LINE, "action": action}])

    assert read().entries["action"].iloc[0] == action


def test_a_day_may_hold_no_figure_that_could_be_a_result(tmp_path, read):
    save_sheet(
        tmp_path, [{**LINE, "when": "in 1.5 months"}, {**LINE, "action": "x" * 601}]
    )

    assert [code for code, _ in refused(read)[0]] == ["A034", "A034"]


def test_a_sheet_of_another_instrument_wave_or_level_is_refused(tmp_path, read):
    for name, facts in (
        ("a", {"instrument": "oric"}),
        ("b", {"wave": "2019"}),
        ("c", {"unit_2": ""}),
    ):
        book = blank()
        about(book, wave=WAVES[0])
        about(book, **facts)
        fill(book, [LINE])
        book.save(tmp_path / f"{name}.xlsx")

    found, error = refused(read)

    assert [code for code, _ in found] == ["A029"] * 3
    assert "2025-1, 2026-1" in error.problems[1].allowed


def test_the_same_unit_and_wave_twice_is_refused(tmp_path, read):
    first = save_sheet(tmp_path, [LINE])
    shutil.copy(first, tmp_path / "actions (1).xlsx")

    found, error = refused(read)

    assert found == [("A030", "actions.xlsx")]
    assert "actions (1).xlsx" in error.problems[0].message


def test_one_unit_may_hand_in_a_sheet_of_every_wave(tmp_path, read):
    save_sheet(tmp_path, [LINE], name="b.xlsx", wave=WAVES[1])
    save_sheet(tmp_path, [LINE], name="c.xlsx", wave=WAVES[0])

    assert list(read().entries["wave"]) == list(WAVES)


def test_a_lost_heading_is_named(tmp_path, read):
    book = blank(language="nl")
    about(book, wave=WAVES[0])
    fill(book, [LINE])
    book.worksheets[0]["E4"] = "Hoe staat het"
    book.save(tmp_path / "kop.xlsx")

    found, error = refused(read)

    assert found == [("A031", "kop.xlsx: Wat we afspreken")]
    assert "Stand" in error.problems[0].message


def test_all_files_that_are_no_sheets_are_told_at_once(tmp_path, read):
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    Workbook().save(tmp_path / "other.xlsx")
    no_facts = blank()
    no_facts.remove(no_facts.worksheets[1])
    no_facts.save(tmp_path / "without.xlsx")
    save_sheet(tmp_path, [{**LINE, "status": "maybe"}], name="x.xlsx")

    found, _ = refused(read)

    assert found == [
        ("A027", "broken.xlsx"),
        ("A027", "empty.xlsx"),
        ("A028", "other.xlsx"),
        ("A028", "without.xlsx"),
        ("A032", "x.xlsx: What we agree!E5"),
    ]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path, asked):
    target = tmp_path / "actions.xlsx"
    target.write_bytes(b"")

    found, _ = refused(lambda: read_agreed(target, asked, waves=WAVES, levels=LEVELS))

    assert found == [("A027", "actions.xlsx")]


def test_problems_are_told_in_dutch(tmp_path, read):
    save_sheet(tmp_path, [{**LINE, "action": "bel 06-12345678", "subject": "iets"}])
    _, error = refused(read)

    told = [p.message for p in problems_in_words(error.problems, "nl")]

    assert any("telefoonnummer" in message for message in told)
    assert any("is geen onderwerp" in message for message in told)


def test_an_assessment_without_a_folder_of_sheets_has_no_agreements(asked, tmp_path):
    wave = WaveFile(label="2025-1", file="a.csv", date="2025-01-01")
    setting = Assessment(title={"en": "A"}, instrument="bottom-up", waves=(wave,))

    assert agreed_of(setting, asked) is None

    save_sheet(tmp_path / "back", [LINE])
    named = setting.model_copy(
        update={
            "folder": tmp_path,
            "actions": "back",
            "organisation": setting.organisation.model_copy(update={"levels": LEVELS}),
        }
    )
    assert len(agreed_of(named, asked).entries) == 1
