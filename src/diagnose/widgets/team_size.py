"""An explorer that shows how sure the mean of a team of some size is."""

from __future__ import annotations

import html

from diagnose.language import (
    Language,
    default_language,
    format_interval,
    format_number,
    load_catalogue,
)
from diagnose.widgets.explorer import Explorer, explore

_SIZES = (5, 6, 8, 10, 12, 15, 20, 30, 50, 100)
_SPREADS = (0.5, 0.7, 0.9, 1.1)
_MEAN = 3.4
_WIDTH, _HEIGHT, _LEFT, _RIGHT = 460, 96, 20, 440


def explore_team_size(
    *,
    sizes: tuple[int, ...] = _SIZES,
    spreads: tuple[float, ...] = _SPREADS,
    language: Language | None = None,
) -> Explorer:
    """Let a reader move team size and spread, and see the interval of the team's mean.

    Parameters
    ----------
    sizes : tuple of int
        Numbers of answers to offer, each 2 or more.
    spreads : tuple of float
        Standard deviations of the answers, in points of a response scale of 1 to 5.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    Explorer
        Two sliders above a picture of the 95 % t interval around a mean of 3.4.
    """
    speak = language or default_language()
    words = load_catalogue("widgets")

    def picture(size: int, spread: str) -> str:
        return _interval_picture(size, float(spread.replace(",", ".")), speak)

    return explore(
        picture,
        labels={
            "size": words.text("team_size.size", speak),
            "spread": words.text("team_size.spread", speak),
        },
        start={"size": 8 if 8 in sizes else sizes[0]},
        size=sizes,
        spread=[format_number(value, speak, digits=1) for value in spreads],
    )


def team_size_texts(language: Language) -> tuple[str, ...]:
    """Return every state of the explorer as it opens, for who searches pages."""
    return tuple(
        _interval_picture(size, spread, language)
        for size in _SIZES
        for spread in _SPREADS
    )


def _interval_picture(size: int, spread: float, language: Language) -> str:
    from diagnose.statistics.means import mean_interval_from_summary

    found = mean_interval_from_summary(_MEAN, spread, size)
    low, high = max(found.conf_low, 1.0), min(found.conf_high, 5.0)
    sentence = load_catalogue("widgets").text(
        "team_size.sentence",
        language,
        n=size,
        mean=format_number(_MEAN, language, digits=1),
        interval=format_interval(low, high, language),
        margin=format_number((found.conf_high - found.conf_low) / 2, language),
    )
    return (
        f'<p style="font-size:1rem;line-height:1.5">{html.escape(sentence)}</p>'
        f"{_axis(low, high, html.escape(sentence))}"
    )


def _axis(low: float, high: float, label: str) -> str:
    def x(value: float) -> float:
        return round(_LEFT + (value - 1) / 4 * (_RIGHT - _LEFT), 1)

    ticks = "".join(
        f'<line x1="{x(value)}" x2="{x(value)}" y1="58" y2="66" stroke="#222"/>'
        f'<text x="{x(value)}" y="84" font-size="14" text-anchor="middle" '
        f'fill="#222">{value}</text>'
        for value in (1, 2, 3, 4, 5)
    )
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="100%" style="max-width:{_WIDTH}px;background:#fff">'
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="62" y2="62" stroke="#222"/>{ticks}'
        f'<rect x="{x(low)}" y="24" width="{round(x(high) - x(low), 1)}" height="16" '
        f'fill="#B2ABD2" stroke="#5E3C99"/>'
        f'<circle cx="{x(_MEAN)}" cy="32" r="7" fill="#5E3C99"/></svg>'
    )
