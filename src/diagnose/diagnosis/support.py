"""What the answers support: which subscales and units a finding may be about."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnose.diagnosis.cells import Path
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.units import comparable_units
from diagnose.instrument.model import Subscale


def supported_subscales(parts: Parts) -> tuple[Subscale, ...]:
    """Return the subscales whose measurement supports a finding, in their order."""
    verdicts = parts.measurement.verdicts
    good = set(verdicts.loc[verdicts["verdict"] != "unsupported", "subscale"])
    return tuple(s for s in parts.instrument.subscales if s.id in good)


def rows_of(frame: pd.DataFrame, subscales: tuple[Subscale, ...]) -> pd.DataFrame:
    """Return the rows about these subscales."""
    return frame.loc[frame["subscale"].isin([s.id for s in subscales])]


def rows_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are not hidden; a diagnosis hides nothing yet."""
    return frame.loc[frame["status"] != "hidden"] if "status" in frame else frame


def width_of(parts: Parts, subscale: str) -> float:
    """Return the length of the response scale, to compare differences across scales."""
    bounds = parts.instrument.response_scale(
        parts.instrument.subscale(subscale).response_scale
    )
    return bounds.highest - bounds.lowest


def divided_units(parts: Parts) -> frozenset[tuple[Path, str]]:
    """Return the units and subscales on which people see very different things."""
    agreement = parts.units.agreement
    rows = agreement.loc[agreement["reading"] == "divided"]
    return frozenset(zip(rows["path"], rows["subscale"], strict=True))


def n_units_by_level(parts: Parts) -> Iterator[tuple[str, int]]:
    """Count the units of each level that can be compared on some subscale."""
    units = comparable_units(parts.units.cells)
    for level in parts.hierarchy:
        own = units.loc[units["level"] == level]
        yield level, int(own.groupby("subscale").size().max()) if len(own) else 0
