"""The parts of a diagnosis: plain frames with documented columns, and findings.

Everything that compares units, forms or waves is a function of cells, where a cell is
``(n_respondents, mean, sd)`` of one group on one subscale. That is what lets
`diagnose.disclosure` take cells away and have the comparisons made again from what
is left, so that no comparison can carry a hidden cell to the outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd

from diagnose.diagnosis.unit_tables import Units
from diagnose.language import Language, Text, load_catalogue

if TYPE_CHECKING:
    from diagnose.diagnosis.change import Change
    from diagnose.diagnosis.drivers import Drivers
    from diagnose.diagnosis.first_steps import FirstSteps
    from diagnose.diagnosis.movement import Movement
    from diagnose.diagnosis.representation import Representation
    from diagnose.diagnosis.suitability import Suitability
    from diagnose.instrument.model import Instrument
    from diagnose.instrument.screen import Screen
    from diagnose.responses.model import IntakeReport

Shown = Literal["shown", "rest", "hidden"]
Direction = Literal["higher", "lower", "unclear"]
Verdict = Literal["good", "care", "unsupported", "single"]
FindingKind = Literal[
    "strength",
    "concern",
    "unit",
    "divided",
    "gap",
    "change",
    "driver",
    "measurement",
    "open",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Participation:
    """Who answered.

    Attributes
    ----------
    roles : pandas.DataFrame
        One row a role: ``role``, ``n_respondents``, ``status``.
    units : pandas.DataFrame
        One row a unit: ``level``, ``path`` (tuple of labels from the top), ``parent``
        (tuple), ``n_respondents`` (work floor), ``n_members`` (NaN if unknown),
        ``response_rate`` (0-1 or NaN), ``margin`` (of error of a mean score of the
        unit, see `diagnose.diagnosis.margins`; NaN if unknown), ``status``.
    """

    roles: pd.DataFrame
    units: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measurement:
    """Whether the answers measure what they should, on work-floor respondents.

    Attributes
    ----------
    reliability : pandas.DataFrame
        One row a subscale and coefficient: ``subscale``, ``method`` (``alpha``,
        ``omega_total``, ``omega_categorical``), ``estimate``, ``conf_low``,
        ``conf_high``, ``conf_level``, ``n_respondents``, ``n_items``, ``note`` (key in
        the catalogue, or empty).
    items : pandas.DataFrame
        One row an item: ``subscale``, ``item``, ``n_respondents``, ``mean`` (keyed),
        ``sd``, ``skew``, ``floor``, ``ceiling``, ``item_rest_r``,
        ``alpha_if_dropped``, ``share_missing`` (without "not applicable"),
        ``share_not_applicable``, ``flag`` (key in the catalogue, or empty).
    verdicts : pandas.DataFrame
        One row a subscale: ``subscale``, ``verdict`` (see `Verdict`), ``reason``
        (key in the catalogue ``findings``).
    careless : pandas.DataFrame
        One row a hurdle: ``hurdle``, ``n_screened``, ``n_flagged``; the row
        ``careless`` counts respondents over several hurdles.
    sensitivity : pandas.DataFrame
        One row a subscale: ``subscale``, ``n_all``, ``mean_all``, ``n_without``,
        ``mean_without``, ``difference``: without the careless answerers.
    models : pandas.DataFrame
        One row a factor model: ``scope`` (``all`` subscales of three items and more, or
        a kind of subscales), ``model`` (``intended``, the groupings that the
        instrument names, ``one_factor``, ``bifactor``), ``estimator`` (``mlr``,
        ``wlsmv``), ``n_respondents``, ``n_items``, ``statistic``, ``df``,
        ``p_value``, ``cfi``, ``tli``, ``rmsea``, ``rmsea_low``, ``rmsea_high``,
        ``srmr``, ``bic``, ``note`` (key in the catalogue, or empty).
    loadings : pandas.DataFrame
        One row an item, standardised, from the intended model of all subscales:
        ``subscale``, ``item``, ``estimate``, ``std_error``, ``conf_low``,
        ``conf_high``, ``conf_level``, ``n_respondents``, ``estimator``, ``flag``.
    pairs : pandas.DataFrame
        One row two subscales, from the same model: ``first``, ``second``, ``estimate``
        (correlation of the factors), ``std_error``, ``conf_low``, ``conf_high``,
        ``conf_level``, ``htmt``, ``n_respondents``, ``estimator``, ``verdict`` (see
        `diagnose.diagnosis.factor_rows.judge_pair`), and ``other_estimate`` and
        ``other_verdict`` with the answers treated the other way.
    information : pandas.DataFrame
        One row a subscale and latent position: ``subscale``, ``theta``, ``score``
        (mean answer that is expected there), ``information``, ``std_error`` (of the
        position), ``reliability``, ``n_respondents``, ``note``.
    comparisons : pandas.DataFrame
        One row a comparison, subscale and level of invariance: ``across`` (``role``,
        ``language``, ``wave``), ``subscale``, ``level``, ``estimator``, ``n_groups``,
        ``n_smallest``, ``n_respondents``, ``n_others`` (in no group that is large
        enough, or without an answer), ``statistic``, ``df``, ``p_value`` (of the step
        to this level; at the first level of the model), ``cfi``, ``delta_cfi``,
        ``rmsea``, ``delta_rmsea``, ``holds`` (``yes``, ``no``), ``released`` (items
        left free), ``verdict`` (see `diagnose.diagnosis.comparability.Comparison`),
        ``note``. A comparison without a test is one row without numbers.
    """

    reliability: pd.DataFrame
    items: pd.DataFrame
    verdicts: pd.DataFrame
    careless: pd.DataFrame
    sensitivity: pd.DataFrame
    models: pd.DataFrame
    loadings: pd.DataFrame
    pairs: pd.DataFrame
    information: pd.DataFrame
    comparisons: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence with its evidence.

    Attributes
    ----------
    code : str
        Key of the sentence in the catalogue ``findings``.
    kind : str
        What sort of finding it is; ``open`` says what cannot be concluded.
    subscales : tuple of str
        Subscales it is about.
    path : tuple of str
        Unit it is about; empty for the organisation.
    importance : float
        Larger comes first within its kind.
    evidence : mapping of str to float
        Numbers it rests on, in the shared vocabulary.
    words : mapping of str to mapping of str to str
        Values for the template in each language, already written out.
    """

    code: str
    kind: FindingKind
    subscales: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    importance: float = 0.0
    evidence: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Text] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Return the finding in words, with its numbers."""
        values = {name: text[language] for name, text in self.words.items()}
        return load_catalogue("findings").text(self.code, language, **values)


class Parts(Protocol):
    """What findings are made of: a `Diagnosis`, or a publication of it."""

    @property
    def instrument(self) -> Instrument:
        """What was asked."""

    @property
    def waves(self) -> tuple[str, ...]:
        """All waves, in order of time."""

    @property
    def hierarchy(self) -> tuple[str, ...]:
        """Names of the levels from large to small."""

    @property
    def conf_level(self) -> float:
        """Coverage of every interval."""

    @property
    def participation(self) -> Participation:
        """Who answered."""

    @property
    def measurement(self) -> Measurement:
        """Quality of the answers."""

    @property
    def profile(self) -> pd.DataFrame:
        """Means of each role."""

    @property
    def distributions(self) -> pd.DataFrame:
        """Answers to each item."""

    @property
    def units(self) -> Units:
        """The organisation's units."""

    @property
    def gap(self) -> pd.DataFrame:
        """Work floor against leaders."""

    @property
    def trend(self) -> pd.DataFrame:
        """Waves of the work floor."""

    @property
    def change(self) -> Change:
        """What lies behind the trend."""

    @property
    def representation(self) -> Representation:
        """Whom the answers stand for."""

    @property
    def drivers(self) -> Drivers:
        """What goes with the outcomes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diagnosis:
    """Everything that was concluded from the answers, before disclosure control.

    Attributes
    ----------
    instrument : Instrument
        What was asked.
    wave : str
        The wave that is diagnosed, the last of `waves`.
    waves : tuple of str
        All waves, in order of time.
    hierarchy : tuple of str
        Names of the levels from large to small.
    conf_level : float
        Coverage of every interval.
    intake : tuple of IntakeReport
        What was read, left out and refused.
    participation : Participation
        Who answered in `wave`.
    measurement : Measurement
        Quality of the answers of the work floor in `wave`.
    profile : pandas.DataFrame
        One row a role and subscale: ``role``, ``subscale``, ``n_respondents``,
        ``mean``, ``sd``, ``conf_low``, ``conf_high``, ``status``.
    distributions : pandas.DataFrame
        One row a role, closed item and response value: ``role``, ``item``,
        ``subscale`` ("" for context items), ``value``, ``count``, ``share`` (of the
        valid answers), ``n_respondents`` (valid), ``n_not_applicable``,
        ``n_unanswered``, ``status``.
    units : Units
        The organisation's units; empty frames without a hierarchy.
    gap : pandas.DataFrame
        One row a subscale: ``subscale``, ``n_floor``, ``mean_floor``, ``n_leader``,
        ``mean_leader``, ``difference`` (floor minus leader), ``conf_low``,
        ``conf_high``, ``p_value``, ``p_adjusted``, ``hedges_g``, ``g_low``,
        ``g_high``, ``direction``. Empty when there are no leaders.
    trend : pandas.DataFrame
        One row a wave and subscale, work floor: ``wave``, ``subscale``,
        ``n_respondents``, ``mean``, ``sd``, ``conf_low``, ``conf_high``, and the
        change since the wave before: ``change``, ``change_low``, ``change_high``,
        ``p_value``, ``p_adjusted``, ``method`` (``cluster_cr2``: teams as clusters;
        ``welch``; empty without a change), ``n_teams`` (clusters), ``direction``,
        ``status``. Empty for one wave.
    wave_cells : pandas.DataFrame
        One row a wave, unit of the lowest level and subscale, work floor: ``wave``,
        ``path``, ``parent``, ``subscale``, ``n_respondents``, ``mean``, ``sd``,
        ``status``. Teams are clusters when waves are compared; never published.
    change : Change
        What lies behind the trend.
    representation : Representation
        Whom the answers stand for.
    drivers : Drivers
        What goes with the outcomes.
    movement : Movement
        What could become of a few pioneers.
    findings : tuple of Finding
        Most important first within each kind.
    screen : Screen, optional
        What was answered about the change before anybody was asked anything.
    suitability : Suitability, optional
        How a change can begin. It and `first_steps` are made last; `diagnose` always
        makes them.
    first_steps : FirstSteps, optional
        What to begin with.
    """

    instrument: Instrument
    wave: str
    waves: tuple[str, ...]
    hierarchy: tuple[str, ...]
    conf_level: float
    intake: tuple[IntakeReport, ...]
    participation: Participation
    measurement: Measurement
    profile: pd.DataFrame
    distributions: pd.DataFrame
    units: Units
    gap: pd.DataFrame
    trend: pd.DataFrame
    wave_cells: pd.DataFrame
    change: Change
    representation: Representation
    drivers: Drivers
    movement: Movement
    findings: tuple[Finding, ...]
    screen: Screen | None = None
    suitability: Suitability | None = None
    first_steps: FirstSteps | None = None

    @property
    def teams(self) -> Units:
        """The units; the name used for the lowest level in everyday speech."""
        return self.units


__all__ = [
    "Diagnosis",
    "Direction",
    "Finding",
    "FindingKind",
    "Measurement",
    "Participation",
    "Parts",
    "Shown",
    "Units",
    "Verdict",
]
