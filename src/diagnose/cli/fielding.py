"""``diagnose survey export``: a survey for the tool that the client has."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.cli.terminal import say, show_table, show_text
from diagnose.language import load_catalogue

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.assessment.config import Assessment
    from diagnose.instrument.model import Instrument, Reporting


class _Fielding(NamedTuple):
    """What is exported: options of the export, and what to tell about them.

    `n_small` units have too few people to be shown; `keyless` is whether link codes
    will be asked and no key is named to read them with.
    """

    instrument: Instrument
    options: dict[str, Any]
    n_small: int
    keyless: bool


def export(chosen: Namespace) -> None:
    """Write the files of one way out, or list the ways out when none is named."""
    from diagnose.instrument.export.targets import TARGET_NAMES
    from diagnose.instrument.export.write import export_survey, write_survey

    if not chosen.to:
        _list(TARGET_NAMES, chosen)
        return
    fielding = _settings(chosen)
    files = export_survey(
        fielding.instrument,
        chosen.to,
        forms=tuple(chosen.form or ()),
        **fielding.options,
    )
    for path in write_survey(files, chosen.output or "."):
        show_text(f"  {path}")
    words = load_catalogue("fielding")
    show_text(words.text(f"after.{chosen.to}", chosen.language))
    if fielding.n_small and chosen.to not in ("codebook", "spss"):
        say("survey.small_units", chosen.language, n=fielding.n_small)
    if fielding.keyless and chosen.to != "codebook":
        say("survey.no_link_key", chosen.language)


def _list(targets: Sequence[str], chosen: Namespace) -> None:
    words = load_catalogue("fielding")
    rows = [(name, words.text(f"target.{name}", chosen.language)) for name in targets]
    heads = [words.text(f"head.{head}", chosen.language) for head in ("to", "for")]
    show_table(heads, rows)


def _typed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _settings(chosen: Namespace) -> _Fielding:
    from diagnose.assessment import instrument_of, load_assessment
    from diagnose.assessment.organisation import (
        read_head_counts,
        read_organisation,
        unit_paths,
    )
    from diagnose.instrument import load_instrument

    setting, counts = None, None
    options: dict[str, Any] = {"languages": ()}
    if (Path(chosen.instrument) / "assessment.yaml").is_file():
        setting = load_assessment(chosen.instrument, files=False)
        instrument = instrument_of(setting)
        counts = read_head_counts(setting)
        options = {"details": setting.fielding, "languages": setting.languages}
    else:
        instrument = load_instrument(chosen.instrument)
    options["languages"] = _typed(chosen.languages) or options["languages"]
    if chosen.organisation:
        levels = _typed(chosen.levels) or ("division", "department", "team")
        counts = read_organisation(chosen.organisation, levels)
    reporting = _reporting(instrument, setting)
    options |= {"units": unit_paths(counts), "reporting": reporting}
    return _Fielding(
        instrument=instrument,
        options=options,
        n_small=_too_small(counts, reporting),
        keyless=setting is not None and setting.fielding.link and not setting.link_key,
    )


def _reporting(instrument: Instrument, setting: Assessment | None) -> Reporting:
    """Return the smallest groups that will be shown; an assessment may raise them."""
    from diagnose.instrument.model import Reporting

    fixed = instrument.reporting.model_dump()
    raised = setting.thresholds if setting else None
    given = raised.model_dump() if raised else fixed
    return Reporting(**{name: max(fixed[name], given[name]) for name in fixed})


def _too_small(counts: pd.DataFrame | None, reporting: Reporting) -> int:
    if counts is None:
        return 0
    return int((counts["n_members"] < reporting.scores).sum())
