"""Where on its response scale a subscale measures well: information curves."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import INFORMATION
from diagnose.diagnosis.dimensions import modelled_blocks
from diagnose.errors import DiagnoseWarning, InsufficientDataError
from diagnose.instrument.model import Instrument

if TYPE_CHECKING:
    from diagnose.statistics.irt import GradedResponse

FEWEST_FOR_CURVES = 150
"""Respondents below which no curve is drawn: a convention. A subscale of four items has
twenty parameters."""

_GRID = np.linspace(-3.0, 3.0, 25)
"""Latent positions, in standard deviations; 99.7% of people lie between the ends."""


def assess_precision(instrument: Instrument, keyed: pd.DataFrame) -> pd.DataFrame:
    """Return the information of each subscale along its expected score.

    Parameters
    ----------
    instrument : Instrument
        What was asked.
    keyed : pandas.DataFrame
        Keyed answers of the work floor of one wave.

    Returns
    -------
    pandas.DataFrame
        Columns `INFORMATION`; a subscale whose curve cannot be computed has one row
        without numbers and with a note.
    """
    rows = [
        row
        for subscale, items in modelled_blocks(instrument, keyed).items()
        for row in _curve(subscale, keyed[list(items)])
    ]
    return build_frame(rows, INFORMATION)


def _curve(subscale: str, items: pd.DataFrame) -> list[dict[str, object]]:
    from diagnose.statistics.irt import graded_response

    row: dict[str, object] = {"subscale": subscale}
    if items.notna().any(axis="columns").sum() < FEWEST_FOR_CURVES:
        return [{**row, "note": "note.too_few"}]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DiagnoseWarning)
            fit = graded_response(items)
    except InsufficientDataError:
        return [{**row, "note": "note.no_model"}]
    curve = fit.test_information(_GRID).assign(
        score=_expected_scores(fit), n_respondents=fit.n_respondents
    )
    points: list[dict[str, object]] = curve.to_dict("records")  # type: ignore[assignment]
    return [{**row, "note": "", **point} for point in points]


def _expected_scores(fit: GradedResponse) -> np.ndarray:
    """Return the mean answer that is expected at each latent position."""
    curves = fit.category_curves(_GRID)
    parts = curves["category"] * curves["probability"]
    by_theta = parts.groupby(curves["theta"].to_numpy()).sum()
    return by_theta.to_numpy() / fit.n_items
