"""What is concluded last rests on published numbers, and the audit sees to it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from diagnose.diagnosis.movement import foresee_movement
from diagnose.diagnosis.suitability import assess_suitability
from diagnose.errors import DisclosureError
from diagnose.instrument import load_instrument
from diagnose.instrument.screen import read_screen
from published import make_large_publication

ANSWERS = {f"q{n}": "no" if n in (2, 3) else "yes" for n in range(1, 8)}


@pytest.fixture(scope="module")
def publication():
    return make_large_publication()


def as_parts(publication, **changes):
    """Return what conclusions rest on, made of a publication alone."""
    names = (
        *("instrument", "wave", "waves", "hierarchy", "conf_level", "participation"),
        *("measurement", "profile", "distributions", "units", "gap", "trend"),
        *("change", "representation", "drivers", "findings"),
    )
    given = {name: getattr(publication, name) for name in names}
    return SimpleNamespace(**given, **changes)


def test_the_publication_alone_gives_the_same_what_if(publication):
    again = foresee_movement(as_parts(publication))

    assert again.chances.equals(publication.movement.chances)
    assert again.curves.equals(publication.movement.curves)


def test_the_publication_alone_gives_the_same_verdict(publication):
    again = assess_suitability(as_parts(publication), None)

    assert again.conditions.equals(publication.suitability.conditions)
    assert again.shares.equals(publication.suitability.shares)


def test_a_what_if_of_other_answers_is_refused(publication):
    movement = publication.movement
    inputs = movement.inputs.assign(position=movement.inputs["position"] + 0.01)

    with pytest.raises(DisclosureError, match="other answers than are shown"):
        replace(publication, movement=replace(movement, inputs=inputs))


def test_a_what_if_of_other_units_is_refused(publication):
    movement = replace(publication.movement, n_teams=3)

    with pytest.raises(DisclosureError, match="other units than are shown"):
        replace(publication, movement=movement)


def test_a_what_if_beside_hidden_answers_is_refused(publication):
    answers = publication.distributions
    left = answers.loc[answers["subscale"] != "z"]

    with pytest.raises(DisclosureError, match="rests on answers that are not shown"):
        replace(publication, distributions=left)


def test_a_verdict_on_other_means_is_refused(publication):
    suitability = publication.suitability
    conditions = suitability.conditions.copy()
    conditions.loc[0, "mean"] += 0.01

    with pytest.raises(DisclosureError, match="a mean that the profile does not show"):
        replace(publication, suitability=replace(suitability, conditions=conditions))


def test_first_steps_without_their_finding_are_refused(publication):
    assert publication.first_steps.steps
    with pytest.raises(DisclosureError, match="rests on a finding that is not shown"):
        replace(publication, findings=())


def test_the_screen_reaches_the_verdict(publication):
    screen = read_screen(ANSWERS, load_instrument("bottom-up"))
    refused = read_screen(ANSWERS | {"q1": "no"}, load_instrument("bottom-up"))
    parts = as_parts(publication)
    assert assess_suitability(parts, screen).screen["reading"].eq("go").all()
    assert assess_suitability(parts, refused).verdict == "not_suited"
    assert publication.suitability.verdict == "cannot_tell"
