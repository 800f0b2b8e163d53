"""A small organisation, simulated, diagnosed and published: what outputs are made of.

Two divisions of four and three teams. One team is too small to show and another is
hidden with it; leaders and an earlier wave can be shown; most of the work floor could
not answer one item, whose answers are therefore hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module

from diagnose.diagnosis import diagnose
from diagnose.disclosure import Publication, Thresholds, publish
from diagnose.instrument import Instrument, load_instrument
from diagnose.responses import Responses
from diagnose.simulation import Unit, simulate

NAN = float("nan")
TEAMS = (
    "Day shift",
    "Evening shift",
    "Kitchen",
    "Night shift",
    "Finance",
    "IT",
    "Planning",
)
TOO_SMALL = "Night shift"
HIDDEN_WITH_IT = "Kitchen"
UNANSWERED = "p3"


def make_publication(
    labels: Mapping[str, str] | None = None,
    *,
    instrument: Instrument | None = None,
    levels: tuple[str, str] = ("division", "team"),
) -> Publication:
    """Return the publication; `labels` replaces names of divisions and teams."""
    names = dict(labels or {})
    asked = instrument or load_instrument("bottom-up")
    return _publish(_simulate(asked, levels, tuple(sorted(names.items()))))


def skip_figures(monkeypatch) -> None:
    """Leave the figures out of a report, for tests that look at its words only."""
    for section in ("sections", "item_section", "unit_section"):
        module = import_module(f"diagnose.report.{section}")
        for name in vars(module).copy():
            if name.startswith("plot_"):
                monkeypatch.setattr(module, name, lambda *_, **__: None)
        monkeypatch.setattr(module, "figure_svg", lambda _: "<svg></svg>")


def without_units(publication: Publication) -> Publication:
    """Return the same organisation as if nobody had been asked for a unit."""
    responses = _simulate(publication.instrument, ("division", "team"), ())
    people = responses.people.drop(columns=["division", "team"])
    return _publish(replace(responses, hierarchy=(), people=people, head_counts=None))


def _publish(responses: Responses) -> Publication:
    return publish(
        diagnose(responses),
        thresholds=Thresholds(),
        title={"en": "Example hospital", "nl": "Voorbeeldziekenhuis"},
        provenance={
            "waves": [{"label": "2026-1", "date": "2026-02-01", "file": "export.csv"}],
            "versions": {"diagnose": "0.1.0"},
        },
    )


@cache
def _simulate(
    asked: Instrument, levels: tuple[str, str], renamed: tuple[tuple[str, str], ...]
) -> Responses:
    names = dict(renamed)
    division, team = levels
    teams = tuple(names.get(name, name) for name in TEAMS)
    responses = simulate(
        asked,
        seed=11,
        hierarchy=levels,
        n_units=(2, 7),
        labels={
            division: tuple(names.get(name, name) for name in ("Care", "Support")),
            team: teams,
        },
        team_sizes=(52, 34, 13, 6, 24, 30, 18),
        leaders_per_team=2,
        units={
            teams[0]: Unit(shift={"v": -1.2, "z": 0.9}),
            teams[1]: Unit(divided=3.0),
        },
        leader_gap={"v": 1.2},
        waves=("2025-1", "2026-1"),
        change={"2026-1": {"s": 0.8}},
    )
    answers = responses.answers.copy()
    floor = responses.people.index[responses.people["role"] == "floor"]
    answers.loc[floor[6:], UNANSWERED] = NAN
    return Responses(
        instrument=asked,
        answers=answers,
        not_applicable=responses.not_applicable,
        people=responses.people,
        hierarchy=responses.hierarchy,
        waves=responses.waves,
        reports=tuple(
            replace(report, source=f"export-{wave}.csv")
            for wave, report in zip(responses.waves, responses.reports, strict=True)
        ),
        head_counts=responses.head_counts,
    )
