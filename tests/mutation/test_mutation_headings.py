"""Damaged headings and columns: the same answers, or a named reason why not."""

from __future__ import annotations

import pytest

from mutation.headings import HEADINGS
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(HEADINGS)),
    ids=[damage.name for damage in HEADINGS],
)
def test_damaged_headings_never_give_other_answers(number, damage):
    assert tried(damage, number)
