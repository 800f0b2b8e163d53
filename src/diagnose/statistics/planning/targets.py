"""What is asked of a plan: one wish, and the smallest number that grants it."""

from __future__ import annotations

from collections.abc import Callable

from diagnose._options import check_whole_number, is_number, require

MOST = 10**6


def check_one_given(first: tuple[str, object], second: tuple[str, object]) -> None:
    """Raise ValueError unless one of two named arguments is given and one is not."""
    for name, value in (first, second):
        if value is not None and not is_number(value):
            raise ValueError(f"`{name}` must be one number; got {value!r}.")
    given = [name for name, value in (first, second) if value is not None]
    if len(given) != 1:
        got = "both" if given else "neither"
        raise ValueError(f"give either `{first[0]}` or `{second[0]}`; got {got}.")


def check_teams(n_teams: int) -> None:
    """Raise ValueError unless there are at least 2 teams, a whole number."""
    check_whole_number("n_teams", n_teams, 2)


def smallest_number(
    effect: Callable[[int], float], target: float, *, lowest: int, what: str
) -> int:
    """Return the smallest whole number at which `effect` is no larger than `target`.

    Parameters
    ----------
    effect : callable
        Falls when the number rises.
    target : float
        What must be reached.
    lowest : int
        The smallest number that is allowed.
    what : str
        Name of the number, for the refusal.

    Raises
    ------
    InsufficientDataError
        Not even a million reach it.
    """
    slack = target * (1 + 1e-12)  # a number that comes out exactly is enough
    upper = lowest
    while effect(upper) > slack:
        require(
            upper < MOST,
            f"{target:.4g} cannot be reached with a million {what}; "
            f"{effect(MOST):.4g} can. Ask for less precision, or change what is "
            "taken for granted.",
        )
        upper = min(2 * upper, MOST)
    lower = max(lowest - 1, upper // 2 if upper > lowest else lowest - 1)
    while upper - lower > 1:
        middle = (lower + upper) // 2
        if effect(middle) > slack:
            lower = middle
        else:
            upper = middle
    return upper
