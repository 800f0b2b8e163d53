"""What is said of the measurement itself: reliability, careless answers, response."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.model import Finding, Parts
from diagnose.language import Text, load_catalogue

_LONG_LIST = 4
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
    care = _with_verdict(parts, "care")
    uncertain = care.loc[care["reason"] == "reason.uncertain_alpha", "subscale"]
    if len(uncertain):
        yield alphas_finding(
            parts, "measurement.uncertain_alpha", tuple(uncertain), importance=3
        )
    for reason, flag in _FLAG_OF.items():
        for subscale in care.loc[care["reason"] == reason, "subscale"]:
            yield _flagged_finding(parts, subscale, flag)
    yield from _find_careless(parts)


def alpha_of(parts: Parts, subscale: str) -> pd.Series:
    """Return the row of alpha of a subscale that has one."""
    reliability = parts.measurement.reliability
    rows = reliability.loc[
        (reliability["subscale"] == subscale) & (reliability["method"] == "alpha")
    ]
    return rows.iloc[0]


def alpha_words(alpha: pd.Series) -> dict[str, Text]:
    """Return the numbers of alpha in words."""
    return {
        "alpha": wording.number(alpha["estimate"]),
        "interval": wording.interval(
            alpha["conf_low"], alpha["conf_high"], alpha["conf_level"]
        ),
        "n": wording.count(alpha["n_respondents"]),
    }


def alphas_finding(
    parts: Parts, code: str, subscales: tuple[str, ...], *, importance: float
) -> Finding:
    """Return one finding about several subscales, each named with its alpha."""
    alphas = [alpha_of(parts, subscale) for subscale in subscales]
    named = [
        _with_alpha(parts, subscale, alpha)
        for subscale, alpha in zip(subscales, alphas, strict=True)
    ]
    return Finding(
        code=code,
        kind="open" if code.startswith("open") else "measurement",
        subscales=subscales,
        importance=importance,
        evidence={
            "n_subscales": len(subscales),
            "estimate": float(min(alpha["estimate"] for alpha in alphas)),
            "n_respondents": float(min(alpha["n_respondents"] for alpha in alphas)),
        },
        words={"subscales": wording.listing(named)},
    )


def _with_alpha(parts: Parts, subscale: str, alpha: pd.Series) -> Text:
    catalogue = load_catalogue("findings")
    title = wording.subscale_title(parts.instrument, subscale)
    words = alpha_words(alpha)
    # Without variance there is no alpha to name, only how many answered.
    key = "word.with_alpha" if pd.notna(alpha["estimate"]) else "word.with_n"
    return {
        lang: catalogue.text(
            key,
            lang,
            subscale=title[lang],
            **{name: text[lang] for name, text in words.items()},
        )
        for lang in wording.LANGUAGES
    }


def listed_titles(parts: Parts, subscales: tuple[str, ...]) -> Text:
    """Return the titles of subscales as one list, or "all" when none is left out."""
    n_all = len(parts.measurement.verdicts)
    if len(subscales) == n_all >= _LONG_LIST:
        catalogue = load_catalogue("findings")
        number = wording.count(n_all)
        return {
            lang: catalogue.text("word.all_subscales", lang, n=number[lang])
            for lang in wording.LANGUAGES
        }
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
    if (
        top.empty
        or not (top["status"] == "shown").all()
        or top["n_members"].isna().any()
    ):
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


def _flagged_finding(parts: Parts, subscale: str, flag: str) -> Finding:
    alpha = alpha_of(parts, subscale)
    item = _flagged_item(parts, subscale, flag)
    tie = float(item["item_rest_r"])
    return Finding(
        code=f"measurement.{flag.removeprefix('flag.')}_item",
        kind="measurement",
        subscales=(subscale,),
        importance=3.5,
        evidence={
            "item_rest_r": tie,
            "estimate": float(alpha["estimate"]),
            "conf_low": float(alpha["conf_low"]),
            "conf_high": float(alpha["conf_high"]),
            "conf_level": float(alpha["conf_level"]),
            "n_respondents": float(alpha["n_respondents"]),
        },
        words={
            "subscale": wording.subscale_title(parts.instrument, subscale),
            "item": wording.item_words(parts.instrument, str(item["item"])),
            "tie": _tie_words(tie),
            **alpha_words(alpha),
        },
    )


def _tie_words(tie: float) -> Text:
    """Write the tie of an item to the others, nothing when it may not be shown."""
    if math.isnan(tie):
        return wording.literal("")
    catalogue, number = load_catalogue("findings"), wording.number(tie)
    return {
        lang: catalogue.text("word.tie", lang, tie=number[lang])
        for lang in wording.LANGUAGES
    }


def _flagged_item(parts: Parts, subscale: str, flag: str) -> pd.Series:
    """Return the item of the subscale that the flag concerns most."""
    items = parts.measurement.items
    flagged = items.loc[(items["subscale"] == subscale) & (items["flag"] == flag)]
    return flagged.sort_values("item_rest_r").iloc[0]


def _find_careless(parts: Parts) -> Iterator[Finding]:
    hurdles = parts.measurement.careless
    counted = hurdles.loc[hurdles["hurdle"] == "careless"]
    if counted.empty or not counted.iloc[0]["n_flagged"] > 0:
        return
    row = counted.iloc[0]
    flagged = float(row["n_flagged"] / row["n_screened"])
    evidence = {
        "n_flagged": float(row["n_flagged"]),
        "n_screened": float(row["n_screened"]),
        "share": flagged,
    }
    words = {
        "n_flagged": wording.count(row["n_flagged"]),
        "n": wording.count(row["n_screened"]),
        "share": wording.share(flagged),
    }
    sensitivity = parts.measurement.sensitivity
    answered = sensitivity.loc[~(sensitivity["n_all"] == 0)]
    differences = answered["difference"].abs()
    # Where a difference is hidden, "no mean moves by more than" would tell of it.
    if differences.empty or differences.isna().any():
        yield _careless_finding("measurement.careless_counted", (), evidence, words)
        return
    most = answered.iloc[int(differences.argmax())]
    subscale = str(most["subscale"])
    yield _careless_finding(
        "measurement.careless",
        (subscale,),
        {**evidence, "difference": float(most["difference"])},
        {
            **words,
            "difference": wording.number(abs(most["difference"])),
            "subscale": wording.subscale_title(parts.instrument, subscale),
        },
    )


def _careless_finding(
    code: str,
    subscales: tuple[str, ...],
    evidence: dict[str, float],
    words: dict[str, Text],
) -> Finding:
    return Finding(
        code=code,
        kind="measurement",
        subscales=subscales,
        importance=1,
        evidence=evidence,
        words=words,
    )
