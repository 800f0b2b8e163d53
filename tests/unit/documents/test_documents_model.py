"""From a plain tree to a checked model, and what is said of what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from diagnose.documents import parse_document, read_document, validate_document
from diagnose.documents.problems import CATALOGUE


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
    heading: Annotated[str, StringConstraints(pattern=r"^[A-Z]+$", max_length=4)]
    texts: dict[Literal["en", "nl"], str] = Field(default_factory=dict)


class Sheet(_Part):
    title: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    columns: tuple[Column, ...] = Field(min_length=2, max_length=3)
    role: Literal["floor", "leader"] | Column | None = None
    share: float = Field(default=0.5, ge=0, le=1)
    width: float = Field(default=2.0, gt=0, lt=9)
    count: int = 1
    hidden: bool = False
    tags: tuple[str, ...] = ()
    base: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _tags_differ(self) -> Self:
        if len(set(self.tags)) != len(self.tags):
            raise ValueError("a tag stands twice")
        return self


WORDS = {"^[A-Z]+$": "capitals only"}
GOOD = {"title": "One", "columns": [{"heading": "A"}, {"heading": "B"}]}
# "base" is left out: no file can fill it
FIELDS = "'title', 'columns', 'role', 'share', 'width', 'count', 'hidden', 'tags'"

# change of the good tree, then every problem that follows from it
CASES = [
    ({"title": ...}, ["[Y010] s: title: is missing; add it"]),
    (
        {"titel": "x"},
        [f"[Y011] s: titel: is not a known field; allowed: {FIELDS}; "
         "did you mean 'title'?"],
    ),
    ({"zzz": 1}, [f"[Y011] s: zzz: is not a known field; allowed: {FIELDS}"]),
    ({"base": "x"}, [f"[Y011] s: base: is not a known field; allowed: {FIELDS}"]),
    (
        {"columns": [{"heading": "A"}, {"heading": "B", "text": {}}]},
        ["[Y011] s: columns[1].text: is not a known field; "
         "allowed: 'heading', 'texts'; did you mean 'texts'?"],
    ),
    (
        {"columns": [{"heading": "a"}, {"heading": "B", "texts": {"de": "x"}}]},
        ["[Y012] s: columns[0].heading: is 'a'; allowed: capitals only",
         "[Y012] s: columns[1].texts.de: is 'de'; allowed: 'en', 'nl'"],
    ),
    ({"share": -0.5}, ["[Y012] s: share: is -0.5; allowed: 0 or more"]),
    ({"share": 2}, ["[Y012] s: share: is 2; allowed: 1 or less"]),
    ({"width": 0}, ["[Y012] s: width: is 0; allowed: more than 0"]),
    ({"width": 9.0}, ["[Y012] s: width: is 9.0; allowed: less than 9"]),
    (
        {"title": 1},
        ["[Y013] s: title: is the number 1; allowed: text; put it between quotes"],
    ),
    (
        {"title": True},
        ["[Y013] s: title: is the truth value true; allowed: text; "
         "put it between quotes"],
    ),
    ({"title": None}, ["[Y013] s: title: is empty (null); allowed: text"]),
    ({"tags": "one"}, ["[Y013] s: tags: is the text 'one'; allowed: a list"]),
    ({"columns": {}}, ["[Y013] s: columns: is a mapping; allowed: a list"]),
    (
        {"columns": ["A", {"heading": "B"}]},
        ["[Y013] s: columns[0]: is the text 'A'; allowed: a mapping"],
    ),
    (
        {"count": "2"},
        ["[Y013] s: count: is the text '2'; allowed: a whole number; "
         "write it without quotes"],
    ),
    ({"count": 2.5}, ["[Y013] s: count: is the number 2.5; allowed: a whole number"]),
    ({"count": True}, ["[Y013] s: count: is the truth value true; allowed: a whole "
                       "number"]),
    ({"hidden": "no"}, ["[Y013] s: hidden: is the text 'no'; allowed: true or false"]),
    (
        {"tags": [1, {}]},
        ["[Y013] s: tags[0]: is the number 1; allowed: text; put it between quotes",
         "[Y013] s: tags[1]: is a mapping; allowed: text"],
    ),
    ({"title": "  "}, ["[Y014] s: title: holds no characters; allowed: at least 1"]),
    (
        {"columns": [{"heading": "ABCDE"}, {"heading": "B"}]},
        ["[Y014] s: columns[0].heading: holds 5 characters; allowed: at most 4"],
    ),
    ({"columns": []}, ["[Y014] s: columns: holds no entries; allowed: at least 2"]),
    (
        {"columns": [{"heading": "A"}]},
        ["[Y014] s: columns: holds 1 entry; allowed: at least 2"],
    ),
    (
        {"columns": [{"heading": "A"}] * 4},
        ["[Y014] s: columns: holds 4 entries; allowed: at most 3"],
    ),
    ({"tags": ["a", "a"]}, ["[Y015] s: a tag stands twice"]),
    # a union: one problem, in the words of the branch that was meant
    (
        {"role": "boss"},
        ["[Y012] s: role: is 'boss'; allowed: 'floor', 'leader', or a mapping"],
    ),
    ({"role": {"texts": {}}}, ["[Y010] s: role.heading: is missing; add it"]),
    (
        {"role": {"heading": "A", "tekst": {}}},
        ["[Y011] s: role.tekst: is not a known field; allowed: 'heading', 'texts'; "
         "did you mean 'texts'?"],
    ),
    # a value that no document may hold is told once
    ({"share": float("nan")}, ["[Y013] s: share: is the number nan; allowed: a finite "
                               "number"]),
    (
        {1: "x"},
        ["[Y013] s: 1: is a key that is the number 1; allowed: text; "
         "put it between quotes"],
    ),
]  # fmt: skip


def tree_with(change: dict) -> dict:
    return {key: value for key, value in (GOOD | change).items() if value is not ...}


def checked(tree: object):
    return validate_document(Sheet, tree, place="s", patterns=WORDS)


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_what_is_refused_is_told_with_place_fact_and_choice(change, expected):
    sheet, problems = checked(tree_with(change))

    assert sheet is None
    assert [str(problem) for problem in problems] == expected


def test_every_code_for_a_field_is_asserted():
    told = {text[1:5] for _, expected in CASES for text in expected}

    assert told == {code for code in CATALOGUE if code >= "Y010"}


def test_a_right_tree_becomes_the_model_without_conversion():
    sheet, problems = checked(tree_with({"role": {"heading": "A"}, "share": 1}))

    assert problems == []
    assert sheet.columns == (Column(heading="A"), Column(heading="B"))
    assert sheet.role == Column(heading="A")
    assert (sheet.share, sheet.tags) == (1.0, ())


def test_a_pattern_without_words_is_shown_itself():
    tree = tree_with({"role": {"heading": "a"}})

    _, (found,) = validate_document(Sheet, tree, place="s")

    assert found.allowed == "text of the pattern ^[A-Z]+$"


def test_a_long_text_is_cut_in_messages():
    _, (found,) = checked(tree_with({"role": "x" * 5_000}))

    assert len(found.message) < 80


def test_a_tree_must_be_a_mapping():
    assert str(checked(["a"])[1][0]) == "[Y013] s: is a list; allowed: a mapping"


def test_quotes_that_lack_and_wrong_fields_are_told_together():
    content = b"title: 2026-01-05\ncolumns: [{heading: A}, {heading: b}]\ncount: 1.5\n"

    sheet, problems = parse_document(Sheet, content, place="s", patterns=WORDS)

    assert sheet is None
    assert [(found.code, found.place) for found in problems] == [
        ("Y013", "s: title"),
        ("Y012", "s: columns[1].heading"),
        ("Y013", "s: count"),
    ]


def test_a_value_without_quotes_is_refused_even_where_its_text_would_do():
    content = b"title: 2026-01-05\ncolumns: [{heading: A}, {heading: B}]\n"

    sheet, (found,) = parse_document(Sheet, content, place="s")

    assert sheet is None
    assert found.remedy == "put it between quotes"


def test_a_file_is_read_and_checked(tmp_path):
    path = tmp_path / "sheet.yaml"
    path.write_text("title: One\ncolumns: [{heading: A}, {heading: B}]\n")

    assert read_document(Sheet, path, place="s") == checked(GOOD)


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path):
    sheet, (found,) = read_document(Sheet, tmp_path, place="s")

    assert (sheet, found.code, found.place) == (None, "Y007", "s")
