"""What is said of the questionnaire: can it be read as intended, and how precisely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from diagnose.diagnosis import wording
from diagnose.diagnosis.dimensions import EVERYTHING, FEWEST_FOR_MODELS
from diagnose.diagnosis.factor_rows import WEAK_LOADING_BELOW
from diagnose.diagnosis.measurement import RELIABLE_FROM
from diagnose.diagnosis.model import Finding, FindingKind, Parts
from diagnose.diagnosis.precision import FEWEST_FOR_CURVES
from diagnose.diagnosis.support import rows_of, rows_shown, supported_subscales
from diagnose.language import Text
from diagnose.responses.model import FLOOR

CFI_FROM = 0.95
RMSEA_TO = 0.06
SRMR_TO = 0.08
"""Fit that is usual for a model that describes the answers: conventions (Hu & Bentler,
1999) from simulations of few models, named as such and no pass mark."""

_NO_RIVALS = ("intended", "bifactor")
"""A bifactor model fits nearly any answers well; it stands in the table only."""

_LONGEST_LIST = 5
_IMPORTANCE = {
    "measurement.merge": 3.8,
    "measurement.fits": 2.9,
    "measurement.fits_less": 2.9,
    "measurement.intended_best": 2.8,
    "measurement.apart": 2.7,
    "measurement.negative_loading": 2.65,
    "measurement.weak_loading": 2.6,
    "measurement.precise": 2.4,
    "measurement.treatment_alike": 2.2,
    "open.few_for_models": 10.2,
    "open.no_model": 10.2,
    "open.few_for_curves": 1.8,
    "open.rival_better": 10.4,
    "open.improper": 10.1,
    "open.merge_small": 9.8,
    "open.pairs_unsure": 9.7,
    "open.treatment_matters": 9.6,
    "open.treatment_unknown": 1.5,
    "open.imprecise": 9.5,
}


def find_dimensions(parts: Parts) -> Iterator[Finding]:
    """Find what factor models and information curves say of the subscales."""
    models = rows_shown(parts.measurement.models)
    joint = models.loc[models["scope"] == EVERYTHING]
    if len(joint):
        yield from _find_fit(parts, joint)
        yield from _find_rivals(parts, models)
    yield from _find_pairs(parts)
    yield from _find_loadings(parts)
    yield from _find_treatment(parts, joint)
    yield from _find_precision(parts)


def _find_fit(parts: Parts, joint: pd.DataFrame) -> Iterator[Finding]:
    row = joint.iloc[0]
    if row["note"] == "note.too_few":
        yield from _few(parts, "open.few_for_models", FEWEST_FOR_MODELS)
        return
    if np.isnan(row["df"]):
        yield _finding("open.no_model")
        return
    code = "measurement.fits" if _usual_fit(row) else "measurement.fits_less"
    names = ("n_respondents", "cfi", "rmsea", "rmsea_low", "rmsea_high", "srmr")
    yield _finding(
        code,
        evidence={name: float(row[name]) for name in names},
        words={
            "n": wording.count(row["n_respondents"]),
            "n_items": wording.count(row["n_items"]),
            **{name: _index(row[name]) for name in ("cfi", "rmsea", "srmr")},
            "low": _index(row["rmsea_low"]),
            "high": _index(row["rmsea_high"]),
            "cfi_from": wording.number(CFI_FROM),
            "rmsea_to": wording.number(RMSEA_TO),
            "srmr_to": wording.number(SRMR_TO),
        },
    )
    if row["note"] == "note.improper":
        yield _finding("open.improper")


def _index(value: float) -> Text:
    return wording.number(value, digits=3)


def _usual_fit(row: pd.Series) -> bool:
    return bool(
        row["cfi"] >= CFI_FROM and row["rmsea"] <= RMSEA_TO and row["srmr"] <= SRMR_TO
    )


def _few(parts: Parts, code: str, needed: int) -> Iterator[Finding]:
    """Say how many answered and how many are needed; nothing of a hidden number."""
    roles = parts.participation.roles
    number = roles.loc[roles["role"] == FLOOR, "n_respondents"].sum(min_count=1)
    if number > 0:
        yield _finding(
            code,
            evidence={"n_respondents": float(number)},
            words={"n": wording.count(number), "needed": wording.count(needed)},
        )


def _find_rivals(parts: Parts, models: pd.DataFrame) -> Iterator[Finding]:
    """Compare the intended grouping of each kind of subscales with its rivals."""
    fitted = models.loc[(models["scope"] != EVERYTHING) & models["df"].notna()]
    for kind, rows in fitted.groupby("scope", sort=False):
        intended = rows.loc[rows["model"] == "intended"]
        rivals = rows.loc[~rows["model"].isin(_NO_RIVALS)]
        if intended.empty or rivals.empty:
            continue
        # Least squares have no likelihood, and so no BIC.
        index = "bic" if rows["bic"].notna().all() else "rmsea"
        own, best = intended.iloc[0], rivals.sort_values(index, kind="stable").iloc[0]
        better = own[index] <= best[index]
        digits = 0 if index == "bic" else 3
        yield _finding(
            "measurement.intended_best" if better else "open.rival_better",
            evidence={
                "n_respondents": float(own["n_respondents"]),
                f"{index}_intended": float(own[index]),
                f"{index}_rival": float(best[index]),
            },
            words={
                "kind": wording.phrase(f"word.kind_{kind}"),
                "rival": wording.phrase(f"word.model_{_model_name(best['model'])}"),
                "index": wording.literal(index.upper()),
                "own": wording.number(own[index], digits=digits),
                "other": wording.number(best[index], digits=digits),
                "n": wording.count(own["n_respondents"]),
            },
        )


def _model_name(model: str) -> str:
    """Return the name in the catalogue; groupings of an instrument share one."""
    return model if model == "one_factor" else "grouping"


def _find_pairs(parts: Parts) -> Iterator[Finding]:
    """Apply the merge rule of the instrument, as judged in the frame."""
    dimensions = parts.instrument.dimensions
    pairs = rows_shown(parts.measurement.pairs)
    if dimensions is None or pairs.empty:
        return
    rule = dimensions.merge
    met = (pairs["estimate"] > rule.latent_correlation) | (pairs["htmt"] > rule.htmt)
    unsure = pairs["verdict"] == "unsure"
    chosen = {
        "measurement.merge": pairs.loc[pairs["verdict"] == "merge"],
        "open.merge_small": pairs.loc[unsure & met],
        "open.pairs_unsure": pairs.loc[unsure & ~met],
    }
    if (pairs["verdict"] == "apart").all():
        chosen = {"measurement.apart": pairs}
    for code, rows in chosen.items():
        if len(rows):
            yield _pairs_finding(parts, code, rows)


def _pairs_finding(parts: Parts, code: str, rows: pd.DataFrame) -> Finding:
    dimensions = parts.instrument.dimensions
    ordered = rows.sort_values("estimate", ascending=False, kind="stable")
    named = dict.fromkeys([*ordered["first"], *ordered["second"]])
    # Of pairs that are all apart the closest one says enough.
    listed = ordered.head(1) if code == "measurement.apart" else ordered
    limits = {}
    if dimensions is not None:
        limits = {
            "limit": wording.number(dimensions.merge.latent_correlation),
            "ratio": wording.number(dimensions.merge.htmt),
            "needed": wording.count(dimensions.merge.fewest_respondents),
        }
    return _finding(
        code,
        subscales=() if code == "measurement.apart" else tuple(named),
        evidence={
            "n_pairs": len(rows),
            "estimate": float(ordered["estimate"].iloc[0]),
            "n_respondents": float(ordered["n_respondents"].min()),
        },
        words={
            "pairs": wording.shortened(
                [_pair_words(parts, row) for _, row in listed.iterrows()], _LONGEST_LIST
            ),
            "n": wording.count(ordered["n_respondents"].min()),
            "n_pairs": wording.count(len(rows)),
            **limits,
        },
    )


def _pair_words(parts: Parts, row: pd.Series) -> Text:
    has_ratio = not np.isnan(row["htmt"])
    return wording.phrase(
        "word.pair" if has_ratio else "word.pair_alone",
        first=wording.subscale_title(parts.instrument, row["first"]),
        second=wording.subscale_title(parts.instrument, row["second"]),
        estimate=wording.number(row["estimate"]),
        interval=wording.interval(row["conf_low"], row["conf_high"], row["conf_level"]),
        **({"htmt": wording.number(row["htmt"])} if has_ratio else {}),
    )


def _find_loadings(parts: Parts) -> Iterator[Finding]:
    loadings = rows_shown(parts.measurement.loadings)
    for flag in ("negative_loading", "weak_loading"):
        rows = loadings.loc[loadings["flag"] == f"flag.{flag}"].sort_values("estimate")
        if rows.empty:
            continue
        yield _finding(
            f"measurement.{flag}",
            subscales=tuple(dict.fromkeys(rows["subscale"])),
            evidence={
                "n_items": len(rows),
                "estimate": float(rows["estimate"].iloc[0]),
                "n_respondents": float(rows["n_respondents"].min()),
            },
            words={
                "items": wording.shortened(
                    [_item_words(parts, row) for _, row in rows.iterrows()],
                    _LONGEST_LIST,
                ),
                "limit": wording.number(WEAK_LOADING_BELOW),
                "n": wording.count(rows["n_respondents"].min()),
            },
        )


def _item_words(parts: Parts, row: pd.Series) -> Text:
    return wording.phrase(
        "word.with_number",
        subscale=wording.item_words(parts.instrument, row["item"]),
        number=wording.number(row["estimate"]),
    )


def _find_treatment(parts: Parts, joint: pd.DataFrame) -> Iterator[Finding]:
    """Say whether the conclusions hang on answers being numbers or categories."""
    if len(joint) < 2 or np.isnan(joint["df"].iloc[0]):
        return
    if np.isnan(joint["df"].iloc[1]):
        yield _finding("open.treatment_unknown")
        return
    first, second = joint.iloc[0], joint.iloc[1]
    pairs = rows_shown(parts.measurement.pairs)
    differ = (pairs["verdict"] != pairs["other_verdict"]).sum()
    evidence = {
        "n_respondents": float(first["n_respondents"]),
        "cfi": float(first["cfi"]),
        "cfi_other": float(second["cfi"]),
        "n_pairs": float(differ),
    }
    words = {
        "cfi": _index(first["cfi"]),
        "cfi_other": _index(second["cfi"]),
        "n_all": wording.count(len(pairs)),
        "way": wording.phrase(f"word.way_{first['estimator']}"),
        "other": wording.phrase(f"word.way_{second['estimator']}"),
    }
    changed = []
    if _usual_fit(first) != _usual_fit(second):
        changed.append(wording.phrase("word.the_fit"))
    if differ:
        number = {"n": wording.count(differ), "n_all": words["n_all"]}
        changed.append(wording.phrase("word.some_pairs", **number))
    if changed:
        words |= {"what": wording.listing(changed)}
    code = "open.treatment_matters" if changed else "measurement.treatment_alike"
    yield _finding(code, evidence=evidence, words=words)


def _find_precision(parts: Parts) -> Iterator[Finding]:
    """Say over which scores each subscale measures well."""
    curves = rows_shown(parts.measurement.information)
    if (curves["note"] == "note.too_few").any():
        yield from _few(parts, "open.few_for_curves", FEWEST_FOR_CURVES)
    supported = rows_of(curves, supported_subscales(parts))
    known = supported.loc[supported["reliability"].notna()]
    precise = known.loc[known["reliability"] >= RELIABLE_FROM]
    if len(precise):
        score = precise.groupby("subscale", sort=False)["score"]
        ranges = pd.DataFrame({"low": score.min(), "high": score.max()})
        yield _finding(
            "measurement.precise",
            subscales=tuple(ranges.index),
            evidence={
                "n_subscales": len(ranges),
                "n_respondents": float(precise["n_respondents"].min()),
            },
            words={
                "subscales": wording.listing(_ranges(parts, ranges)),
                "limit": wording.number(RELIABLE_FROM),
                "n": wording.count(precise["n_respondents"].min()),
            },
        )
    nowhere = [
        s for s in known["subscale"].unique() if s not in set(precise["subscale"])
    ]
    if nowhere:
        named = [wording.subscale_title(parts.instrument, s) for s in nowhere]
        yield _finding(
            "open.imprecise",
            subscales=tuple(nowhere),
            evidence={"n_subscales": len(nowhere)},
            words={
                "subscales": wording.listing(named),
                "limit": wording.number(RELIABLE_FROM),
            },
        )


def _ranges(parts: Parts, ranges: pd.DataFrame) -> Iterable[Text]:
    for subscale, row in ranges.iterrows():
        yield wording.phrase(
            "word.with_range",
            subscale=wording.subscale_title(parts.instrument, str(subscale)),
            low=wording.number(row["low"], digits=1),
            high=wording.number(row["high"], digits=1),
        )


def _finding(
    code: str,
    *,
    subscales: tuple[str, ...] = (),
    evidence: Mapping[str, float] | None = None,
    words: Mapping[str, Text] | None = None,
) -> Finding:
    kind: FindingKind = "open" if code.startswith("open") else "measurement"
    return Finding(
        code=code,
        kind=kind,
        subscales=subscales,
        importance=_IMPORTANCE[code],
        evidence=evidence or {},
        words=words or {},
    )
