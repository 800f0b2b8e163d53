"""The units of a synthetic organisation and where each team stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from diagnose.simulation.design import DEFAULT_GAP, Design, PerSubscale, Unit
from diagnose.simulation.measurement import Measurement, per_subscale

Setting = TypeVar("Setting")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Organisation:
    """The teams of one organisation, with their latent levels in every wave.

    Attributes
    ----------
    units : pandas.DataFrame, shape (n_teams, n_levels)
        Name of the team and of the units around it; columns are the hierarchy.
    n_members : numpy.ndarray of int, shape (n_teams,)
        Staff of each team, its leaders included.
    n_leaders : int
        Leaders of each team.
    floor_level, leader_level : numpy.ndarray, shape (n_waves, n_teams, n_subscales)
        Expected latent position of the work floor and of the leaders.
    half_distance : numpy.ndarray, shape (n_teams,)
        How far the two camps of a divided team lie from its level; else 0.
    response_rate : numpy.ndarray, shape (n_teams,)
        Chance that a member takes part.
    """

    units: pd.DataFrame
    n_members: np.ndarray
    n_leaders: int
    floor_level: np.ndarray
    leader_level: np.ndarray
    half_distance: np.ndarray
    response_rate: np.ndarray

    def n_staff(self, role: str) -> np.ndarray:
        """Return the head count of each team for one role."""
        leaders = np.full(len(self.n_members), self.n_leaders)
        return leaders if role == "leader" else self.n_members - leaders


def build_organisation(
    design: Design,
    measurement: Measurement,
    *,
    n_leaders: int,
    rng: np.random.Generator,
) -> Organisation:
    """Lay out the units, draw the size of each team and where it stands."""
    units = lay_out_units(design)
    around = [
        [design.units[label] for label in labels if label in design.units]
        for labels in units.itertuples(index=False, name=None)
    ]
    sizes = _team_sizes(design, n_leaders, rng)
    floor = _floor_level(design, measurement, around, rng)
    gaps = _leader_gaps(design, measurement, around)
    return Organisation(
        units=units,
        n_members=sizes,
        n_leaders=n_leaders,
        floor_level=floor,
        leader_level=floor + gaps,
        half_distance=_innermost(around, lambda unit: unit.divided, 0.0) / 2,
        response_rate=_innermost(
            around, lambda unit: unit.response_rate, design.response_rate
        ),
    )


def lay_out_units(design: Design) -> pd.DataFrame:
    """Return one row a team with the names of the units around it."""
    unit = np.arange(design.n_units[-1])
    columns = {}
    below = design.n_units[-1]
    for level, n_units in reversed(
        list(zip(design.hierarchy, design.n_units, strict=True))
    ):
        unit = unit * n_units // below
        columns[level] = np.array(design.unit_labels(level), dtype=object)[unit]
        below = n_units
    return pd.DataFrame(columns, dtype=str)[list(design.hierarchy)]


def _team_sizes(design: Design, n_leaders: int, rng: np.random.Generator) -> np.ndarray:
    if design.team_sizes is not None:
        return np.array(design.team_sizes)
    low, high = design.team_size_range
    logs = rng.standard_normal(design.n_units[-1]) * design.team_size_spread
    sizes = np.rint(design.team_size_median * np.exp(logs)).astype(int)
    within: np.ndarray = np.clip(sizes, max(low, n_leaders + 1), high)
    return within


def _floor_level(
    design: Design,
    measurement: Measurement,
    around: list[list[Unit]],
    rng: np.random.Generator,
) -> np.ndarray:
    ids = measurement.subscales
    root = np.linalg.cholesky(measurement.correlation)
    shape = (len(around), len(ids))
    shift = np.zeros(shape)
    for team, units in enumerate(around):
        shift[team] = sum(per_subscale(unit.shift, ids, 0.0) for unit in units)
    levels, effect = [], np.zeros(shape)
    for number, wave in enumerate(design.waves):
        keep = design.team_stability if number else 0.0
        drawn = rng.standard_normal(shape) @ root.T
        effect = keep * effect + np.sqrt(1 - keep**2) * drawn
        change = per_subscale(design.change.get(wave, 0.0), ids, 0.0)
        between = effect * np.sqrt(measurement.team_share)
        levels.append(measurement.mean + change + shift + between)
    return np.array(levels)


def _leader_gaps(
    design: Design, measurement: Measurement, around: list[list[Unit]]
) -> np.ndarray:
    gaps: list[PerSubscale] = [design.leader_gap] * len(around)
    for team, units in enumerate(around):
        for unit in units:
            gaps[team] = gaps[team] if unit.leader_gap is None else unit.leader_gap
    ids = measurement.subscales
    return np.array([per_subscale(gap, ids, DEFAULT_GAP) for gap in gaps])


def _innermost(
    around: list[list[Unit]], setting: Callable[[Unit], float | None], default: float
) -> np.ndarray:
    """Return for each team the setting of the smallest unit that names one."""
    chosen = [default] * len(around)
    for team, units in enumerate(around):
        for unit in units:
            value = setting(unit)
            chosen[team] = chosen[team] if value is None else value
    return np.array(chosen, dtype=float)
