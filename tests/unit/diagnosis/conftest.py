"""Organisations of any size for the tests of the diagnosis, and parts by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis import columns
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.change import Change
from diagnose.diagnosis.drivers import Drivers
from diagnose.diagnosis.model import Measurement, Participation, Units
from diagnose.diagnosis.representation import Representation

SUBSCALES = {"v": "v1 v2 v3- v4", "o": "o1 o2 o3", "c": "c1 c2 c3"}


def make_responses(
    teams,
    *,
    levels,
    asked=None,
    wave="1",
    role="floor",
    shift=0.0,
    seed=0,
):
    """Return a frame of answers, one row a member of each team.

    `teams` maps a path of labels to (number of members, level of the team).
    """
    rng = np.random.default_rng(seed)
    asked = asked or builders.instrument(
        SUBSCALES, outcomes=("c",), individual=("o",), context="a1"
    )
    rows = []
    for path, (n_members, level) in teams.items():
        for _ in range(n_members):
            person = rng.normal(level + shift, 0.6)
            row = dict(zip(levels, path, strict=True)) | {"wave": wave, "role": role}
            for item in asked.closed_items:
                answer = np.clip(np.rint(rng.normal(person, 0.6)), 1, 5)
                row[item.id] = 6 - answer if item.keyed == "reverse" else answer
            rows.append(row)
    return pd.DataFrame(rows)


@pytest.fixture
def asked():
    """Return an instrument with two conditions (one individual) and an outcome."""
    return builders.instrument(
        SUBSCALES, outcomes=("c",), individual=("o",), context="a1"
    )


@pytest.fixture
def organisation(asked):
    """Return responses of a two-level organisation in two waves, with leaders."""
    levels = ("division", "team")
    teams = {
        ("North", "A"): (30, 3.2),
        ("North", "B"): (25, 3.3),
        ("South", "C"): (40, 4.3),
        ("South", ""): (5, 3.2),
    }
    frame = pd.concat(
        [
            make_responses(teams, levels=levels, wave="1", shift=-0.6, seed=1),
            make_responses(teams, levels=levels, wave="2", seed=2),
            make_responses(
                {("North", "A"): (10, 4.6), ("South", "C"): (10, 4.6)},
                levels=levels,
                wave="2",
                role="leader",
                seed=3,
            ),
        ]
    )
    return builders.responses(frame, asked)


@pytest.fixture
def parts(asked):
    """Return a function that makes the parts of a diagnosis out of a few rows each."""

    def make(
        *,
        verdicts=None,
        reliability=(),
        items=(),
        careless=(),
        sensitivity=(),
        models=(),
        loadings=(),
        pairs=(),
        information=(),
        comparisons=(),
        profile=(),
        distributions=(),
        cells=(),
        agreement=(),
        estimates=(),
        leaders=(),
        gaps=(),
        change=None,
        representation=None,
        drivers=None,
        gap=(),
        trend=(),
        roles=("floor", "leader"),
        unit_counts=(),
        hierarchy=("team",),
        waves=("1",),
    ):
        verdicts = verdicts or dict.fromkeys(SUBSCALES, ("good", "reason.good"))
        alphas = [
            {"subscale": s, "method": "alpha", "estimate": 0.85, "conf_low": 0.8}
            | {"conf_high": 0.9, "conf_level": 0.95, "n_respondents": 100, "n_items": 3}
            for s in verdicts
        ]
        return SimpleNamespace(
            instrument=asked,
            waves=waves,
            hierarchy=hierarchy,
            conf_level=0.95,
            participation=Participation(
                roles=build_frame(
                    [{"role": r, "n_respondents": 9, "status": "shown"} for r in roles],
                    columns.ROLES,
                ),
                units=build_frame(unit_counts, columns.UNIT_COUNTS),
            ),
            measurement=Measurement(
                reliability=build_frame(reliability or alphas, columns.RELIABILITY),
                items=build_frame(items, columns.ITEMS),
                verdicts=build_frame(
                    [
                        {"subscale": s, "verdict": v, "reason": r}
                        for s, (v, r) in verdicts.items()
                    ],
                    columns.VERDICTS,
                ),
                careless=build_frame(careless, columns.CARELESS),
                sensitivity=build_frame(sensitivity, columns.SENSITIVITY),
                models=build_frame(models, columns.FACTOR_MODELS),
                loadings=build_frame(loadings, columns.LOADINGS),
                pairs=build_frame(pairs, columns.PAIRS),
                information=build_frame(information, columns.INFORMATION),
                comparisons=build_frame(comparisons, columns.COMPARISONS),
            ),
            profile=build_frame(profile, columns.PROFILE),
            distributions=build_frame(distributions, columns.DISTRIBUTIONS),
            units=Units(
                cells=build_frame(cells, columns.CELLS),
                agreement=build_frame(agreement, columns.AGREEMENT),
                estimates=build_frame(estimates, columns.ESTIMATES),
                models=build_frame((), columns.MODELS),
                leaders=build_frame(leaders, columns.CELLS),
                gaps=build_frame(gaps, columns.UNIT_GAPS),
            ),
            gap=build_frame(gap, columns.GAP),
            trend=build_frame(trend, columns.TREND),
            change=change or Change(),
            representation=representation or Representation(),
            drivers=drivers or Drivers(),
        )

    return make
