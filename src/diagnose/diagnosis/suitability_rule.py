"""The rule that turns conditions and a screen into a verdict on how to begin.

The rule in words, first match wins:

1. The screen says that nothing is open, or there is a crisis: `not_suited`. Only the
   change can be unsuited; what people answered never says that *they* are.
2. The screen is missing, or one of these three questions has no answer: `cannot_tell`.
3. The screen says that answers, time, feedback or consent are not arranged:
   `prepare_first`.
4. The screen is not complete: `cannot_tell`.
5. Letting go, space, voice and backing are present, and either direction is absent, or
   it is present and an outcome is absent: `hybrid`, in which leaders set the direction
   and carry the start, and the work floor fills in the how.
6. One of letting go, space, voice and backing is absent: `prepare_first`. Direction
   alone does not lead here: as long as the other four are open, `prepare_first` and
   `hybrid` would take turns by chance.
7. All prerequisites are present, and so are the outcomes that were asked:
   `bottom_up_now`.
8. Otherwise something that matters is open: `cannot_tell`.

A verdict that is given never rests on something open: had it been known, present or
absent, the verdict would be the same. So two surveys of the same people hardly ever
give two different verdicts; at worst one of them cannot tell.

A prerequisite is a condition that the work floor cannot make for itself: others must
give it before a start is fair. The other conditions grow by doing; they say where to
begin and not whether.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from diagnose.instrument.model import Instrument
from diagnose.instrument.screen import ScreenStatus

Verdict = Literal[
    "bottom_up_now", "hybrid", "prepare_first", "not_suited", "cannot_tell"
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
States = npt.NDArray[np.int8]
"""One row a case, one column a subscale: 1 present, 0 open, -1 absent."""

PRESENT, OPEN, ABSENT = 1, 0, -1
STATE_NAMES = {PRESENT: "present", OPEN: "open", ABSENT: "absent"}

DIRECTION = "r"
ROOM = ("l", "s", "v", "e")
PREREQUISITES = (DIRECTION, *ROOM)
"""Direction and boundaries; letting go, space, voice and enabling leadership. Change
finds most support where the top helps carry what others began (Heyden et al. 2017),
and participation and support by leaders go with better reactions (Oreg et al. 2011);
that exactly these five come first is this project's choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the subscales of the rule stand in an array of states.

    Attributes
    ----------
    names : tuple of str
        Subscales in the order of the columns: prerequisites, then the conditions that
        grow, then the outcomes that were asked.
    n_conditions : int
        How many of them are conditions.
    """

    names: tuple[str, ...]
    n_conditions: int

    def scope(self, subscale: str) -> str:
        """Return the part a subscale plays: prerequisite, grows or outcome."""
        if subscale in PREREQUISITES:
            return "prerequisite"
        position = self.names.index(subscale)
        return "grows" if position < self.n_conditions else "outcome"


def columns_of(
    instrument: Instrument, asked: Collection[str] | None = None
) -> Columns | None:
    """Return the columns for an instrument; None when the rule does not fit it.

    It fits when all prerequisites are conditions of several items: one item of a
    pulse form is no condition.

    Parameters
    ----------
    instrument : Instrument
        Its subscales and their kinds.
    asked : collection of str, optional
        Subscales that were asked, all by default. Outcomes that were not are left out
        of the rule: two of them make no sense as long as no change is named.
    """
    scored = [s for s in instrument.subscales if s.method == "mean"]
    conditions = [s.id for s in scored if s.kind == "condition"]
    if not set(PREREQUISITES) <= set(conditions):
        return None
    grows = [name for name in conditions if name not in PREREQUISITES]
    outcomes = [
        s.id for s in scored if s.kind == "outcome" and (asked is None or s.id in asked)
    ]
    return Columns(
        names=(*PREREQUISITES, *grows, *outcomes), n_conditions=len(conditions)
    )


def judge(
    states: States, columns: Columns, screen: ScreenStatus | None
) -> npt.NDArray[np.intp]:
    """Return the verdict of each case, as a position in `VERDICTS`.

    Parameters
    ----------
    states : numpy.ndarray of int8, shape (n_cases, n_subscales)
        State of each subscale, in the order of `columns`. Not modified.
    columns : Columns
        What the columns are.
    screen : str or None
        Status of the screen; None when it was not filled in.
    """
    if screen != "go":
        by_screen: dict[ScreenStatus | None, Verdict] = {
            "do-not-field": "not_suited",
            "postpone": "prepare_first",
        }
        verdict = by_screen.get(screen, "cannot_tell")
        return np.full(len(states), _code(verdict), dtype=np.intp)
    prerequisites = states[:, : len(PREREQUISITES)]
    outcomes = states[:, columns.n_conditions :]
    direction = prerequisites[:, 0]
    room = (prerequisites[:, 1:] == PRESENT).all(axis=1)
    ready = room & (direction == PRESENT)
    unwilling = (outcomes == ABSENT).any(axis=1)
    willing = (outcomes == PRESENT).all(axis=1) & (outcomes.shape[1] > 0)
    by_answers = np.select(
        [
            room & ((direction == ABSENT) | (ready & unwilling)),
            (prerequisites[:, 1:] == ABSENT).any(axis=1),
            ready & willing,
        ],
        [_code("hybrid"), _code("prepare_first"), _code("bottom_up_now")],
        _code("cannot_tell"),
    )
    return by_answers.astype(np.intp)


def _code(verdict: Verdict) -> int:
    return VERDICTS.index(verdict)
