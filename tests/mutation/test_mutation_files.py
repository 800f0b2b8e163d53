"""Other content and damaged archives: the same answers, or a named reason."""

from __future__ import annotations

import pytest

from mutation.files import FILES
from mutation.trial import tried


@pytest.mark.parametrize(
    ("number", "damage"),
    list(enumerate(FILES)),
    ids=[damage.name for damage in FILES],
)
def test_damaged_files_never_give_other_answers(number, damage):
    assert tried(damage, number)
