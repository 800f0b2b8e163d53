"""What lies behind the trend: make-up, lines over waves, linked people, leavers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.linked import LEAVERS, LINKED, follow_people
from diagnose.diagnosis.lowest_units import SELECTED, follow_lowest
from diagnose.diagnosis.makeup import MAKEUP, count_languages, split_changes
from diagnose.diagnosis.wave_lines import BANDS, LINES, draw_lines
from diagnose.instrument.model import Instrument
from diagnose.responses.model import Responses


def _no_lines() -> pd.DataFrame:
    return build_frame((), LINES)


def _no_bands() -> pd.DataFrame:
    return build_frame((), BANDS)


def _no_makeup() -> pd.DataFrame:
    return build_frame((), MAKEUP)


def _no_linked() -> pd.DataFrame:
    return build_frame((), LINKED)


def _no_leavers() -> pd.DataFrame:
    return build_frame((), LEAVERS)


def _no_selected() -> pd.DataFrame:
    return build_frame((), SELECTED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """What lies behind the trend of the work floor.

    In a publication `lines`, `bands`, `makeup` and `selected` hold only what is shown;
    `linked` and `leavers` have a ``status``.

    Attributes
    ----------
    lines : pandas.DataFrame
        One row a subscale over three waves and more: ``subscale``, ``item`` (where the
        subscale is one item, else empty), ``n_waves``, ``n_respondents`` (answers over
        all waves), ``slope`` (change per wave), ``conf_low``, ``conf_high``,
        ``p_value``, ``p_adjusted``, ``direction``, ``method``, ``n_teams`` (see
        `Diagnosis.trend`), ``bend_p_value``, ``bend_p_adjusted`` (test that the waves
        lie on the line; NaN where it cannot be made).
    bands : pandas.DataFrame
        One row a wave and subscale of `lines`: ``wave``, ``subscale``, ``fitted``,
        ``fitted_low``, ``fitted_high``.
    makeup : pandas.DataFrame
        One row a step in time (``wave``, its end) and subscale, ``across`` units:
        ``n_groups``, ``n_smallest`` (respondents of the smallest in either wave),
        ``change``, ``within`` (change within units, at their average make-up),
        ``within_low``, ``within_high``, ``p_value`` (of ``within``), ``composition``
        (of the changed shares), ``turnover`` (of groups in one wave only),
        ``total_variation`` (share of respondents who would have to be of another unit
        to make the waves alike). And one row a step ``across`` languages, without a
        subscale: counts of people only.
    linked : pandas.DataFrame
        One row a subscale, of people with a score in both of the last two waves:
        ``wave``, ``subscale``, ``n_linked``, ``n_others_before``, ``n_others`` (with a
        score in one of them only), ``mean_before``, ``mean``, ``change``,
        ``conf_low``, ``conf_high``, ``p_value``, ``p_adjusted``, ``direction``,
        ``smallest`` (smallest change of one person beyond the error of measurement),
        ``n_better``, ``n_worse`` (people beyond it), ``n_expected`` (on either side if
        nobody changed); before disclosure control also ``n_mixed``, see
        `diagnose.diagnosis.linked`.
    leavers : pandas.DataFrame
        One row a subscale, of people of the wave before with a link code: ``wave``
        (the last), ``subscale``, ``n_stayed``, ``n_left`` (no score in the last wave),
        ``mean_stayed``, ``mean_left`` (of the first scores), ``difference`` (left
        minus stayed), ``conf_low``, ``conf_high``, ``p_value``, ``p_adjusted``,
        ``direction``; and ``n_mixed`` in the same way.
    selected : pandas.DataFrame
        One row a subscale, of the lowest fifth of the units in the wave before:
        ``wave``, ``subscale``, ``level``, ``n_teams`` (in both waves), ``n_selected``,
        ``before`` (mean of their means), ``expected`` (change by chance alone),
        ``observed`` (change), ``beyond`` (observed less expected, less the same of the
        other units), ``conf_low``, ``conf_high``, ``p_value``, ``p_adjusted``,
        ``direction``.
    """

    lines: pd.DataFrame = field(default_factory=_no_lines)
    bands: pd.DataFrame = field(default_factory=_no_bands)
    makeup: pd.DataFrame = field(default_factory=_no_makeup)
    linked: pd.DataFrame = field(default_factory=_no_linked)
    leavers: pd.DataFrame = field(default_factory=_no_leavers)
    selected: pd.DataFrame = field(default_factory=_no_selected)


def assess_change(
    responses: Responses,
    scores: pd.DataFrame,
    trend: pd.DataFrame,
    wave_cells: pd.DataFrame,
    reliability: pd.DataFrame,
    *,
    conf_level: float,
) -> Change:
    """Return what lies behind the trend.

    Parameters
    ----------
    responses : Responses
        The work floor of every wave. Not modified.
    scores : pandas.DataFrame
        Its scores on the subscales that every wave asked alike.
    trend, wave_cells : pandas.DataFrame
        See `Diagnosis`.
    reliability : pandas.DataFrame
        See `Measurement.reliability`.
    conf_level : float
        Coverage of the intervals.
    """
    if len(responses.waves) < 2:
        return Change()
    linked, leavers = follow_people(
        responses, scores, reliability, conf_level=conf_level
    )
    change = compare_groups_again(
        trend,
        wave_cells,
        responses.instrument,
        responses.hierarchy,
        conf_level=conf_level,
    )
    makeup = pd.concat([change.makeup, count_languages(responses)], ignore_index=True)
    return Change(
        lines=change.lines,
        bands=change.bands,
        makeup=makeup,
        selected=change.selected,
        linked=linked,
        leavers=leavers,
    )


def compare_groups_again(
    trend: pd.DataFrame,
    wave_cells: pd.DataFrame,
    instrument: Instrument,
    hierarchy: tuple[str, ...],
    *,
    conf_level: float,
) -> Change:
    """Return what is a function of cells: lines, make-up of units, lowest units."""
    lines, bands = draw_lines(trend, wave_cells, instrument, conf_level=conf_level)
    return Change(
        lines=lines,
        bands=bands,
        makeup=split_changes(trend, wave_cells, conf_level=conf_level),
        selected=follow_lowest(
            tuple(dict.fromkeys(trend["wave"])),
            wave_cells,
            hierarchy,
            conf_level=conf_level,
        ),
    )
