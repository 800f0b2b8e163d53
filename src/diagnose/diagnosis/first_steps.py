"""First steps: from findings to a few actions, prepared and not prescribed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from diagnose._options import check_whole_number
from diagnose.diagnosis import wording
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.suitability import Suitability
from diagnose.diagnosis.suitability_reasons import Reason
from diagnose.diagnosis.suitability_rule import PREREQUISITES
from diagnose.instrument.actions import Action, ActionLibrary
from diagnose.language import Language, Text

MOST_STEPS = 4
"""More than a few first steps is a programme, and programmes come from above."""

N_ALTERNATIVES = 2
STEPS = (
    "rank",
    "topic",
    "action",
    "title",
    "code",
    "subscale",
    "n_findings",
    "importance",
    "why",
    "first_alternative",
    "second_alternative",
    "strength",
)

_FEW = frozenset({"open.few_respondents", "open.few_answers"})
_KIND_ORDER = ("concern", "gap", "divided")


class Found(Parts, Protocol):
    """Parts of a diagnosis with its findings."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the parts support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """One action to begin with, two others to choose from, and why.

    Attributes
    ----------
    topic : str
        Subscale, or one of `diagnose.instrument.actions.SPECIAL_TOPICS`.
    action : Action
        What is proposed.
    alternatives : tuple of Action
        Others about the same topic; two wherever the library has them.
    finding : Finding
        The largest finding that calls for it; its sentence says why.
    n_findings : int
        Findings that call for it, this one included.
    """

    topic: str
    action: Action
    alternatives: tuple[Action, ...]
    finding: Finding
    n_findings: int

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why this step: the finding, and how many others say the same."""
        words: Text = {lang: self.finding.sentence(lang) for lang in wording.LANGUAGES}
        why = Reason(
            code="steps.concern",
            subscales=self.finding.subscales,
            evidence=self.finding.evidence,
            words={"finding": words},
        )
        others = self.n_findings - 1
        if not others:
            return (why,)
        code = "steps.more_one" if others == 1 else "steps.more"
        numbers = {} if others == 1 else {"n": wording.count(others)}
        return why, Reason(code=code, words=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """A few steps to begin with, in order.

    Attributes
    ----------
    steps : tuple of FirstStep
        At most a few; empty when no finding asks for one.
    notes : tuple of Reason
        What a reader must know of them.
    """

    steps: tuple[FirstStep, ...] = ()
    notes: tuple[Reason, ...] = ()

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """Return one row a step.

        Columns: ``rank``, ``topic``, ``action`` (id), ``title``, ``code`` (of the
        finding), ``subscale`` (of the finding, the first), ``n_findings``,
        ``importance`` (of the finding), ``why`` (its sentence), ``first_alternative``
        and ``second_alternative`` (titles), ``strength`` (of the evidence).
        """
        rows = [_row(rank, step, language) for rank, step in enumerate(self.steps, 1)]
        return pd.DataFrame(rows, columns=list(STEPS))


def choose_first_steps(
    parts: Found,
    suitability: Suitability,
    library: ActionLibrary,
    *,
    most: int = MOST_STEPS,
) -> FirstSteps:
    """Choose a few first steps from the findings.

    A pure function of findings, verdict and library, so that disclosure can make it
    again. Each topic occurs once. In order:

    1. topics that are, or concern, a prerequisite of the verdict: a concern, then a
       gap with the leaders, then a division, then too few answers;
    2. the other topics, in the same order of kinds.

    Within these the larger finding comes first. Within a topic the library gives the
    order: its first action is proposed, the next two are the alternatives.

    Parameters
    ----------
    parts : Found
        A `Diagnosis` or a publication of it. Not modified.
    suitability : Suitability
        The verdict. A change that is not suited gets no steps.
    library : ActionLibrary
        What can be tried; topics without an action are passed over.
    most : int
        Largest number of steps, from 1 to 5.

    Returns
    -------
    FirstSteps
        Prepared, not prescribed; the notes say so.

    Raises
    ------
    ValueError
        `most` is no whole number from 1 to 5.
    """
    check_whole_number("most", most, 1)
    if most > 5:
        raise ValueError(
            f"`most` must be at most 5: a few first steps, no programme; got {most}."
        )
    if suitability.verdict == "not_suited":
        return FirstSteps(notes=(Reason(code="steps.not_suited"),))
    if not library.actions:
        return FirstSteps(notes=(Reason(code="steps.no_library"),))
    steps: list[FirstStep] = []
    for topic, findings in _by_topic(parts.findings):
        actions = library.about(topic)
        if actions and len(steps) < most:
            steps.append(
                FirstStep(
                    topic=topic,
                    action=actions[0],
                    alternatives=actions[1 : 1 + N_ALTERNATIVES],
                    finding=findings[0],
                    n_findings=len(findings),
                )
            )
    notes = [Reason(code="steps.prepared" if steps else "steps.none")]
    if suitability.screen.empty and steps and parts.instrument.suitability:
        notes.insert(0, Reason(code="steps.screen_first"))
    return FirstSteps(steps=tuple(steps), notes=tuple(notes))


def _by_topic(
    findings: tuple[Finding, ...],
) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield each topic once with its findings, the first one to act on first."""
    topics: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=_order):
        topic = _topic_of(finding)
        if topic:
            topics.setdefault(topic, []).append(finding)
    for topic, own in topics.items():
        yield topic, tuple(own)


def _topic_of(finding: Finding) -> str:
    """Return the topic a finding calls for; empty when it asks for no action."""
    if finding.code in _FEW:
        return "few-answered"
    if finding.kind == "concern":
        return finding.subscales[0] if finding.subscales else ""
    if finding.kind == "divided":
        return "divided"
    if finding.kind == "gap":
        # The difference is work floor minus leaders: lower means leaders see more.
        return "leaders-higher" if "floor_lower" in finding.code else "floor-higher"
    return ""


def _order(finding: Finding) -> tuple[bool, int, float, str, tuple[str, ...]]:
    kinds = _KIND_ORDER
    kind = kinds.index(finding.kind) if finding.kind in kinds else len(kinds)
    return (
        not set(finding.subscales) & set(PREREQUISITES),
        kind,
        -finding.importance,
        finding.code,
        finding.path + finding.subscales,
    )


def _row(rank: int, step: FirstStep, language: Language) -> dict[str, object]:
    others = [_title(action, language) for action in step.alternatives]
    others += [""] * (N_ALTERNATIVES - len(others))
    return {
        "rank": rank,
        "topic": step.topic,
        "action": step.action.id,
        "title": _title(step.action, language),
        "code": step.finding.code,
        "subscale": step.finding.subscales[0] if step.finding.subscales else "",
        "n_findings": step.n_findings,
        "importance": step.finding.importance,
        "why": " ".join(reason.sentence(language) for reason in step.reasons),
        "first_alternative": others[0],
        "second_alternative": others[1],
        "strength": step.action.evidence.strength,
    }


def _title(action: Action, language: Language) -> str:
    return action.title.get(language) or next(iter(action.title.values()))
