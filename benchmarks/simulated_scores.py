"""Scores of organisations of which the truth is known, drawn without a detour.

The model is that of `diagnose.simulate` with its default settings (a latent position of
every person on every subscale, part of it shared by a team; four items that follow the
position and are answered from 1 to 5; a score is their mean), drawn for all people at
once and without files, forms and gaps. It is what the benchmarks of the diagnosis have
in common.

What a latent level comes to in points is worked out, not simulated: an answer is above
a threshold with a chance that the normal distribution gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from unittest import mock

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis import units

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CONF_LEVEL = 0.95
SUBSCALES = tuple("volrfpzsecki")
"""Twelve, named as in the instrument ``bottom-up``."""
N_ITEMS = 4
LOADING = 0.75
DIFFICULTIES = np.linspace(-0.3, 0.3, N_ITEMS)
CUTS = np.linspace(-1.5, 1.5, 4)
CORRELATION = 0.5
TEAM_SHARE = 0.10
USUAL_MEAN = 3.4
STAYS, ALIKE = 0.6, 0.7
"""Chance that who answers was among those who answered in the wave before, and the
correlation of the latent positions of such a person."""


def normal_cdf(values: FloatArray) -> FloatArray:
    """Return the normal distribution function."""
    from scipy.special import ndtr

    below: FloatArray = ndtr(values)
    return below


def expected_score(level: npt.ArrayLike, spread: float = 1.0) -> FloatArray:
    """Return the expected score of people whose latent positions are normal.

    Parameters
    ----------
    level : array_like
        Their mean position.
    spread : float
        Their variance: 1 over all people, ``1 - team_share`` within a team.
    """
    deviation = np.sqrt(1 - LOADING**2 + LOADING**2 * spread)
    thresholds = (DIFFICULTIES[:, np.newaxis] + CUTS).ravel()
    distance = LOADING * np.asarray(level, dtype=float)[..., np.newaxis] - thresholds
    total: FloatArray = 1 + normal_cdf(distance / deviation).sum(axis=-1) / N_ITEMS
    return total


@cache
def level_of(score: float, spread: float = 1.0) -> float:
    """Return the latent mean at which `score` is expected."""
    low, high = -8.0, 8.0
    for _ in range(80):
        middle = (low + high) / 2
        below = float(expected_score(middle, spread)) < score
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


def shift_of(points: float, spread: float = 1.0) -> float:
    """Return the latent shift that moves a usual mean by so many points."""
    return level_of(USUAL_MEAN + points, spread) - level_of(USUAL_MEAN, spread)


@cache
def score_covariance(correlation: float, *, same: bool = False) -> float:
    """Return the covariance of two scores whose latent positions correlate.

    Given the part that two answers have in common they are independent, so that the
    expected product is an average over that part.

    Parameters
    ----------
    correlation : float
        Of the positions, not below 0.
    same : bool
        The variance of one score instead: the same errors on both sides.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    shared = LOADING**2 * (1.0 if same else correlation)
    middle = LOADING * level_of(USUAL_MEAN)
    distance = middle + np.sqrt(shared) * nodes[:, np.newaxis, np.newaxis]
    thresholds = DIFFICULTIES[:, np.newaxis] + CUTS
    answer = 1 + normal_cdf((distance - thresholds) / np.sqrt(1 - shared)).sum(axis=-1)
    score = answer.mean(axis=1)
    covariance = float(weights @ score**2 - (weights @ score) ** 2)
    if not same:
        return covariance
    # an answer varies by itself too: its own variance less what the pair has in common
    above = normal_cdf(middle - thresholds)
    mean = 1 + above.sum(axis=1)
    square = 1 + (above * (2 * np.arange(1, 5) + 1)).sum(axis=1)
    own = square - mean**2
    common = weights @ answer**2 - (weights @ answer) ** 2
    return covariance + float((own - common).sum()) / N_ITEMS**2


def correlate_scores(latent: FloatArray) -> FloatArray:
    """Return the correlations of scores, given those of positions."""
    variance = score_covariance(0.0, same=True)
    off = [[score_covariance(float(r)) / variance for r in row] for row in latent]
    correlations = np.array(off)
    np.fill_diagonal(correlations, 1.0)
    return correlations


@cache
def latent_correlation(of_scores: float) -> float:
    """Return the correlation of positions behind a correlation of scores."""
    low, high = 0.0, 0.999
    variance = score_covariance(0.0, same=True)
    for _ in range(60):
        middle = (low + high) / 2
        below = score_covariance(middle) / variance < of_scores
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of organisation.

    Attributes
    ----------
    name : str
        Key in the tables.
    number : int
        Sets its random numbers apart.
    n_teams, n_divisions : int
        Units; no level of divisions for 1.
    smallest, largest : int
        Respondents of a team, each number as likely.
    """

    name: str
    number: int
    n_teams: int
    n_divisions: int = 1
    smallest: int = 5
    largest: int = 30

    @property
    def hierarchy(self) -> tuple[str, ...]:
        """Levels from large to small."""
        return ("division", "team") if self.n_divisions > 1 else ("team",)


KINDS = (
    Kind(name="teams_8", number=1, n_teams=8),
    Kind(name="teams_30", number=2, n_teams=30),
    Kind(name="teams_60_in_3", number=3, n_teams=60, n_divisions=3),
)


def same_correlation(value: float = CORRELATION) -> FloatArray:
    """Return a matrix in which every two subscales correlate alike."""
    count = len(SUBSCALES)
    return np.full((count, count), value) + (1 - value) * np.eye(count)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Organisation:
    """The teams of one organisation, and how its people are drawn.

    Attributes
    ----------
    kind : Kind
        What it looks like.
    sizes : numpy.ndarray of int, shape (n_teams,)
        Respondents of each team.
    levels : numpy.ndarray, shape (n_teams, n_subscales)
        Latent level of each team.
    team_share : float
        Share of the latent variance that lies between teams.
    root : numpy.ndarray, shape (n_subscales, n_subscales)
        Root of the correlation of positions.
    """

    kind: Kind
    sizes: IntArray
    levels: FloatArray
    team_share: float
    root: FloatArray

    @property
    def teams(self) -> IntArray:
        """The team of each respondent."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def people(self, teams: IntArray) -> pd.DataFrame:
        """Return the units of respondents in these teams, as columns."""
        names = np.array([f"T{team:04d}" for team in range(len(self.sizes))], object)
        columns = {"team": names[teams]}
        if self.kind.n_divisions > 1:
            division = teams * self.kind.n_divisions // len(self.sizes)
            labels = [f"D{number:02d}" for number in range(self.kind.n_divisions)]
            columns["division"] = np.array(labels, dtype=object)[division]
        return pd.DataFrame(columns)

    def positions(self, teams: IntArray, rng: np.random.Generator) -> FloatArray:
        """Draw what each respondent adds to the level of the team."""
        own = rng.standard_normal((len(teams), len(self.root))) @ self.root.T
        drawn: FloatArray = own * np.sqrt(1 - self.team_share)
        return drawn

    def scores(
        self,
        rng: np.random.Generator,
        *,
        teams: IntArray | None = None,
        levels: FloatArray | None = None,
        own: FloatArray | None = None,
    ) -> pd.DataFrame:
        """Draw the scores of people in these teams, by default of all respondents."""
        where = self.teams if teams is None else teams
        own = self.positions(where, rng) if own is None else own
        return draw_scores(
            (self.levels if levels is None else levels)[where] + own, rng
        )

    def cells(
        self, scores: pd.DataFrame, teams: IntArray | None = None
    ) -> pd.DataFrame:
        """Return the cells of the units at every level."""
        where = self.teams if teams is None else teams
        return units.count_cells(scores, self.people(where), self.kind.hierarchy)

    def moved(self, stability: float, rng: np.random.Generator) -> FloatArray:
        """Draw the levels of the teams a wave later."""
        if stability == 1:
            return self.levels
        middle = level_of(USUAL_MEAN)
        drawn = rng.standard_normal(self.levels.shape) @ self.root.T
        drawn *= np.sqrt(self.team_share)
        kept = stability * (self.levels - middle)
        return middle + kept + np.sqrt(1 - stability**2) * drawn


def draw_organisation(
    kind: Kind,
    rng: np.random.Generator,
    *,
    team_share: float = TEAM_SHARE,
    sizes: Sequence[int] | None = None,
    correlation: FloatArray | None = None,
) -> Organisation:
    """Draw the teams of an organisation."""
    drawn = rng.integers(kind.smallest, kind.largest + 1, kind.n_teams)
    latent = same_correlation() if correlation is None else correlation
    root = np.linalg.cholesky(latent)
    effects = rng.standard_normal((kind.n_teams, len(latent))) @ root.T
    return Organisation(
        kind=kind,
        sizes=drawn if sizes is None else np.array(sizes, dtype=np.int64),
        levels=level_of(USUAL_MEAN) + np.sqrt(team_share) * effects,
        team_share=team_share,
        root=root,
    )


def draw_scores(positions: FloatArray, rng: np.random.Generator) -> pd.DataFrame:
    """Let people answer the items of each subscale, and average the answers."""
    names = list(SUBSCALES[: positions.shape[1]])
    total = np.zeros(positions.shape)
    noise = np.sqrt(1 - LOADING**2)
    for difficulty in DIFFICULTIES:
        answer = LOADING * positions + noise * rng.standard_normal(positions.shape)
        total += 1 + sum((answer > cut + difficulty).astype(float) for cut in CUTS)
    return pd.DataFrame(total / N_ITEMS, columns=names)


def compare_units(cells: pd.DataFrame) -> pd.DataFrame:
    """Compare units as the product does, but for the drawing of their order.

    That takes half the time and has no part in what is called a difference.
    """
    with mock.patch.object(units, "FEWEST_TO_RANK", len(cells) + 1):
        return units.compare_units(cells, conf_level=CONF_LEVEL)[0]


def next_wave(
    organisation: Organisation, own: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Draw what the respondents of the next wave add: some are the same people."""
    drawn = organisation.positions(organisation.teams, rng)
    stays = rng.random(len(own)) < STAYS
    keep = np.where(stays, ALIKE, 0.0)[:, np.newaxis]
    following: FloatArray = keep * own + np.sqrt(1 - keep**2) * drawn
    return following
