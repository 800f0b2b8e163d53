"""The data set of each exercise: a synthetic organisation whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from diagnose.handbook.exercises.bank import find_exercise, load_bank
from diagnose.instrument import load_instrument
from diagnose.simulation import Design, simulate

if TYPE_CHECKING:
    from diagnose.simulation import SimulatedResponses

_WILL = {
    ("v", "s"): 0.50,
    ("v", "r"): 0.45,
    ("s", "r"): 0.40,
    ("v", "c"): 0.75,
    ("s", "c"): 0.60,
    ("r", "c"): 0.40,
}
_ONE_FLOOR = {"n_units": (1, 2, 8), "leaders_per_team": 0}
_MIDDLE = {
    "v": 3.2,
    "o": 3.0,
    "l": 2.9,
    "r": 3.6,
    "f": 3.3,
    "p": 3.5,
    "z": 3.1,
    "s": 2.7,
    "e": 3.2,
}


def exercise_data(exercise: str) -> SimulatedResponses:
    """Return the data set of an exercise of the handbook.

    All of them are made by `simulate` with a fixed design and seed, so everybody has
    the same answers and the truth behind them is known. What is in them:

    - ``ex-above-middle``: one department without leaders, eight teams; the true means
      of the nine conditions lie on both sides of 3.
    - ``ex-length``: thirty teams and their leaders, the whole questionnaire; every
      item loads .75 on its subscale.
    - ``ex-which-item``: the same with fewer people, and one item that the survey tool
      turned round although nobody asked it to.
    - ``ex-icc``: thirty teams, one item a subscale; a quarter of the differences lies
      between teams.
    - ``ex-gap-direction``: forty teams; on some subscales leaders stand higher than
      their teams, on others lower, on the rest neither.
    - ``ex-promise``: sixty teams that do not differ in truth; every one of them has
      the same expected score, 3.4 on voice.
    - ``ex-attentive``: forty teams, items that load .75 on their subscales; 8 % of the
      people answer at random (see ``careless``).
    - ``ex-share``: thirty teams; shared will goes with voice, space and direction, in
      that order, and these go with each other.
    - ``ex-change-best``: thirty teams in two waves, between which nothing changes.
    - ``ex-steps-absent``: eight teams without leaders; some conditions lie below 3 in
      truth.
    - ``ex-read-dutch``: twelve teams and their leaders, the whole questionnaire.

    Exercises that are not in this list need no data.

    Parameters
    ----------
    exercise : str
        Id of an exercise, such as ``"ex-length"``.

    Returns
    -------
    SimulatedResponses
        The same answers on every computer; `truth` and `design` say what is in them.

    Raises
    ------
    ValueError
        There is no such exercise, or it has no data; the message names those near it.

    Examples
    --------
    >>> import diagnose as dg
    >>> responses = dg.exercise_data("ex-length")
    >>> responses.seed
    7
    """
    known = find_exercise(exercise)
    if known is None or exercise not in _MADE:
        near = _near(exercise) if known is None else sorted(_MADE)
        why = "there is no such exercise" if known is None else "it needs no data"
        raise ValueError(
            f"`exercise` {exercise!r}: {why}; exercises with data: {', '.join(near)}."
        )
    return _MADE[exercise]()


def _near(exercise: object) -> list[str]:
    from difflib import get_close_matches

    with_data = [name for name in load_bank() if name in _MADE]
    return get_close_matches(str(exercise), with_data, n=3, cutoff=0.5) or with_data


def _pulse(seed: int, **settings: Any) -> SimulatedResponses:
    return simulate(load_instrument("pulse"), seed=seed, **settings)


def _full(seed: int, **settings: Any) -> SimulatedResponses:
    return simulate(load_instrument("bottom-up"), seed=seed, **settings)


def _turned_item() -> SimulatedResponses:
    made = _full(21, n_units=(1, 4, 14))
    answers = made.answers.copy()
    answers["p2"] = 6 - answers["p2"]
    return replace(made, answers=answers)


def _correlated() -> SimulatedResponses:
    ids = [subscale.id for subscale in load_instrument("bottom-up").subscales]

    def between(one: str, other: str) -> float:
        if one == other:
            return 1.0
        return _WILL.get((one, other), _WILL.get((other, one), 0.3))

    matrix = tuple(tuple(between(one, other) for other in ids) for one in ids)
    return _full(32, correlation=matrix, leaders_per_team=0)


def _attentive() -> SimulatedResponses:
    design = Design(n_units=(3, 8, 40), correlation=0.6, unanswered_share=0.03)
    return _full(7, design=design, random_share=0.08)


_MADE: Mapping[str, Callable[[], SimulatedResponses]] = {
    "ex-above-middle": lambda: _full(3, means=_MIDDLE, **_ONE_FLOOR),
    "ex-length": lambda: _full(7),
    "ex-which-item": _turned_item,
    "ex-icc": lambda: _pulse(3, team_share=0.25),
    "ex-gap-direction": lambda: _pulse(
        5, n_units=(2, 8, 40), leader_gap={"v": 1.0, "l": -1.5, "p": -1.2}
    ),
    "ex-promise": lambda: _pulse(
        11,
        n_units=(2, 6, 60),
        team_share=0.0,
        leaders_per_team=0,
        team_size_range=(8, 30),
        response_rate=1.0,
    ),
    "ex-attentive": _attentive,
    "ex-share": _correlated,
    "ex-change-best": lambda: _pulse(5, waves=("before", "after"), leaders_per_team=0),
    "ex-steps-absent": lambda: _full(
        1, means={"l": 2.85, "s": 2.5, "e": 2.6, "v": 2.95, "z": 3.1}, **_ONE_FLOOR
    ),
    "ex-read-dutch": lambda: _full(5, n_units=(2, 4, 12)),
}
