"""What is concluded last: movement, findings, verdict and first steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from diagnose.diagnosis.findings import find
from diagnose.diagnosis.first_steps import FirstSteps, choose_first_steps
from diagnose.diagnosis.model import Diagnosis, Finding
from diagnose.diagnosis.movement import Movement, foresee_movement
from diagnose.diagnosis.suitability import Suitability, assess_suitability
from diagnose.instrument.actions import load_actions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conclusions:
    """What rests on all other parts.

    Attributes
    ----------
    movement : Movement
        What could become of a few pioneers.
    findings : tuple of Finding
        Most important first within each kind.
    suitability : Suitability
        How a change can begin.
    first_steps : FirstSteps
        What to begin with.
    """

    movement: Movement
    findings: tuple[Finding, ...]
    suitability: Suitability
    first_steps: FirstSteps


def conclude(parts: Diagnosis) -> Conclusions:
    """Conclude from the other parts, of which any row may be hidden.

    A pure function of these parts and of the answers to the screen, so that disclosure
    can conclude again from what is left. The screen is about the change and holds
    nothing that a respondent answered.

    Parameters
    ----------
    parts : Diagnosis
        Everything else; what it concludes already is not read. Not modified.
    """
    found = replace(parts, findings=find(parts))
    suitability = assess_suitability(found, parts.screen)
    library = load_actions(parts.instrument)
    return Conclusions(
        movement=foresee_movement(parts),
        findings=found.findings,
        suitability=suitability,
        first_steps=choose_first_steps(found, suitability, library),
    )
