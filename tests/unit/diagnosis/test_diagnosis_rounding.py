"""What is zero but for rounding is not called negative."""

from __future__ import annotations

import pytest

from diagnose.diagnosis.measurement import _flag


@pytest.mark.parametrize(
    ("tie", "flag"),
    [
        (-1e-17, "flag.weak"),
        (1e-17, "flag.weak"),
        (-0.01, "flag.negative"),
        (0.29, "flag.weak"),
        (0.31, ""),
    ],
)
def test_a_tie_of_zero_is_weak_whichever_way_it_was_rounded(tie, flag):
    assert _flag({"sd": 1.0, "item_rest_r": tie}, single=False) == flag
