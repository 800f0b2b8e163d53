"""Open answers come apart from everything else, shuffled, or not at all."""

from __future__ import annotations

import csv
import io
import json
import pickle
import random

import pytest

from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses.comments import read_comments
from exports import SECRETS, drawn_answers, limesurvey, qualtrics

ASKED = load_instrument("pulse")
TEXT = " ".join(ASKED.open_items[0].text["floor"]["nl"].split())


def written(tmp_path, rows, name="export.csv", delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path = tmp_path / name
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def plain_rows(texts, heading="first"):
    return [["team", heading, "email"]] + [
        ["Noord", text, f"p{i}@example.org"] for i, text in enumerate(texts)
    ]


def codes_of(error):
    return sorted(problem.code for problem in error.value.problems)


def test_only_the_texts_of_open_items_are_kept(tmp_path):
    texts = [f"idee {i}" for i in range(12)]

    comments = read_comments(written(tmp_path, plain_rows(texts)), ASKED)

    assert [item.item for item in comments.items] == ["first"]
    assert sorted(comments.items[0].texts) == sorted(texts)
    assert b"example.org" not in pickle.dumps(comments)
    assert b"Noord" not in pickle.dumps(comments)


def test_a_representation_shows_counts_and_no_text(tmp_path):
    path = written(tmp_path, plain_rows(["zeldzaam woord"] * 12))

    comments = read_comments(path, ASKED)
    shown = repr(comments) + repr(comments.items) + str(comments.to_frame().to_dict())

    assert "zeldzaam" not in shown
    assert repr(comments) == "Comments(first: 12)" and len(comments) == 12


def test_the_order_of_the_file_and_of_the_alphabet_is_gone(tmp_path):
    texts = [f"idee {i:03}" for i in range(60)]
    path = written(tmp_path, plain_rows(texts))

    first, second = (read_comments(path, ASKED).items[0].texts for _ in range(2))

    assert first != second
    for order in (first, second):
        assert list(order) != texts and list(order) != texts[::-1]
        ranks = [int(text[-3:]) for text in order]
        moved = sum(abs(rank - place) for place, rank in enumerate(ranks))
        assert moved > 500  # 1200 is expected when order says nothing


def test_equal_texts_stay_separate_and_the_clock_of_random_is_untouched(tmp_path):
    state = random.getstate()

    comments = read_comments(written(tmp_path, plain_rows(["meer tijd"] * 11)), ASKED)

    assert comments.items[0].texts == ("meer tijd",) * 11
    assert random.getstate() == state


def test_nine_answers_are_withheld_and_ten_are_not(tmp_path):
    nine = read_comments(written(tmp_path, plain_rows(["geheim idee"] * 9)), ASKED)
    ten = read_comments(written(tmp_path, plain_rows(["geheim idee"] * 10)), ASKED)

    assert nine.items[0].withheld and len(nine) == 0
    assert [note.code for note in nine.notes] == ["R155"]
    assert b"geheim" not in pickle.dumps(nine)
    assert "9" not in nine.notes[0].message
    assert len(ten) == 10 and not ten.notes


@pytest.mark.parametrize(("fewest", "withheld"), [(12, True), (11, False), (3, False)])
def test_what_an_assessment_agreed_raises_the_number_and_never_lowers_it(
    tmp_path, fewest, withheld
):
    eleven = written(tmp_path, plain_rows(["meer tijd"] * 11))
    (tmp_path / "nine").mkdir()
    nine = written(tmp_path / "nine", plain_rows(["meer tijd"] * 9))

    assert read_comments(eleven, ASKED, fewest=fewest).items[0].withheld == withheld
    assert read_comments(nine, ASKED, fewest=fewest).items[0].withheld


def test_blanks_and_texts_that_say_nothing_do_not_count(tmp_path):
    nothing = ["", "  ", "-", "...", "n.v.t.", "N/A", "geen", "?!"]
    said = [f"idee {i}" for i in range(9)]

    nine = read_comments(written(tmp_path, plain_rows(said + nothing)), ASKED)
    eleven = read_comments(written(tmp_path, plain_rows([*said, "👍", "nee"])), ASKED)

    assert nine.items[0].withheld
    assert len(eleven) == 11


def test_previews_tests_partials_and_repeats_are_left_out(tmp_path):
    cells = drawn_answers(ASKED, 16)
    status = ["IP Address"] * 16
    status[0], status[1] = "Survey Preview", "Survey Test"
    finished = ["True"] * 16
    finished[2] = "False"
    path = tmp_path / "q.csv"
    path.write_bytes(qualtrics(cells, ASKED, status=status, finished=finished))

    comments = read_comments(path, ASKED)
    everything = read_comments(path, ASKED, partials="keep", trials="keep")

    assert (len(comments), len(everything)) == (13, 16)
    assert comments.excluded == {"preview": 1, "test": 1, "partial": 1}
    assert SECRETS["email"].encode() not in pickle.dumps(everything)


def test_line_ends_and_quotes_of_a_limesurvey_export_survive(tmp_path):
    path = tmp_path / "l.csv"
    path.write_bytes(limesurvey(drawn_answers(ASKED, 12), ASKED))

    comments = read_comments(path, ASKED)

    assert set(comments.items[0].texts) == {
        SECRETS["first"] + '\ntweede regel; met "aanhaling"'
    }


def test_the_mask_of_limesurvey_is_undone_and_no_other_quote(tmp_path):
    rows = [["id", "submitdate", "startlanguage", "first"]]
    rows += [[str(i), "1980-01-01", "nl", "'=beter"] for i in range(10)]
    rows += [[str(i), "1980-01-01", "nl", "'t kan"] for i in range(10, 20)]

    comments = read_comments(written(tmp_path, rows, delimiter=";"), ASKED)

    assert set(comments.items[0].texts) == {"=beter", "'t kan"}


def test_an_open_item_is_known_by_its_question_and_by_the_mapping(tmp_path):
    by_text = written(tmp_path, plain_rows(["idee"] * 10, heading=TEXT), "a.csv")
    other = written(
        tmp_path, plain_rows(["idee"] * 10, heading="Vrije ruimte"), "b.csv"
    )
    mapping = {"open_items": {"first": "Vrije ruimte"}}

    assert len(read_comments(by_text, ASKED)) == 10
    assert len(read_comments(other, ASKED, mapping=mapping)) == 10
    with pytest.raises(ResponseError) as unknown:
        read_comments(other, ASKED)
    assert codes_of(unknown) == ["R151"]


def test_open_answers_of_the_offline_questionnaire_are_found(tmp_path):
    for i in range(11):
        answers = {
            "format": "diagnose-answers/1",
            "response": f"k{i}",
            "submitted": "2026-11-26" if i else "",
            "answers": {"v": {"v1": "4"}},
            "comments": {"first": f"idee {i}"},
        }
        (tmp_path / f"{i}.json").write_text(json.dumps(answers), encoding="utf-8")

    comments = read_comments(tmp_path, ASKED)

    assert len(comments) == 10 and comments.excluded == {"partial": 1}


def test_a_cut_off_heading_of_limesurvey_means_its_open_item(tmp_path):
    rows = [["submitdate", "startlanguage", TEXT[:15] + ".. ", "x"]]
    rows += [["1980-01-01", "nl", f"idee {i}", ""] for i in range(12)]

    assert len(read_comments(written(tmp_path, rows, delimiter=";"), ASKED)) == 12


def test_two_columns_for_one_item_are_refused_by_heading(tmp_path):
    rows = [["first", "first", "x"]] + [["a", "b", "c"]] * 12

    with pytest.raises(ResponseError) as error:
        read_comments(written(tmp_path, rows), ASKED)

    assert codes_of(error) == ["R152"]
    assert "first" in str(error.value)


def test_a_heading_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path, plain_rows(["idee"] * 12))

    with pytest.raises(ResponseError) as error:
        read_comments(path, ASKED, mapping={"open_items": {"first": "niets"}})

    assert codes_of(error) == ["R153"]


def test_an_instrument_without_open_items_is_refused(tmp_path):
    path = written(tmp_path, plain_rows(["idee"] * 12))

    with pytest.raises(ResponseError) as error:
        read_comments(path, load_instrument("oric"))

    assert codes_of(error) == ["R150"]


def test_an_item_that_a_person_leaves_out_is_noted(tmp_path):
    other = ASKED.open_items[0].model_copy(update={"id": "second"})
    both = ASKED.model_copy(update={"open_items": (*ASKED.open_items, other)})
    path = written(tmp_path, plain_rows(["idee"] * 12))

    comments = read_comments(path, both)

    assert [note.code for note in comments.notes] == ["R156"]


def test_texts_without_end_are_cut_off_and_counted(tmp_path):
    texts = ["woord " * 5000] + ["kort idee"] * 10

    comments = read_comments(written(tmp_path, plain_rows(texts)), ASKED)

    assert max(len(text) for text in comments.items[0].texts) == 20_000
    assert [note.code for note in comments.notes] == ["R157"]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("partials", "`partials` must be one of 'drop', 'keep'"),
        ("trials", "`trials` must be one of 'drop', 'keep'"),
        ("duplicates", "`duplicates` must be one of 'last', 'first', 'keep'"),
        ("platform", "platform: is wrong, .*allowed: qualtrics, surveymonkey"),
    ],
)
def test_a_wrong_option_of_reading_comments_names_the_right_ones(
    tmp_path, option, words
):
    path = written(tmp_path, plain_rows(["idee"] * 12))

    with pytest.raises(ValueError, match=words):
        read_comments(path, ASKED, **{option: "wrong"})


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"PK\x03\x04nonsense", b"a\n", b"%PDF-1.7", b"\xff\xfe"],
)
def test_hostile_bytes_raise_only_the_documented_error(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(ResponseError):
        read_comments(path, ASKED)
