"""What the package says when data cannot carry what is asked of them."""

from __future__ import annotations

from collections.abc import Callable

from diagnose.errors import InsufficientDataError


def refusal(function: Callable[..., object], *data: object, **options: object) -> str:
    """Return the words with which a function refuses these data.

    Parameters
    ----------
    function : callable
        A function of this package.
    *data, **options
        Its arguments.

    Returns
    -------
    str
        The refusal; empty when the function gives a result.

    Examples
    --------
    >>> from diagnose import mean_interval
    >>> refusal(mean_interval, [3.0, 4.0])
    ''
    """
    try:
        function(*data, **options)
    except InsufficientDataError as problem:
        return str(problem)
    return ""
