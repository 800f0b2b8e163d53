"""A work floor whose outcomes go with its conditions, for the tests of drivers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builders import instrument
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import VERDICTS
from diagnose.diagnosis.drivers import Drivers, find_drivers
from diagnose.diagnosis.profile import profile_roles
from diagnose.instrument.model import Instrument
from diagnose.responses.model import Responses
from diagnose.scoring.score import Scores

ASKED = instrument({"v": "v1", "o": "o1", "c": "c1", "k": "k1"}, outcomes=("c", "k"))
LINKS = {"v": 0.8, "o": 0.0}


def draw_scores(
    n_people: int, *, links: dict[str, float] | None = None, seed: int = 1
) -> pd.DataFrame:
    """Return scores on two conditions, and on two outcomes that go with them."""
    rng = np.random.default_rng(seed)
    weight = LINKS if links is None else links
    drawn = {name: rng.normal(size=n_people) for name in ("v", "o")}
    common = sum(weight[name] * drawn[name] for name in drawn)
    for outcome in ("c", "k"):
        drawn[outcome] = common + 0.6 * rng.normal(size=n_people)
    return pd.DataFrame(
        {name: np.clip(3 + 0.6 * values, 1, 5) for name, values in drawn.items()}
    )


def teams_of(n_people: int, n_teams: int) -> list[str]:
    """Return the team of each, people dealt round."""
    return [f"team {i % n_teams}" for i in range(n_people)]


def drivers_of(
    scores: pd.DataFrame,
    *,
    teams: list[str] | None = None,
    verdicts: dict[str, str] | None = None,
    asked: Instrument = ASKED,
    profile: pd.DataFrame | None = None,
) -> Drivers:
    """Return the drivers of a work floor with these scores."""
    people = pd.DataFrame({"role": ["floor"] * len(scores), "wave": "2"})
    if teams is not None:
        people["team"] = teams
    judged = {s.id: "good" for s in asked.subscales} | (verdicts or {})
    nothing = pd.DataFrame(index=people.index)
    return find_drivers(
        Responses(
            instrument=asked,
            answers=nothing,
            not_applicable=nothing,
            people=people,
            hierarchy=() if teams is None else ("team",),
            waves=("2",),
            reports=(),
        ),
        Scores(instrument=asked, frame=scores, keyed=nothing),
        profile_roles(scores, people["role"], conf_level=0.95)
        if profile is None
        else profile,
        build_frame(
            [{"subscale": s, "verdict": v, "reason": ""} for s, v in judged.items()],
            VERDICTS,
        ),
        conf_level=0.95,
    )
