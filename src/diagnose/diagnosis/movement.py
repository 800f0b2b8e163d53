"""From pioneers to movement: a what-if fed by the published answers.

Nothing here is estimated and nothing is foretold. Answers are turned into the knobs of
a threshold model by formulas that fit in a sentence each; the model is run, and what
comes out shows which knob matters in it. The formulas are choices of this project:

* own drive d of a person: spread evenly over the part of 0 to 1 that belongs to the
  chosen answer about taking part (of five answers, a fifth each);
* a person joins when ``d + 2 p s >= 1``, with s the share of the own ties who are seen
  to take part and p the mean of the answers about peers, from 0 (lowest answer) to 1:
  at the middle of the scale, to see everybody else take part makes up for any lack of
  drive, and no more than that;
* visibility, space and obstacles: answers below the middle of the scale, as a share.
  Who answers so about visible progress stands for a tie that shows nothing; about
  space, for a person who cannot take part; about backing by leaders, for the chance at
  every step that someone without enough company gives up;
* "one point better": every answer of that subscale one point higher.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import SHOWN, FloatArray, build_frame
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.movement_teams import team_sizes
from diagnose.diagnosis.support import supported_subscales
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.statistics.movement import Conditions, Network, Thresholds

DRIVE, PEERS, VISIBILITY, SPACE, BACKING = "i", "p", "z", "s", "e"
NEEDED = (DRIVE, PEERS, VISIBILITY, SPACE, BACKING)
"""Subscales of the bottom-up scan that feed the model; other names do not."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "present": (),
    "visibility": (VISIBILITY,),
    "space": (SPACE,),
    "obstacles": (BACKING,),
    "together": (VISIBILITY, SPACE, BACKING),
}
"""Setting to the subscales of which every answer is taken one point higher."""

SHARES_OF_PIONEERS = (0.01, 0.05, 0.10, 0.25)
MOVEMENT_AT = 0.25
"""A run is called a movement from this share of those who did not start. Half would
ask more than the answers about space allow in most organisations."""

N_RUNS = 200
N_NETWORKS = 5
N_STEPS = 25
"""Steps that the curves show."""

BRIDGES = 1.0
DENSITY = 0.8
SPAN = 6
FEWEST_PEOPLE = 20

INPUTS = (
    "subscale",
    "n_items",
    "n_respondents",
    "position",
    "share",
    "share_better",
)
CHANCES = (
    "setting",
    "pioneers",
    "n_pioneers",
    "estimate",
    "conf_low",
    "conf_high",
    "conf_level",
    "median_share",
    "n_runs",
)
CURVES = ("setting", "pioneers", "step", "median_share", "runs_low", "runs_high")


def _no_inputs() -> pd.DataFrame:
    return build_frame((), INPUTS)


def _no_chances() -> pd.DataFrame:
    return build_frame((), CHANCES)


def _no_curves() -> pd.DataFrame:
    return build_frame((), CURVES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Movement:
    """In which share of the runs a start of a few becomes a movement.

    Frames are empty when an answer that is needed is not published; then nothing is
    made up in its place. No row can be hidden: there is no ``status``.

    Attributes
    ----------
    inputs : pandas.DataFrame
        One row a subscale that feeds the model: ``subscale``, ``n_items`` (of which
        the answers are published), ``n_respondents`` (fewest valid answers to one of
        them), ``position`` (mean answer, 0 lowest to 1 highest, reversed items turned),
        ``share`` (of the answers in the middle of the scale or above) and
        ``share_better`` (the same with every answer one point higher).
    chances : pandas.DataFrame
        One row a setting (see `SETTINGS`) and share of pioneers: ``setting``,
        ``pioneers`` (share of all people), ``n_pioneers``, ``estimate`` (share of the
        runs that become a movement), ``conf_low``, ``conf_high``, ``conf_level``
        (Wilson's interval: how sure the share is with so many runs), ``median_share``
        (of all people that takes part at the end), ``n_runs``.
    curves : pandas.DataFrame
        One row a setting, share of pioneers and step: ``setting``, ``pioneers``,
        ``step``, ``median_share`` of all people that takes part, and between
        ``runs_low`` and ``runs_high`` 90 % of the runs.
    n_people, n_teams : int
        Size of the organisation that is simulated, made of published sizes of units.
    n_known : int
        People in the units whose size is published; more than `n_people` when the
        simulated organisation is smaller, on purpose, to save time.
    movement_at : float
        Share of those who did not start from which a run is called a movement.
    seed : int
        Of all chance.
    """

    inputs: pd.DataFrame = field(default_factory=_no_inputs)
    chances: pd.DataFrame = field(default_factory=_no_chances)
    curves: pd.DataFrame = field(default_factory=_no_curves)
    n_people: int = 0
    n_teams: int = 0
    n_known: int = 0
    movement_at: float = MOVEMENT_AT
    seed: int = 1


def foresee_movement(parts: Parts, *, seed: int = 1) -> Movement:
    """Run the what-if on published parts alone.

    A pure function of the published distributions of answers, the verdicts on
    measurement and the published sizes of units, so that disclosure can make it again
    from what is left.

    Parameters
    ----------
    parts : Parts
        A `Diagnosis` or a publication of it. Not modified; hidden rows take no part.
    seed : int
        Same seed, same runs. All settings meet the same people and the same luck.

    Returns
    -------
    Movement
        Without rows when a subscale of `NEEDED` is not asked, not published or not
        supported by the measurement, or fewer than `FEWEST_PEOPLE` are known of.

    References
    ----------
    Granovetter, 1978, American Journal of Sociology. Watts, 2002, Proceedings of the
    National Academy of Sciences. Centola & Macy, 2007, American Journal of Sociology.
    """
    if missing_subscales(parts):
        return Movement(seed=seed)
    sizes, n_known = team_sizes(parts.participation)
    if sum(sizes) < FEWEST_PEOPLE:
        return Movement(seed=seed)
    answers = {name: _shares(parts, name) for name in NEEDED}
    given = tuple((name, tuple(shares)) for name, shares in answers.items())
    chances, curves = _run(sizes, given, parts.conf_level, seed)
    return Movement(
        inputs=input_frame(parts),
        chances=chances.copy(),
        curves=curves.copy(),
        n_people=sum(sizes),
        n_teams=len(sizes),
        n_known=n_known,
        seed=seed,
    )


def missing_subscales(parts: Parts) -> tuple[str, ...]:
    """Return what the model needs and does not get, in the order of `NEEDED`."""
    supported = {subscale.id for subscale in supported_subscales(parts)}
    published = set(_published(parts)["subscale"])
    return tuple(name for name in NEEDED if name not in supported & published)


def asks_for_movement(parts: Parts) -> bool:
    """Tell whether the instrument asks everything that the model needs."""
    return set(NEEDED) <= {subscale.id for subscale in parts.instrument.subscales}


def input_frame(parts: Parts) -> pd.DataFrame:
    """Return what the published answers say about each knob; see `Movement.inputs`."""
    shown = _published(parts)
    rows = []
    for name in NEEDED:
        shares = _shares(parts, name)
        own = shown.loc[shown["subscale"] == name]
        rows.append(
            {
                "subscale": name,
                "n_items": own["item"].nunique(),
                "n_respondents": own["n_respondents"].min(),
                "position": _position(shares),
                "share": _from_middle(shares),
                "share_better": _from_middle(shares, better=True),
            }
        )
    return build_frame(rows, INPUTS)


def _published(parts: Parts) -> pd.DataFrame:
    answers = parts.distributions
    shown = (answers["role"] == FLOOR) & (answers["status"] == SHOWN)
    return answers.loc[shown & answers["subscale"].isin(NEEDED)]


def _shares(parts: Parts, subscale: str) -> FloatArray:
    """Return the share of each answer, lowest first; items weigh alike."""
    asked = parts.instrument.subscale(subscale)
    scale = parts.instrument.response_scale(asked.response_scale)
    turned = {item.id for item in asked.items if item.keyed == "reverse"}
    own = _published(parts)
    own = own.loc[own["subscale"] == subscale]
    value = own["value"].where(
        ~own["item"].isin(turned), scale.lowest + scale.highest - own["value"]
    )
    total = own.groupby(value.to_numpy())["share"].sum()
    shares = total.reindex(scale.values, fill_value=0.0).to_numpy(dtype=np.float64)
    whole: FloatArray = shares / shares.sum()
    return whole


def _position(shares: FloatArray) -> float:
    return float(shares @ np.linspace(0.0, 1.0, len(shares)))


def _from_middle(shares: FloatArray, *, better: bool = False) -> float:
    """Return the share of answers that are not below the middle of the scale."""
    middle = len(shares) // 2
    return float(min(shares[max(middle - better, 0) :].sum(), 1.0))


Given = tuple[tuple[str, tuple[float, ...]], ...]


@lru_cache(maxsize=16)
def _run(
    sizes: tuple[int, ...], given: Given, conf_level: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every setting; the same numbers need no second run."""
    answers = {name: np.array(shares) for name, shares in given}
    networks = list(_networks(sizes, seed))
    thresholds = _thresholds(answers)
    chances, curves = [], []
    for setting, better in SETTINGS.items():
        conditions = _conditions(answers, better)
        for pioneers in SHARES_OF_PIONEERS:
            chance, curve = _one(
                networks, thresholds, conditions, pioneers, conf_level, seed
            )
            chances.append({"setting": setting, "pioneers": pioneers, **chance})
            curves.append(curve.assign(setting=setting, pioneers=pioneers))
    joined = pd.concat(curves, ignore_index=True)[list(CURVES)]
    return build_frame(chances, CHANCES), joined.astype({"step": "float64"})


def _networks(sizes: tuple[int, ...], seed: int) -> Iterator[Network]:
    from diagnose.statistics.movement import organisation_network

    people = np.array(sizes)
    n_pairs = (people.sum() ** 2 - (people**2).sum()) / 2
    for number in range(N_NETWORKS):
        yield organisation_network(
            list(sizes),
            density_within=DENSITY,
            bridges_per_person=min(BRIDGES, float(2 * n_pairs / people.sum())),
            managers=SPAN,
            seed=seed + number,
        )


def _thresholds(answers: dict[str, FloatArray]) -> Thresholds:
    from diagnose.statistics.movement import option_thresholds

    drive = answers[DRIVE]
    ends = np.linspace(0.0, 1.0, len(drive) + 1)
    # Without any example from peers nobody follows: the threshold is out of reach.
    influence = max(2 * _position(answers[PEERS]), 1e-6)
    limits = [
        ((1 - high) / influence, (1 - low) / influence)
        for low, high in pairwise(ends.tolist())
    ]
    return option_thresholds(drive, limits)


def _conditions(answers: dict[str, FloatArray], better: tuple[str, ...]) -> Conditions:
    from diagnose.statistics.movement import Conditions

    share = {
        name: _from_middle(answers[name], better=name in better)
        for name in (VISIBILITY, SPACE, BACKING)
    }
    return Conditions(
        visibility=share[VISIBILITY],
        space=share[SPACE],
        obstacles=max(1 - share[BACKING], 0.0),
    )


def _one(
    networks: list[Network],
    thresholds: Thresholds,
    conditions: Conditions,
    pioneers: float,
    conf_level: float,
    seed: int,
) -> tuple[dict[str, float], pd.DataFrame]:
    from diagnose.statistics.movement import spread
    from diagnose.statistics.movement.chance import is_movement
    from diagnose.statistics.movement.proportion import wilson_interval

    result = spread(
        networks,
        thresholds,
        pioneers=pioneers,
        conditions=conditions,
        n_runs=N_RUNS,
        seed=seed,
    )
    moved = int(
        is_movement(
            result.followers, result.n_pioneers, result.n_people, MOVEMENT_AT
        ).sum()
    )
    low, high = wilson_interval(moved, N_RUNS, conf_level)
    chance = {
        "n_pioneers": result.n_pioneers,
        "estimate": moved / N_RUNS,
        "conf_low": float(low),
        "conf_high": float(high),
        "conf_level": conf_level,
        "median_share": float(np.median(result.final_shares)),
        "n_runs": N_RUNS,
    }
    curve = result.curve().set_index("step")
    # A start that has settled stays as it is.
    whole = curve.reindex(range(N_STEPS + 1)).ffill().reset_index()
    return chance, whole[["step", "median_share", "runs_low", "runs_high"]]
