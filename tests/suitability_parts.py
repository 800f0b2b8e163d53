"""Parts of a diagnosis with the bottom-up scan, from a mean for each subscale."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

from diagnose.diagnosis import columns
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.profile import intervals_of
from diagnose.instrument import load_instrument
from diagnose.instrument.screen import Screen, read_screen

INSTRUMENT = load_instrument("bottom-up")
SUBSCALES = tuple(subscale.id for subscale in INSTRUMENT.subscales)
PREREQUISITES = ("r", "l", "s", "v", "e")
ANSWERS = ("yes", "no", "no", "yes", "yes", "yes", "yes")
GO = {f"q{number}": answer for number, answer in enumerate(ANSWERS, 1)}


def screen(**other: str) -> Screen:
    """Return a screen on which everything may go on, but for the answers given."""
    return read_screen(GO | other, INSTRUMENT)


def role_rows(role: str, means: Mapping[str, float], n: float, sd: float) -> list[dict]:
    """Return one row of a profile a subscale, without its interval."""
    return [
        {"role": role, "subscale": name, "n_respondents": n, "mean": mean, "sd": sd}
        for name, mean in means.items()
    ]


def parts(
    means: Mapping[str, float] | None = None,
    *,
    usual: float = 3.6,
    n: float = 100,
    sd: float = 0.8,
    leaders: Mapping[str, float] | None = None,
    n_leaders: float = 20,
    verdicts: Mapping[str, str] | None = None,
    hidden: tuple[str, ...] = (),
    not_asked: tuple[str, ...] = (),
    gap: Mapping[str, str] | None = None,
    agreement: tuple[tuple[str, str, str], ...] = (),
    findings=(),
    instrument=INSTRUMENT,
    reverse: bool = False,
):
    """Return parts in which every subscale has the mean `usual`, but for `means`.

    `verdicts` is about the measurement, `gap` maps a subscale to a direction, and
    `agreement` holds team, subscale and reading.
    """
    ids = [subscale.id for subscale in instrument.subscales]
    rows = role_rows("floor", dict.fromkeys(ids, usual) | dict(means or {}), n, sd)
    rows += role_rows("leader", leaders or {}, n_leaders, sd)
    rows = [row for row in rows if row["subscale"] not in not_asked]
    profile = build_frame(rows[::-1] if reverse else rows, columns.PROFILE)
    low, high = intervals_of(profile, conf_level=0.95)
    profile = profile.assign(conf_low=low, conf_high=high, status="shown")
    profile.loc[profile["subscale"].isin(hidden), "status"] = "hidden"
    good = dict.fromkeys(ids, "good") | dict(verdicts or {})
    return SimpleNamespace(
        instrument=instrument,
        conf_level=0.95,
        profile=profile,
        findings=tuple(findings),
        gap=build_frame(
            [{"subscale": s, "direction": d} for s, d in (gap or {}).items()],
            columns.GAP,
        ),
        measurement=SimpleNamespace(
            verdicts=build_frame(
                [{"subscale": s, "verdict": v, "reason": ""} for s, v in good.items()],
                columns.VERDICTS,
            )
        ),
        units=SimpleNamespace(
            agreement=build_frame(
                [
                    {"level": "team", "path": (t,), "subscale": s, "reading": r}
                    for t, s, r in agreement
                ],
                columns.AGREEMENT,
            )
        ),
    )
