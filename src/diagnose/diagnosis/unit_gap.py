"""The gap within units: work floor and leaders where both may be shown."""

from __future__ import annotations

import pandas as pd

from diagnose.diagnosis.cells import build_frame, direction_of
from diagnose.diagnosis.columns import UNIT_GAPS
from diagnose.diagnosis.units import comparable_units
from diagnose.errors import InsufficientDataError

_FAMILY = ["level", "subscale"]


def compare_roles_in_units(
    cells: pd.DataFrame, leaders: pd.DataFrame, *, conf_level: float
) -> pd.DataFrame:
    """Compare work floor and leaders within each unit, from cells alone.

    A test a unit, in which the few leaders of a unit borrow their spread from those of
    the other units of the level: on their own five leaders who happen to agree would
    make any difference look certain. The p-values are adjusted by Benjamini-Hochberg
    over one family: all units and all subscales of a level. A unit takes part on the
    subscales on which both its cells are shown, which is often nowhere below the
    largest units: leaders are few.

    Parameters
    ----------
    cells, leaders : pandas.DataFrame
        See `Units`. Not modified.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Units.gaps`. Where there is no spread to judge by, only the difference is
        given.
    """
    if not len(cells) or not len(leaders):
        return build_frame((), UNIT_GAPS)
    own = dict(list(comparable_units(cells).groupby(_FAMILY, sort=False)))
    led = dict(list(comparable_units(leaders).groupby(_FAMILY, sort=False)))
    parts = [
        part
        for family in own
        if family in led
        and (part := _compare_family(own[family], led[family], conf_level)) is not None
    ]
    if not parts:
        return build_frame((), UNIT_GAPS)
    together = pd.concat(parts, ignore_index=True)
    columns = {name: together[name] for name in UNIT_GAPS if name in together}
    return _adjusted(build_frame(columns, UNIT_GAPS), conf_level)


def _compare_family(
    own: pd.DataFrame, led: pd.DataFrame, conf_level: float
) -> pd.DataFrame | None:
    """Return the gaps of the units of one level on one subscale; None without any."""
    from diagnose.statistics.pooling import differences_within

    try:
        found = differences_within(_summary(own), _summary(led), conf_level=conf_level)
    except InsufficientDataError:
        return None  # no unit with both, or leaders who all answer alike everywhere
    frame = found.to_frame().rename(columns={"estimate": "difference"})
    frame = frame.rename(columns=_named("first", "floor") | _named("second", "leader"))
    about = own.set_index("path", drop=False).loc[list(frame["team"])]
    return frame.assign(
        **{name: list(about[name]) for name in ("level", "path", "parent", "subscale")}
    )


def _named(group: str, role: str) -> dict[str, str]:
    return {f"{name}_{group}": f"{name}_{role}" for name in ("n", "mean")}


def _summary(units: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "team": units["path"],
            "n_respondents": units["n_respondents"].astype(int),
            "mean": units["mean"],
            "variance": units["sd"] ** 2,
        }
    )


def _adjusted(gaps: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = gaps.groupby("level", sort=False)["p_value"].transform(
        lambda family: adjust_p_values(family, method="benjamini-hochberg")
    )
    directions = [
        direction_of(difference, p_value, conf_level=conf_level)
        for difference, p_value in zip(gaps["difference"], adjusted, strict=True)
    ]
    return gaps.assign(p_adjusted=adjusted, direction=directions)
