"""Damaged answers (meaning): the same answers, or a named reason why not."""

from __future__ import annotations

import pytest

from mutation.meaning import MEANING
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(MEANING)),
    ids=[damage.name for damage in MEANING],
)
def test_damaged_meaning_never_gives_other_answers(number, damage):
    assert tried(damage, number)
