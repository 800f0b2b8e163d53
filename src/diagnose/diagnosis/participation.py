"""Who answered: how many in each role, and in each unit of the organisation."""

from __future__ import annotations

import pandas as pd

from diagnose.diagnosis.cells import SHOWN, build_frame, paths_of
from diagnose.diagnosis.columns import ROLES, UNIT_COUNTS
from diagnose.diagnosis.model import Participation
from diagnose.responses.model import FLOOR, NO_UNIT, Responses


def count_participation(responses: Responses) -> Participation:
    """Count the respondents of one wave.

    A response rate is given where the head count of every smallest unit below is
    known and no unit has more answers than staff; a rate above one would mean that
    the head counts are of other people or of another day.

    Parameters
    ----------
    responses : Responses
        The respondents of one wave.
    """
    counts = responses.people["role"].value_counts().sort_index()
    roles = build_frame(
        {"role": list(counts.index), "n_respondents": counts.to_numpy()}, ROLES
    )
    roles["status"] = SHOWN
    return Participation(roles=roles, units=_count_units(responses))


def _count_units(responses: Responses) -> pd.DataFrame:
    hierarchy = list(responses.hierarchy)
    if not hierarchy:
        return build_frame((), UNIT_COUNTS)
    smallest = _smallest_units(responses)
    levels = [_count_level(smallest, hierarchy[: d + 1]) for d in range(len(hierarchy))]
    return pd.concat(levels, ignore_index=True)


def _smallest_units(responses: Responses) -> pd.DataFrame:
    """Return respondents and staff of each smallest unit, also of silent ones."""
    keys = list(responses.hierarchy)
    floor = responses.people.loc[responses.people["role"] == FLOOR]
    answered = floor.groupby(keys, sort=True).size().rename("n_respondents")
    if responses.head_counts is None:
        return answered.reset_index().assign(n_members=float("nan"), unknown=True)
    staff = responses.head_counts.groupby(keys)["n_members"].sum(min_count=1)
    units = pd.concat([answered, staff], axis="columns").reset_index()
    units["n_respondents"] = units["n_respondents"].fillna(0)
    # People whose team is not known belong to one of the teams that are counted, so
    # they do not make the head count of their division unknown.
    known = units["n_members"].notna() | (units[keys[-1]] == NO_UNIT)
    return units.assign(unknown=~known)


def _count_level(smallest: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    grouped = smallest.groupby(keys, sort=True)
    answered = grouped["n_respondents"].sum().astype(float)
    staff = grouped["n_members"].sum(min_count=1).mask(grouped["unknown"].any())
    rate = (answered / staff).where(answered <= staff)
    paths = paths_of(answered.index)
    return build_frame(
        {
            "level": keys[-1],
            "path": paths,
            "parent": [path[:-1] for path in paths],
            "n_respondents": answered.to_numpy(),
            "n_members": staff.to_numpy(),
            "response_rate": rate.to_numpy(),
            "status": SHOWN,
        },
        UNIT_COUNTS,
    )
