"""Numbers in texts are read as English and as Dutch readers do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.disclosure.files.finder import Finder
from diagnose.disclosure.files.tokens import find_tokens, readings
from diagnose.language import format_number, format_share


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("mean 3.42 (n = 12)", ["3.42", "12"]),
        ("gemiddeld 3,42; sd 0,80.", ["3,42", "0,80"]),
        ("−0.16 to +0.05", ["0.16", "0.05"]),
        ("1.234,5 and 1,234.5", ["1.234,5", "1,234.5"]),
        ("V1 and A2b, team7", []),
        ("x3.42y", ["3.42"]),
        ("see https://doi.org/10.1177/0049124115626169 and 10.1177/3.42", []),
        ("on 2026-02-01T10:00:00Z", []),
        ("hash 620a26cf5f782a3aab3f85 and #1b4f72", []),
    ],
)
def test_numbers_are_found_in_text(text, tokens):
    assert [token.text for token in find_tokens(text)] == tokens


@pytest.mark.parametrize(
    "text", ["23%", "23 %", "23\u00a0%", "23 procent", "23 percent"]
)
def test_percent_sign_is_seen(text):
    (token,) = find_tokens(text)

    assert token.percent
    assert not token.decimal


@pytest.mark.parametrize(
    ("digits", "meanings"),
    [
        ("12", {(12.0, 0)}),
        ("3.42", {(3.42, 2)}),
        ("3,42", {(3.42, 2)}),
        ("1.234", {(1.234, 3), (1234.0, 0)}),
        ("1.234.567", {(1234567.0, 0)}),
        ("1.234,56", {(1234.56, 2)}),
        ("1,234.56", {(1234.56, 2)}),
        ("1.17.1", set()),
    ],
)
def test_meanings_of_a_number(digits, meanings):
    assert set(readings(digits)) == meanings


@settings(max_examples=200, deadline=None)
@given(
    value=st.floats(-9999, 9999),
    digits=st.integers(1, 5),
    language=st.sampled_from(["en", "nl"]),
)
def test_every_written_number_is_read_back(value, digits, language):
    text = format_number(value, language, digits=digits)

    (token,) = find_tokens(f"from {text} on")

    meant = [v for v, d in readings(token.text) if d == digits]
    assert any(abs(v - abs(value)) <= 0.5 * 10**-digits * 1.000001 for v in meant)


@settings(max_examples=50, deadline=None)
@given(value=st.floats(0, 1), language=st.sampled_from(["en", "nl"]))
def test_every_written_share_is_read_back(value, language):
    (token,) = find_tokens(format_share(value, language))

    assert token.percent
    assert readings(token.text) == ((float(round(100 * value)), 0),)


def test_finder_finds_whole_texts_only():
    finder = Finder(["night shift", "Night shift", "-1+1", "<b>x</b>"])

    assert list(finder.find("the Night  shift, not the Night shifts")) == [
        "Night shift"
    ]
    assert list(finder.find("sum=-1+1 and <b>x</b>")) == ["-1+1", "<b>x</b>"]
    assert not list(Finder([]).find("anything"))


@settings(max_examples=100, deadline=None)
@given(
    sought=st.text(min_size=1, max_size=12),
    before=st.text(max_size=8),
    after=st.text(max_size=8),
)
def test_finder_finds_what_stands_between_spaces(sought, before, after):
    finder = Finder([sought])

    if finder:
        assert sought in finder.find(f"{before} {sought} {after}")
