"""An explorer that shows what teams, people, ICC and response buy."""

from __future__ import annotations

import html

from diagnose.language import (
    Language,
    default_language,
    format_number,
    format_share,
    load_catalogue,
)
from diagnose.widgets.explorer import Explorer, explore

_TEAMS = (5, 15, 40)
_MEMBERS = (6, 10, 15)
_ICCS = (0.05, 0.10, 0.20)
_RESPONSES = (0.50, 0.65, 0.80)
_THRESHOLD = 5
_WIDTH, _LEFT, _RIGHT, _ROW = 460, 10, 400, 52
_WIDEST = 1.5
"""Points at the right end of the axis; a longer bar is cut off there."""


def explore_plan(
    *,
    teams: tuple[int, ...] = _TEAMS,
    members: tuple[int, ...] = _MEMBERS,
    iccs: tuple[float, ...] = _ICCS,
    responses: tuple[float, ...] = _RESPONSES,
    language: Language | None = None,
) -> Explorer:
    """Let a reader plan a survey, and see what it will be able to show.

    Parameters
    ----------
    teams : tuple of int
        Numbers of teams to offer, each 2 or more.
    members : tuple of int
        People a team to offer.
    iccs : tuple of float
        Shares of the variance that lie between teams.
    responses : tuple of float
        Responses, above 0 and at most 1.
    language : {"en", "nl"}, optional
        The language of the edition by default.

    Returns
    -------
    Explorer
        Four sliders above three bars: the margin of the organisation's mean, that of
        one team (from 5 answers on), and the smallest change between two waves of
        other people that is found with a probability of 80 %. Teams are taken to vary
        in size, and a score to have a standard deviation of 0.8.
    """
    speak = language or default_language()
    words = load_catalogue("plan")
    shares = {format_number(value, speak): value for value in iccs}
    rates = {format_share(value, speak): value for value in responses}

    def picture(teams: int, members: int, icc: str, response: str) -> str:
        return _picture(teams, members, shares[icc], rates[response], speak)

    return explore(
        picture,
        labels={
            name: words.text(f"explore.{name}", speak)
            for name in ("teams", "members", "icc", "response")
        },
        start=_start(teams, members, tuple(shares), tuple(rates)),
        teams=teams,
        members=members,
        icc=tuple(shares),
        response=tuple(rates),
    )


def _start(*lists: tuple[object, ...]) -> dict[str, object]:
    """Return the middle of each list."""
    names = ("teams", "members", "icc", "response")
    return {
        name: values[len(values) // 2]
        for name, values in zip(names, lists, strict=True)
        if values
    }


def _picture(
    teams: int, members: int, icc: float, response: float, speak: Language
) -> str:
    from diagnose.statistics.planning import (
        PlanAssumptions,
        margin_of_answers,
        plan_change,
        plan_mean,
    )

    given = PlanAssumptions(icc=icc, response=response, team_size=members)
    answers = int(members * response + 1e-9)
    shown = answers >= _THRESHOLD
    sd_within = given.variance_within**0.5
    margins = {
        "organisation": plan_mean(n_teams=teams, assumptions=given).estimate,
        "team": margin_of_answers(answers, sd_within) if shown else None,
        "change": plan_change(n_teams=teams, assumptions=given).estimate,
    }
    sentence = load_catalogue("plan").text(
        "explore.sentence" if shown else "explore.sentence_small",
        speak,
        teams=teams,
        members=members,
        response=format_share(response, speak),
        answers=answers,
        n=format_number(teams * members * response, speak, digits=0),
        threshold=_THRESHOLD,
        power=format_share(given.power, speak),
        **{
            name: format_number(value, speak)
            for name, value in margins.items()
            if value is not None
        },
    )
    label = html.escape(sentence)
    return (
        f'<p style="font-size:1rem;line-height:1.5">{label}</p>'
        f"{_bars(margins, label, speak)}"
    )


def _bars(margins: dict[str, float | None], label: str, speak: Language) -> str:
    words = load_catalogue("plan")
    rows = []
    for number, (name, value) in enumerate(margins.items()):
        top = number * _ROW
        title = html.escape(words.text(f"explore.{name}", speak))
        rows.append(
            f'<text x="{_LEFT}" y="{top + 16}" font-size="14" '
            f'fill="#222">{title}</text>'
        )
        if value is not None:
            rows.append(_bar(value, top + 22, format_number(value, speak)))
    return (
        f'<svg role="img" aria-label="{label}" '
        f'viewBox="0 0 {_WIDTH} {_ROW * len(margins)}" '
        f'width="100%" style="max-width:{_WIDTH}px;background:#fff">'
        f"{''.join(rows)}</svg>"
    )


def _bar(value: float, top: int, text: str) -> str:
    width = round(min(value / _WIDEST, 1.0) * (_RIGHT - _LEFT), 1)
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{width}" height="16" '
        f'fill="#B2ABD2" stroke="#5E3C99"/>'
        f'<text x="{round(_LEFT + width + 6, 1)}" y="{top + 13}" font-size="14" '
        f'fill="#222">± {text}</text>'
    )
