"""The truth of a synthetic organisation: what a perfect diagnosis would find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option
from diagnose.instrument.model import Instrument, Role
from diagnose.responses.model import FLOOR, LEADER
from diagnose.simulation.measurement import ItemModel, Measurement
from diagnose.simulation.normal import normal_quadrature
from diagnose.simulation.organisation import Organisation

Weight = Literal["respondents", "members"]
_N_INTERPOLATION = 128
_ROLES: tuple[Role, ...] = ("floor", "leader")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """Expected scores and reliability of one synthetic organisation.

    Expected means over people and answers, given the teams as they are: the same
    teams, their people drawn anew. Everything refers to attentive respondents, and
    answers are missing at random, so that it also holds for incomplete answers. All
    scores are in response-scale units. Values come from the normal distribution
    function and from Gauss-Hermite quadrature, not from simulation.

    Attributes
    ----------
    hierarchy : tuple of str
        Names of the levels from large to small.
    organisation : pandas.DataFrame
        One row a wave, role and subscale: ``by_respondents`` and ``by_members`` are
        the expected score when teams count by their attentive respondents or by
        their head count. NaN when nobody of that role responded or exists.
    teams : pandas.DataFrame
        One row a wave, role, team and subscale: ``expected`` score, ``variance`` of
        the score of one member, ``n_respondents`` (attentive), ``n_members`` (of
        that role).
    gap : pandas.DataFrame
        One row a wave and subscale: ``by_respondents`` and ``by_members`` are the
        expected score of the work floor minus that of the leaders.
    reliability : pandas.DataFrame
        One row a wave and subscale, work floor, teams by attentive respondents:
        coefficient ``alpha`` and ``icc`` (share of the variance of scores that lies
        between these teams). NaN alpha for a single item.
    """

    hierarchy: tuple[str, ...]
    organisation: pd.DataFrame
    teams: pd.DataFrame
    gap: pd.DataFrame
    reliability: pd.DataFrame

    def units(self, level: str, *, weight: Weight = "respondents") -> pd.DataFrame:
        """Return the expected scores of the units of one level.

        Parameters
        ----------
        level : str
            A level of the hierarchy; the levels around it are returned too.
        weight : {"respondents", "members"}
            Whether teams count by attentive respondents or by head count.

        Returns
        -------
        pandas.DataFrame
            Wave, role, the unit and those around it, subscale, ``expected``,
            ``n_respondents``, ``n_members``; NaN without anyone to weigh by.

        Raises
        ------
        ValueError
            An unknown level or weight.
        """
        check_option("weight", weight, Weight)
        check_option("level", level, Literal[self.hierarchy])
        keys = list(self.hierarchy[: self.hierarchy.index(level) + 1])
        sizes = ["n_respondents", "n_members"]
        weighted = self.teams.assign(
            total=self.teams["expected"] * self.teams[f"n_{weight}"]
        )
        sums = weighted.groupby(["wave", "role", *keys, "subscale"], sort=False)[
            ["total", *sizes]
        ].sum()
        someone = sums[f"n_{weight}"].where(sums[f"n_{weight}"] > 0)
        sums.insert(0, "expected", sums["total"] / someone)
        return sums.drop(columns="total").reset_index()

    def to_frame(self) -> pd.DataFrame:
        """Return the expected scores of the organisation, as `organisation`."""
        return self.organisation.copy()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Moments of the keyed answers of one subscale in every team.

    Attributes
    ----------
    mean : numpy.ndarray, shape (n_teams, n_items)
        Expected answers.
    covariance : numpy.ndarray, shape (n_teams, n_items, n_items)
        Covariances of the answers of one member of the team.
    """

    mean: np.ndarray
    covariance: np.ndarray

    @property
    def score(self) -> np.ndarray:
        """Expected score of each team."""
        return np.asarray(self.mean.mean(axis=1))

    @property
    def score_variance(self) -> np.ndarray:
        """Variance of the score of one member of each team."""
        return np.asarray(self.covariance.mean(axis=(1, 2)))


def answer_moments(
    items: Sequence[ItemModel],
    level: np.ndarray,
    half_distance: np.ndarray,
    spread: float,
) -> Moments:
    """Return the moments of answers in teams at these latent levels.

    Means and variances are closed forms; covariances integrate the product of two
    conditional means over the latent position, given which answers are independent.

    Parameters
    ----------
    items : sequence of ItemModel
        The items of one subscale.
    level, half_distance : numpy.ndarray, shape (n_teams,)
        Latent level, and the distance of the two camps from it.
    spread : float
        Latent variance within a camp.
    """
    camps = np.concatenate([level - half_distance, level + half_distance])
    first, products = _moments_at(items, camps, spread)
    n_teams, n_items = len(level), len(items)
    mean = first.reshape(2, n_teams, n_items).mean(axis=0)
    products = products.reshape(2, n_teams, n_items, n_items).mean(axis=0)
    covariance = products - mean[:, :, np.newaxis] * mean[:, np.newaxis, :]
    return Moments(mean=mean, covariance=covariance)


def _moments_at(
    items: Sequence[ItemModel], positions: np.ndarray, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return expected answers and products of answers; interpolate for many teams.

    Both are smooth functions of one number, so that their values at Chebyshev nodes
    give them anywhere and the cost does not grow with the number of teams.
    """
    if len(positions) <= _N_INTERPOLATION:
        return _integrate(items, positions, spread)
    middle = (positions.max() + positions.min()) / 2
    reach = max((positions.max() - positions.min()) / 2, 1e-6)
    nodes = np.polynomial.chebyshev.chebpts1(_N_INTERPOLATION)
    basis = np.polynomial.chebyshev.chebvander(nodes, _N_INTERPOLATION - 1)
    to_coefficients = basis.T * 2 / _N_INTERPOLATION
    to_coefficients[0] /= 2
    units = np.clip((positions - middle) / reach, -1, 1)
    wanted = np.polynomial.chebyshev.chebvander(units, _N_INTERPOLATION - 1)
    operator = wanted @ to_coefficients
    first, products = _integrate(items, middle + reach * nodes, spread)
    return operator @ first, np.einsum("tn,njk->tjk", operator, products, optimize=True)


def _integrate(
    items: Sequence[ItemModel], positions: np.ndarray, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = normal_quadrature()
    grid = positions[:, np.newaxis] + np.sqrt(spread) * nodes
    chances = [item.category_above(positions, spread) for item in items]
    given = np.stack([item.moment(item.category_above(grid)) for item in items])
    products = np.einsum("jtq,ktq,q->tjk", given, given, weights, optimize=True)
    for number, (item, above) in enumerate(zip(items, chances, strict=True)):
        products[:, number, number] = item.moment(above, power=2)
    first = [item.moment(above) for item, above in zip(items, chances, strict=True)]
    return np.stack(first, axis=1), products


def find_truth(
    instrument: Instrument,
    measurement: Measurement,
    organisation: Organisation,
    *,
    waves: tuple[str, ...],
    n_attentive: dict[str, np.ndarray],
) -> Truth:
    """Work out the truth of an organisation.

    Parameters
    ----------
    n_attentive : dict of str to numpy.ndarray, shape (n_waves, n_teams)
        Role to the number of attentive respondents.
    """
    teams, reliability = [], []
    roles = _ROLES if organisation.n_leaders else _ROLES[:1]
    for (wave, label), role in product(enumerate(waves), roles):
        responded = n_attentive[role][wave]
        for number, subscale in enumerate(instrument.subscales):
            items = [i for i in measurement.items[number] if role in i.roles]
            if len(items) < subscale.min_answered:
                continue
            moments = _moments(measurement, organisation, items, role, wave, number)
            keys = {"wave": label, "role": role, "subscale": subscale.id}
            teams.append(_team_rows(organisation, moments, responded, keys))
            if role == FLOOR:
                reliability.append(keys | _reliability(moments, responded))
    of_teams = pd.concat(teams, ignore_index=True)
    of_organisation = _organisation(of_teams)
    return Truth(
        hierarchy=tuple(organisation.units.columns),
        organisation=of_organisation,
        teams=of_teams,
        gap=_gap(of_organisation),
        reliability=pd.DataFrame(reliability).drop(columns="role"),
    )


def _moments(
    measurement: Measurement,
    organisation: Organisation,
    items: Sequence[ItemModel],
    role: Role,
    wave: int,
    subscale: int,
) -> Moments:
    leads = role == LEADER
    levels = organisation.leader_level if leads else organisation.floor_level
    camps = organisation.half_distance * (not leads)  # leaders belong to no camp
    spread = 1 - measurement.team_share[subscale]
    return answer_moments(items, levels[wave, :, subscale], camps, spread)


def _reliability(moments: Moments, weight: np.ndarray) -> dict[str, float]:
    n_items = moments.mean.shape[1]
    if not weight.sum() > 0:
        return {"alpha": np.nan, "icc": np.nan}
    share = weight / weight.sum()
    deviation = moments.mean - share @ moments.mean
    between = np.einsum("t,tj,tk->jk", share, deviation, deviation)
    within = np.einsum("t,tjk->jk", share, moments.covariance)
    total = between + within
    unshared = 1 - np.trace(total) / total.sum()
    return {
        "alpha": n_items / (n_items - 1) * unshared if n_items > 1 else np.nan,
        "icc": between.sum() / total.sum(),
    }


def _team_rows(
    organisation: Organisation,
    moments: Moments,
    responded: np.ndarray,
    keys: dict[str, str],
) -> pd.DataFrame:
    rows = organisation.units.assign(
        **keys,
        expected=moments.score,
        variance=moments.score_variance,
        n_respondents=responded,
        n_members=organisation.n_staff(keys["role"]),
    )
    front = ["wave", "role", *organisation.units.columns, "subscale"]
    return rows[[*front, "expected", "variance", "n_respondents", "n_members"]]


def _organisation(teams: pd.DataFrame) -> pd.DataFrame:
    keys = ["wave", "role", "subscale"]
    frame = pd.DataFrame(
        {
            **{key: teams[key] for key in keys},
            "respondents": teams["expected"] * teams["n_respondents"],
            "members": teams["expected"] * teams["n_members"],
            "n_respondents": teams["n_respondents"],
            "n_members": teams["n_members"],
        }
    )
    sums = frame.groupby(keys, sort=False).sum()
    for weight in ("respondents", "members"):
        someone = sums[f"n_{weight}"].where(sums[f"n_{weight}"] > 0)
        sums[f"by_{weight}"] = sums[weight] / someone
    columns = ["by_respondents", "by_members", "n_respondents", "n_members"]
    return sums[columns].reset_index()


def _gap(organisation: pd.DataFrame) -> pd.DataFrame:
    columns = ["by_respondents", "by_members"]
    keyed = organisation.set_index(["wave", "subscale"])
    floor = keyed.loc[keyed["role"] == FLOOR, columns]
    leader = keyed.loc[keyed["role"] == LEADER, columns]
    return (floor - leader).reindex(floor.index).reset_index()
