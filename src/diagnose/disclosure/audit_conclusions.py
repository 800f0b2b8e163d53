"""The audit of what is concluded last: it may rest on published numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from diagnose.diagnosis.movement import input_frame, missing_subscales
from diagnose.diagnosis.movement_teams import team_sizes
from diagnose.errors import Problem
from diagnose.responses.model import FLOOR

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def find_conclusion_leaks(publication: Publication) -> Iterator[Problem]:
    """Yield conclusions that rest on what is not shown; code ``D007``.

    What goes into the model of movement and into the verdict is compared with the
    published answers and means, number by number. First steps rest on findings.
    """
    yield from _movement(publication)
    yield from _suitability(publication)
    # As dataclasses: code, subscales, unit, numbers and words must all be the same.
    for step in publication.first_steps.steps:
        if step.finding not in publication.findings:
            yield _leak("first_steps", "rests on a finding that is not shown")


def _movement(publication: Publication) -> Iterator[Problem]:
    movement = publication.movement
    if movement.chances.empty:
        return
    if missing_subscales(publication):
        yield _leak("movement", "rests on answers that are not shown")
        return
    numbers = movement.inputs.select_dtypes("number").to_numpy()
    again = input_frame(publication).select_dtypes("number").to_numpy()
    if numbers.shape != again.shape or not np.allclose(numbers, again):
        yield _leak("movement", "rests on other answers than are shown")
    sizes, n_known = team_sizes(publication.participation)
    made_of = (movement.n_people, movement.n_teams, movement.n_known)
    if made_of != (sum(sizes), len(sizes), n_known):
        yield _leak("movement", "rests on other units than are shown")


def _suitability(publication: Publication) -> Iterator[Problem]:
    profile = publication.profile
    shown = profile.loc[(profile["role"] == FLOOR) & (profile["status"] == "shown")]
    cells = shown.set_index("subscale")[["n_respondents", "mean"]]
    for row in publication.suitability.conditions.to_dict("records"):
        if not row["n_respondents"] > 0:
            continue
        name = row["subscale"]
        told = (row["n_respondents"], row["mean"])
        if name not in cells.index or not np.allclose(
            told, cells.loc[name].to_numpy(dtype=float)
        ):
            yield _leak("suitability", "rests on a mean that the profile does not show")


def _leak(place: str, message: str) -> Problem:
    return Problem(
        code="D007",
        place=place,
        message=message,
        remedy="publish again from the diagnosis",
    )
