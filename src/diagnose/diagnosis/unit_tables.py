"""The tables about units of the organisation: plain frames with documented columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from diagnose.diagnosis import columns
from diagnose.diagnosis.cells import build_frame


def _none_of(names: tuple[str, ...]) -> Callable[[], pd.DataFrame]:
    return lambda: build_frame((), names)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Units of the organisation on each subscale; of the work floor, if nothing else.

    Attributes
    ----------
    cells : pandas.DataFrame
        One row a unit and subscale: ``level``, ``path``, ``parent``, ``subscale``,
        ``n_respondents`` (valid), ``mean``, ``sd`` (NaN for one respondent),
        ``status``. Status ``rest`` is the roll-up of what is hidden in `parent`
        (its ``path`` is ``(*parent, "")``); ``hidden`` rows hold no numbers.
    agreement : pandas.DataFrame
        One row a unit of the lowest level and *collective or individual* subscale:
        ``level``, ``path``, ``parent``, ``subscale``, ``n_respondents``,
        ``r_wg_j_uniform``, ``r_wg_j_slight_skew``, ``r_wg_j_moderate_skew``, ``a_wg``,
        ``ad_mean``, ``ad_mean_better_than_<null>`` (1 if the team agrees better than
        random answers of that null, else 0), ``reading`` (``agree``, ``divided``,
        ``unclear``; empty for individual subscales: there spread is no disagreement).
    estimates : pandas.DataFrame
        One row a shown unit and subscale: ``level``, ``path``, ``parent``,
        ``subscale``, ``n_respondents``, ``mean``, ``estimate`` (shrunken),
        ``conf_low``, ``conf_high``, ``reliability``; ``n_members``, ``now_estimate``,
        ``now_low``, ``now_high`` (mean of the people who are there now; NaN without a
        head count); ``difference`` (unit minus the rest of its level),
        ``difference_low``, ``difference_high``, ``p_value``, ``p_adjusted``,
        ``direction`` (see `Direction`); at the lowest level ``p_lowest`` and
        ``p_highest`` (probability to be among the ``n_lowest`` of `models`),
        ``rank_low``, ``rank_high`` (rank 1 is the lowest), else NaN.
    models : pandas.DataFrame
        One row a level and subscale: ``level``, ``subscale``, ``n_teams``,
        ``n_respondents``, ``mu``, ``tau2``, ``sigma2``, ``icc1``, ``icc1_low``,
        ``icc1_high``, ``icc2``, ``statistic``, ``df``, ``df2``, ``p_value`` (Welch),
        ``n_lowest`` (units that are a fifth of them; NaN where no order is drawn).
    leaders : pandas.DataFrame
        Columns of `cells`, of the leaders of each unit.
    gaps : pandas.DataFrame
        One row a unit and subscale of which both cells are shown: ``level``, ``path``,
        ``parent``, ``subscale``, ``n_floor``, ``mean_floor``, ``n_leader``,
        ``mean_leader``, ``difference`` (floor minus leader), ``conf_low``,
        ``conf_high``, ``p_value``, ``p_adjusted``, ``direction``.
    levels : pandas.DataFrame
        One row a subscale and level, and one with level "" for people within the
        smallest units: ``subscale``, ``level``, ``variance`` that it adds, ``share``,
        ``n_units``, ``n_respondents``, ``note`` (key in the catalogue, or empty).
    answers : pandas.DataFrame
        One row a divided unit, subscale and keyed response value, its items together:
        ``level``, ``path``, ``parent``, ``subscale``, ``value`` (NaN where only the
        sides of the response scale may be shown), ``side`` (``low``, ``middle``,
        ``high``), ``count``, ``share``, ``n_answers``, ``n_respondents`` (with an
        answer), ``status``; before disclosure control also the whole work floor, with
        the path ``()``.
    skips : pandas.DataFrame
        Of the same: ``path``, ``subscale``, ``n_items`` (answered), ``count`` (people
        who answered so many). Never published: empty after disclosure control.
    patterns : pandas.DataFrame
        One row a role, smallest unit (path ``()`` without units), subscale, side of
        the cuts across units and set of items: ``role``, ``path``, ``subscale``,
        ``cut``, ``answered`` (which items, see `diagnose.diagnosis.patterns`),
        ``n_scored``, ``count`` (people). Never published: empty after disclosure
        control.
    before : pandas.DataFrame
        Columns of `cells`, of the work floor in the wave before, on subscales that
        both waves asked alike. After disclosure control it names only units of which
        the cell of this wave is shown; all others of a parent are in its ``rest``.
    changes : pandas.DataFrame
        One row a unit and subscale of which the cells of both waves are shown:
        ``level``, ``path``, ``parent``, ``subscale``, ``n_before``, ``mean_before``,
        ``n_respondents``, ``mean``, ``change`` (this wave minus the one before),
        ``conf_low``, ``conf_high``, ``p_value`` (Welch), ``p_adjusted``,
        ``direction``. The change of a unit is that of its people, of those who joined
        and of those who left, together.
    """

    cells: pd.DataFrame
    agreement: pd.DataFrame
    estimates: pd.DataFrame
    models: pd.DataFrame
    leaders: pd.DataFrame
    gaps: pd.DataFrame
    levels: pd.DataFrame = field(default_factory=_none_of(columns.LEVEL_SHARES))
    answers: pd.DataFrame = field(default_factory=_none_of(columns.UNIT_ANSWERS))
    skips: pd.DataFrame = field(default_factory=_none_of(columns.UNIT_SKIPS))
    patterns: pd.DataFrame = field(default_factory=_none_of(columns.UNIT_PATTERNS))
    before: pd.DataFrame = field(default_factory=_none_of(columns.CELLS))
    changes: pd.DataFrame = field(default_factory=_none_of(columns.UNIT_CHANGES))
