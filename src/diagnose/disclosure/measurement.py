"""Measurement: takes out of its tables what would tell about a few people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose.diagnosis.measurement import judge
from diagnose.diagnosis.model import Diagnosis, Measurement
from diagnose.disclosure.items import ItemRules, is_few, n_complete_of
from diagnose.disclosure.log import HIDDEN, Suppressed, hide_rows
from diagnose.disclosure.models import suppress_models
from diagnose.disclosure.nesting import (
    COMPLEMENT,
    SMALL,
    SUBSCALE_HIDDEN,
    ties_are_safe,
)
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import FLOOR

Log = list[Suppressed]
_TIES = ("item_rest_r", "alpha_if_dropped")
_SHAPE = ("skew", "floor", "ceiling")
_CONSTANT = ("note.constant_item", "note.no_variance", "flag.constant")


def suppress_measurement(
    diagnosis: Diagnosis,
    profile: pd.DataFrame,
    trend: pd.DataFrame,
    cells: pd.DataFrame,
    rules: ItemRules,
    thresholds: Thresholds,
) -> tuple[Measurement, Log]:
    """Hide what the quality of the answers would tell about a few people.

    Verdicts are made again from what is left, so that none rests on hidden numbers.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    profile, trend, cells : pandas.DataFrame
        What is published of roles, waves and units.
    rules : ItemRules
        Which items are withheld.
    thresholds : Thresholds
        Smallest groups.
    """
    whole = diagnosis.measurement
    floor = profile.loc[profile["role"] == FLOOR].set_index("subscale")
    shown = {str(s): int(n) for s, n in floor["n_respondents"].dropna().items()}
    reliability, log = _suppress_reliability(whole.reliability, shown, thresholds)
    items, item_log = _suppress_items(diagnosis, rules, shown, thresholds)
    careless, careless_log = _suppress_careless(whole.careless, thresholds)
    sensitivity, without_log = _suppress_sensitivity(
        whole.sensitivity, shown, cells, thresholds
    )
    models, models_log = suppress_models(diagnosis, profile, trend, rules, thresholds)
    measurement = replace(
        whole,
        reliability=reliability,
        items=items,
        verdicts=_judge_again(whole.verdicts, reliability, items, shown),
        careless=careless,
        sensitivity=sensitivity,
        **models,
    )
    return measurement, log + item_log + careless_log + without_log + models_log


def _suppress_reliability(
    reliability: pd.DataFrame, shown: Mapping[str, int], thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    few = ~(reliability["n_respondents"] >= thresholds.scores)
    absent = ~reliability["subscale"].isin(list(shown))
    rules = np.select([absent, few], [SUBSCALE_HIDDEN, SMALL], "")
    log = [
        Suppressed(
            table="measurement.reliability", rule=str(rule), subscale=str(subscale)
        )
        for subscale, rule in zip(reliability["subscale"], rules, strict=True)
        if rule
    ]
    # That an item did not vary says that everybody answered it alike; why a number is
    # missing that is hidden is no business of a reader.
    tells = reliability["note"].isin(_CONSTANT) | (rules != "")
    notes = reliability["note"].mask(tells, "")
    return hide_rows(reliability.assign(note=notes), rules != ""), log


def _suppress_items(
    diagnosis: Diagnosis,
    rules: ItemRules,
    shown: Mapping[str, int],
    thresholds: Thresholds,
) -> tuple[pd.DataFrame, Log]:
    items = diagnosis.measurement.items
    few = (items["n_respondents"] < thresholds.scores).to_numpy()
    away = [
        SUBSCALE_HIDDEN
        if row["subscale"] not in shown
        else rules.withheld.get((FLOOR, row["item"]), "")
        for row in items.to_dict("records")
    ]
    log = [
        Suppressed(
            table="measurement.items",
            rule=SMALL if small else rule,
            role=FLOOR,
            item=row["item"],
            subscale=row["subscale"],
        )
        for row, small, rule in zip(items.to_dict("records"), few, away, strict=True)
        if small or rule
    ]
    safe = {
        s: _ties_are_safe(diagnosis, rules, s, n, thresholds) for s, n in shown.items()
    }
    loose = ~items["subscale"].map(lambda s: safe.get(s, False)).astype(bool)
    log += [
        Suppressed(table="measurement.ties", rule=COMPLEMENT, subscale=str(subscale))
        for subscale in items.loc[loose, "subscale"].drop_duplicates()
    ]
    unshaped = items["n_respondents"] < thresholds.distributions
    gone = few | np.array(away, dtype=bool)
    # The other flags are read off the tie of an item, and go where this is not shown.
    flags = items["flag"].mask(items["flag"].isin(_CONSTANT) | gone | loose, "")
    kept = hide_rows(items.assign(flag=flags), gone)
    kept = hide_rows(kept, loose, columns=_TIES)
    kept = hide_rows(kept, unshaped, columns=_SHAPE)
    return _hide_rare_shares(kept, diagnosis, thresholds), log


def _ties_are_safe(
    diagnosis: Diagnosis,
    rules: ItemRules,
    subscale: str,
    n_scored: int,
    thresholds: Thresholds,
) -> bool:
    items = rules.answers.get((FLOOR, subscale), ())
    return ties_are_safe(
        [answers.n_respondents for answers in items],
        n_scored,
        n_complete_of(diagnosis.measurement, FLOOR, subscale),
        thresholds.scores,
    )


def _hide_rare_shares(
    items: pd.DataFrame, diagnosis: Diagnosis, thresholds: Thresholds
) -> pd.DataFrame:
    roles = diagnosis.participation.roles
    n_floor = roles.loc[roles["role"] == FLOOR, "n_respondents"].sum()
    columns = ["share_missing", "share_not_applicable"]
    people = (items[columns] * n_floor).round()
    rare = people.apply(is_few, threshold=thresholds.scores).any(axis="columns")
    return hide_rows(items, rare, columns=columns)


def _suppress_careless(
    careless: pd.DataFrame, thresholds: Thresholds
) -> tuple[pd.DataFrame, Log]:
    others = careless["n_screened"] - careless["n_flagged"]
    few = is_few(careless["n_flagged"], threshold=thresholds.scores)
    few |= is_few(others, threshold=thresholds.scores)
    log = [
        Suppressed(table="measurement.careless", rule=SMALL, item=str(hurdle))
        for hurdle in careless.loc[few, "hurdle"]
    ]
    return hide_rows(careless, few), log


def _suppress_sensitivity(
    sensitivity: pd.DataFrame,
    shown: Mapping[str, int],
    cells: pd.DataFrame,
    thresholds: Thresholds,
) -> tuple[pd.DataFrame, Log]:
    """Hide the means without careless answerers unless they are a safe cut.

    The cut runs across units: were the careless ones all in one team, the mean without
    them minus the other teams would be the mean of the few careful people of that
    team. Who was careless in which unit is not known here, so beside units of the same
    subscale the cut is shown only if it leaves nobody out.
    """
    flagged = sensitivity["n_all"] - sensitivity["n_without"]
    some = flagged > 0
    few = is_few(flagged, threshold=thresholds.scores)
    few |= some & (sensitivity["n_without"] < thresholds.scores)
    beside = set(cells.loc[cells["status"] != HIDDEN, "subscale"])
    crossed = some & sensitivity["subscale"].isin(list(beside))
    absent = ~sensitivity["subscale"].isin(list(shown))
    rules = np.select([absent, few, crossed], [SUBSCALE_HIDDEN, SMALL, COMPLEMENT], "")
    log = [
        Suppressed(
            table="measurement.sensitivity", rule=str(rule), subscale=str(subscale)
        )
        for subscale, rule in zip(sensitivity["subscale"], rules, strict=True)
        if rule
    ]
    return hide_rows(sensitivity, rules != ""), log


def _judge_again(
    verdicts: pd.DataFrame,
    reliability: pd.DataFrame,
    items: pd.DataFrame,
    shown: Mapping[str, int],
) -> pd.DataFrame:
    """Judge each subscale from the rows that are published.

    A subscale that is not shown counts as one with few respondents. Nothing else may
    be said of it; that everybody answered alike least of all.
    """
    alpha = reliability.loc[reliability["method"] == "alpha"]
    judged = []
    for subscale in verdicts["subscale"]:
        own = alpha.loc[alpha["subscale"] == subscale]
        if subscale not in shown or (own["status"] == HIDDEN).any():
            judged.append(("unsupported", "reason.few_respondents"))
        else:
            flags = items.loc[items["subscale"] == subscale, "flag"]
            judged.append(judge(own, set(flags) - {""}))
    return verdicts.assign(
        verdict=[verdict for verdict, _ in judged],
        reason=[reason for _, reason in judged],
    )
