"""Folders for units: harmless on every system, and never two alike."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.report.packs.names import folder_names

labels = st.text(min_size=1, max_size=30)
paths = st.lists(
    st.lists(labels, min_size=1, max_size=3).map(tuple), min_size=1, max_size=12
)


def test_folders_follow_the_hierarchy():
    named = folder_names([("Zorg & Welzijn", "Nachtdienst"), ("Zorg & Welzijn",)])

    assert named == {
        ("Zorg & Welzijn",): ("zorg-welzijn",),
        ("Zorg & Welzijn", "Nachtdienst"): ("zorg-welzijn", "nachtdienst"),
    }


def test_hostile_names_become_plain_ones():
    hostile = ["../../etc/passwd", "C:\\Windows", "CON", "a" * 300, "\u202eevil", "🙂"]
    named = folder_names((name,) for name in hostile)

    assert [named[(name,)][0] for name in hostile] == [
        "etc-passwd",
        "c-windows",
        "con-unit",
        "a" * 40,
        "evil",
        "unit",
    ]


def test_names_that_look_alike_are_numbered():
    named = folder_names([("Team A",), ("team-a",), ("Téam a",)])

    assert sorted(named.values()) == [("team-a",), ("team-a-2",), ("team-a-3",)]


@settings(max_examples=80, deadline=None)
@given(units=paths)
def test_every_unit_has_a_folder_of_its_own(units):
    named = folder_names(units)

    assert len(set(named.values())) == len(named)
    assert set(units) <= set(named)
    for folder in named.values():
        assert all(re.fullmatch(r"[a-z0-9-]{1,46}", part) for part in folder)


@settings(max_examples=40, deadline=None)
@given(units=paths, seed=st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(units, seed):
    mixed = list(units)
    seed.shuffle(mixed)

    assert folder_names(mixed) == folder_names(units)
