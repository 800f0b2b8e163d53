"""Sliders that work on a static page: every state is drawn beforehand.

A published page has no Python behind it, so a function cannot answer a slider. Here
each combination of slider positions is rendered once, put in a ``Stack``, and linked
to the sliders in the browser.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

MOST_STATES = 100
"""A state weighs about 2 kB plus its picture; beyond this a page becomes slow."""


class Explorer(ipywidgets.VBox):  # type: ignore[misc]
    """A widget tree that also has a printed form, for paper and for other viewers."""

    def __init__(self, children: Sequence[Any], printed: str) -> None:
        self._printed = printed
        super().__init__(children)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**kwargs)
        if bundle:
            bundle["text/html"] = self._printed
        return bundle


def explore(
    render: Callable[..., str],
    *,
    labels: dict[str, str] | None = None,
    start: dict[str, object] | None = None,
    **grid: Sequence[object],
) -> Explorer:
    """Show ``render(**state)`` for every combination in `grid`, one slider a name.

    Parameters
    ----------
    render : callable
        Returns HTML or SVG for one state. It is inserted as it is, so it must have
        escaped every text of others.
    labels : dict of str to str, optional
        Words beside each slider; the name itself by default.
    start : dict of str to object, optional
        Value at which a slider starts; its first value by default.
    **grid : sequence
        The values of each slider, in order.

    Returns
    -------
    Explorer
        A widget; in print it shows the first and the last state.

    Raises
    ------
    ValueError
        No slider, a slider without values, or more than `MOST_STATES` states.
    """
    _check_grid(grid)
    words = {name: (labels or {}).get(name, name) for name in grid}
    first = {
        name: list(grid[name]).index((start or {}).get(name, grid[name][0]))
        for name in grid
    }
    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[(str(value), index) for index, value in enumerate(grid[name])],
            value=first[name],
            description=words[name],
            tooltip=words[name],
            style={"description_width": "initial"},
            layout={"width": "min(100%, 26rem)"},
        )
        for name in grid
    }
    stack = _stack(render, grid, sliders, first, list(grid), {})
    return Explorer(
        [ipywidgets.VBox(list(sliders.values())), stack], _printed(render, grid, words)
    )


def _check_grid(grid: dict[str, Sequence[object]]) -> None:
    empty = [name for name, values in grid.items() if not len(values)]
    if not grid or empty:
        raise ValueError(
            "an explorer needs at least one slider with at least one value each"
            + (f"; without values: {', '.join(empty)}." if empty else ".")
        )
    states = 1
    for values in grid.values():
        states *= len(values)
    if states > MOST_STATES:
        raise ValueError(
            f"{states} states make the page heavy; use at most {MOST_STATES}."
        )


def _stack(
    render: Callable[..., str],
    grid: dict[str, Sequence[object]],
    sliders: dict[str, Any],
    first: dict[str, int],
    names: list[str],
    state: dict[str, object],
) -> Any:
    if not names:
        return ipywidgets.HTML(render(**state))
    name, *rest = names
    pages = [
        _stack(render, grid, sliders, first, rest, {**state, name: value})
        for value in grid[name]
    ]
    shown = ipywidgets.Stack(pages, selected_index=first[name])
    ipywidgets.jslink((sliders[name], "index"), (shown, "selected_index"))
    return shown


def _printed(
    render: Callable[..., str], grid: dict[str, Sequence[object]], words: dict[str, str]
) -> str:
    figures = []
    for position in (0, -1):
        state = {name: values[position] for name, values in grid.items()}
        caption = ", ".join(f"{words[name]}: {value}" for name, value in state.items())
        figures.append(
            f"<figure>{render(**state)}"
            f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        )
    return "".join(figures)
