"""The one scorer: keyed answers to subscale scores. Every output reads its result."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from diagnose.errors import Problem, ResponseError
from diagnose.instrument.model import Instrument
from diagnose.responses.model import Responses
from diagnose.responses.problems import problem
from diagnose.statistics.missing.person_means import mean_of_answered


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Scores of respondents on the subscales of one instrument.

    Attributes
    ----------
    instrument : Instrument
        Names the version whose keys and rules were used.
    frame : pandas.DataFrame, shape (n_respondents, n_subscales)
        Mean of the answered items in response-scale units; NaN when fewer than
        ``min_answered`` were answered. Columns are subscale ids.
    keyed : pandas.DataFrame, shape (n_respondents, n_items)
        Answers after reversing the reverse-keyed items; NaN when missing.
    """

    instrument: Instrument
    frame: pd.DataFrame
    keyed: pd.DataFrame


def key_answers(answers: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Reverse the reverse-keyed items within the *declared* response scale.

    Parameters
    ----------
    answers : pandas.DataFrame
        Response-scale values as answered; columns are item ids. Not modified.
    instrument : Instrument
        Declares the key of each item and the bounds of its response scale.

    Returns
    -------
    pandas.DataFrame
        The scored items that were asked, in the order of the instrument.
    """
    asked = [item for item in instrument.items if item.id in answers.columns]
    keyed = answers[[item.id for item in asked]].astype(float).copy()
    for item in asked:
        if item.keyed == "reverse":
            scale = instrument.response_scale_of(item.id)
            keyed[item.id] = scale.lowest + scale.highest - keyed[item.id]
    return keyed


def score(responses: Responses) -> Scores:
    """Score every respondent on every subscale that was asked.

    A score is the mean of the answered items, given at least the instrument's
    ``min_answered`` of them; "don't know / not applicable" counts as unanswered.

    Raises
    ------
    ResponseError
        An intake report still holds unresolved problems, or no subscale can be
        scored because too few of its items were asked.
    """
    _refuse_unresolved(responses)
    keyed = key_answers(responses.answers, responses.instrument)
    columns = {}
    for subscale in responses.instrument.subscales:
        asked = [item.id for item in subscale.items if item.id in keyed.columns]
        if len(asked) >= subscale.min_answered:
            columns[subscale.id] = mean_of_answered(
                keyed[asked].to_numpy(dtype=float), subscale.min_answered
            )
    if not columns:
        raise ResponseError([_nothing_to_score(responses)])
    return Scores(
        instrument=responses.instrument,
        frame=pd.DataFrame(columns, index=keyed.index),
        keyed=keyed,
    )


def _refuse_unresolved(responses: Responses) -> None:
    open_problems = [
        one
        for report in responses.reports
        for one in (*report.problems, *report.direction)
    ]
    if open_problems:
        raise ResponseError(open_problems)


def _nothing_to_score(responses: Responses) -> Problem:
    return problem("R020", responses.report.source)
