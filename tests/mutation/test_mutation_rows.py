"""Damaged rows: the same answers, or a named reason why not."""

from __future__ import annotations

import pytest

from mutation.rows import ROWS
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(ROWS)),
    ids=[damage.name for damage in ROWS],
)
def test_damaged_rows_never_give_other_answers(number, damage):
    assert tried(damage, number)
