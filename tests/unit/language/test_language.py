"""Numbers as text, and the choice of a language."""

from __future__ import annotations

import math

import pytest

from diagnose.language import (
    default_language,
    format_interval,
    format_number,
    format_p_value,
    format_share,
    format_signed,
    load_catalogue,
)


@pytest.mark.parametrize(
    ("value", "language", "digits", "text"),
    [
        (3.456, "en", 2, "3.46"),
        (3.456, "nl", 2, "3,46"),
        (-0.5, "nl", 1, "−0,5"),
        (-0.001, "en", 2, "0.00"),
        (12345, "en", 0, "12,345"),
        (12345, "nl", 0, "12.345"),
        (math.nan, "nl", 2, "–"),
        (None, "en", 2, "–"),
        (math.inf, "en", 2, "–"),
    ],
)
def test_numbers_follow_the_language(value, language, digits, text):
    assert format_number(value, language, digits=digits) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "+0.25"), (-0.25, "−0.25"), (0.001, "0.00")]
)
def test_signed_numbers_show_their_sign_unless_they_round_to_zero(value, text):
    assert format_signed(value, "en") == text


def test_shares_intervals_and_p_values():
    assert format_share(0.256, "en") == "26%"
    assert format_share(0.256, "nl") == "26 %"
    assert format_interval(3, 3.5, "nl") == "3,00 tot 3,50"
    assert format_p_value(0.0004, "nl") == "< 0,001"
    assert format_p_value(0.0416, "en") == "0.042"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"DIAGNOSE_LANG": "nl", "LANG": "en_GB"}, "nl"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_comes_from_the_environment(monkeypatch, environment, language):
    for name in ("DIAGNOSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert default_language() == language


def test_a_missing_key_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        load_catalogue("cli").text("no.such.key", "en")
