"""The line through three waves or more, on each subscale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame, shown_cells
from diagnose.diagnosis.contrasts import with_directions
from diagnose.diagnosis.trend import CLUSTERED, INDEPENDENT
from diagnose.diagnosis.wave_groups import Cells, clusters_of, divide_cells
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Instrument

if TYPE_CHECKING:
    from diagnose.statistics.change import WaveTrend

FEWEST_WAVES = 3
"""Two waves have a difference; a line through them would say the same again."""

LINES = (
    "subscale",
    "item",
    "n_waves",
    "n_respondents",
    "slope",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "direction",
    "method",
    "n_teams",
    "bend_p_value",
    "bend_p_adjusted",
)
BANDS = ("wave", "subscale", "fitted", "fitted_low", "fitted_high")
_NO_LINES = (build_frame((), LINES), build_frame((), BANDS))


def draw_lines(
    trend: pd.DataFrame,
    wave_cells: pd.DataFrame | None,
    instrument: Instrument,
    *,
    conf_level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the straight line through the waves on each subscale, from cells alone.

    The waves stand at equal steps, and a slope is a change per wave: a diagnosis knows
    their labels, not their dates. A hidden wave leaves its step empty. Teams are
    clusters where the smallest groups of every wave are known, as in
    `diagnose.diagnosis.trend.compare_waves_from_cells`; else everybody counts as
    independent. All subscales are one family: p-values of the slopes are adjusted by
    Holm, and so are, as a family of their own, those of the bends. On an instrument of
    single items, such as a pulse, a subscale is one item, compared with itself only.

    Parameters
    ----------
    trend : pandas.DataFrame
        See `Diagnosis.trend`; hidden rows take no part.
    wave_cells : pandas.DataFrame or None
        See `Diagnosis.wave_cells`.
    instrument : Instrument
        Names the items of each subscale.
    conf_level : float
        Coverage of the intervals and of the band.

    Returns
    -------
    tuple of pandas.DataFrame
        See `Change.lines` and `Change.bands`; subscales with fewer than
        `FEWEST_WAVES` shown waves, or without any variation, have no rows.
    """
    waves = list(dict.fromkeys(trend["wave"]))
    if len(waves) < FEWEST_WAVES:
        return _NO_LINES
    groups = divide_cells(wave_cells)
    shown = shown_cells(trend)
    lines, bands = [], []
    for subscale, own in shown.groupby("subscale", sort=False):
        found = _line(own, groups, waves, conf_level=conf_level)
        if found is not None:
            lines.append(_row(str(subscale), found, instrument))
            bands += [*_band(str(subscale), found)]
    frame = with_directions(build_frame(lines, LINES), "slope", conf_level=conf_level)
    return _with_bends(frame), build_frame(bands, BANDS)


def _line(
    cells: pd.DataFrame, groups: Cells, waves: list[str], *, conf_level: float
) -> WaveTrend | None:
    if len(cells) < FEWEST_WAVES:
        return None
    from diagnose.statistics.change import wave_trend

    times = {wave: place for place, wave in enumerate(waves) if wave in set(cells.wave)}
    for table in (_teams(cells, groups), _plain(cells)):
        if table is not None:
            try:
                return wave_trend(table, times=times, conf_level=conf_level)
            except InsufficientDataError:
                continue
    return None


def _teams(cells: pd.DataFrame, groups: Cells) -> pd.DataFrame | None:
    """Return one row a wave and team, or None where a wave is not made up of teams."""
    parts = []
    for _, cell in cells.iterrows():
        own = clusters_of(groups, str(cell["wave"]), cell)
        if own is None:
            return None
        parts.append(own.assign(wave=cell["wave"]))
    joined = pd.concat(parts, ignore_index=True)
    return joined[["wave", "team", "n_respondents", "mean"]]


def _plain(cells: pd.DataFrame) -> pd.DataFrame | None:
    # A wave in which all answer alike has no spread, and its zero would be certainty.
    if not (cells["sd"] > 0).all():
        return None
    table = cells[["wave", "n_respondents", "mean"]]
    return table.assign(variance=cells["sd"] ** 2).reset_index(drop=True)


def _row(subscale: str, found: WaveTrend, instrument: Instrument) -> dict[str, object]:
    items = instrument.subscale(subscale).items
    bend = found.linearity_p_value
    return {
        "subscale": subscale,
        "item": items[0].id if len(items) == 1 else "",
        "n_waves": found.n_waves,
        "n_respondents": found.n_respondents,
        "slope": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
        "method": INDEPENDENT if found.n_teams is None else CLUSTERED,
        "n_teams": np.nan if found.n_teams is None else found.n_teams,
        "bend_p_value": np.nan if bend is None else bend,
    }


def _band(subscale: str, found: WaveTrend) -> Iterator[dict[str, object]]:
    for row in found.to_frame().to_dict("records"):
        yield {
            "subscale": subscale,
            **{name: row[name] for name in BANDS if name != "subscale"},
        }


def _with_bends(lines: pd.DataFrame) -> pd.DataFrame:
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = adjust_p_values(lines["bend_p_value"], method="holm")
    return lines.assign(bend_p_adjusted=np.asarray(adjusted, dtype=float))
