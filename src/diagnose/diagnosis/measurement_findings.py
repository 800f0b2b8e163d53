"""What is said of the measurement itself: reliability, careless answers, response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.model import Finding, Parts
from diagnose.language import Text

_CARE = {
    "reason.uncertain_alpha": "measurement.uncertain_alpha",
    "reason.negative_item": "measurement.negative_item",
    "reason.constant_item": "measurement.constant_item",
    "reason.weak_item": "measurement.weak_item",
}
_FLAG_OF = {
    "reason.negative_item": "flag.negative",
    "reason.constant_item": "flag.constant",
    "reason.weak_item": "flag.weak",
}


def find_measurement(parts: Parts) -> Iterator[Finding]:
    """Find what a reader must know about the measurement before using it."""
    yield from _find_response(parts)
    yield from _find_reliable(parts)
    yield from _find_single(parts)
    for row in _with_verdict(parts, "care").to_dict(orient="records"):
        yield _care_finding(parts, row["subscale"], row["reason"])
    yield from _find_careless(parts)


def alpha_of(parts: Parts, subscale: str) -> pd.Series:
    """Return the row of alpha of a subscale that has one."""
    reliability = parts.measurement.reliability
    rows = reliability.loc[
        (reliability["subscale"] == subscale) & (reliability["method"] == "alpha")
    ]
    return rows.iloc[0]


def alpha_evidence(alpha: pd.Series) -> dict[str, float]:
    """Return the numbers of alpha in the shared vocabulary."""
    names = ("estimate", "conf_low", "conf_high", "conf_level", "n_respondents")
    return {name: float(alpha[name]) for name in names}


def alpha_words(alpha: pd.Series) -> dict[str, Text]:
    """Return the numbers of alpha in words."""
    return {
        "alpha": wording.number(alpha["estimate"]),
        "interval": wording.interval(
            alpha["conf_low"], alpha["conf_high"], alpha["conf_level"]
        ),
        "n": wording.count(alpha["n_respondents"]),
    }


def listed_titles(parts: Parts, subscales: tuple[str, ...]) -> Text:
    """Return the titles of subscales as one list in words."""
    return wording.listing(
        wording.subscale_title(parts.instrument, subscale) for subscale in subscales
    )


def _with_verdict(parts: Parts, verdict: str) -> pd.DataFrame:
    verdicts = parts.measurement.verdicts
    return verdicts.loc[verdicts["verdict"] == verdict]


def _find_response(parts: Parts) -> Iterator[Finding]:
    """Say which share answered, when every unit may be shown and was counted."""
    units = parts.participation.units
    top = units.loc[units["level"] == parts.hierarchy[0]] if parts.hierarchy else units
    if top.empty or not (top["status"] == "shown").all() or top["n_members"].isna().any():
        return
    answered, members = float(top["n_respondents"].sum()), float(top["n_members"].sum())
    if not 0 < answered <= members:
        return
    yield Finding(
        code="measurement.response",
        kind="measurement",
        importance=5,
        evidence={
            "n_respondents": answered,
            "n_members": members,
            "response_rate": answered / members,
        },
        words={
            "n": wording.count(answered),
            "members": wording.count(members),
            "rate": wording.share(answered / members),
        },
    )


def _find_reliable(parts: Parts) -> Iterator[Finding]:
    good = tuple(_with_verdict(parts, "good")["subscale"])
    if good:
        lowest = min(alpha_of(parts, subscale)["conf_low"] for subscale in good)
        yield Finding(
            code="measurement.reliable",
            kind="measurement",
            subscales=good,
            importance=4,
            evidence={"n_subscales": len(good), "conf_low": lowest},
            words={
                "subscales": listed_titles(parts, good),
                "lowest": wording.number(lowest),
            },
        )


def _find_single(parts: Parts) -> Iterator[Finding]:
    single = tuple(_with_verdict(parts, "single")["subscale"])
    if single:
        yield Finding(
            code="measurement.single",
            kind="measurement",
            subscales=single,
            importance=2,
            evidence={"n_subscales": len(single)},
            words={"subscales": listed_titles(parts, single)},
        )


def _care_finding(parts: Parts, subscale: str, reason: str) -> Finding:
    alpha = alpha_of(parts, subscale)
    evidence, words = alpha_evidence(alpha), alpha_words(alpha)
    if reason in _FLAG_OF:
        item = _flagged_item(parts, subscale, _FLAG_OF[reason])
        evidence["item_rest_r"] = item["item_rest_r"]
        words["item"] = wording.item_words(parts.instrument, str(item["item"]))
        words["tie"] = wording.number(item["item_rest_r"])
    return Finding(
        code=_CARE[reason],
        kind="measurement",
        subscales=(subscale,),
        importance=3 + (1 - alpha["estimate"]) / 2,
        evidence=evidence,
        words={
            "subscale": wording.subscale_title(parts.instrument, subscale),
            **words,
        },
    )


def _flagged_item(parts: Parts, subscale: str, flag: str) -> Mapping[str, float]:
    """Return the item of the subscale that the flag concerns most."""
    items = parts.measurement.items
    flagged = items.loc[(items["subscale"] == subscale) & (items["flag"] == flag)]
    row: Mapping[str, float] = flagged.sort_values("item_rest_r").iloc[0].to_dict()
    return row


def _find_careless(parts: Parts) -> Iterator[Finding]:
    hurdles = parts.measurement.careless
    counted = hurdles.loc[hurdles["hurdle"] == "careless"]
    sensitivity = parts.measurement.sensitivity
    differences = sensitivity["difference"].abs()
    if counted.empty or not counted.iloc[0]["n_flagged"] > 0 or differences.isna().all():
        return
    row = counted.iloc[0]
    most = sensitivity.loc[differences.idxmax()]
    flagged = row["n_flagged"] / row["n_screened"]
    yield Finding(
        code="measurement.careless",
        kind="measurement",
        subscales=(str(most["subscale"]),),
        importance=1,
        evidence={
            "n_flagged": row["n_flagged"],
            "n_screened": row["n_screened"],
            "share": flagged,
            "difference": most["difference"],
        },
        words={
            "n_flagged": wording.count(row["n_flagged"]),
            "n": wording.count(row["n_screened"]),
            "share": wording.share(flagged),
            "difference": wording.number(abs(most["difference"])),
            "subscale": wording.subscale_title(
                parts.instrument, str(most["subscale"])
            ),
        },
    )
