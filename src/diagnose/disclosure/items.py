"""Items: which of their numbers may be shown beside the mean of their subscale.

A distribution goes where all but one answered alike: whoever gave that one answer would
know everybody else's. Where two or more lie outside the most frequent option, counts of
one to four of them are shown. They say how many chose an option and not who: a
distribution is given of a whole role only, never of a unit, and never crossed with
anything. Beside the sums of scores of units it tells no more than the sum of the item
(argued in `diagnose.disclosure.nesting`), so whose answer is whose stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Diagnosis, Measurement, Units
from diagnose.diagnosis.patterns import bits_of
from diagnose.disclosure.answerers import find_answerers, is_divided
from diagnose.disclosure.log import HIDDEN, Suppressed, hide_rows
from diagnose.disclosure.nesting import (
    COMPLEMENT,
    SMALL,
    SUBSCALE_HIDDEN,
    ItemAnswers,
    hide_items,
)
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import FLOOR

Log = list[Suppressed]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRules:
    """What may be shown of the items of every role.

    Attributes
    ----------
    answers : mapping of (role, subscale) to tuple of ItemAnswers
        How each item was answered, before anything was hidden.
    withheld : mapping of (role, item) to str
        Items of which no number may be shown however many answered, with the rule.
    """

    answers: Mapping[tuple[str, str], tuple[ItemAnswers, ...]]
    withheld: Mapping[tuple[str, str], str]


def rule_items(
    diagnosis: Diagnosis, units: Units, profile: pd.DataFrame, thresholds: Thresholds
) -> ItemRules:
    """Decide for each role which items would give somebody away.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    units : Units
        The cells that are published: whose sums of scores stand beside the items.
    profile : pandas.DataFrame
        The profile that is published, one row for each row of the diagnosis. Where a
        role does not show the mean of a subscale, it shows none of its items either.
    thresholds : Thresholds
        Smallest groups.
    """
    scored = {(r["role"], r["subscale"]): r for r in profile.to_dict("records")}
    totals = diagnosis.participation.roles.set_index("role")["n_respondents"]
    answers = _answers(diagnosis)
    who = find_answerers(diagnosis, units)
    withheld: dict[tuple[str, str], str] = {}
    for (role, subscale), items in answers.items():
        row, rule = scored.get((role, subscale)), COMPLEMENT
        if row is None:  # not scored: no mean that an item could be set against
            chosen = frozenset(a.item for a in items if a.unanimous)
        elif row["status"] == HIDDEN:
            chosen, rule = frozenset(a.item for a in items), SUBSCALE_HIDDEN
        else:
            chosen = hide_items(
                items,
                n_scored=int(row["n_respondents"]),
                n_complete=n_complete_of(diagnosis.measurement, role, subscale),
                n_total=int(totals.get(role, 0)),
                threshold=thresholds.scores,
                answerers=who.get((role, subscale)),
                divided=is_divided(units, role, subscale),
            )
        withheld |= {(role, item): rule for item in chosen}
    return ItemRules(answers=answers, withheld=withheld)


def suppress_distributions(
    distributions: pd.DataFrame, rules: ItemRules, thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    """Hide the distributions of few answers, and those that `rules` withholds.

    How many had no opinion or skipped the item goes where either is a number of
    people below the threshold; the two together follow from the numbers around them.
    """
    pairs = list(zip(distributions["role"], distributions["item"], strict=True))
    few = (distributions["n_respondents"] < thresholds.distributions).to_numpy()
    withheld = np.array([pair in rules.withheld for pair in pairs], dtype=bool)
    hidden = hide_rows(distributions, few | withheld)
    skipped = ["n_not_applicable", "n_unanswered"]
    rare = distributions[skipped].apply(is_few, threshold=thresholds.scores)
    log = [
        Suppressed(
            table="distributions",
            rule=SMALL if small else rules.withheld[role, item],
            role=role,
            item=item,
            subscale=subscale,
        )
        for (role, item), subscale, small in zip(
            pairs, distributions["subscale"], few, strict=True
        )
        if small or (role, item) in rules.withheld
    ]
    return hide_rows(hidden, rare.any(axis="columns"), columns=skipped), log


def _answers(diagnosis: Diagnosis) -> dict[tuple[str, str], tuple[ItemAnswers, ...]]:
    answers: dict[tuple[str, str], list[ItemAnswers]] = {}
    asked = ["role", "subscale", "item"]
    for (role, name), own in diagnosis.distributions.groupby(asked[:2], sort=False):
        bits = bits_of(diagnosis.instrument, str(name)) if name else {}
        for item, rows in own.groupby("item", sort=False):
            number = int(rows["n_respondents"].iloc[0])
            answers.setdefault((str(role), str(name)), []).append(
                ItemAnswers(
                    item=str(item),
                    n_respondents=number,
                    unanimous=is_nearly_one(rows["count"].max(), number),
                    bit=bits.get(str(item), 0),
                )
            )
    return {key: tuple(items) for key, items in answers.items()}


def is_nearly_one(most: float, number: float, *, each: float = 1) -> bool:
    """Tell whether one person at most stands outside the most frequent answer.

    Parameters
    ----------
    most : float
        Answers to the option that most chose.
    number : float
        All answers.
    each : float
        The most answers that one person gave.
    """
    return bool(number and number - most <= each)


def n_complete_of(measurement: Measurement, role: str, subscale: str) -> int | None:
    """Return who answered every item, which is known of the work floor only."""
    rows = measurement.reliability
    numbers = rows.loc[rows["subscale"] == subscale, "n_respondents"].dropna()
    if role != FLOOR or numbers.empty:
        return None
    return int(numbers.iloc[0])


def is_few(numbers: pd.Series, *, threshold: int) -> pd.Series:
    """Tell where a number of people is above zero and below the threshold."""
    return (numbers > 0) & (numbers < threshold)
