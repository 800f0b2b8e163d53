"""The design of a synthetic organisation: every setting, with its unit and default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PerSubscale = float | Mapping[str, float]
"""One number for all subscales, or subscale id to number for some of them."""

DEFAULT_TEAM_SHARE = 0.10
DEFAULT_LOADING = 0.75
DEFAULT_GAP = 0.0
MEAN_POSITION = 0.6
"""Where the mean of a subscale lies on its response scale unless the design says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How one unit differs from the rest of the organisation.

    The shifts of a unit and of the larger units around it add up. Of the other
    settings, the smallest unit that names one decides.

    Attributes
    ----------
    shift : float or mapping of str to float
        Added to the latent level of everyone in the unit, in latent standard
        deviations; one number for all subscales or subscale id to number.
    divided : float or None
        Distance in latent standard deviations between two camps of the work floor,
        of equal expected size and alike on every subscale; None is no camps.
    leader_gap : float, mapping of str to float, or None
        Replaces the `leader_gap` of the design.
    response_rate : float or None
        Replaces the `response_rate` of the design, 0 to 1.
    """

    shift: PerSubscale = 0.0
    divided: float | None = None
    leader_gap: PerSubscale | None = None
    response_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a synthetic organisation is like; the program checks it before use.

    A latent standard deviation is the spread of all work floor members of an ordinary
    organisation on one subscale, differences between teams included.

    Attributes
    ----------
    hierarchy : tuple of str
        Names of the levels from large to small; the last one holds the teams.
    n_units : tuple of int
        Units at each level. Children are dealt over their parents as evenly as
        possible.
    labels : mapping of str to tuple of str
        Level to the names of its units, in order; a level without an entry gets
        names such as ``"Team 01"``.
    team_sizes : tuple of int or None
        Staff of each team, leaders included. None draws them from a log-normal
        distribution with `team_size_median` and `team_size_spread` (standard
        deviation of the logarithm), kept within `team_size_range`.
    leaders_per_team : int or None
        None is one when the instrument has a leader form, otherwise none.
    response_rate : float
        Chance that a member of staff takes part in a wave, 0 to 1.
    units : mapping of str to Unit
        Name of a unit of any level to how it differs.
    means : mapping of str to float
        Subscale id to the expected score of the work floor over all such
        organisations, in response-scale units; other subscales lie at 60 % of
        their response scale, 3.4 on a scale from 1 to 5.
    correlation : float or tuple of tuple of float
        Latent correlation between subscales: one number for every pair, or a matrix
        in the order of the instrument. Holds within teams and between teams.
    team_share : float or mapping of str to float
        Share of the latent variance that lies between teams (latent ICC(1)); a
        subscale that the mapping does not name gets 0.10.
    leader_gap : float or mapping of str to float
        How much higher leaders answer than their team, in latent standard
        deviations; a subscale that the mapping does not name gets 0.
    loadings : float or mapping of str to float
        Correlation of the latent answer to an item with its subscale, 0 to 1; an
        item that the mapping does not name gets 0.75.
    difficulty_spread : float
        Items of a subscale are spread evenly from this much easier to this much
        harder than average, in standard deviations of the latent answer.
    threshold_reach : float
        The thresholds between answer categories lie evenly between minus and plus
        this many standard deviations of the latent answer.
    straight_share, random_share : float
        Share of respondents who give one answer throughout, or any answer.
    dont_know_share : float
        Chance of "don't know" for each item, where its response scale has it.
    unanswered_share : float
        Chance that an item is skipped.
    waves : tuple of str
        Wave labels in order of time.
    change : mapping of str to (float or mapping of str to float)
        Wave label to the difference from the first wave, in latent standard
        deviations, for all subscales or by subscale id.
    stayers_share : float
        Share of staff who are still there in the next wave.
    stability : float
        Correlation of a stayer's own latent position with that in the next wave.
    team_stability : float
        Correlation of a team's latent position with that in the next wave.
    linked : bool
        Give stayers the same link code in every wave; otherwise there is none.
    languages : mapping of str to float
        Language code to share of staff, together 1; empty is the first language of
        the instrument for everyone.
    seconds_per_item : float
        Median time for one item, in seconds.
    """

    hierarchy: tuple[str, ...] = ("division", "department", "team")
    n_units: tuple[int, ...] = (3, 8, 30)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    team_sizes: tuple[int, ...] | None = None
    team_size_median: float = 12.0
    team_size_spread: float = 0.5
    team_size_range: tuple[int, int] = (4, 30)
    leaders_per_team: int | None = None
    response_rate: float = 0.7
    units: Mapping[str, Unit] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    correlation: float | tuple[tuple[float, ...], ...] = 0.5
    team_share: PerSubscale = DEFAULT_TEAM_SHARE
    leader_gap: PerSubscale = DEFAULT_GAP
    loadings: float | Mapping[str, float] = DEFAULT_LOADING
    difficulty_spread: float = 0.3
    threshold_reach: float = 1.5
    straight_share: float = 0.0
    random_share: float = 0.0
    dont_know_share: float = 0.0
    unanswered_share: float = 0.0
    waves: tuple[str, ...] = ("1",)
    change: Mapping[str, PerSubscale] = field(default_factory=dict)
    stayers_share: float = 0.85
    stability: float = 0.7
    team_stability: float = 1.0
    linked: bool = False
    languages: Mapping[str, float] = field(default_factory=dict)
    seconds_per_item: float = 8.0

    def unit_labels(self, level: str) -> tuple[str, ...]:
        """Return the names of the units of one level, in order."""
        if level in self.labels:
            return tuple(self.labels[level])
        n_units = self.n_units[self.hierarchy.index(level)]
        width = len(str(n_units))
        return tuple(
            f"{level.capitalize()} {number:0{width}d}"
            for number in range(1, n_units + 1)
        )
