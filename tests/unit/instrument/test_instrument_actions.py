"""The library of actions: what is refused, and what another instrument gets of it."""

from __future__ import annotations

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.actions import load_actions
from diagnose.instrument.actions_check import CATALOGUE, SPECIAL_TOPICS

HEAD = """\
instrument: test
version: "0.1.0"
licence: CC-BY-4.0
sources:
  one: {citation: "One (2001)"}
actions:
"""
ACTION = """\
  - id: ID
    about: TOPIC
    title: {en: "Title", nl: "Titel"}
    steps:
      - {week: 1, what: {en: "First", nl: "Eerst"}}
      - {week: 6, what: {en: "Then", nl: "Dan"}}
    by: {en: "All", nl: "Allen"}
    progress: {en: "Seen", nl: "Gezien"}
    items: [ITEMS]
    cost: {en: "Little", nl: "Weinig"}
    not_when: {en: "Never", nl: "Nooit"}
    evidence: {strength: thin, words: {en: "Some", nl: "Iets"}, sources: [one]}
"""


@pytest.fixture(scope="module")
def asked():
    """Return a small instrument with two subscales."""
    instrument = builders.instrument({"v": "v1 v2", "s": "s1 s2"})
    return instrument.model_copy(update={"id": "test"})


@pytest.fixture(scope="module")
def good():
    """Return the text of a correct library."""
    parts = [HEAD]
    for topic in ("v", "s", *SPECIAL_TOPICS):
        items = f"{topic}1" if topic in "vs" else ""
        for number in range(3):
            text = ACTION.replace("ID", f"{topic}-{number}").replace("TOPIC", topic)
            parts.append(text.replace("ITEMS", items))
    return "".join(parts)


@pytest.fixture
def refused(tmp_path, asked):
    """Return a function that gives the problems of a library."""

    def collect(text):
        path = tmp_path / "actions.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(InstrumentError) as caught:
            load_actions(asked, path=path)
        return caught.value.problems

    return collect


def test_a_correct_library_loads(tmp_path, asked, good):
    path = tmp_path / "actions.yaml"
    path.write_text(good, encoding="utf-8")

    library = load_actions(asked, path=path)

    assert [action.id for action in library.about("s")] == ["s-0", "s-1", "s-2"]
    assert library == load_actions(asked, path=str(path))


CASES = [
    ("L001", "instrument: test", "instrument: other", "instrument: is 'other'"),
    ("L002", "id: v-1", "id: v-0", "actions[1].id: repeats the id 'v-0'"),
    ("L003", "id: v-1\n    about: v", "id: v-1\n    about: x", "about: is 'x'"),
    ("L004", "[s1]", "[v1]", "names 'v1', which is no item of 's'"),
    ("L005", '{en: "Title", nl: "Titel"}', '{en: "Title"}', "title: has no text"),
    ("L006", '{en: "All", nl: "Allen"}', '{en: "A", nl: "A", de: "A"}', "by.de: is"),
    ("L007", "sources: [one]", "sources: [two]", "names 'two'"),
    ("L008", "sources: [one]", "sources: []", "names no source"),
    ("L009", "id: v-1\n    about: v", "id: v-1\n    about: s", "holds 2 actions"),
    ("L010", "week: 6", "week: 1", None),
    ("L011", 'one: {citation: "One (2001)"}', 'one: {citation: "A"}\n  x: {citation: '
     '"B"}', "sources.x: is used by no action"),
    ("L012", "[v1]", "[]", "names no item that would move"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "part"), CASES)
def test_what_contradicts_is_refused(refused, good, code, old, new, part):
    text = good.replace(old, new, 1)
    if code == "L010":
        text = good.replace("week: 1", "week: 3", 1).replace("week: 6", "week: 2", 1)
        part = "actions[0].steps[1].week: is week 2, after week 3"
    problems = refused(text)

    assert code in [problem.code for problem in problems]
    assert any(part in str(p) for p in problems if p.code == code)


def test_every_code_is_asserted():
    assert {case[0] for case in CASES} == set(CATALOGUE)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("week: 1", "week: 7", "6 or less"),
        ("week: 1", "week: 0", "1 or more"),
        ("week: 1", "week: soon", "a whole number"),
        ("strength: thin", "strength: proven", "'practice-only'"),
        ("id: v-0", "id: V 0", "a lower-case letter"),
        ("by:", "who:", "is not a known field"),
        ('    title: {en: "Title", nl: "Titel"}\n', "", "is missing"),
        ('nl: "Titel"', "nl: no", None),
        ('nl: "Titel"', 'nl: ""', "at least 1"),
        ("instrument: test", "instrument: test\ninstrument: test", "twice"),
        ("sources:\n", "sources: &a {b: *a}\n", None),
    ],
)
def test_hostile_and_careless_files_are_refused(refused, good, old, new, part):
    text = good.replace(old, new, 1)
    if part is None and "no" in new:  # the word no, and not False
        text, part = text.replace("week: 1", "week: 9", 1), "6 or less"
    problems = refused(text)

    assert problems
    assert part is None or any(part in str(problem) for problem in problems)


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe", b"a: [" * 50_000])
def test_what_is_no_document_is_refused(refused, content):
    assert refused(content)


def test_a_file_that_is_not_there_is_refused(tmp_path, asked):
    with pytest.raises(InstrumentError, match="cannot be read"):
        load_actions(asked, path=tmp_path / "nothing.yaml")


@pytest.mark.parametrize("name", ["pulse", "oric"])
def test_another_instrument_of_the_kit_has_no_actions_and_no_error(name):
    library = load_actions(load_instrument(name))

    assert library.actions == ()
    assert library.about("v") == ()


def test_an_instrument_of_ones_own_has_no_actions_and_no_error(asked):
    assert load_actions(asked).actions == ()


def test_an_instrument_that_asks_less_gets_what_is_about_the_rest():
    whole = load_instrument("bottom-up")
    kept = tuple(s for s in whole.subscales if s.id not in {"c", "k"})
    shorter = whole.model_copy(update={"subscales": kept})

    topics = {action.about for action in load_actions(shorter).actions}

    assert topics == {*(s.id for s in kept), *SPECIAL_TOPICS}
