"""``diagnose check`` and ``diagnose comments``: what an export holds."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.cli.terminal import say, show_problems, show_table, show_text
from diagnose.errors import AssessmentError
from diagnose.language import Language
from diagnose.language.problems import worded_problem

if TYPE_CHECKING:
    from diagnose.instrument import Instrument
    from diagnose.responses import IntakeReport, Responses
    from diagnose.responses.comments import Comments


class _Export(NamedTuple):
    """One file, and how to read it."""

    path: Path
    mapping: str | None
    platform: str | None
    rules: dict[str, Any]


_RULES = ("partials", "trials", "duplicates")
"""Settings of an assessment that decide about rows."""


def check(chosen: Namespace) -> int:
    """Show what was read, mapped, left out and refused; 1 when something is open."""
    _refuse_pairs(chosen)
    if chosen.privacy:
        return _privacy(chosen)
    if chosen.propose:
        return _propose(chosen)
    if chosen.output:
        _check_output(Path(chosen.output))
    reports = read_source(chosen).reports
    for report in reports:
        _show_intake(report, chosen.language, several=len(reports) > 1)
    if chosen.output:
        _write_intake(reports, chosen)
    blocked = any(report.blocks_scoring for report in reports)
    say("check.blocked" if blocked else "check.clear", chosen.language)
    return int(blocked)


def _refuse_pairs(chosen: Namespace) -> None:
    """Refuse options of which one would be passed over without a word."""
    from diagnose.assessment import is_assessment

    given = [name for name in _ALONE if getattr(chosen, name, None)]
    pairs = [(f"--{name}", f"--{given[0]}") for name in given[1:]]
    if is_assessment(chosen.source):
        pairs += [
            (f"--{name}", "assessment.yaml")
            for name in _OF_EXPORT
            if getattr(chosen, name, None)
        ]
    if pairs:
        raise AssessmentError(
            worded_problem("cli", "C003", one, {"other": other}) for one, other in pairs
        )


_ALONE = ("privacy", "propose", "output")
"""Each asks for something else than the others."""

_OF_EXPORT = ("mapping", "platform", "definition", "organisation", "levels")
"""What an assessment folder says itself."""


def read_source(chosen: Namespace) -> Responses:
    """Read an assessment folder, or one export with the options of the command."""
    from diagnose.assessment import is_assessment, read_assessment
    from diagnose.responses import read_responses

    if is_assessment(chosen.source):
        return read_assessment(chosen.source)
    return read_responses(
        chosen.source,
        _instrument(chosen),
        mapping=chosen.mapping,
        platform=chosen.platform,
        definition=chosen.definition,
        units=units_of(chosen),
        levels=levels_of(chosen),
    )


def levels_of(chosen: Namespace) -> tuple[str, ...]:
    """Return the levels of the hierarchy that were typed, large to small."""
    from diagnose.assessment.organisation import check_levels

    typed = (one.strip() for one in (chosen.levels or "").split(","))
    levels = tuple(one for one in typed if one)
    check_levels(levels, place="--levels")
    return levels


def units_of(chosen: Namespace) -> Sequence[tuple[str, ...]]:
    """Return the units in the organisation file that was named, or of the folder."""
    from diagnose.assessment import is_assessment, load_assessment
    from diagnose.assessment.organisation import (
        read_head_counts,
        read_organisation,
        unit_paths,
    )

    if is_assessment(chosen.source):
        return unit_paths(read_head_counts(load_assessment(chosen.source)))
    if not chosen.organisation:
        return ()
    levels = levels_of(chosen) or ("division", "department", "team")
    return unit_paths(read_organisation(chosen.organisation, levels))


def _instrument(chosen: Namespace) -> Instrument:
    """Return the instrument that was named, or that of the assessment folder."""
    from diagnose.assessment import instrument_of, is_assessment, load_assessment
    from diagnose.instrument import load_instrument

    if not chosen.instrument and is_assessment(chosen.source):
        return instrument_of(load_assessment(chosen.source))
    return load_instrument(chosen.instrument or "bottom-up")


def _propose(chosen: Namespace) -> int:
    """Write a mapping file for a person to check."""
    from diagnose.responses.columns.proposal import propose_mapping

    path = Path(chosen.propose)
    _check_folder(path)
    if path.exists():
        raise _refused("C001", path)
    text = propose_mapping(
        chosen.source,
        _instrument(chosen),
        platform=chosen.platform,
        language=chosen.language,
    )
    _write_whole(path, text)
    say("check.proposed", chosen.language, path=path)
    return 0


def _show_intake(report: IntakeReport, language: Language, *, several: bool) -> None:
    from diagnose.responses.account import intake_sections, not_asked, verdict

    show_text(report.source)
    for section in intake_sections(report, language):
        show_text(f"\n{section.title}")
        show_table(section.heads, section.rows)
    if report.not_asked:
        show_text(not_asked(report, language))
    if several:  # what is said of the only file is said at the end
        show_text(verdict(report, language))


def _write_intake(reports: Sequence[IntakeReport], chosen: Namespace) -> None:
    from diagnose.responses.account import intake_page, intake_record

    path = Path(chosen.output)
    as_json = path.suffix.lower() == ".json"
    text = intake_record(reports) if as_json else intake_page(reports, chosen.language)
    _write_whole(path, text)
    say("survey.written", chosen.language, path=path)


def _check_output(path: Path) -> None:
    """Refuse a name of another kind, and a file that this command did not write."""
    from diagnose.responses.account import is_intake_file

    if path.suffix.lower() not in _KINDS:
        raise _refused("C002", path, allowed=_KINDS)
    _check_folder(path)
    if path.exists() and not (path.is_file() and is_intake_file(path.read_bytes())):
        raise _refused("C001", path)


_KINDS = (".html", ".json")


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise _refused("C004", path.parent)


def _refused(code: str, path: Path, **values: object) -> AssessmentError:
    return AssessmentError([worded_problem("cli", code, str(path), values)])


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def _privacy(chosen: Namespace) -> int:
    """Show what personal data an export holds; nothing else is read."""
    from diagnose.responses.privacy import privacy_check

    instrument = _instrument(chosen)
    for export in _exports(chosen, every=True):
        report = privacy_check(
            export.path,
            instrument=instrument,
            mapping=export.mapping,
            platform=export.platform,
        )
        show_text(report.in_words(chosen.language))
    return 0


def comments(chosen: Namespace) -> int:
    """Write the open answers apart, or check the workbook after a person's review."""
    from diagnose.responses.comments import read_comments, write_review

    if chosen.source.lower().endswith(".xlsx") and not chosen.output:
        return _signed(chosen)
    exports = _exports(chosen)
    names = [name for path in units_of(chosen) for name in path]
    for number, export in enumerate(exports, start=1):
        found = read_comments(
            export.path,
            _instrument(chosen),
            mapping=export.mapping,
            platform=export.platform,
            fewest=_fewest(chosen),
            **export.rules,
        )
        _show_comments(found, chosen.language)
        target = Path(chosen.output or "open-answers.xlsx")
        if len(exports) > 1:
            target = target.with_name(f"{target.stem}-{number}{target.suffix}")
        if any(not item.withheld and item.texts for item in found.items):
            write_review(found, target, language=chosen.language, names=names)
            say("survey.written", chosen.language, path=target)
    return 0


def _fewest(chosen: Namespace) -> int | None:
    """Return how many people an assessment wants behind what is quoted."""
    from diagnose.assessment import is_assessment, load_assessment

    if not is_assessment(chosen.source):
        return None
    thresholds = load_assessment(chosen.source).thresholds
    return thresholds.comments if thresholds else None


def _show_comments(found: Comments, language: Language) -> None:
    for item in found.items:
        key = "comments.withheld" if item.withheld else "comments.found"
        say(key, language, item=item.item, n=len(item.texts))
    if found.notes:
        show_problems(found.notes, language)


def _signed(chosen: Namespace) -> int:
    """Say what a person decided about the open answers."""
    from diagnose.responses.comments import read_review

    reviewed = read_review(chosen.source)
    say("comments.signed", chosen.language, date=reviewed.reviewed_on)
    for item, quotes in reviewed.quotes.items():
        say("comments.quotes", chosen.language, item=item, n=len(quotes))
    if reviewed.notes:
        show_problems(reviewed.notes, chosen.language)
    return 0


def _exports(chosen: Namespace, *, every: bool = False) -> list[_Export]:
    """Return one export, or those of an assessment: of `every` wave, or the last."""
    from diagnose.assessment import is_assessment, load_assessment
    from diagnose.responses.opening import platform_named

    if not is_assessment(chosen.source):
        platform_named(chosen.platform)
        named = Path(chosen.source)
        return [_Export(named, chosen.mapping, chosen.platform, {})]
    setting = load_assessment(chosen.source)
    rules = {name: getattr(setting, name) for name in _RULES}
    return [
        _Export(
            setting.folder / wave.file,
            str(setting.folder / wave.mapping) if wave.mapping else None,
            wave.platform,
            rules,
        )
        for wave in setting.waves
        if every or wave.label == setting.wave_labels[-1]
    ]
