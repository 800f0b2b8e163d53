"""What must hold of every text: nothing overlaps, nothing is left, twice is once."""

from __future__ import annotations

import io
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import ResponseError
from diagnose.responses.comments import (
    Comments,
    ItemComments,
    read_review,
    redact,
    render_review,
    suggest_redactions,
)
from diagnose.responses.comments.patterns import MARKER, find_shapes

MODEST = settings(max_examples=150, deadline=None)
PIECES = st.sampled_from(
    [
        "Jan", "jan", "de Vries", "mevrouw", "Mr.", "J.P.", "van der", "collega",
        MARKER, "jan@example.org", "@", "06-12345678", "+31 6", "NL91ABNA0417164300",
        "111222333", "1234 AB 5", "12-03-2024", "www.example.org", "ik ben 63", ".",
        "de enige vrouw", "\n", " ", "-", "[", "]", "…", "\u200b", "\u202e", "ＪＡＮ",
        "ﬁ", "İ", "٣٤٥٦٧", "É", "\ud800", "\x00", "👍🏽", "🅰", "Team Noord", "A.",
        "9" * 12, "'", "’t",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=20).map("".join))
NAMES = st.lists(st.text(max_size=12), max_size=3)


@given(text=TEXTS, names=NAMES)
@MODEST
def test_suggestions_lie_in_the_text_and_never_overlap(text, names):
    found = suggest_redactions(text, names=names)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(text=TEXTS, names=NAMES)
@MODEST
def test_redacting_twice_is_redacting_once(text, names):
    once = redact(text, names=names)

    assert redact(once, names=names) == once
    assert suggest_redactions(once, names=names) == ()


@given(before=TEXTS, mail=st.emails(), after=TEXTS)
@MODEST
def test_no_mail_address_survives(before, mail, after):
    left = redact(f"{before} {mail} {after}")

    assert mail not in left
    assert (
        mail.rpartition("@")[2] not in left or mail.rpartition("@")[2] in before + after
    )
    assert not any(span.kind == "email" for span in find_shapes(left))


@given(before=TEXTS, after=TEXTS)
@MODEST
def test_a_telephone_number_between_spaces_never_survives(before, after):
    assert "06-87654321" not in redact(f"{before} 06-87654321 {after}")


@given(text=TEXTS, name=st.text("abcdefgh ", min_size=4, max_size=12))
@MODEST
def test_a_given_name_is_found_in_any_case(text, name):
    label = " ".join(name.split())
    if len(label) > 3:
        assert label.upper() not in redact(
            f"{text} {label.upper()} {text}", names=[label]
        )


@given(texts=st.lists(TEXTS.filter(lambda text: text.strip()), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_an_undecided_sheet_of_any_texts_is_refused_for_want_of_decisions_only(texts):
    clean = tuple(
        "".join(c for c in text if c in "\n\t" or c.isprintable()).strip() or "x"
        for text in texts
    )
    items = (ItemComments(item="first", texts=clean),)
    comments = Comments(instrument="x 1 y", source="s", sha256="0" * 64, items=items)
    content = render_review(comments)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.xlsx"
        path.write_bytes(content)
        try:
            read_review(path)
            codes = set()
        except ResponseError as error:
            codes = {problem.code for problem in error.problems}

    assert codes == {"R159", "R166"}


@given(noise=st.binary(min_size=1, max_size=200), place=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_damaged_sheet_raises_only_the_documented_error(noise, place):
    items = (ItemComments(item="first", texts=("een", "twee")),)
    comments = Comments(instrument="x 1 y", source="s", sha256="0", items=items)
    content = bytearray(render_review(comments))
    start = int(place * len(content))
    content[start : start + len(noise)] = noise

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.xlsx"
        path.write_bytes(io.BytesIO(content).getvalue())
        try:
            read_review(path)
        except ResponseError:
            return
    raise AssertionError("a sheet without decisions was accepted")
