"""How sure a mean score of a unit can be, from who answered and who works there."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import shown_cells
from diagnose.diagnosis.model import Participation
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR


def add_margins(
    participation: Participation,
    profile: pd.DataFrame,
    instrument: Instrument,
    *,
    conf_level: float,
) -> Participation:
    """Give each unit the margin of error of a mean score.

    One margin serves all subscales: it rests on the standard deviation between people
    of the work floor, pooled over the subscales that share the response scale most
    subscales have. Units whose people resemble each other have a smaller one. The
    finite-population factor is in it, so it is about the people who work there now,
    those who answered taken as a random sample of them; where all answered it is 0.

    Parameters
    ----------
    participation : Participation
        Its hidden rows get no margin. Not modified.
    profile : pandas.DataFrame
        See `Diagnosis.profile`; hidden rows take no part.
    instrument : Instrument
        Names the response scales.
    conf_level : float
        Coverage of the margin.

    Returns
    -------
    Participation
        With the column ``margin``: NaN without a head count that fits the answers, or
        below two answers.
    """
    from diagnose.statistics.weights import margins_of_error

    units = participation.units
    spread = _pooled_spread(profile, instrument)
    number, members = units["n_respondents"], units["n_members"]
    usable = (number >= 2) & (members >= number)
    margin = pd.Series(np.nan, index=units.index, dtype=float)
    if usable.any() and spread > 0:
        summary = pd.DataFrame(
            {
                "team": units.index[usable],
                "n_respondents": number[usable],
                "n_members": members[usable],
                "sd": spread,
            }
        )
        found = margins_of_error(summary, conf_level=conf_level).to_frame()
        margin[usable] = found["margin"].to_numpy()
    return replace(participation, units=units.assign(margin=margin))


def _pooled_spread(profile: pd.DataFrame, instrument: Instrument) -> float:
    cells = shown_cells(profile)
    floor = cells.loc[(cells["role"] == FLOOR) & (cells["n_respondents"] >= 2)]
    scales = [instrument.subscale(str(s)).response_scale for s in floor["subscale"]]
    if not scales:
        return math.nan
    common = Counter(scales).most_common(1)[0][0]
    own = floor.loc[[scale == common for scale in scales]]
    df = own["n_respondents"] - 1
    return math.sqrt(float((df * own["sd"] ** 2).sum() / df.sum()))
