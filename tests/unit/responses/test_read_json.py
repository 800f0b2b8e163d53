"""Responses in JSON: every form they come in, and what cannot be read in one way."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.instrument.export.build import edition_of
from diagnose.responses import read_responses
from diagnose.responses.files.strict_json import number_text
from diagnose.responses.files.table import read_table
from diagnose.responses.read import PLATFORMS, detect_platform

ASKED = instrument({"v": "v1 v2 v3-", "c": "c1 c2"}, context="a1")


def answer(number=1, **changes):
    """Return what the offline questionnaire saves for one respondent."""
    return {
        "format": "diagnose-answers/1",
        "response": f"k{number}",
        "edition": edition_of(ASKED),
        "role": "floor",
        "language": "nl",
        "submitted": "2026-11-26",
        "seconds": 300 + number,
        "team": "Balie",
        "answers": {
            "v": {"v1": "4", "v2": "na", "v3": "2"},
            "c": {"c1": "5", "c2": "1"},
            "context": {"a1": "2"},
        },
        "comments": {"first": "Een open antwoord"},
        **changes,
    }


@pytest.fixture
def written(tmp_path):
    def write(content, name="answers.json", encoding="utf-8"):
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        raw = content if isinstance(content, bytes) else content.encode(encoding)
        path = tmp_path / name
        path.write_bytes(raw)
        return path

    return write


def cells(table):
    frame = table.take(range(len(table.head[0]))).astype(str)
    return {table.head[0][i]: list(frame[i]) for i in frame}


def codes_of(caught):
    return [found.code for found in caught.value.problems]


ROWS = [{"v": {"v1": 4, "v2": 4.0}}, {"v": {"v1": None}, "t": "NA"}]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROWS),
        "\n".join(json.dumps(row) for row in ROWS),
        "\r\n".join(json.dumps(row) for row in ROWS) + "\r\n\r\n",
        *(json.dumps({"n": 2, k: ROWS}) for k in ("data", "results", "responses")),
        json.dumps({"Items": ROWS}),
    ],
)
def test_each_form_of_a_list_of_responses_gives_one_table(written, content):
    table = read_table(written(content))

    found = cells(table)
    found.pop("n", None)
    assert found == {"v.v1": ["4", ""], "v.v2": ["4", ""], "t": ["", "NA"]}
    assert table.encoding == "json"
    assert table.n_records == 3


def test_one_object_is_one_response(written):
    assert cells(read_table(written(ROWS[0]))) == {"v.v1": ["4"], "v.v2": ["4"]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_of_json_is_read(written, encoding):
    path = written(json.dumps([{"v1": "é", "b": 1}], ensure_ascii=False), "x", encoding)

    assert cells(read_table(path)) == {"v1": ["é"], "b": ["1"]}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("4", "4"),
        ("4.0", "4"),
        ("40e-1", "4"),
        ("-0.0", "0"),
        ("2.5", "2.5"),
        ("2.50", "2.5"),
        ("2.9999999999999996", "2.9999999999999996"),
        ("2.99999999999999999999999", "2.99999999999999999999999"),
        ("1e400", "1e400"),
        ("1E+999999999999999999999", "1E+999999999999999999999"),
        ("9" * 5000, "9" * 5000),
        ("12345678901234567890", "12345678901234567890"),
        (
            "0.0000000000000000000000000000000000000001",
            "0.0000000000000000000000000000000000000001",
        ),
    ],
)
def test_numbers_keep_their_digits(raw, text):
    assert number_text(raw) == text


def test_a_number_with_many_digits_does_not_become_an_answer(written):
    rows = '[{"v1": 2.9999999999999996, "v2": 3, "v3": 1}]'

    report = read_responses(written(rows), ASKED).report

    assert {"R043", "R045"} & {found.code for found in report.problems}


def test_true_and_false_are_text(written):
    assert cells(read_table(written([{"a": True, "b": False}]))) == {
        "a": ["true"],
        "b": ["false"],
    }


def test_lists_are_joined_and_are_never_an_item(written):
    path = written([{"v": {"v1": ["4"], "v2": 3}}, {"v": {"v1": ["4", 5], "v2": 2}}])

    table = read_table(path)
    responses = read_responses(path, ASKED)

    assert cells(table)["v.v1[]"] == ["4;", "4; 5"]
    assert "v1" not in responses.answers.columns
    assert "v.v1[]" in responses.report.dropped


def test_a_list_of_one_answer_stays_no_answer_when_it_is_mapped(written):
    path = written([{"x": ["4"], "v2": 3}] * 2)

    report = read_responses(path, ASKED, mapping={"items": {"v1": "x[]"}}).report

    assert report.problems


def test_lists_of_objects_are_left_out_unless_they_are_mapped(written):
    path = written([{"v1": 4, "v2": 1, "parts": [{"a": 1}]}])

    assert read_responses(path, ASKED).report.dropped == ("parts[{}]",)
    with pytest.raises(ResponseError, match="parts") as caught:
        read_responses(path, ASKED, mapping={"items": {"v3": "parts[{}]"}})
    assert codes_of(caught) == ["R138"]


@pytest.mark.parametrize(
    "rows",
    [
        [{"v": {"v1": 4}}, {"v": {"v1": [4]}}],
        [{"v": {"v1": 4}}, {"v": 4}],
        [{"v": {"v1": 4}}, {"v": [4]}],
        [{"v": {"v1": 4}}, {"v": {"v1": {"x": 4}}}],
        [{"v": {"v1": 4}}, {"v": {"v1": [{"x": 4}]}}],
    ],
)
def test_an_answer_that_changes_form_is_refused(written, rows):
    for order in (rows, rows[::-1]):
        with pytest.raises(ResponseError) as caught:
            read_responses(written([{"v2": 1, **row} for row in order]), ASKED)
        assert codes_of(caught) == ["R139"]


@pytest.mark.parametrize(
    "empty", [{"v": None, "v2": 1}, {"v": {}, "v2": 1}, {"v": {"v1": []}, "v2": 1}]
)
def test_nothing_is_no_other_form(written, empty):
    responses = read_responses(written([{"v": {"v1": 4}, "v2": 1}, empty]), ASKED)

    assert responses.answers["v1"].tolist()[0] == 4
    assert responses.answers["v1"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"v1": 1, "v1": 2}]', "R132"),
        ('[{"v.v1": 1, "v": {"v1": 2}}]', "R132"),
        ('[{"v1": NaN}]', "R133"),
        ('[{"v1": -Infinity}]', "R133"),
        ('[{"v1": 1}, ', "R130"),
        ('[{"v1": 1}] {"v1": 2}', "R135"),
        ('[{"v1": 01}]', "R130"),
        ("[{'v1': 1}]", "R130"),
        ('[{"v1": 1}, 3]', "R135"),
        ("[]", "R135"),
        ('{"data": []}', "R135"),
        ('{"data": [{"v1": 1}], "results": [{"v1": 2}]}', "R135"),
        ('{"data": [{"v1": 1}], "v": {"v1": 2}}', "R135"),
        ("[{}]", "R135"),
        ('{"format": "diagnose-answers/2", "answers": {"v1": 1}}', "R136"),
        ('{"v": ' * 100_000, "R134"),
        ('{"v": ' * 100_000 + "1" + "}" * 100_000, "R134"),
        ('{"v": ' * 60 + "1" + "}" * 60, "R134"),
        (b'[{"v1": "\xe9"}]', "R131"),
    ],
)
def test_json_that_cannot_be_read_in_one_way_is_refused(written, content, code):
    with pytest.raises(ResponseError) as caught:
        read_table(written(content))
    assert codes_of(caught) == [code]


def test_a_message_about_json_holds_no_text_of_the_file(written):
    with pytest.raises(ResponseError) as caught:
        read_table(written('[{"v1": "Jannie zegt"\n "v2": 1}]'))
    assert "Jannie" not in str(caught.value)
    assert "line 2, column 2" in str(caught.value)


def test_more_columns_than_can_be_read_are_refused(written):
    with pytest.raises(ResponseError) as caught:
        read_table(written([{f"k{i}": 1 for i in range(20_001)}]))
    assert codes_of(caught) == ["R137"]


def test_half_a_character_does_not_break_the_rest(written):
    path = written('[{"team": "\\ud83d", "v1": 4, "\\udc00": 1}]')

    assert cells(read_table(path)) == {"team": ["\ufffd"], "v1": ["4"], "\ufffd": ["1"]}


def test_a_csv_file_with_brackets_in_its_heading_is_no_json(written):
    assert read_table(written("[naam];[v1]\nx;4\n", "a.csv")).delimiter == ";"


def test_the_offline_questionnaire_is_read_whole(written):
    path = written([answer(1), answer(2, role="leader", language="en")])

    responses = read_responses(path, ASKED)

    assert responses.report.platform == "surveyjs"
    assert not responses.report.problems
    assert responses.answers.iloc[0].to_dict() | {"v2": None} == {
        "v1": 4,
        "v2": None,
        "v3": 2,
        "c1": 5,
        "c2": 1,
        "a1": 2,
    }
    assert responses.not_applicable["v2"].all()
    assert responses.people["role"].tolist() == ["floor", "leader"]
    assert responses.people["language"].tolist() == ["nl", "en"]
    assert responses.people["seconds"].tolist() == [301, 302]
    assert responses.people["team"].tolist() == ["Balie", "Balie"]
    assert "comments.first" in responses.report.dropped
    assert "open antwoord" not in repr(responses)


def test_an_open_answer_named_as_an_item_is_no_item(written):
    path = written([answer(1, comments={"v1": "5"})])

    assert read_responses(path, ASKED).answers["v1"].tolist() == [4]


def test_an_answer_without_a_moment_of_submission_is_partial(written):
    report = read_responses(written([answer(1), answer(2, submitted="")]), ASKED).report

    assert report.excluded == {"partial": 1}


@pytest.mark.parametrize("heading", ["v.v1", "v1", "v_v1", "v[v1]", "v/v1", "v.1"])
def test_surveyjs_calls_an_item_in_several_ways(written, heading):
    responses = read_responses(written([{heading: 4, "InstanceId": "a"}] * 2), ASKED)

    assert responses.answers["v1"].tolist() == [4]
    assert responses.report.excluded == {"duplicate": 1}


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    folder = tmp_path / "answers"
    (folder / "sub.json").mkdir(parents=True)
    for number in (3, 1, 2):
        text = json.dumps(answer(number, answers={"v": {"v1": number, "v2": 1}}))
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    (folder / "._1.json").write_bytes(b"\x00\x05shadow")
    (folder / "read me.txt").write_text("no answers", encoding="utf-8")

    responses = read_responses(folder, ASKED)

    assert responses.answers["v1"].tolist() == [1, 2, 3]
    assert responses.report.source == "answers"
    assert len(responses.report.sha256) == 64


def test_the_hash_of_a_folder_is_over_names_and_contents(tmp_path):
    def hash_of(**files):
        folder = tmp_path / "answers"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, row in files.items():
            (folder / f"{name}.json").write_text(json.dumps(row), encoding="utf-8")
        return read_table(folder).sha256

    first = hash_of(a={"v1": 1}, b={"v1": 2})
    assert first == hash_of(b={"v1": 2}, a={"v1": 1})
    assert len({first, hash_of(a={"v1": 2}, b={"v1": 1}), hash_of(a={"v1": 1})}) == 3


@pytest.mark.parametrize("again", ["a (1).json", "a(1).json"])
def test_of_a_response_that_was_saved_twice_the_last_one_counts(tmp_path, again):
    later = answer(7, answers={"v": {"v1": "1", "v2": "1", "v3": "1"}})
    for name, row in (("a.json", answer(7)), (again, later)):
        (tmp_path / name).write_text(json.dumps(row), encoding="utf-8")

    responses = read_responses(tmp_path, ASKED)

    assert responses.answers["v1"].tolist() == [1]
    assert responses.report.excluded == {"duplicate": 1}


def test_the_tenth_copy_of_a_file_comes_behind_the_ninth(tmp_path):
    names = ["b.json", "a (10).json", "a (9).json", "a.json"]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(json.dumps({"n": number}), encoding="utf-8")

    assert cells(read_table(tmp_path))["n"] == ["3", "2", "1", "0"]


def test_every_damaged_file_of_a_folder_is_named_at_once(tmp_path):
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "good.json").write_text(json.dumps(answer()), encoding="utf-8")
    (folder / "half.json").write_text('{"v1": ', encoding="utf-8")
    (folder / "none.json").write_text("", encoding="utf-8")
    (folder / "twice.json").write_text('{"v1": 1, "v1": 2}', encoding="utf-8")

    with pytest.raises(ResponseError) as caught:
        read_table(folder)

    assert [(p.place, p.code) for p in caught.value.problems] == [
        ("answers/half.json", "R130"),
        ("answers/none.json", "R135"),
        ("answers/twice.json", "R132"),
    ]


def test_a_folder_without_answers_is_refused(tmp_path):
    with pytest.raises(ResponseError) as caught:
        read_table(tmp_path)
    assert codes_of(caught) == ["R140"]


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_of_answers_is_read_as_its_folder(written):
    files = [(f"map/{n}.json", json.dumps(answer(n))) for n in (2, 1)]
    path = written(
        zipped([*files, ("map/x.txt", "-"), ("__MACOSX/map/1.json", "-")]), "a.zip"
    )

    table = read_table(path)

    assert cells(table)["response"] == ["k1", "k2"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([("a.json", "[" + " " * 30_000_000 + "]")], "R013"),
        ([("a.json", '{"v1": ')], "R130"),
        ([("a.txt", "no answers")], "R004"),
    ],
)
def test_a_zip_that_is_no_set_of_answers_is_refused(written, files, code):
    with pytest.raises(ResponseError) as caught:
        read_table(written(zipped(files), "a.zip"))
    assert codes_of(caught) == [code]


def test_a_zip_that_lies_about_its_sizes_is_refused(written):
    content = bytearray(zipped([("a.json", json.dumps(answer()))]))
    place = content.rindex(b"PK\x01\x02") + 24  # unpacked size in the directory
    content[place : place + 4] = (3).to_bytes(4, "little")

    with pytest.raises(ResponseError) as caught:
        read_table(written(bytes(content), "a.zip"))
    assert codes_of(caught) == ["R141"]


def test_a_zip_with_a_password_is_refused(written):
    content = bytearray(zipped([("a.json", json.dumps(answer()))]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1

    with pytest.raises(ResponseError) as caught:
        read_table(written(bytes(content), "a.zip"))
    assert codes_of(caught) == ["R141"]


def test_a_zip_with_one_name_twice_is_refused(written):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped([("a.json", json.dumps(answer(n))) for n in (1, 2)])

    with pytest.raises(ResponseError) as caught:
        read_table(written(content, "a.zip"))
    assert codes_of(caught) == ["R141"]


def test_json_is_detected_as_surveyjs_and_as_nothing_else(written):
    table = read_table(written([answer(1)]))

    assert detect_platform(table).name == "surveyjs"
    with pytest.raises(ResponseError):
        PLATFORMS["qualtrics"].layout(table)


def test_the_form_of_saved_answers_is_that_of_the_questionnaire():
    from diagnose.instrument.export.offline import ANSWERS_FORMAT
    from diagnose.responses.files import json_records

    assert json_records._OUR_FORMAT == ANSWERS_FORMAT
