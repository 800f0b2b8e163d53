"""Damaged answers (spelling): the same answers, or a named reason why not."""

from __future__ import annotations

import pytest

from mutation.spelling import SPELLING
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(SPELLING)),
    ids=[damage.name for damage in SPELLING],
)
def test_damaged_spelling_never_gives_other_answers(number, damage):
    assert tried(damage, number)
