"""Damaged text files: the same answers, or a named reason why not."""

from __future__ import annotations

import pytest

from mutation.texts import TEXTS
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(TEXTS)),
    ids=[damage.name for damage in TEXTS],
)
def test_damaged_text_never_gives_other_answers(number, damage):
    assert tried(damage, number)
