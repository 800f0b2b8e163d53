"""Moments as platforms write them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.responses.read.moments import (
    elapsed_seconds,
    iso_moments,
    looks_like_moment,
)


def seconds(start, end):
    return elapsed_seconds(pd.Series([start]), pd.Series([end])).tolist()[0]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024/12/03 8:48:17 p.m. CET", "2024-12-03 20:48:17"),
        ("2024/12/03 12:05:00 AM", "2024-12-03 00:05:00"),
        ("2024/12/03 12:05:00 pm GMT+1", "2024-12-03 12:05:00"),
        ("2026-03-04T09:15:20.123+01:00", "2026-03-04 09:15:20"),
        ("2026-03-04 09:15", "2026-03-04 09:15:00"),
        ("3/4/2026 9:15:20", None),
        ("2026-02-30 09:15:20", None),
        ("2026-03-04 13:15:20 PM", None),
        ("2026-03-04", None),
        ("", None),
        ("soon", None),
    ],
)
def test_only_moments_with_the_year_first_become_iso(text, iso):
    assert iso_moments(pd.Series([text])).tolist() == [iso or text]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-04 09:00:00", "2026-03-04 09:01:15", "75"),
        ("2026-03-04 23:59:50", "2026-03-05 00:00:10", "20"),
        ("03/04/2026 09:00:00 AM", "03/04/2026 01:00:00 PM", "14400"),
        ("03/04/2026 23:59:50", "03/05/2026 00:00:10", ""),
        ("2026-03-04T09:00:00+01:00", "2026-03-04T09:00:30+02:00", ""),
        ("2026-03-04 09:01:00", "2026-03-04 09:00:00", ""),
        ("2026-03-04 09:01:00", "", ""),
    ],
)
def test_time_taken_is_told_only_when_it_is_certain(start, end, expected):
    assert seconds(start, end) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_reading_of_moments(first, second):
    assert seconds(first, second) == "" or looks_like_moment(first)
    assert isinstance(iso_moments(pd.Series([first], dtype=object)).iloc[0], str)


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(
        min_value=pd.Timestamp("2000-01-01").to_pydatetime(),
        max_value=pd.Timestamp("2090-01-01").to_pydatetime(),
    ).map(lambda m: m.replace(microsecond=0)),
    st.integers(min_value=0, max_value=200_000),
)
def test_elapsed_time_is_the_difference_of_the_moments(start, took):
    end = start + pd.Timedelta(seconds=took).to_pytimedelta()

    assert seconds(start.isoformat(" "), end.isoformat("T")) == str(took)
