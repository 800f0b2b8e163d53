"""Findings: sentences with their evidence, made from what is shown and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from diagnose.diagnosis.change_findings import find_behind_change
from diagnose.diagnosis.comparison_findings import find_comparability
from diagnose.diagnosis.contrast_findings import find_contrasts
from diagnose.diagnosis.dimension_findings import find_dimensions
from diagnose.diagnosis.driver_findings import find_drivers_told
from diagnose.diagnosis.level_findings import find_levels
from diagnose.diagnosis.measurement_findings import find_measurement
from diagnose.diagnosis.model import Finding, FindingKind, Parts
from diagnose.diagnosis.movement_findings import find_movement
from diagnose.diagnosis.open_findings import find_open
from diagnose.diagnosis.representation_findings import find_representation
from diagnose.diagnosis.unit_findings import find_unit_patterns

_FINDERS: tuple[Callable[[Parts], Iterator[Finding]], ...] = (
    find_levels,
    find_contrasts,
    find_behind_change,
    find_drivers_told,
    find_measurement,
    find_dimensions,
    find_comparability,
    find_representation,
    find_unit_patterns,
    find_movement,
    find_open,
)


def find(parts: Parts) -> tuple[Finding, ...]:
    """Say what the parts of a diagnosis support, and what they leave open.

    A pure function of the parts, so that disclosure control can take cells away and
    have the findings made again: no finding can then rest on a hidden cell.

    Parameters
    ----------
    parts : Parts
        A `Diagnosis` or anything with its parts; its own findings are not read.
        Frames may be empty, and rows may be hidden: those take no part.

    Returns
    -------
    tuple of Finding
        By kind in the order of `FindingKind`, most important first within a kind.
    """
    found = [finding for finder in _FINDERS for finding in finder(parts)]
    kinds = get_args(FindingKind)
    return tuple(
        sorted(
            found,
            key=lambda finding: (
                kinds.index(finding.kind),
                -finding.importance,
                finding.code,
                finding.path,
                finding.subscales,
            ),
        )
    )
