"""From an export to responses: by mapping and proof, not by guessing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from diagnose._options import check_option
from diagnose.errors import Problem
from diagnose.instrument.units import UnitList
from diagnose.responses.answers.edition import check_edition
from diagnose.responses.answers.evidence import gather_evidence
from diagnose.responses.answers.read import Answers, Evidence, read_answers
from diagnose.responses.columns.headings import check_answered
from diagnose.responses.columns.mapping import ColumnMapping, read_mapping
from diagnose.responses.definition import Definition, read_definition
from diagnose.responses.files.table import read_table
from diagnose.responses.model import IntakeReport, Responses
from diagnose.responses.opening import (
    Intake,
    Request,
    open_intake,
    platform_named,
)
from diagnose.responses.problems import problem, refuse
from diagnose.responses.quality import check_direction
from diagnose.responses.read.layout import ROW_PURPOSES
from diagnose.responses.rows import people as facts
from diagnose.responses.rows.check import (
    Duplicates,
    Kept,
    Partials,
    RowRules,
    Trials,
    choose_rows,
    may_remain,
    notes_on_file,
    same_minute,
)
from diagnose.responses.rows.respondents import levels_of, persons_of, read_people
from diagnose.responses.rows.strays import any_filled, check_respondents
from diagnose.responses.rows.units import own_words, rare_units

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

_PARTIAL = {"submitted", "finished", "progress"}


def read_responses(  # noqa: PLR0913 - one keyword for each decision of the user
    path: str | Path,
    instrument: Instrument,
    *,
    mapping: str | Path | dict[str, Any] | ColumnMapping | None = None,
    platform: str | None = None,
    definition: str | Path | Definition | None = None,
    units: Iterable[tuple[str, ...]] = (),
    wave: str = "",
    partials: Partials = "drop",
    trials: Trials = "drop",
    duplicates: Duplicates = "last",
    levels: Sequence[str] = (),
    link_key: str | bytes | None = None,
) -> Responses:
    """Read an export of a survey platform.

    Only columns that were mapped or recognised are read; all others are listed by
    heading in the report. What cannot be understood is never guessed: it stands in
    ``report.problems`` and blocks scoring.

    Parameters
    ----------
    path : str or Path
        CSV, XLSX, Parquet, JSON or SPSS file, or a folder of answers saved by the
        offline questionnaire.
    instrument : Instrument
        What was asked.
    mapping : str, Path, dict or None
        A mapping file or its content: which column holds what, and labels that the
        instrument does not know. Without it, items are recognised by code or by
        question text in any language, and units only under the codes ``division``,
        ``department``, ``team`` and ``unit``.
    platform : str, optional
        One of `PLATFORMS`; recognised from the headings when absent.
    definition : str, Path or Definition, optional
        The survey as the platform defines it (LimeSurvey ``.lss`` or TSV, Qualtrics
        QSF, XLSForm, SurveyJS JSON, REDCap dictionary, our codebook): proves by labels
        what the codes in the export mean.
    units : iterable of tuple of str
        The smallest units of the organisation, names from large to small; they tell
        what the codes and names in one column ``unit`` mean.
    wave : str
        Label of the wave.
    partials : {"drop", "keep"}
        Leave out responses that were not submitted, or keep them.
    trials : {"drop", "keep"}
        Leave out previews and tests, or keep them to try an intake out.
    duplicates : {"last", "first", "keep"}
        Which row remains of several with one response id, or with one link code, role
        and unit; complete rows go before partial ones.
    levels : sequence of str
        Levels of the hierarchy that must be there, from large to small; all that
        are found when empty.
    link_key : str or bytes, optional
        Key held by the client with which link codes are hashed; without it the
        column of codes is not read.

    Returns
    -------
    Responses
        Answers as given, not keyed; blank answers are missing, "don't know" is
        missing and marked as not applicable. ``report`` tells what happened.

    Raises
    ------
    ResponseError
        The file cannot be read, holds no known item or no usable row, or the
        mapping names what is not there; all problems at once.
    InstrumentError
        Two `units` cannot be told apart.
    ValueError
        An option is none of those allowed, or `link_key` is empty. An unknown
        `platform` is a ResponseError, which is a ValueError too.
    """
    check_option("partials", partials, Partials)
    check_option("trials", trials, Trials)
    check_option("duplicates", duplicates, Duplicates)
    if link_key is not None and not link_key:
        raise ValueError(
            "`link_key` must not be empty; leave it out to drop the links."
        )
    paths = list(units)
    request = Request(
        instrument=instrument,
        mapping=read_mapping(mapping, instrument),
        platform=platform_named(platform),
        definition=_definition(definition),
        units=UnitList(paths) if paths else None,
        wave=wave,
        rules=RowRules(partials=partials, trials=trials, duplicates=duplicates),
        levels=levels,
        link_key=link_key,
    )
    return _read(open_intake(read_table(path), request))


def _definition(given: str | Path | Definition | None) -> Definition | None:
    if given is None or isinstance(given, Definition):
        return given
    return read_definition(given)


def _read(intake: Intake) -> Responses:
    request, place = intake.request, intake.place
    system = _system(intake)
    reasons = _reasons(intake, system)
    candidates = may_remain(reasons, request.rules)
    asked = [
        item.id
        for item in request.instrument.closed_items
        if item.id in intake.columns.position
    ]
    cells = intake.cells({item: intake.columns.position[item] for item in asked})
    fielded, problems = check_edition(
        intake.column("edition"),
        candidates & any_filled(cells),
        request.instrument,
        request.mapping,
        place=place,
    )
    intake.problems += problems
    evidence = gather_evidence(intake, asked, fielded=fielded)
    answers = read_answers(
        cells,
        request.instrument,
        request.mapping,
        place=place,
        evidence=evidence,
        counted=candidates,
    )
    intake.settle(answers.problems + _dates(intake, asked), answers.notes)
    people = read_people(intake, system, candidates)
    kept = _rows(intake, system, reasons, answers, people)
    intake.notes += same_minute(system.get("time"), cells, kept.keep, place=place)
    intake.settle(*check_respondents(intake, system, cells, kept.keep))
    people = people.assign(order=kept.order)
    values = _as_answered(answers.values, intake)
    everyone = Responses(
        instrument=request.instrument,
        answers=values,
        not_applicable=answers.not_applicable,
        people=people,
        hierarchy=levels_of(people),
        waves=(request.wave,),
        reports=(),
    ).take(kept.keep)
    report = _checked(intake, everyone, answers, kept, evidence)
    return replace(everyone, reports=(report,))


def _checked(
    intake: Intake,
    everyone: Responses,
    answers: Answers,
    kept: Kept,
    evidence: Evidence,
) -> IntakeReport:
    """Look at the respondents as a whole, and return what there is to tell."""
    request, place = intake.request, intake.place
    direction, notes, item_rest = check_direction(
        everyone.answers,
        request.instrument,
        place=place,
        unreversed=request.mapping.reversed_by_platform,
    )
    intake.notes += notes + check_answered(everyone, place=place)
    if request.units is None:
        units = everyone.people[list(everyone.hierarchy)]
        intake.problems += own_words(units, place=place)
        intake.notes += rare_units(units, place=place)
    intake.notes += notes_on_file(intake.table, decimal=answers.decimal)
    report = _report(intake, answers, kept, evidence)
    return replace(report, direction=tuple(direction), item_rest=tuple(item_rest))


def _system(intake: Intake) -> pd.DataFrame:
    """Return the columns that decide about rows, by purpose."""
    known = intake.layout.system
    wanted = {purpose: known[purpose] for purpose in ROW_PURPOSES if purpose in known}
    if "submitted" in intake.columns.position:
        wanted["submitted"] = intake.columns.position["submitted"]
    return intake.platform.arrange(intake.cells(wanted).astype("str"))


def _reasons(intake: Intake, system: pd.DataFrame) -> pd.Series:
    """Return what platform and mapping say of each row."""
    reasons = intake.platform.exclude(system)
    if "submitted" in intake.columns.position:
        blank = system["submitted"].str.strip() == ""
        reasons = reasons.mask(blank & (reasons == ""), "partial")
    return reasons


def _dates(intake: Intake, asked: list[str]) -> list[Problem]:
    dates = {i: intake.table.dates.get(intake.columns.position[i], 0) for i in asked}
    found = tuple(item for item, n in dates.items() if n)
    if not found:
        return []
    place = f"{intake.place}: {', '.join(found)}"
    return [problem("R047", place, n=sum(dates.values()))]


def _as_answered(values: pd.DataFrame, intake: Intake) -> pd.DataFrame:
    """Undo the reversal of the items that the platform reversed already."""
    reversed_items = intake.request.mapping.reversed_by_platform
    turned = [i for i in reversed_items if i in values.columns]
    if not turned:
        return values
    values = values.copy()
    for item in turned:
        scale = intake.request.instrument.response_scale_of(item)
        values[item] = scale.lowest + scale.highest - values[item]
    intake.notes.append(problem("R069", intake.place, items=tuple(turned)))
    return values


def _rows(
    intake: Intake,
    system: pd.DataFrame,
    reasons: pd.Series,
    answers: Answers,
    people: pd.DataFrame,
) -> Kept:
    """Choose the rows that remain."""
    place = intake.place
    identities = [persons_of(people)]
    if "response" in system:
        identities.append(system["response"])
    if intake.platform.tells_partials and not _PARTIAL & set(system.columns):
        intake.notes.append(problem("R072", place))
    kept = choose_rows(
        reasons, answers.touched, rules=intake.request.rules, identities=identities
    )
    if not kept.keep.any():
        counts = ", ".join(f"{n} {reason}" for reason, n in kept.excluded.items())
        raise refuse("R019", place, counts=counts)
    if kept.n_partial_kept:
        intake.notes.append(problem("R071", place, n=kept.n_partial_kept))
    if kept.n_trials_kept:
        intake.notes.append(problem("R075", place, n=kept.n_trials_kept))
    moments = system.get("submitted", system.get("time"))
    if moments is None:
        moments = pd.Series("", index=system.index)
    return replace(kept, order=facts.read_order(moments, kept.keep))


def _report(
    intake: Intake, answers: Answers, kept: Kept, evidence: Evidence
) -> IntakeReport:
    request, table = intake.request, intake.table
    given = request.definition or table.definition
    return IntakeReport(
        source=table.name,
        sha256=table.sha256,
        platform=intake.platform.name,
        encoding=table.encoding,
        delimiter=table.delimiter,
        answers_as=answers.answers_as,
        codes_by=answers.codes_by,
        definition=given.source if given and evidence.defined else "",
        n_rows=table.n_records - intake.layout.n_header_rows,
        n_kept=int(kept.keep.sum()),
        rules=asdict(request.rules),
        excluded=dict(kept.excluded),
        mapped=intake.columns.mapped(intake.layout),
        dropped=_dropped(intake),
        not_asked=tuple(
            item.id
            for item in request.instrument.closed_items
            if item.id not in answers.values.columns
        ),
        notes=tuple(intake.notes),
        problems=tuple(intake.problems),
    )


def _dropped(intake: Intake) -> tuple[str, ...]:
    """Return the headings that were not read; one that names a person by its place."""
    from diagnose.responses.privacy.contents import looks_personal

    read = set(intake.columns.position.values())
    return tuple(
        f"#{column.position + 1}" if looks_personal(column.heading) else column.heading
        for column in intake.layout.columns
        if column.position not in read
    )
