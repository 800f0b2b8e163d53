"""Factor models, curves and comparisons: shown for the whole work floor, or not at all.

They are functions of the answers of everybody together, and far fewer than what they
are made of: a subscale of four items with five answers has 625 patterns and a curve of
twenty parameters. What they could give away is a few people in whom two published
numbers differ. Three rules see to that.

* Of a subscale that is hidden nothing is shown, nor any model that it is part of.
* Loadings and curves stand only beside the numbers of *every* item of the subscale.
  An item is withheld because a few people skipped some items (`nesting`). With three
  items, the loadings tell all correlations and the answers of such a person follow; a
  curve tells nearly the mean of the item that was withheld.
* The people of the work floor who are not in a model are none, or as many as the
  threshold; and so are those in no group of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.comparability import FEWEST_IN_A_GROUP
from diagnose.diagnosis.dimensions import EVERYTHING, FEWEST_FOR_MODELS
from diagnose.diagnosis.model import Diagnosis, Measurement
from diagnose.diagnosis.precision import FEWEST_FOR_CURVES
from diagnose.disclosure.items import ItemRules, is_few
from diagnose.disclosure.log import HIDDEN, SHOWN, Row, Suppressed, hide_rows
from diagnose.disclosure.nesting import COMPLEMENT, SMALL, SUBSCALE_HIDDEN
from diagnose.disclosure.thresholds import Thresholds
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, LEADER

ROLE_HIDDEN = "role-hidden"
_TELLING = ("flag", "verdict", "other_verdict", "holds", "released", "note")
Rules = Sequence[str]
Frames = dict[str, pd.DataFrame]
Log = list[Suppressed]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What is published beside the models, and who they are about.

    Attributes
    ----------
    shown : frozenset of (role, subscale)
        Means in the profile.
    alike : frozenset of str
        Subscales of which every wave is shown.
    whole : frozenset of str
        Subscales of which the numbers of every item may be shown.
    n_floor : float
        Respondents of the work floor.
    thresholds : Thresholds
    """

    shown: frozenset[tuple[str, str]]
    alike: frozenset[str]
    whole: frozenset[str]
    n_floor: float
    thresholds: Thresholds

    def hides(self, *subscales: str) -> bool:
        """Tell whether the mean of one of the subscales is hidden."""
        return any((FLOOR, subscale) not in self.shown for subscale in subscales)

    def rule(self, number: float, fewest: int) -> str:
        """Return the rule that hides a model of so many respondents, or nothing."""
        if not number >= fewest:
            return SMALL
        return COMPLEMENT if self._few(self.n_floor - number) else ""

    def rule_of_groups(self, row: Row) -> str:
        """Return the rule that hides a comparison of groups, or nothing."""
        if not row["n_smallest"] >= FEWEST_IN_A_GROUP:
            return SMALL
        return COMPLEMENT if self._few(row["n_others"]) else ""

    def _few(self, number: float) -> bool:
        return bool(is_few(pd.Series([number]), threshold=self.thresholds.scores)[0])


def suppress_models(
    diagnosis: Diagnosis,
    profile: pd.DataFrame,
    trend: pd.DataFrame,
    rules: ItemRules,
    thresholds: Thresholds,
) -> tuple[Frames, Log]:
    """Hide the models, loadings, pairs, curves and comparisons that tell too much.

    Rows that hold no number say only what was not examined, and stay.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    profile, trend : pandas.DataFrame
        What is published of roles and waves.
    rules : ItemRules
        Which items are withheld.
    thresholds : Thresholds
        Smallest groups.

    Returns
    -------
    tuple of dict and list
        The frames by their name in `Measurement`, and the log.
    """
    whole = diagnosis.measurement
    beside = _look_around(diagnosis, profile, trend, rules, thresholds)
    chosen: dict[str, Rules] = {
        "models": _rule_models(whole.models, diagnosis, beside),
        "loadings": _rule_items(whole.loadings, beside, FEWEST_FOR_MODELS),
        "pairs": [
            SUBSCALE_HIDDEN
            if beside.hides(row["first"], row["second"])
            else beside.rule(row["n_respondents"], FEWEST_FOR_MODELS)
            for row in whole.pairs.to_dict("records")
        ],
        "information": _rule_items(whole.information, beside, FEWEST_FOR_CURVES),
        "comparisons": [
            _rule_comparison(row, beside)
            for row in whole.comparisons.to_dict("records")
        ],
    }
    frames: Frames = {}
    log: Log = []
    for name, found in chosen.items():
        frame: pd.DataFrame = getattr(whole, name)
        empty = frame["n_respondents"].isna()
        kept = [
            "" if nothing else rule for rule, nothing in zip(found, empty, strict=True)
        ]
        frames[name] = _without(frame, kept)
        log += _entries(name, frame, kept)
    return frames, log


def _look_around(
    diagnosis: Diagnosis,
    profile: pd.DataFrame,
    trend: pd.DataFrame,
    rules: ItemRules,
    thresholds: Thresholds,
) -> _Beside:
    roles = diagnosis.participation.roles
    shown = profile.loc[profile["status"] == SHOWN]
    waves = trend.get("status", pd.Series(dtype=object)) != SHOWN
    lost = set(trend.loc[waves, "subscale"])
    return _Beside(
        shown=frozenset(zip(shown["role"], shown["subscale"], strict=True)),
        alike=frozenset(set(trend["subscale"]) - lost),
        whole=_whole_subscales(diagnosis.measurement, rules, thresholds),
        n_floor=float(roles.loc[roles["role"] == FLOOR, "n_respondents"].sum()),
        thresholds=thresholds,
    )


def _whole_subscales(
    measurement: Measurement, rules: ItemRules, thresholds: Thresholds
) -> frozenset[str]:
    items = measurement.items
    withheld = {item for role, item in rules.withheld if role == FLOOR}
    away = items["item"].isin(withheld)
    away |= items["n_respondents"] < thresholds.distributions
    return frozenset(set(items["subscale"]) - set(items.loc[away, "subscale"]))


def _rule_models(models: pd.DataFrame, diagnosis: Diagnosis, beside: _Beside) -> Rules:
    """Rule a model by all subscales of its scope that have three items and more."""
    asked = diagnosis.measurement.items["subscale"].value_counts()
    modelled = [str(s) for s, n_items in asked.items() if n_items >= 3]
    return [
        SUBSCALE_HIDDEN
        if beside.hides(*_in_scope(diagnosis.instrument, modelled, row["scope"]))
        else beside.rule(row["n_respondents"], FEWEST_FOR_MODELS)
        for row in models.to_dict("records")
    ]


def _in_scope(
    instrument: Instrument, subscales: Sequence[str], scope: str
) -> list[str]:
    return [s for s in subscales if scope in (EVERYTHING, instrument.subscale(s).kind)]


def _rule_items(frame: pd.DataFrame, beside: _Beside, fewest: int) -> Rules:
    """Rule rows that speak of single items."""
    return [
        SUBSCALE_HIDDEN
        if beside.hides(row["subscale"])
        else beside.rule(row["n_respondents"], fewest)
        or ("" if row["subscale"] in beside.whole else COMPLEMENT)
        for row in frame.to_dict("records")
    ]


def _rule_comparison(row: Row, beside: _Beside) -> str:
    subscale = str(row["subscale"])
    if beside.hides(subscale):
        return SUBSCALE_HIDDEN
    across = row["across"]
    if across == "role" and (LEADER, subscale) not in beside.shown:
        return ROLE_HIDDEN
    if across == "wave" and subscale not in beside.alike:
        return SUBSCALE_HIDDEN
    return beside.rule_of_groups(row)


def _without(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Hide rows, with the words in them that say what came out."""
    gone = np.array(rules, dtype=object) != ""
    kept = hide_rows(frame, gone)
    for column in set(_TELLING) & set(frame.columns):
        kept[column] = kept[column].mask(gone, "")
    if "theta" not in frame:
        return kept
    # Of a curve that is hidden one row says so; its points would be nothing.
    again = (kept["status"] == HIDDEN) & kept.duplicated(["subscale", "status"])
    return kept.loc[~again].reset_index(drop=True)


def _entries(name: str, frame: pd.DataFrame, rules: Rules) -> Log:
    subscales = frame.get("subscale", frame.get("first"))
    named = [""] * len(frame) if subscales is None else list(subscales)
    return [
        Suppressed(table=f"measurement.{name}", rule=rule, subscale=str(subscale))
        for subscale, rule in zip(named, rules, strict=True)
        if rule
    ]
