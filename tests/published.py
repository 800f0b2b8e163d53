"""A publication made by hand: small, with everything a reader of one may meet.

Two divisions of four and three teams; one team of the first division and its next
smallest neighbour are hidden and rolled up, as the remainder rule demands.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Measurement, Participation, Units
from diagnose.disclosure.publication import Publication
from diagnose.disclosure.thresholds import Thresholds
from diagnose.instrument import load_instrument
from diagnose.instrument.model import Instrument

NAN = float("nan")
TEAMS: dict[str, dict[str, int]] = {
    "Care": {"Day shift": 34, "Evening shift": 21, "Kitchen": 0, "Night shift": 0},
    "Support": {"Finance": 12, "IT": 17, "Planning": 9},
}
"""Head counts as published; 0 stands for a hidden team, whose number is gone."""
ROLLED_UP = 11


def make_publication(
    labels: dict[str, str] | None = None, *, instrument: Instrument | None = None
) -> Publication:
    """Return the publication; `labels` replaces names of divisions and teams."""
    asked = instrument or load_instrument("bottom-up")
    rng = np.random.default_rng(7)
    names = labels or {}
    return Publication(
        instrument=asked,
        title={"en": "Example hospital", "nl": "Voorbeeldziekenhuis"},
        wave="2026-1",
        waves=("2025-1", "2026-1"),
        hierarchy=("division", "team"),
        conf_level=0.95,
        thresholds=Thresholds(),
        participation=_participation(names),
        measurement=_measurement(asked, rng),
        profile=_profile(asked, rng),
        distributions=_distributions(asked, rng),
        units=_units(asked, names, rng),
        gap=_gap(asked, rng),
        trend=_trend(asked, rng),
        findings=(),
        suppressed=_suppressed(names),
        provenance={
            "waves": [{"label": "2026-1", "date": "2026-02-01", "file": "export.csv"}],
            "versions": {"diagnose": "0.1.0"},
        },
    )


def without_units(publication: Publication) -> Publication:
    """Return the publication of an organisation that gave no units."""
    units = publication.units
    return replace(
        publication,
        hierarchy=(),
        participation=replace(
            publication.participation, units=publication.participation.units.iloc[:0]
        ),
        units=Units(
            cells=units.cells.iloc[:0],
            agreement=units.agreement.iloc[:0],
            estimates=units.estimates.iloc[:0],
            models=units.models.iloc[:0],
        ),
    )


def _rename(names: dict[str, str], *path: str) -> tuple[str, ...]:
    return tuple(names.get(part, part) for part in path)


def _participation(names: dict[str, str]) -> Participation:
    rows = []
    for division, teams in TEAMS.items():
        total = sum(teams.values()) + (ROLLED_UP if 0 in teams.values() else 0)
        rows.append(_unit("division", _rename(names, division), total, 0.62))
        for team, count in teams.items():
            rows.append(_unit("team", _rename(names, division, team), count, 0.7))
    roles = pd.DataFrame(
        {"role": ["floor", "leader"], "n_respondents": [104, 9], "status": "shown"}
    )
    return Participation(roles=roles, units=pd.DataFrame(rows))


def _unit(level: str, path: tuple[str, ...], count: int, rate: float) -> dict:
    shown = count > 0
    return {
        "level": level,
        "path": path,
        "parent": path[:-1],
        "n_respondents": float(count) if shown else NAN,
        "n_members": round(count / rate) if shown else NAN,
        "response_rate": count / round(count / rate) if shown else NAN,
        "status": "shown" if shown else "hidden",
    }


def _measurement(asked: Instrument, rng: np.random.Generator) -> Measurement:
    several = [s for s in asked.subscales if len(s.items) > 1]
    reliability = [
        {
            "subscale": s.id,
            "method": method,
            "estimate": (estimate := rng.uniform(0.6, 0.88)),
            "conf_low": estimate - 0.07,
            "conf_high": estimate + 0.05,
            "conf_level": 0.95,
            "n_respondents": 98,
            "n_items": len(s.items),
            "note": "",
        }
        for s in several
        for method in ("alpha", "omega_total")
    ]
    items = [
        {
            "subscale": s.id,
            "item": item.id,
            "n_respondents": 101,
            "mean": rng.uniform(2.4, 4.2),
            "sd": rng.uniform(0.7, 1.1),
            "skew": rng.uniform(-0.6, 0.4),
            "floor": rng.uniform(0, 0.1),
            "ceiling": rng.uniform(0, 0.2),
            "item_rest_r": rng.uniform(0.2, 0.7),
            "alpha_if_dropped": rng.uniform(0.5, 0.8),
            "share_missing": 0.02,
            "share_not_applicable": 0.01,
            "flag": "",
        }
        for s in asked.subscales
        for item in s.items
    ]
    verdicts = [
        {"subscale": s.id, "verdict": "good", "reason": "reason.good"}
        for s in asked.subscales
    ]
    careless = [
        {"hurdle": "longstring", "n_screened": 104, "n_flagged": 6},
        {"hurdle": "careless", "n_screened": 104, "n_flagged": 5},
    ]
    sensitivity = [
        {
            "subscale": s.id,
            "n_all": 104,
            "mean_all": 3.4,
            "n_without": 99,
            "mean_without": 3.43,
            "difference": 0.03,
        }
        for s in asked.subscales
    ]
    return Measurement(
        reliability=pd.DataFrame(reliability),
        items=pd.DataFrame(items),
        verdicts=pd.DataFrame(verdicts),
        careless=pd.DataFrame(careless),
        sensitivity=pd.DataFrame(sensitivity),
    )


def _profile(asked: Instrument, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for role, count in (("floor", 104), ("leader", 9)):
        half = 1.96 * 0.75 / np.sqrt(count)
        for subscale in asked.subscales:
            mean = float(rng.uniform(2.5, 4.1))
            rows.append(
                {
                    "role": role,
                    "subscale": subscale.id,
                    "n_respondents": float(count),
                    "mean": mean,
                    "sd": 0.75,
                    "conf_low": mean - half,
                    "conf_high": mean + half,
                    "status": "shown",
                }
            )
    return pd.DataFrame(rows)


def _distributions(asked: Instrument, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for item in asked.closed_items:
        context = item in asked.context_items
        values = asked.response_scale_of(item.id).values
        counts = rng.multinomial(100, rng.dirichlet(np.full(len(values), 3.0)))
        hidden = item.id == "p3"
        for value, count in zip(values, counts, strict=True):
            rows.append(
                {
                    "role": "floor",
                    "item": item.id,
                    "subscale": "" if context else asked.subscale_of(item.id).id,
                    "value": value,
                    "count": NAN if hidden else float(count),
                    "share": NAN if hidden else count / 100,
                    "n_respondents": NAN if hidden else 100.0,
                    "n_not_applicable": NAN if hidden else 3.0,
                    "n_unanswered": NAN if hidden else 1.0,
                    "status": "hidden" if hidden else "shown",
                }
            )
    return pd.DataFrame(rows)


def _units(asked: Instrument, names: dict[str, str], rng: np.random.Generator) -> Units:
    cells: list[dict] = []
    for division, teams in TEAMS.items():
        total = sum(teams.values()) + (ROLLED_UP if 0 in teams.values() else 0)
        cells += _cells("division", _rename(names, division), total, asked, rng)
    for division, teams in TEAMS.items():
        for team, count in teams.items():
            path = _rename(names, division, team)
            cells += _cells("team", path, count, asked, rng)
        if 0 in teams.values():
            path = (*_rename(names, division), "")
            rest = _cells("team", path, ROLLED_UP, asked, rng)
            cells += [{**cell, "status": "rest"} for cell in rest]
    shown = [cell for cell in cells if cell["status"] == "shown"]
    agreement = [
        {
            **_keys(cell),
            "n_respondents": cell["n_respondents"],
            "r_wg_j_uniform": 0.74,
            "r_wg_j_slight_skew": 0.61,
            "a_wg": 0.66,
            "ad_mean": 0.71,
            "reading": "divided" if i % 9 == 4 else "agree",
        }
        for i, cell in enumerate(c for c in shown if c["level"] == "team")
    ]
    return Units(
        cells=pd.DataFrame(cells),
        agreement=pd.DataFrame(agreement),
        estimates=pd.DataFrame([_estimate(cell) for cell in shown]),
        models=pd.DataFrame(
            [
                _model(level, s.id)
                for level in ("division", "team")
                for s in asked.subscales
            ]
        ),
    )


def _keys(cell: dict) -> dict:
    return {name: cell[name] for name in ("level", "path", "parent", "subscale")}


def _cells(
    level: str,
    path: tuple[str, ...],
    count: int,
    asked: Instrument,
    rng: np.random.Generator,
) -> list[dict]:
    shown = count > 0
    return [
        {
            "level": level,
            "path": path,
            "parent": path[:-1],
            "subscale": subscale.id,
            "n_respondents": float(count) if shown else NAN,
            "mean": float(rng.normal(3.3, 0.4)) if shown else NAN,
            "sd": 0.75 if shown else NAN,
            "status": "shown" if shown else "hidden",
        }
        for subscale in asked.subscales
    ]


def _estimate(cell: dict) -> dict:
    estimate = 3.3 + 0.6 * (cell["mean"] - 3.3)
    difference = cell["mean"] - 3.3
    direction = "unclear"
    if abs(difference) > 0.55:
        direction = "higher" if difference > 0 else "lower"
    half = 1.3 / np.sqrt(cell["n_respondents"])
    return {
        **_keys(cell),
        "n_respondents": cell["n_respondents"],
        "mean": cell["mean"],
        "estimate": estimate,
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "reliability": 0.6,
        "difference": difference,
        "difference_low": difference - 0.4,
        "difference_high": difference + 0.4,
        "p_value": 0.03,
        "p_adjusted": 0.09,
        "direction": direction,
    }


def _model(level: str, subscale: str) -> dict:
    return {
        "level": level,
        "subscale": subscale,
        "n_teams": 5,
        "n_respondents": 93,
        "mu": 3.3,
        "tau2": 0.04,
        "sigma2": 0.5,
        "icc1": 0.07,
        "icc1_low": 0.01,
        "icc1_high": 0.25,
        "icc2": 0.55,
        "statistic": 2.2,
        "df": 4.0,
        "df2": 38.0,
        "p_value": 0.08,
    }


def _gap(asked: Instrument, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for subscale in asked.subscales:
        floor, leader = (float(rng.uniform(2.6, 4.0)) for _ in range(2))
        difference = floor - leader
        clear = abs(difference) > 0.55
        rows.append(
            {
                "subscale": subscale.id,
                "n_floor": 104.0,
                "mean_floor": floor,
                "n_leader": 9.0,
                "mean_leader": leader,
                "difference": difference,
                "conf_low": difference - 0.5,
                "conf_high": difference + 0.5,
                "p_value": 0.01 if clear else 0.4,
                "p_adjusted": 0.03 if clear else 0.6,
                "hedges_g": difference / 0.75,
                "g_low": (difference - 0.5) / 0.75,
                "g_high": (difference + 0.5) / 0.75,
                "direction": ("higher" if difference > 0 else "lower")
                if clear
                else "unclear",
            }
        )
    return pd.DataFrame(rows)


def _trend(asked: Instrument, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for subscale in asked.subscales:
        before, now = 3.2, 3.2 + float(rng.normal(0, 0.2))
        for wave, mean in (("2025-1", before), ("2026-1", now)):
            first = wave == "2025-1"
            change = NAN if first else now - before
            clear = not first and abs(change) > 0.2
            rows.append(
                {
                    "wave": wave,
                    "subscale": subscale.id,
                    "n_respondents": 96.0 if first else 104.0,
                    "mean": mean,
                    "sd": 0.75,
                    "conf_low": mean - 0.15,
                    "conf_high": mean + 0.15,
                    "change": change,
                    "change_low": change - 0.2,
                    "change_high": change + 0.2,
                    "p_value": NAN if first else 0.04,
                    "p_adjusted": NAN if first else 0.2,
                    "direction": ("higher" if change > 0 else "lower")
                    if clear
                    else "unclear",
                    "status": "shown",
                }
            )
    return pd.DataFrame(rows)


def _suppressed(names: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "table": "units.cells",
                "level": "team",
                "path": _rename(names, "Care", team),
                "subscale": "v",
                "rule": rule,
            }
            for team, rule in (("Night shift", "small"), ("Kitchen", "remainder"))
        ]
    )
