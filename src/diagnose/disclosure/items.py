"""Items: which of their numbers may be shown beside the mean of their subscale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Diagnosis, Measurement
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
    diagnosis: Diagnosis, profile: pd.DataFrame, thresholds: Thresholds
) -> ItemRules:
    """Decide for each role which items would give somebody away.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    profile : pandas.DataFrame
        The profile that is published, one row for each row of the diagnosis. Where a
        role does not show the mean of a subscale, it shows none of its items either.
    thresholds : Thresholds
        Smallest groups.
    """
    scored = {(r["role"], r["subscale"]): r for r in profile.to_dict("records")}
    totals = diagnosis.participation.roles.set_index("role")["n_respondents"]
    answers = _answers(diagnosis.distributions)
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


def _answers(
    distributions: pd.DataFrame,
) -> dict[tuple[str, str], tuple[ItemAnswers, ...]]:
    answers: dict[tuple[str, str], list[ItemAnswers]] = {}
    grouped = distributions.groupby(["role", "subscale", "item"], sort=False)
    for (role, subscale, item), rows in grouped:
        number = int(rows["n_respondents"].iloc[0])
        answers.setdefault((str(role), str(subscale)), []).append(
            ItemAnswers(
                item=str(item),
                n_respondents=number,
                unanimous=bool(number and rows["count"].max() == number),
            )
        )
    return {key: tuple(items) for key, items in answers.items()}


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
