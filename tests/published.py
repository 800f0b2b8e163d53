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

import numpy as np

from diagnose.diagnosis import diagnose
from diagnose.diagnosis.change import Change
from diagnose.diagnosis.model import Diagnosis
from diagnose.disclosure import Publication, Thresholds, publish
from diagnose.instrument import Instrument, load_instrument
from diagnose.responses import Responses
from diagnose.simulation import Unit, simulate

NAN = float("nan")
HOSTILE_LABELS = {
    "Night shift": "<b>=1+1</b> \u202eploeg 3",
    "Kitchen": "10",
    "Day shift": "<script>alert(1)</script>\"'&",
    "Evening shift": "1",
    "IT": "html",
    "Planning": "@SUM(1)",
    "Finance": "=cmd|' /C calc'!A0",
    "Care": "report.pdf",
    "Support": "../tables.xlsx",
}
"""Names of units that are code, formulas, paths, or words of the outputs themselves."""
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
LARGE_ITEM_IN_DUTCH = "k2"
LARGE_ALIKE = (("o1", "e1"), ("o2", "e2"), ("o3", "e3"), ("o4", "e4"))


def make_publication(
    labels: Mapping[str, str] | None = None,
    *,
    instrument: Instrument | None = None,
    levels: tuple[str, str] = ("division", "team"),
) -> Publication:
    """Return the publication; `labels` replaces names of divisions and teams."""
    names = dict(labels or {})
    asked = instrument or load_instrument("bottom-up")
    return _published(asked, levels, tuple(sorted(names.items())))


@cache
def _published(
    asked: Instrument, levels: tuple[str, str], renamed: tuple[tuple[str, str], ...]
) -> Publication:
    return _publish(_diagnosed(asked, levels, renamed))


@cache
def _diagnosed(
    asked: Instrument, levels: tuple[str, str], renamed: tuple[tuple[str, str], ...]
) -> Diagnosis:
    return diagnose(_simulate(asked, levels, renamed))


def make_diagnosis() -> Diagnosis:
    """Return what `make_publication` publishes, to be published with other options."""
    return _diagnosed(load_instrument("bottom-up"), ("division", "team"), ())


@cache
def make_large_publication() -> Publication:
    """Return one with enough people for factor models and tests of comparability.

    Three languages of which one is too small to test, two waves, leaders, and the order
    in which people answered; one item works otherwise in Dutch, and two subscales
    measure nearly the same.
    """
    return _publish(diagnose(simulate_large()))


@cache
def simulate_large() -> Responses:
    """Return the answers behind `make_large_publication`."""
    asked = load_instrument("bottom-up")
    responses = simulate(
        asked,
        seed=5,
        hierarchy=("division", "team"),
        n_units=(2, 6),
        team_sizes=(110,) * 6,
        leaders_per_team=30,
        leader_gap={"v": 1.2},
        waves=("2025-1", "2026-1"),
        change={"2026-1": {"s": 0.8}},
    )
    return _with_faults(responses)


def _with_faults(responses: Responses) -> Responses:
    """Return the same answers from three languages, with known faults in them."""
    rng = np.random.default_rng(8)
    people = responses.people.copy()
    people["language"] = rng.choice(
        ["en", "nl", "de"], len(people), p=[0.5, 0.45, 0.05]
    )
    places = np.random.default_rng(3).permutation(len(people))
    people["order"] = (places + 0.5) / len(people)
    answers = responses.answers.copy()
    dutch = (people["language"] == "nl").to_numpy()
    other_words = LARGE_ITEM_IN_DUTCH
    answers[other_words] = np.where(
        dutch, np.clip(answers[other_words] - 2, 1, 5), answers[other_words]
    )
    # Answers that change places between two subscales make one subject of the two.
    for first, second in LARGE_ALIKE:
        swapped = rng.random(len(people)) < 0.4
        turned = 6 - answers[first] if first == "o4" else answers[first]
        back = 6 - answers[second] if first == "o4" else answers[second]
        answers[first], answers[second] = (
            np.where(swapped, back, answers[first]),
            np.where(swapped, turned, answers[second]),
        )
    return replace(responses, people=people, answers=answers)


def skip_figures(monkeypatch) -> None:
    """Leave the figures out of a report, for tests that look at its words only."""
    sections = (
        *("sections", "item_section", "unit_section", "measurement_section"),
        "representation_section",
        "driver_section",
        *("movement_section", "suitability_section"),
        "trend_section",
    )
    for section in sections:
        module = import_module(f"diagnose.report.{section}")
        for name in vars(module).copy():
            if name.startswith("plot_"):
                monkeypatch.setattr(module, name, lambda *_, **__: None)
        monkeypatch.setattr(module, "figure_svg", lambda _: "<svg></svg>")


def without_waves(publication: Publication, **changes: object) -> Publication:
    """Return the same publication as if this were the first wave."""
    measurement = publication.measurement
    compared = measurement.comparisons
    left = compared.loc[compared["across"] != "wave"]
    return replace(
        publication,
        trend=publication.trend.iloc[:0],
        change=Change(),
        units=replace(
            publication.units,
            before=publication.units.before.iloc[:0],
            changes=publication.units.changes.iloc[:0],
        ),
        measurement=replace(measurement, comparisons=left),
        **changes,
    )


def without_units(publication: Publication) -> Publication:
    """Return the same organisation as if nobody had been asked for a unit."""
    return _without_units(publication.instrument)


@cache
def _without_units(asked: Instrument) -> Publication:
    responses = _simulate(asked, ("division", "team"), ())
    people = responses.people.drop(columns=["division", "team"])
    alone = replace(responses, hierarchy=(), people=people, head_counts=None)
    return _publish(diagnose(alone))


def _publish(diagnosis: Diagnosis) -> Publication:
    return publish(
        diagnosis,
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
