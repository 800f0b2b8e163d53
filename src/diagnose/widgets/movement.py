"""An explorer of a start by a few: pioneers, what is visible, and who has room."""

from __future__ import annotations

import html
from itertools import product

from diagnose.language import (
    Language,
    default_language,
    format_number,
    format_share,
    load_catalogue,
)
from diagnose.widgets.explorer import Explorer, explore

PIONEERS = (0.01, 0.05, 0.10, 0.25)
VISIBILITY = (0.4, 0.6, 0.8, 1.0)
SPACE = (0.4, 0.6, 0.8, 1.0)
N_TEAMS, TEAM, N_RUNS, MOVEMENT_AT, SEED = 30, 10, 200, 0.25, 1
_ANSWERS = (0.05, 0.15, 0.30, 0.35, 0.15)
_PEERS, _OBSTACLES = 0.6, 0.2

_MOVED = (
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 27, 0, 1, 21, 163, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 145, 0, 4, 135, 200, 0,
    0, 0, 0, 0, 0, 0, 97, 0, 3, 167, 200, 0, 120, 200, 200,
)  # fmt: skip
_ENDED = (
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 3, 6, 0, 0, 0, 1, 0, 1, 2, 5, 1, 2, 6,
    17, 2, 6, 16, 39, 0, 0, 1, 2, 1, 1, 4, 10, 2, 5, 14, 34, 3, 12, 31, 70, 0, 1, 1,
    4, 1, 3, 10, 27, 3, 12, 36, 73, 7, 28, 62, 94,
)  # fmt: skip
"""What `run_grid` gives, pioneers slowest and space fastest: running it takes seconds,
and a page should open at once. A test runs it again."""

_WIDTH, _BAR, _DOT = 460, 300, 10


def explore_movement(*, language: Language | None = None) -> Explorer:
    """Let a reader see what becomes of a start, in a made-up organisation.

    The model is the one of the report (see `diagnose.diagnosis.movement`), for teams
    of ten with answers as they could be. It is a what-if and no forecast.

    Parameters
    ----------
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    Explorer
        Three sliders above a bar (share of the runs that becomes a movement) and a
        hundred dots (people who take part at the end of the middle run).
    """
    speak = language or default_language()
    words = load_catalogue("movement")
    grid = {"pioneers": PIONEERS, "visibility": VISIBILITY, "space": SPACE}
    written = {
        name: tuple(format_share(value, speak) for value in values)
        for name, values in grid.items()
    }
    states = {state: number for number, state in enumerate(product(*written.values()))}

    def picture(pioneers: str, visibility: str, space: str) -> str:
        number = states[pioneers, visibility, space]
        return _picture(pioneers, _MOVED[number] / N_RUNS, _ENDED[number] / 100, speak)

    return explore(
        picture,
        labels={name: words.text(f"explore.{name}", speak) for name in grid},
        start={"pioneers": written["pioneers"][1], "space": written["space"][2]},
        **written,
    )


def run_grid() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Run every state: runs that become a movement, and per cent taking part."""
    import numpy as np

    from diagnose.statistics.movement import (
        Conditions,
        option_thresholds,
        organisation_network,
        spread,
    )
    from diagnose.statistics.movement.chance import is_movement

    network = organisation_network([TEAM] * N_TEAMS, managers=6, seed=SEED)
    limits = [
        ((1 - (k + 1) / 5) / (2 * _PEERS), (1 - k / 5) / (2 * _PEERS)) for k in range(5)
    ]
    moved, ended = [], []
    for pioneers, visibility, space in product(PIONEERS, VISIBILITY, SPACE):
        result = spread(
            network,
            option_thresholds(_ANSWERS, limits),
            pioneers=pioneers,
            conditions=Conditions(
                visibility=visibility, space=space, obstacles=_OBSTACLES
            ),
            n_runs=N_RUNS,
            seed=SEED,
        )
        enough = is_movement(
            result.followers, result.n_pioneers, result.n_people, MOVEMENT_AT
        )
        moved.append(int(enough.sum()))
        ended.append(round(100 * float(np.median(result.final_shares))))
    return tuple(moved), tuple(ended)


def _picture(pioneers: str, chance: float, ended: float, speak: Language) -> str:
    words = load_catalogue("movement")
    shares = {
        "chance": format_share(chance, speak),
        "share": format_share(ended, speak),
    }
    sentence = words.text("explore.sentence", speak, pioneers=pioneers, **shares)
    note = words.text(
        "explore.note",
        speak,
        n_people=format_number(N_TEAMS * TEAM, speak, digits=0),
        team=TEAM,
        n_runs=N_RUNS,
        movement=format_share(MOVEMENT_AT, speak),
    )
    label = html.escape(sentence)
    return (
        f'<p style="font-size:1rem;line-height:1.5">{label}</p>'
        f"{_drawing(chance, round(100 * ended), shares['chance'], label, speak)}"
        f'<p style="font-size:.85rem;line-height:1.4">{html.escape(note)}</p>'
    )


def _drawing(
    chance: float, n_dots: int, written: str, label: str, speak: Language
) -> str:
    words = load_catalogue("movement")
    heading = 'font-size="14" fill="#222"'
    titles = [
        html.escape(words.text(f"explore.{key}", speak)) for key in ("chance", "ends")
    ]
    width = round(_BAR * chance, 1)
    filled, empty = (_dots(range(*ends)) for ends in ((0, n_dots), (n_dots, 100)))
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} 134" '
        f'width="100%" style="max-width:{_WIDTH}px;background:#fff">'
        f'<text x="10" y="16" {heading}>{titles[0]}</text>'
        f'<rect x="10" y="24" width="{_BAR}" height="16" fill="#fff" stroke="#999"/>'
        f'<rect x="10" y="24" width="{width}" height="16" fill="#5E3C99"/>'
        f'<text x="{_BAR + 18}" y="37" {heading}>{written}</text>'
        f'<text x="10" y="64" {heading}>{titles[1]}</text>'
        f'<path d="{empty}" stroke="#999" stroke-width="1.5" fill="none"/>'
        f'<path d="{filled}" stroke="#5E3C99" stroke-width="1.5" fill="#5E3C99"/></svg>'
    )


def _dots(places: range) -> str:
    """Return dots as one path: twenty-five a row, in four rows."""
    radius = (_DOT - 2) / 2
    turn = f"a{radius:g} {radius:g} 0 1 0"
    return "".join(
        f"M{14 - radius + 17 * (place % 25):g} {80 + (_DOT + 5) * (place // 25):g}"
        f"{turn} {2 * radius:g} 0{turn} {-2 * radius:g} 0"
        for place in places
    )
