"""Before the survey: which units can be shown, and how precisely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.assessment.config import FILE_NAME, Assessment, load_assessment
from diagnose.assessment.organisation import read_head_counts
from diagnose.errors import AssessmentError

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.statistics.planning import PlanAssumptions

RESPONSES = (0.50, 0.65, 0.80)
"""Responses for which a folder is planned."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """What every unit of an organisation can give.

    Attributes
    ----------
    assessment : Assessment
        The settings of the folder.
    threshold : int
        Answers below which no mean is shown.
    responses : tuple of float
        Responses that were planned for.
    conf_level : float
        Coverage of the margins.
    """

    assessment: Assessment
    threshold: int
    responses: tuple[float, ...]
    conf_level: float
    _units: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, the organisation first, then level by level.

        Columns: level (empty for the organisation), unit (its path), n_members,
        response_needed (share that must answer to reach the threshold; above 1 it
        cannot), and for each response r, in percent, ``n_r`` (answers expected,
        rounded down), ``chance_r`` (that enough answer) and ``margin_r`` (half the
        width of the t interval of a mean of so many answers; NaN below the threshold).
        """
        return self._units.copy()


def plan_units(
    folder: str | Path,
    *,
    responses: Sequence[float] = RESPONSES,
    assumptions: PlanAssumptions | None = None,
) -> Reach | None:
    """Tell for every unit of an assessment folder whether it can be shown.

    The exports need not be there yet. Margins are those the report will draw: s over
    the root of n, and t. Answers within a team of the smallest level spread a little
    less than those of the whole organisation.

    Parameters
    ----------
    folder : str or Path
        The assessment folder; only its settings and its organisation file are read.
    responses : sequence of float
        Responses to plan for, each above 0 and at most 1.
    assumptions : PlanAssumptions, optional
        Spread and ICC(1); coverage is that of the assessment.

    Returns
    -------
    Reach or None
        None when the assessment names no organisation file.

    Raises
    ------
    AssessmentError
        The settings or the organisation file cannot be used.
    InsufficientDataError
        The organisation file counts nobody.
    """
    from diagnose._options import require
    from diagnose.statistics.planning import PlanAssumptions

    setting = _settings(folder)
    head_counts = read_head_counts(setting)
    if head_counts is None:
        return None
    given = assumptions or PlanAssumptions()
    threshold = setting.thresholds.scores if setting.thresholds else _floor(setting)
    total = float(head_counts["n_members"].sum())
    require(total > 0, "the organisation file counts 0 people.")
    units = _units(head_counts)
    smallest = units["level"].ne("") & units["level"].eq(
        setting.organisation.levels[-1]
    )
    units["response_needed"] = threshold / units["n_members"].where(
        units["n_members"] > 0
    )
    inside = given.sd * sqrt(1 - given.icc)
    spread = smallest.map({True: inside, False: given.sd}).astype(float)
    for response in responses:
        _add_response(units, response, threshold, spread, setting.conf_level)
    return Reach(
        assessment=setting,
        threshold=threshold,
        responses=tuple(responses),
        conf_level=setting.conf_level,
        _units=units,
    )


def _settings(folder: str | Path) -> Assessment:
    """Read the settings; exports that are not there yet are no problem here."""
    from diagnose.documents import read_document

    base = Path(folder)
    try:
        return load_assessment(base)
    except AssessmentError as error:
        early = [
            problem.code == "A002" and ": waves[" in problem.place
            for problem in error.problems
        ]
        if not all(early):
            raise
    place = f"{base.name}/{FILE_NAME}"
    setting, problems = read_document(Assessment, base / FILE_NAME, place=place)
    if setting is None:
        raise AssessmentError(problems)
    return setting.model_copy(update={"folder": base})


def _floor(setting: Assessment) -> int:
    from diagnose.instrument import load_instrument

    return load_instrument(setting.instrument).reporting.scores


def _units(head_counts: pd.DataFrame) -> pd.DataFrame:
    """Return the people of every unit of every level."""
    import pandas as pd

    levels = [name for name in head_counts.columns if name != "n_members"]
    parts = [
        pd.DataFrame(
            {"level": [""], "unit": [""], "n_members": [head_counts["n_members"].sum()]}
        )
    ]
    for depth, level in enumerate(levels, start=1):
        groups = head_counts.groupby(levels[:depth], sort=True)["n_members"].sum()
        paths = [
            " / ".join(path) if isinstance(path, tuple) else str(path)
            for path in groups.index
        ]
        parts.append(
            pd.DataFrame(
                {"level": level, "unit": paths, "n_members": groups.to_numpy()}
            )
        )
    units = pd.concat(parts, ignore_index=True)
    return units.assign(n_members=units["n_members"].astype(int))


def _add_response(
    units: pd.DataFrame,
    response: float,
    threshold: int,
    spread: pd.Series,
    conf_level: float,
) -> None:
    """Add the columns of one response to the frame that is being made."""
    from diagnose.statistics.planning import chance_of_enough, margin_of_answers

    percent = f"{response * 100:g}"
    # 20 people at 65 % are 13, which the computer knows as 12.999...
    answers = (units["n_members"] * response + 1e-9).astype(int)
    units[f"n_{percent}"] = answers
    units[f"chance_{percent}"] = [
        chance_of_enough(int(members), response, threshold)
        for members in units["n_members"]
    ]
    units[f"margin_{percent}"] = [
        margin_of_answers(n, sd, conf_level) if n >= threshold else float("nan")
        for n, sd in zip(answers, spread, strict=True)
    ]
