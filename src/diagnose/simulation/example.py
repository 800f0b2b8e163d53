"""The example organisation of the kit: a complete, synthetic assessment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from diagnose.instrument.model import Instrument
from diagnose.language import Language, load_catalogue
from diagnose.simulation.design import Design, Unit
from diagnose.simulation.export import (
    write_limesurvey_csv,
    write_organisation_csv,
    write_whole,
)
from diagnose.simulation.simulate import SimulatedResponses, simulate

INSTRUMENT = "bottom-up"
SEED = 2026
WAVES = ("2025", "2026")

GAP_UNIT = "B"
LOW_UNIT = "Team 08"
HIGH_UNIT = "Team 13"
DIVIDED_UNIT = "Team 28"

_ASSESSMENT = """\
# A complete assessment of an organisation that does not exist; see README.md.
title: {en: "Example organisation (synthetic data)", nl: "Voorbeeldorganisatie (synthetische gegevens)"}
instrument: bottom-up
languages: [nl, en]
organisation: {file: organisation.csv, levels: [division, department, team], members: n_members}
waves:
  - {label: "2025", file: responses/2025.csv, date: "2025-10-01", platform: limesurvey}
  - {label: "2026", file: responses/2026.csv, date: "2026-10-01", platform: limesurvey}
thresholds: {scores: 5, distributions: 8, comments: 10}
screen: {q1: yes, q2: no, q3: no, q4: yes, q5: yes, q6: yes, q7: yes}
seed: 1
"""  # noqa: E501 - one setting a line reads best

_MEANS = {
    "v": 2.9, "o": 3.3, "l": 3.1, "r": 3.4, "f": 3.1, "p": 3.5,
    "z": 2.8, "s": 2.7, "e": 3.2, "c": 3.4, "k": 3.3, "i": 3.5,
}  # fmt: skip
_TEAM_SIZES = (
    *(22, 9, 14, 5, 18, 12, 4, 26, 11, 16, 7, 13),
    *(24, 8, 15, 30, 6, 12, 19, 10, 4, 17, 13),
    *(21, 5, 16, 9, 28, 14, 12),
)
_USUAL_CORRELATION = 0.45
_CORRELATIONS = {
    ("l", "e"): 0.65, ("p", "z"): 0.60, ("c", "k"): 0.60, ("c", "i"): 0.55,
    ("k", "i"): 0.50, ("e", "c"): 0.60, ("r", "k"): 0.58, ("o", "i"): 0.60,
    ("v", "e"): 0.55, ("f", "i"): 0.30, ("s", "c"): 0.35,
}  # fmt: skip
"""Pairs of subscales that differ from the usual correlation."""


def example_design(instrument: Instrument) -> Design:
    """Return the design of the example organisation."""
    return Design(
        hierarchy=("division", "department", "team"),
        n_units=(3, 8, 30),
        labels={
            "division": ("A", "B", "C"),
            "department": ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2"),
        },
        team_sizes=_TEAM_SIZES,
        leaders_per_team=1,
        response_rate=0.7,
        means=_MEANS,
        correlation=_correlation(instrument),
        team_share={s.id: 0.04 if s.id in "oi" else 0.12 for s in instrument.subscales},
        leader_gap=0.2,
        units={
            GAP_UNIT: Unit(leader_gap=1.4),
            LOW_UNIT: Unit(shift=-1.2),
            HIGH_UNIT: Unit(shift=1.2),
            DIVIDED_UNIT: Unit(divided=2.8),
        },
        waves=WAVES,
        change={"2026": {"z": 0.5, "v": 0.3, "s": -0.25}},
        team_stability=0.95,
        straight_share=0.02,
        random_share=0.015,
        dont_know_share=0.03,
        unanswered_share=0.01,
        languages={"nl": 0.88, "en": 0.12},
    )


def simulate_example() -> SimulatedResponses:
    """Simulate both waves of the example organisation."""
    from diagnose.instrument.load import load_instrument

    instrument = load_instrument(INSTRUMENT)
    return simulate(instrument, design=example_design(instrument), seed=SEED)


def write_example(folder: str | Path) -> tuple[Path, ...]:
    """Write the example assessment; existing files of the same names are replaced.

    Parameters
    ----------
    folder : str or Path
        Becomes an assessment folder; made when absent.

    Returns
    -------
    tuple of Path
        The files written; the same bytes each time.
    """
    folder = Path(folder)
    responses = simulate_example()
    waves = {wave: responses.take(responses.people["wave"] == wave) for wave in WAVES}
    first, second = (folder / "responses" / f"{wave}.csv" for wave in WAVES)
    return (
        write_limesurvey_csv(
            waves["2025"],
            first,
            language="nl",
            answers="codes",
            n_partial=9,
            seed=SEED,
        ),
        write_limesurvey_csv(
            waves["2026"],
            second,
            language="nl",
            answers="labels",
            n_partial=12,
            seed=SEED + 1,
        ),
        write_organisation_csv(responses, folder / "organisation.csv"),
        write_whole(folder / "assessment.yaml", _ASSESSMENT.encode("utf-8")),
        write_whole(folder / "README.md", _readme(waves).encode("utf-8")),
    )


def _correlation(instrument: Instrument) -> tuple[tuple[float, ...], ...]:
    ids = [subscale.id for subscale in instrument.subscales]
    matrix = np.full((len(ids), len(ids)), _USUAL_CORRELATION)
    np.fill_diagonal(matrix, 1.0)
    for (one, other), value in _CORRELATIONS.items():
        row, column = ids.index(one), ids.index(other)
        matrix[row, column] = matrix[column, row] = value
    return tuple(tuple(row) for row in matrix.tolist())


def _readme(waves: dict[str, SimulatedResponses]) -> str:
    languages: tuple[Language, ...] = ("en", "nl")
    n_divisions, n_departments, n_teams = waves[WAVES[0]].design.n_units
    facts: dict[str, object] = {
        "n_members": sum(_TEAM_SIZES),
        "n_divisions": n_divisions,
        "n_departments": n_departments,
        "n_teams": n_teams,
        "n_first": len(waves[WAVES[0]]),
        "n_second": len(waves[WAVES[1]]),
        "gap_unit": GAP_UNIT,
        "low_unit": LOW_UNIT,
        "high_unit": HIGH_UNIT,
        "divided_unit": DIVIDED_UNIT,
    }
    catalogue = load_catalogue("simulation")
    parts = [catalogue.text("readme", language, **facts) for language in languages]
    title = "# Example organisation · Voorbeeldorganisatie\n"
    return "\n".join([title, *parts])
