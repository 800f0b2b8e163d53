"""Every problem exists in both languages, with the same fields."""

from __future__ import annotations

import pickle
import re
import string
from pathlib import Path

import pytest

import diagnose
import diagnose.responses as package
from builders import instrument, responses
from diagnose.errors import Problem, ResponseError
from diagnose.language.catalogue import load_catalogue
from diagnose.responses import problems_in_words, read_responses
from diagnose.responses.problems import problem
from diagnose.scoring import score

CATALOGUE = load_catalogue("responses")
SOURCES = [p.read_text("utf-8") for p in Path(package.__file__).parent.rglob("*.py")]
USED = {code for text in SOURCES for code in re.findall(r'"(R\d{3})"', text)}
WRITTEN = {key.split(".")[0] for key in CATALOGUE.entries if key.startswith("R")}
FROM_ELSEWHERE = {"R020"}
"""R020 is raised by scoring."""


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_words_and_every_text_a_use():
    assert USED - FROM_ELSEWHERE == WRITTEN - FROM_ELSEWHERE


PACKAGE = Path(diagnose.__file__).parent
TEXTS = [p.read_text("utf-8") for p in PACKAGE.rglob("*.py")]
SECTIONS = {"fielding": "F", "organisation": "A", "cli": "C"}
"""Other catalogues with problems, and the letter of their codes."""


@pytest.mark.parametrize(("section", "letter"), SECTIONS.items())
def test_every_code_of_other_catalogues_has_words_and_a_use(section, letter):
    entries = load_catalogue(section).entries
    written = {k.split(".")[0] for k in entries if re.match(rf"{letter}\d{{3}}\.", k)}
    telling = [t for t in TEXTS if f'"{section}"' in t and "worded_problem" in t]
    used = {c for t in telling for c in re.findall(rf'"({letter}\d{{3}})"', t)}

    assert written
    assert used == written
    for key in sorted(entries):
        entry = entries[key]
        assert set(entry) == {"en", "nl"}, key
        assert fields(entry["en"]) == fields(entry["nl"]), key


@pytest.mark.parametrize("section", ["responses", *SECTIONS])
def test_every_problem_says_what_and_a_way_out_or_what_is_allowed(section):
    keys = load_catalogue(section).entries
    codes = {k.split(".")[0] for k in keys if re.match(r"[A-Z]\d{3}\.", k)}

    assert all(f"{code}.message" in keys for code in codes)
    parts = {k.split(".")[1] for k in keys if re.match(r"[A-Z]\d{3}\.", k)}
    assert parts <= {"message", "allowed", "remedy"}


@pytest.mark.parametrize("key", sorted(CATALOGUE.entries))
def test_both_languages_fill_the_same_fields(key):
    entry = CATALOGUE.entries[key]

    assert set(entry) == {"en", "nl"}
    assert fields(entry["en"]) == fields(entry["nl"])


def test_numbers_follow_the_language():
    values = {"item": "v3", "r_keyed": -0.456, "r_turned": 0.456, "n": 120, "line": "x"}
    found = problem("R050", "export.csv: v3", **values)

    (dutch,) = problems_in_words([found], "nl")
    (english,) = problems_in_words([found], "en")

    assert "−0,46" in dutch.message and "omkeert" in dutch.message
    assert "−0.46" in english.message
    assert (english.message, english.remedy) == (found.message, found.remedy)
    assert (dutch.code, dutch.place) == (found.code, found.place)


def test_a_kind_of_file_is_named_in_the_language_of_the_reader():
    (dutch,) = problems_in_words([problem("R004", "x.csv", kind="html")], "nl")

    assert "een webpagina" in dutch.message


def test_problems_of_other_parts_pass_unchanged():
    other = Problem(code="A001", place="x", message="is missing")

    assert problems_in_words([other], "nl") == (other,)


def test_a_problem_of_the_scoring_is_told_in_both_languages():
    asked = instrument({"v": "v1 v2 v3"})
    with pytest.raises(ResponseError) as caught:
        score(responses("| v1 |\n| 4 |", asked))

    (english,) = problems_in_words(caught.value.problems, "en")
    (dutch,) = problems_in_words(caught.value.problems, "nl")

    assert english.message == caught.value.problems[0].message
    assert "geen enkele subschaal" in dutch.message


def test_problems_make_a_frame(tmp_path):
    with pytest.raises(ResponseError) as caught:
        read_responses(tmp_path / "none.csv", instrument())

    assert caught.value.to_frame()["code"].tolist() == ["R001"]


def test_problems_survive_pickling():
    found = problem("R043", "x", values="a", allowed=("1", "2"), example="y")

    assert pickle.loads(pickle.dumps(found)) == found
