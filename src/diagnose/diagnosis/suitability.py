"""Suitability: whether, and how, this change can begin from below now.

No total and no norm: each condition is present, absent or open, judged by its interval
against the middle of the response scale, and a rule that fits on a page
(`suitability_rule`) makes a verdict of them. The verdict says how close the call was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_whole_number
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.suitability_evidence import (
    READINGS,
    Evidence,
    FloatArray,
    asked_of,
)
from diagnose.diagnosis.suitability_reasons import Call, Reason, notes_of, reasons_of
from diagnose.diagnosis.suitability_rule import (
    PREREQUISITES,
    STATE_NAMES,
    VERDICTS,
    Columns,
    States,
    Verdict,
    columns_of,
    judge,
)
from diagnose.instrument.model import Instrument
from diagnose.instrument.screen import Screen, read_screen

HOLDS = 0.5
"""A verdict stands when at least this share of the draws agrees with it: it is then
at least as likely as all others together. Below, the answer is `cannot_tell`."""

CONDITIONS = (
    "subscale",
    "scope",
    "n_respondents",
    "mean",
    "conf_low",
    "conf_high",
    "conf_level",
    "strict_low",
    "strict_high",
    "reference",
    "share_above",
    "reading",
    "reason",
)
SHARES = ("verdict", "share", "n_draws")
ALTERNATIVES = ("scope", "item", "reading", "other", "verdict")
SCREEN = ("item", "answer", "go_if", "if_not", "reading")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suitability:
    """A verdict on how to begin, what it rests on, and what would change it.

    Attributes
    ----------
    verdict : str
        ``bottom_up_now``, ``hybrid`` (leaders set direction and carry the start, the
        work floor fills in the how), ``prepare_first``, ``not_suited`` (this change,
        never these people), ``cannot_tell``.
    leaning : str
        What the rule alone says; differs from `verdict` when the call is too close.
    stability : float
        Share of the draws in which the rule gives `leaning`, 0-1.
    prepare : tuple of str
        Prerequisites that are absent, the lowest mean first.
    reasons : tuple of Reason
        The verdict and its reasons in words, the gravest first.
    notes : tuple of Reason
        What a reader must know of the method.
    conditions : pandas.DataFrame
        One row a subscale of the rule: ``subscale``, ``scope`` (``prerequisite``,
        ``grows``, ``outcome``), ``n_respondents``, ``mean``, ``conf_low``,
        ``conf_high``, ``conf_level``, ``strict_low``, ``strict_high`` (interval that
        allows for all subscales of the kind), ``reference`` (middle of the response
        scale), ``share_above`` (of the draws, 0-1), ``reading`` (``present``,
        ``absent``, ``open``), ``reason`` (why it is open: ``not_asked``,
        ``unsupported``, ``few``, ``no_spread``, ``divided``, ``disputed``,
        ``straddles``; else empty).
    shares : pandas.DataFrame
        One row a verdict: ``verdict``, ``share`` of the draws, ``n_draws``.
    alternatives : pandas.DataFrame
        One row a single change that would change `leaning`: ``scope`` (``screen``,
        ``subscale``), ``item`` (question or subscale; empty for the whole screen),
        ``reading`` (now), ``other`` (instead), ``verdict`` (then).
    screen : pandas.DataFrame
        One row a question: ``item``, ``answer``, ``go_if``, ``if_not``, ``reading``
        (``go``, ``fails``, ``unknown``). Empty without a screen.
    method : str
        ``parametric bootstrap``.
    conf_level : float
        Coverage of the intervals; over all subscales of a kind for the strict ones.
    n_respondents, n_teams : int
        Largest number of answers on a subscale of the rule; units whose agreement on a
        prerequisite was read.
    n_draws, seed : int
        Of the bootstrap.
    """

    verdict: Verdict
    leaning: Verdict
    stability: float
    prepare: tuple[str, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    conditions: pd.DataFrame
    shares: pd.DataFrame
    alternatives: pd.DataFrame
    screen: pd.DataFrame
    method: str
    conf_level: float
    n_respondents: int
    n_teams: int
    n_draws: int
    seed: int

    def to_frame(self) -> pd.DataFrame:
        """Return the verdict and its numbers as a frame of one row."""
        names = ("verdict", "leaning", "stability", "method", "conf_level")
        counts = ("n_respondents", "n_teams", "n_draws", "seed")
        return pd.DataFrame([{name: getattr(self, name) for name in names + counts}])


def assess_suitability(
    parts: Parts, screen: Screen | None, *, n_draws: int = 2000, seed: int = 1
) -> Suitability:
    """Say how a change can begin: from below, as a hybrid, after preparation, or not.

    A pure function of published cells (number, mean, standard deviation of each role
    and subscale), of the readings of agreement and measurement, and of the screen. A
    condition is *present* when its interval lies above the middle of the response
    scale, *absent* below it, and *open* otherwise; also when fewer than ten answered,
    the measurement does not support it, most teams are divided on it, or leaders as a
    group place it below the middle while the work floor finds it present. The
    intervals allow for all subscales of the kind (Bonferroni).

    Parameters
    ----------
    parts : Parts
        A `Diagnosis` or a publication of it. Not modified; hidden cells take no part.
    screen : Screen or None
        Answers about the change; without them the verdict is ``cannot_tell``.
    n_draws : int
        Times that the means are drawn again around those that were found, at least
        100. A share has a standard error of at most ``0.5 / sqrt(n_draws)``.
    seed : int
        Of the draws; the same call gives the same numbers.

    Returns
    -------
    Suitability
        Small or odd data raise nothing: the verdict is then ``cannot_tell``.

    Raises
    ------
    ValueError
        `n_draws` or `seed` is no whole number, or too small.

    Notes
    -----
    Each draw is a t variate with the cell's degrees of freedom around its mean.
    The interval is about this organisation with its own teams. Subscales are taken as
    unrelated: cells do not tell how they go together. Where conditions go together,
    "all present" is likelier and "some absent" less likely than the shares say.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 6.
    Heyden et al. (2017), Journal of Management Studies 54, 961-985.
    Oreg, Vakola & Armenakis (2011), Journal of Applied Behavioral Science 47, 461-524.
    Weiner (2009), Implementation Science 4, 67.
    """
    check_whole_number("n_draws", n_draws, 100)
    check_whole_number("seed", seed, 0)
    columns = columns_of(parts.instrument, asked_of(parts))
    fits = columns is not None
    columns = columns or Columns(names=(), n_conditions=0)
    evidence = Evidence.of(parts, columns)
    states = evidence.observed()
    drawn, means = evidence.drawn(n_draws, seed)
    status = screen.status if screen and fits else None
    leaning = VERDICTS[int(judge(states, columns, status)[0])]
    votes = judge(drawn, columns, status)
    stability = float((votes == VERDICTS.index(leaning)).mean())
    conditions = _condition_frame(evidence, columns, states[0], means, parts.conf_level)
    call = Call(
        verdict=leaning if stability >= HOLDS else "cannot_tell",
        leaning=leaning,
        stability=stability,
        fits=fits,
    )
    first = conditions["scope"] == "prerequisite"
    absent = conditions.loc[first & (conditions["reading"] == "absent")]
    return Suitability(
        verdict=call.verdict,
        leaning=leaning,
        stability=stability,
        prepare=tuple(absent.sort_values("mean", kind="stable")["subscale"]),
        reasons=reasons_of(parts, screen, conditions, call),
        notes=notes_of(parts, call),
        conditions=conditions,
        shares=_share_frame(votes),
        alternatives=_alternative_frame(
            parts.instrument, screen, states, columns if fits else None
        ),
        screen=_screen_frame(parts.instrument, screen),
        method="parametric bootstrap",
        conf_level=parts.conf_level,
        n_respondents=int(np.nan_to_num(conditions["n_respondents"]).max(initial=0)),
        n_teams=_count_teams(parts),
        n_draws=n_draws,
        seed=seed,
    )


def _condition_frame(
    evidence: Evidence,
    columns: Columns,
    states: States,
    means: FloatArray,
    conf_level: float,
) -> pd.DataFrame:
    floor = evidence.floor
    above = (means > floor.reference).mean(axis=0)
    known = ~np.isnan(floor.strict_low)
    frame = pd.DataFrame(
        {
            "subscale": list(columns.names),
            "scope": [columns.scope(name) for name in columns.names],
            "n_respondents": floor.n_respondents,
            "mean": floor.mean,
            "conf_low": floor.conf_low,
            "conf_high": floor.conf_high,
            "conf_level": conf_level,
            "strict_low": floor.strict_low,
            "strict_high": floor.strict_high,
            "reference": floor.reference,
            "share_above": np.where(known, above, np.nan),
            "reading": [STATE_NAMES[int(state)] for state in states],
            "reason": evidence.open_reasons(states),
        },
        columns=list(CONDITIONS),
    )
    return frame.astype(dict.fromkeys(CONDITIONS[2:11], "float64"))


def _count_teams(parts: Parts) -> int:
    agreement = parts.units.agreement
    read = agreement["subscale"].isin(PREREQUISITES)
    read &= agreement["reading"].isin(READINGS)
    return int(agreement.loc[read, "path"].nunique())


def _share_frame(votes: npt.NDArray[np.intp]) -> pd.DataFrame:
    counts = np.bincount(votes, minlength=len(VERDICTS))
    return pd.DataFrame(
        {"verdict": list(VERDICTS), "share": counts / len(votes), "n_draws": len(votes)}
    )


def _alternative_frame(
    instrument: Instrument,
    screen: Screen | None,
    states: States,
    columns: Columns | None,
) -> pd.DataFrame:
    if columns is None:
        return pd.DataFrame([], columns=list(ALTERNATIVES), dtype=object)
    now = judge(states, columns, screen.status if screen else None)[0]
    changes = [
        *_other_answers(instrument, screen, states, columns),
        *_other_states(screen, states, columns),
    ]
    rows = [
        (*change, VERDICTS[verdict]) for *change, verdict in changes if verdict != now
    ]
    return pd.DataFrame(rows, columns=list(ALTERNATIVES), dtype=object)


_Change = tuple[str, str, str, str, int]
"""Scope, what, how it is now, how it would be, and the verdict then."""


def _other_answers(
    instrument: Instrument, screen: Screen | None, states: States, columns: Columns
) -> Iterator[_Change]:
    if screen is None:
        verdict = int(judge(states, columns, "go")[0])
        yield "screen", "", "missing", "go", verdict
        return
    for name, answer in screen.answers:
        for other in ("yes", "no"):
            if other != answer:
                changed = read_screen(dict(screen.answers) | {name: other}, instrument)
                status = changed.status if changed else None
                verdict = int(judge(states, columns, status)[0])
                yield "screen", name, answer, other, verdict


def _other_states(
    screen: Screen | None, states: States, columns: Columns
) -> Iterator[_Change]:
    status = screen.status if screen else None
    for position, name in enumerate(columns.names):
        now = int(states[0, position])
        for other, word in STATE_NAMES.items():
            if other != now:
                changed = states.copy()
                changed[0, position] = other
                verdict = int(judge(changed, columns, status)[0])
                yield "subscale", name, STATE_NAMES[now], word, verdict


def _screen_frame(instrument: Instrument, screen: Screen | None) -> pd.DataFrame:
    rows = []
    asked = instrument.suitability if screen else ()
    answers = screen.answers if screen else ()
    for (name, answer), question in zip(answers, asked, strict=True):
        reading = "go" if answer == question.go_if else "fails"
        if answer == "unknown":
            reading = "unknown"
        rows.append((name, answer, question.go_if, question.if_not, reading))
    return pd.DataFrame(rows, columns=list(SCREEN), dtype=object)
