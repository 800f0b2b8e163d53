"""From the bytes of a YAML file to a plain tree: what is taken, what is refused."""

from __future__ import annotations

import pytest

from diagnose.documents.problems import CATALOGUE
from diagnose.documents.tree import MAX_DEPTH, MAX_NODES, plain_tree
from diagnose.documents.yaml import MAX_BYTES, parse_yaml, read_content

# code, file, what is said of it
REFUSED = [
    ("Y001", b"id: acme\ntitle: a: b\n", "is not valid YAML at line 2, column 9"),
    ("Y001", b"id: !!python/object:os.system x\n", "could not determine a constructor"),
    ("Y001", b"a: 1\n---\nb: 2\n", "found another document"),
    ("Y001", b"a: &x {b: 1}\nc: {<<: *x}\n", "at line 2, column 5: the merge key <<"),
    ("Y001", b"? [a]\n: 1\n", "a mapping or list cannot be a key"),
    ("Y002", b"id: acme\nid: again\n", "has the key 'id' twice (line 2)"),
    ("Y003", b"#" * (MAX_BYTES + 1), "is larger than 300,000 bytes"),
    ("Y004", "title: België".encode("latin-1"), "is not UTF-8 text (byte 12)"),
    ("Y005", b"# nothing but a comment\n", "is empty; allowed: a mapping"),
    ("Y005", b"", "is empty"),
    ("Y006", b"id: &a [*a]\n", "more than 30 levels"),
    ("Y006", b"id: " + b"[" * 5_000, "more than 30 levels"),
    ("Y006", b"? " * 5_000, "more than 30 levels"),
    ("Y007", b"id: !!int five\n", "cannot be read: invalid literal for int()"),
    ("Y007", b"id: \x00\n", "cannot be read"),
    ("Y007", b"id: " + b"9" * 5_000, "cannot be read: Exceeds the limit"),
    ("Y013", b"- id: acme\n", "is a list; allowed: a mapping"),
    ("Y013", b"acme\n", "is the text 'acme'; allowed: a mapping"),
]

# file, path, what is said of it, text that stands in the tree
ODD = [
    ("a: 2026-01-05", "a", "is the date 2026-01-05; allowed: text; put it between",
     "2026-01-05"),
    ("a: .inf", "a", "is the number inf; allowed: a finite number", "inf"),
    ("a: .nan", "a", "is the number nan; allowed: a finite number", "nan"),
    ("a: !!set {b}", "a", "is of the kind set; allowed: plain text", "{'b'}"),
    ("a: !!binary YQ==", "a", "is of the kind bytes; allowed: plain text", "b'a'"),
    (f"a: 0x{'F' * 9_000}", "a", "allowed: a number of at most 15 digits",
     "a number of more than 15 digits"),
    ('a: "\\ud800"', "a", "allowed: text without half characters", "?"),
]  # fmt: skip
ODD_KEYS = [
    ("1: x", "1", "is a key that is the number 1; allowed: text; put it between"),
    ("true: x", "True", "is a key that is the truth value true; allowed: text"),
    ("~: x", "None", "is a key that is empty (null)"),
    (f"? 0x{'F' * 9_000}\n: x", "a number of more than 15 digits", "a key that is a"),
    ('"\\ud800": x', "?", "allowed: text without half characters"),
]

HOSTILE = {
    "flow list": b"a: [" + b"x," * 140_000,
    "flow mapping": b"{" + b"a," * 140_000,
    "block list": b"a:\n" + b"- x\n" * 70_000,
    "keys": b"".join(b"k%d: 1\n" % i for i in range(25_000)),
    "anchors": b"a: [" + b"&x 1," * 50_000,
    "tags": b"a: [" + b"!x 1," * 50_000,
    "aliases": b"\n".join(
        [b"a0: &a0 [x]", *(b"a%d: &a%d [*a%d, *a%d]" % (i, i, i - 1, i - 1)
         for i in range(1, 29))]
    ),
}  # fmt: skip


def said(content: bytes) -> tuple[object, list[str]]:
    tree, problems = parse_yaml(content, "f.yaml")
    return tree, [str(problem) for problem in problems]


@pytest.mark.parametrize(("code", "content", "words"), REFUSED)
def test_a_file_that_is_no_document_is_refused(code, content, words):
    tree, (found,) = said(content)

    assert tree is None
    assert found.startswith(f"[{code}] f.yaml: ")
    assert words in found


def test_every_code_for_a_whole_file_is_asserted():
    asserted = {code for code, _, _ in REFUSED} - {"Y013"}  # which a field has as well

    assert asserted == {code for code in CATALOGUE if code < "Y010"}


@pytest.mark.parametrize(("text", "path", "words", "stands"), ODD)
def test_a_value_that_no_document_holds_is_named(text, path, words, stands):
    tree, (found,) = said(text.encode())

    assert tree == {"a": stands}
    assert found.startswith(f"[Y013] f.yaml: {path}: ")
    assert words in found


@pytest.mark.parametrize(("text", "path", "words"), ODD_KEYS)
def test_a_key_that_is_no_text_is_named(text, path, words):
    tree, (found,) = said(text.encode())

    assert tree == {path: "x"}
    assert found.startswith(f"[Y013] f.yaml: {path}: ")
    assert words in found


def test_everything_odd_is_told_at_once():
    _, found = said(b"a: 2026-01-05\nb: [.nan, {1: x}]\n")

    assert [text.split(": ")[1] for text in found] == ["a", "b[0]", "b[1].1"]


def test_words_of_yaml_1_1_stay_text_and_lists_become_tuples():
    tree, found = said(b"\xef\xbb\xbfa: [no, Yes, on, 1:30, 012, 1.5, ~, true]\n")

    assert found == []
    assert tree == {"a": ("no", "Yes", "on", "1:30", 12, 1.5, None, True)}


def test_an_alias_repeats_what_was_written():
    tree, found = said(b"a: &x {b: [1]}\nc: *x\nd: &x 2\ne: *x\n")

    assert found == []
    assert tree == {"a": {"b": (1,)}, "c": {"b": (1,)}, "d": 2, "e": 2}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_before_it_is_read_to_its_end(content):
    assert len(content) < MAX_BYTES

    tree, (found,) = said(content)

    assert tree is None
    assert f"more than {MAX_NODES:,} keys and values" in found  # not: an open bracket


def test_lists_as_keys_are_refused_before_they_are_hashed():
    lines = [b"a0: &a0 [x, x]"]
    lines += [b"a%d: &a%d [*a%d, *a%d]" % (i, i, i - 1, i - 1) for i in range(1, 60)]

    _, (found,) = said(b"\n".join([*lines, b"? *a59", b": x"]))

    assert "a mapping or list cannot be a key" in found


def test_the_limits_are_just_where_they_are_said_to_be():
    deep = b"a: " + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)
    deeper = b"a: " + b"[" * MAX_DEPTH + b"x" + b"]" * MAX_DEPTH
    large = b"a: [" + b",".join([b"x"] * (MAX_NODES - 10)) + b"]"

    assert said(deep)[1] == said(large)[1] == []
    assert "30 levels" in said(deeper)[1][0]


def test_a_key_that_would_steer_a_terminal_is_shown_escaped():
    _, (found,) = said(b'"\\e[31m": {b: .nan}\n')

    assert "\x1b" not in found
    assert r"'\x1b[31m'.b" in found


def test_a_long_key_is_cut_in_messages():
    _, (found,) = said(b"? " + b"k" * 5_000 + b"\n: .nan\n")

    assert len(found) < 200


def test_the_values_of_a_caller_are_left_as_they_are():
    given = {"a": [1, {"b": [2]}]}

    tree, found = plain_tree(given, "mapping")

    assert (tree, found) == ({"a": (1, {"b": (2,)})}, [])
    assert given == {"a": [1, {"b": [2]}]}


def test_values_that_hold_themselves_are_refused():
    given: dict[str, object] = {}
    given["a"] = given

    tree, (found,) = plain_tree(given, "mapping")

    assert (tree, found.code) == (None, "Y006")


def test_no_more_of_a_file_is_read_than_needed_to_refuse_it(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 5_000))

    content, problems = read_content(path, place="large.yaml")

    assert (len(content), problems) == (MAX_BYTES + 1, [])


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    content, (found,) = read_content(tmp_path, place="a folder")

    assert content is None
    assert (found.code, found.place) == ("Y007", "a folder")
    assert found.message.startswith("cannot be read: ")
