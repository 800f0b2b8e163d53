"""``diagnose simulate``: an assessment folder with an organisation to practise on."""

from __future__ import annotations

import json
from pathlib import Path

from diagnose.instrument.model import Instrument
from diagnose.language import Language
from diagnose.simulation.design import Design
from diagnose.simulation.export import (
    write_limesurvey_csv,
    write_organisation_csv,
    write_whole,
)
from diagnose.simulation.simulate import simulate

_TEAMS_IN_A_DIVISION = 6


def write_synthetic_assessment(
    folder: str | Path, instrument: Instrument, *, n_teams: int = 20, seed: int = 1
) -> Path:
    """Write a complete assessment folder of one wave, with answers that nobody gave.

    Parameters
    ----------
    folder : str or Path
        Made when absent; files of the same names are replaced.
    instrument : Instrument
        Answered by the synthetic organisation.
    n_teams : int
        Number of teams, in divisions of about six.
    seed : int
        The same seed gives the same files.

    Returns
    -------
    Path
        The new ``assessment.yaml``.

    Raises
    ------
    DesignError
        No such organisation can be made.
    """
    base = Path(folder)
    design = Design(
        hierarchy=("division", "team"),
        n_units=(max(1, n_teams // _TEAMS_IN_A_DIVISION), n_teams),
        leader_gap=0.3,
        straight_share=0.02,
        random_share=0.01,
        dont_know_share=0.02,
        unanswered_share=0.01,
    )
    responses = simulate(instrument, design=design, seed=seed)
    language: Language = "en" if "en" in instrument.languages else "nl"
    export = base / "responses" / "export.csv"
    write_limesurvey_csv(responses, export, language=language)
    write_organisation_csv(responses, base / "organisation.csv")
    path = base / "assessment.yaml"
    write_whole(path, _assessment(instrument, seed).encode("utf-8"))
    return path


def _assessment(instrument: Instrument, seed: int) -> str:
    # JSON strings are YAML strings, whatever the instrument is called
    name = json.dumps(instrument.id)
    return (
        "# An organisation that does not exist: every answer was made by a program.\n"
        f'title: {{en: "Synthetic organisation {seed}", '
        f'nl: "Synthetische organisatie {seed}"}}\n'
        f"instrument: {name}\n"
        "languages: [en, nl]\n"
        "organisation: {file: organisation.csv, levels: [division, team]}\n"
        "waves:\n"
        '  - {label: "1", file: responses/export.csv, date: "2026-01-31"}\n'
    )
