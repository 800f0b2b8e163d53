"""What is known about the answer codes of one file, beside the cells themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.errors import Problem
from diagnose.responses.answers.read import Evidence
from diagnose.responses.columns.headings import check_definition
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    from diagnose.responses.definition import Definition
    from diagnose.responses.opening import Intake


def gather_evidence(intake: Intake, asked: Sequence[str], *, fielded: bool) -> Evidence:
    """Return what proves the meaning of codes; the intake notes what it proves not.

    Parameters
    ----------
    intake : Intake
        The file, its columns, and the definition that the user gave.
    asked : sequence of str
        Items that have a column.
    fielded : bool
        Whether the file says that it was fielded with this very instrument.
    """
    position = {item: intake.columns.position[item] for item in asked}
    codes = {c.position: c.codes for c in intake.layout.columns}
    meant = {item: (*codes[at], item) for item, at in position.items()}
    given = intake.request.definition or intake.table.definition
    found = {item: given.answers_of(meant[item]) for item in asked} if given else {}
    defined = {item: answers for item, answers in found.items() if answers}
    if intake.request.definition is not None:
        _compare(intake, intake.request.definition, meant, knows=bool(defined))
    missing = {item: intake.table.missing.get(at) for item, at in position.items()}
    return Evidence(
        defined=defined,
        absent={item: texts for item, texts in missing.items() if texts},
        # A platform that numbers answers itself may have other codes all the same.
        trusted=fielded and not intake.platform.codes_need_confirming,
        labels_only=intake.platform.labels_only,
    )


def _compare(
    intake: Intake,
    definition: Definition,
    meant: Mapping[str, Sequence[str]],
    *,
    knows: bool,
) -> None:
    """Note whether a definition is that of this survey."""
    problems: list[Problem] = []
    if not knows:
        asked = any(c in definition.wordings for codes in meant.values() for c in codes)
        code = "R084" if asked else "R076"
        problems.append(problem(code, intake.place, source=definition.source))
    other, notes = check_definition(definition, meant, intake.request.instrument)
    intake.settle(problems + other, notes)
