"""Organisations with hardly anybody in them are published like any other."""

from __future__ import annotations

import pytest

from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.instrument import load_instrument
from diagnose.simulation import simulate


@pytest.mark.parametrize(("role", "number"), [("leader", None), ("floor", 1)])
def test_a_role_alone_is_published(role, number):
    responses = simulate(
        load_instrument("pulse"),
        seed=3,
        hierarchy=("division", "team"),
        n_units=(1, 3),
        team_sizes=(8, 8, 8),
        leaders_per_team=6,
    )
    people = responses.people
    chosen = people.index[people["role"] == role][:number]
    published = publish(diagnose(responses.take(people.index.isin(chosen))))

    assert published.units.estimates.empty
    assert published.findings
    for finding in published.findings:
        for language in ("en", "nl"):
            assert "nan" not in finding.sentence(language).split()
