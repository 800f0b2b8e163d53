"""First steps follow from findings: few, in order, each with its why and two others."""

from __future__ import annotations

import pytest

import builders
import suitability_parts as made
from diagnose.diagnosis.first_steps import STEPS, FirstSteps, choose_first_steps
from diagnose.diagnosis.model import Finding
from diagnose.diagnosis.suitability import assess_suitability
from diagnose.instrument.actions import load_actions
from diagnose.language import load_catalogue

LIBRARY = load_actions(made.INSTRUMENT)


@pytest.fixture(autouse=True)
def _any_words(monkeypatch):
    """Let a finding speak without the numbers of its template."""
    monkeypatch.setattr(
        Finding, "sentence", lambda self, language: f"{self.code} ({language})"
    )


def concern(subscale, importance=0.1):
    return Finding(
        code="concern.below_neutral",
        kind="concern",
        subscales=(subscale,),
        importance=importance,
    )


def other(kind, code, subscale, importance=0.1, path=()):
    return Finding(
        code=code, kind=kind, subscales=(subscale,), importance=importance, path=path
    )


def steps(*findings, screen=None, most=4, library=LIBRARY) -> FirstSteps:
    parts = made.parts(findings=findings)
    answers = made.screen() if screen is None else screen
    return choose_first_steps(
        parts, assess_suitability(parts, answers), library, most=most
    )


def topics(result: FirstSteps) -> list[str]:
    return [step.topic for step in result.steps]


def test_prerequisites_come_first_and_then_size():
    result = steps(concern("z", 0.9), concern("s", 0.1), concern("v", 0.2))

    assert topics(result) == ["v", "s", "z"]


def test_a_gap_or_division_on_a_prerequisite_comes_before_other_concerns():
    result = steps(
        concern("z", 0.9),
        other("divided", "divided.unit", "s", 1.0, ("A",)),
        other("gap", "gap.floor_lower", "v", 0.2),
        concern("l"),
    )

    assert topics(result) == ["l", "leaders-higher", "divided", "z"]


@pytest.mark.parametrize(
    ("kind", "code", "topic"),
    [
        ("gap", "gap.floor_lower", "leaders-higher"),
        ("gap", "gap.unit_floor_lower", "leaders-higher"),
        ("gap", "gap.floor_lower_estimated", "leaders-higher"),
        ("gap", "gap.floor_higher", "floor-higher"),
        ("gap", "gap.unit_floor_higher", "floor-higher"),
        ("divided", "divided.unit", "divided"),
        ("open", "open.few_respondents", "few-answered"),
        ("open", "open.few_answers", "few-answered"),
        ("concern", "concern.lags", "s"),
        ("concern", "concern.outcome", "s"),
    ],
)
def test_each_kind_of_finding_leads_to_its_topic(kind, code, topic):
    result = steps(other(kind, code, "s"))

    assert topics(result) == [topic]
    assert result.steps[0].action.about == topic


@pytest.mark.parametrize("kind", ["strength", "unit", "change", "measurement", "open"])
def test_other_findings_ask_for_no_step(kind):
    result = steps(other(kind, "any.code", "s"))

    assert result.steps == ()
    assert [note.code for note in result.notes] == ["steps.none"]


def test_every_code_of_a_gap_finding_names_its_direction():
    keys = [k for k in load_catalogue("findings").entries if k.startswith("gap.")]
    gaps = [key for key in keys if "floor_" in key]

    assert gaps
    assert all(("floor_lower" in k) != ("floor_higher" in k) for k in gaps)


def test_a_topic_occurs_once_with_its_largest_finding():
    result = steps(
        other("divided", "divided.unit", "s", 0.7, ("A",)),
        other("divided", "divided.unit", "v", 0.9, ("B",)),
        other("divided", "divided.unit", "z", 1.5, ("C",)),
    )

    (step,) = result.steps
    assert step.finding.path == ("B",)
    assert step.n_findings == 3
    assert [reason.code for reason in step.reasons] == ["steps.concern", "steps.more"]


def test_each_step_has_two_others_about_the_same_topic():
    result = steps(concern("s"), concern("z"))

    for step in result.steps:
        offered = [step.action, *step.alternatives]
        assert len({action.id for action in offered}) == 3
        assert {action.about for action in offered} == {step.topic}


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
def test_there_are_only_a_few(most):
    result = steps(*(concern(name) for name in made.SUBSCALES), most=most)

    assert len(result.steps) == most


@pytest.mark.parametrize("most", [0, 6, 2.5])
def test_a_programme_is_refused(most):
    with pytest.raises(ValueError, match="`most` must be"):
        steps(concern("s"), most=most)


def test_a_change_that_is_not_suited_gets_no_steps():
    result = steps(concern("s"), screen=made.screen(q1="no"))

    assert result.steps == ()
    assert [note.code for note in result.notes] == ["steps.not_suited"]


def test_without_a_screen_the_questions_come_first():
    parts = made.parts(findings=[concern("s")])
    result = choose_first_steps(parts, assess_suitability(parts, None), LIBRARY)

    codes = [note.code for note in result.notes]
    assert codes == ["steps.screen_first", "steps.prepared"]


def test_an_instrument_without_a_library_gets_a_note():
    instrument = builders.instrument()
    parts = made.parts(instrument=instrument, findings=[concern("v")])
    result = choose_first_steps(
        parts, assess_suitability(parts, None), load_actions(instrument)
    )

    assert [note.code for note in result.notes] == ["steps.no_library"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_frame_tells_each_step_in_words(language):
    frame = steps(concern("s"), concern("z")).to_frame(language)

    assert tuple(frame) == STEPS
    assert list(frame["rank"]) == [1, 2]
    assert frame.loc[0, "title"] == LIBRARY.about("s")[0].title[language]
    assert f"concern.below_neutral ({language})" in frame.loc[0, "why"]


def test_the_frame_of_no_steps_has_its_columns():
    assert tuple(steps().to_frame()) == STEPS
