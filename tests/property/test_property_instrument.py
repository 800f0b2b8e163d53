"""Whatever is done to an instrument file, the answer is an instrument or a reason."""

from __future__ import annotations

import copy
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from diagnose.documents.problems import CATALOGUE as OF_DOCUMENTS
from diagnose.documents.yaml import parse_yaml
from diagnose.errors import InstrumentError
from diagnose.instrument import Instrument, load_instrument, normalise_label
from diagnose.instrument.load import instrument_from_tree
from diagnose.instrument.problems import CATALOGUE as OF_INSTRUMENTS

FILE = Path(__file__).parents[2] / "surveys" / "bottom-up" / "instrument.yaml"
TREE = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
CODES = {*OF_DOCUMENTS, *OF_INSTRUMENTS}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(),
    st.dates(),
    st.text("aZ9 {}:#'\"é\n", max_size=6),
    st.sampled_from([[], {}, [1, "x"], {"x": 1}, {5: "y"}, "v1", "agree5", "floor"]),
)


def paths(node: object, path: tuple = ()) -> list[tuple]:
    """Return the path of every part below a node."""
    if isinstance(node, dict):
        entries = node.items()
    elif isinstance(node, list):
        entries = enumerate(node)
    else:
        return []
    found = []
    for key, value in entries:
        found += [(*path, key), *paths(value, (*path, key))]
    return found


PATHS = paths(TREE)
WORDINGS = [
    path
    for path in PATHS
    if path[-1] in {"en", "nl"} and "languages" not in path and "aliases" not in path
]
OTHER_IDS = {"id", "response_scales"}  # these may equal the id of an item
IDS = [path for path in PATHS if path[-1] == "id" and path[0] not in OTHER_IDS]


def parent(tree: object, path: tuple) -> object:
    """Return the mapping or list that holds the part at a path."""
    for key in path[:-1]:
        tree = tree[key]
    return tree


@st.composite
def mutations(draw) -> object:
    """Return a copy of the bottom-up file with one to three things wrong in it."""
    tree = copy.deepcopy(TREE)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        kind = draw(st.sampled_from(["delete", "replace", "insert", "repeat"]))
        try:
            holder = parent(tree, path)
            if kind == "delete":
                del holder[path[-1]]
            elif kind == "replace":
                holder[path[-1]] = draw(ODD)
            elif kind == "insert" and isinstance(holder, dict):
                holder[draw(st.text("abkeyd", min_size=1, max_size=5))] = draw(ODD)
            elif isinstance(holder, list):
                holder.append(copy.deepcopy(holder[0]))
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this part away
    return tree


def as_tuples(node: object) -> object:
    """Return a tree as the model wants it, with tuples for lists."""
    if isinstance(node, dict):
        return {key: as_tuples(value) for key, value in node.items()}
    return tuple(map(as_tuples, node)) if isinstance(node, list) else node


def load(content: bytes) -> Instrument:
    """Parse and check a file as `load_instrument` does, without touching the disk."""
    tree, problems = parse_yaml(content, "a file")
    if problems:
        raise InstrumentError(problems)
    return instrument_from_tree(tree, "a file")


def accepted_or_explained(content: bytes) -> None:
    """Fail unless the content is an instrument or is refused with known codes."""
    try:
        assert isinstance(load(content), Instrument)
    except InstrumentError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.code in CODES
            assert problem.place.startswith("a file")
            assert problem.message


@settings(max_examples=30, deadline=None)  # a whole file each
@given(tree=mutations())
def test_a_damaged_file_is_accepted_or_explained(tree):
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, stream)

    accepted_or_explained(stream.getvalue().encode())


@settings(max_examples=100, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=60),
        st.text("ab:-[]{}&*!|>'\"#%@,? \n\t1.~é", max_size=60).map(str.encode),
    )
)
def test_any_bytes_are_refused_with_a_reason(content):
    with pytest.raises(InstrumentError):
        load(content)


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(WORDINGS))
def test_any_change_of_wording_changes_the_content_hash(path):
    tree = copy.deepcopy(TREE)
    parent(tree, path)[path[-1]] += " (changed)"

    changed = instrument_from_tree(as_tuples(tree), "a file")

    assert changed.content_hash != load_instrument("bottom-up").content_hash


@settings(max_examples=40, deadline=None)
@given(pair=st.lists(st.sampled_from(IDS), min_size=2, max_size=2, unique=True))
def test_two_parts_with_one_id_are_always_refused(pair):
    tree = copy.deepcopy(TREE)
    first, second = pair
    parent(tree, second)["id"] = parent(tree, first)["id"]

    with pytest.raises(InstrumentError, match="I020"):
        instrument_from_tree(as_tuples(tree), "a file")


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=20))
def test_normalising_a_label_twice_changes_nothing_more(text):
    once = normalise_label(text)

    assert normalise_label(once) == once
    assert normalise_label(f" {text}\n") == once
