"""How often a start becomes a movement, and what helps it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_list, check_proportion
from diagnose.statistics.movement.conditions import CONDITION_NAMES, Conditions
from diagnose.statistics.movement.distributions import Thresholds
from diagnose.statistics.movement.networks import Network
from diagnose.statistics.movement.pioneers import Placement
from diagnose.statistics.movement.proportion import wilson_interval
from diagnose.statistics.movement.spread import Spread, spread

CLAIMED_SHARES = (0.01, 0.05, 0.10, 0.25)
SETTING_NAMES = (*CONDITION_NAMES, "placement", "pioneers")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovementChances:
    """In which share of the runs a start became a movement.

    Attributes
    ----------
    method : str
        Kind of thresholds and of network.
    movement_at : float
        A run is a movement when at least this share of the people who were no
        pioneer takes part at the end.
    n_people, n_teams, n_runs : int
        Sizes; `n_runs` is that of each row.
    conf_level : float
        Coverage of the intervals. They say how sure a share of runs is with so many
        runs on the given networks (exact for networks of their kind when each run has
        one of its own), and nothing about whether the assumptions hold.
    seed : int
        Of all chance; the rows share it, so their runs are paired.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    movement_at: float
    n_people: int
    n_teams: int
    n_runs: int
    conf_level: float
    seed: int
    notes: tuple[str, ...]
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a setting.

        Columns: the five `Conditions`, `placement`, `n_pioneers`, `pioneer_share`;
        `estimate` (share of runs that became a movement), `conf_low`, `conf_high`,
        `conf_level`; `median_final_share` (of all people), `median_follower_share`
        (of those who were no pioneer), `median_steps_to_half` (steps until half of all
        people take part, over all runs; infinite when most runs never get there),
        `n_unsettled`, `n_runs`, `method`.
        """
        return self._rows.copy()


def movement_chance(  # noqa: PLR0913 - who starts, where, and how it is counted
    network: Network | Sequence[Network],
    thresholds: Thresholds | npt.ArrayLike,
    *,
    shares_of_pioneers: Sequence[float] = CLAIMED_SHARES,
    placement: Placement = "random",
    conditions: Conditions | None = None,
    movement_at: float = 0.5,
    n_runs: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> MovementChances:
    """Share of runs in which a start by so many pioneers becomes a movement.

    The answer holds for the given network, thresholds and conditions. There is no
    share of pioneers that is enough everywhere: "1 %" and "25 %" are both right
    somewhere, and this function says where.

    Parameters
    ----------
    network, thresholds, placement, conditions
        As in `spread`.
    shares_of_pioneers : sequence of float or int
        Shares of all people (floats) or numbers of people (ints), a row each.
    movement_at : float
        Share of the people who were no pioneer that must take part at the end for a
        run to count as a movement, above 0 and below 1.
    n_runs : int
        Runs a row.
    conf_level : float
        Coverage of the Wilson intervals.
    seed : int
        Same seed, same runs; pioneers of a smaller share are also among those of a
        larger one.

    Raises
    ------
    ValueError
        As `spread`, or no share at all.

    References
    ----------
    Granovetter, 1978, American Journal of Sociology. Centola, Becker, Brackbill &
    Baronchelli, 2018, Science. Wilson, 1927, Journal of the American Statistical
    Association.
    """
    return compare_settings(
        network,
        thresholds,
        grid={"pioneers": check_list("shares_of_pioneers", shares_of_pioneers)},
        placement=placement,
        conditions=conditions,
        movement_at=movement_at,
        n_runs=n_runs,
        conf_level=conf_level,
        seed=seed,
    )


def compare_settings(  # noqa: PLR0913 - who starts, where, and how it is counted
    network: Network | Sequence[Network],
    thresholds: Thresholds | npt.ArrayLike,
    *,
    grid: Mapping[str, Sequence[Any]],
    pioneers: float = 0.05,
    placement: Placement = "random",
    conditions: Conditions | None = None,
    movement_at: float = 0.5,
    n_runs: int = 200,
    conf_level: float = 0.95,
    seed: int = 1,
) -> MovementChances:
    """Chance of a movement in all combinations of some settings.

    Parameters
    ----------
    network, thresholds
        As in `spread`.
    grid : mapping of str to sequence
        Values to try of any of `peer_weight`, `visibility`, `visibility_afar`,
        `space`, `obstacles`, `placement`, `pioneers`; the last named varies fastest.
    pioneers, placement, conditions
        What holds where `grid` says nothing.
    movement_at, n_runs, conf_level, seed
        As in `movement_chance`. All rows meet the same people and the same luck.

    Raises
    ------
    ValueError
        As `spread`; an empty grid, or a name that is no setting.
    """
    _check_grid(grid)
    check_proportion("movement_at", movement_at)
    check_proportion("conf_level", conf_level)
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    for values in product(*grid.values()):
        setting = dict(zip(grid, values, strict=True))
        changed = {name: setting[name] for name in CONDITION_NAMES if name in setting}
        result = spread(
            network,
            thresholds,
            pioneers=setting.get("pioneers", pioneers),
            placement=setting.get("placement", placement),
            conditions=replace(conditions or Conditions(), **changed),
            n_runs=n_runs,
            seed=seed,
        )
        rows.append(_row(result, movement_at, conf_level))
        notes.extend((about_networks(result), *result.notes))
    return MovementChances(
        method=rows[-1]["method"],
        movement_at=movement_at,
        n_people=result.n_people,
        n_teams=result.n_teams,
        n_runs=n_runs,
        conf_level=conf_level,
        seed=seed,
        notes=tuple(dict.fromkeys(notes)),
        _rows=pd.DataFrame(rows),
    )


def is_movement(
    followers: npt.NDArray[np.int64],
    n_pioneers: npt.NDArray[np.int64] | int,
    n_people: int,
    movement_at: float,
) -> npt.NDArray[np.bool_]:
    """Return whether enough of those who were no pioneer take part."""
    others = n_people - np.asarray(n_pioneers)
    enough: npt.NDArray[np.bool_] = followers >= movement_at * others - 1e-9
    return enough & (others > 0)


def _row(result: Spread, movement_at: float, conf_level: float) -> dict[str, Any]:
    moved = is_movement(
        result.followers, result.n_pioneers, result.n_people, movement_at
    )
    n_moved = int(moved.sum())
    low, high = wilson_interval(n_moved, result.n_runs, conf_level)
    return {
        **{name: getattr(result.conditions, name) for name in CONDITION_NAMES},
        "placement": result.placement,
        "n_pioneers": result.n_pioneers,
        "pioneer_share": result.n_pioneers / result.n_people,
        "estimate": n_moved / result.n_runs,
        "conf_low": float(low),
        "conf_high": float(high),
        "conf_level": conf_level,
        "median_final_share": float(np.median(result.final_shares)),
        "median_follower_share": float(np.median(result.follower_shares)),
        "median_steps_to_half": float(np.median(result.steps_to_half)),
        "n_unsettled": int((~result.settled).sum()),
        "n_runs": result.n_runs,
        "method": result.method,
    }


def about_networks(result: Spread) -> str:
    """Return the note on how far the intervals reach beyond the given networks."""
    if result.n_networks == 1:
        return "about the one given network: others of its kind may differ"
    if result.n_networks == result.n_runs:
        return "every run has a network of its own"
    return (
        f"{result.n_runs} runs on {result.n_networks} networks: those of one network "
        f"are alike, so the intervals are too narrow for networks of this kind"
    )


def _check_grid(grid: Mapping[str, Sequence[Any]]) -> None:
    if not isinstance(grid, Mapping):
        raise TypeError(
            "`grid` must be a dictionary from setting to values; "
            f"got {type(grid).__name__}."
        )
    listed = all(isinstance(values, Collection) for values in grid.values())
    if not grid or not listed or not all(len(values) for values in grid.values()):
        raise ValueError("`grid` must name at least 1 setting with at least 1 value.")
    for name in grid:
        if name not in SETTING_NAMES:
            raise ValueError(
                f"`grid` must name settings out of {', '.join(SETTING_NAMES)}; "
                f"got {name!r}."
            )
