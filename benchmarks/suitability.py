"""Which verdict does the rule of suitability give, when the truth is known?

Scores of an organisation are drawn with a known mean on every subscale of the bottom-up
scan, tabulated into the cells that a publication holds, and judged by
`assess_suitability` with a screen on which everything may go on. Run it from the
repository's folder:

    python benchmarks/suitability.py

Scores lie on the grid of a mean of four answers, have a standard deviation of about 0.8
and correlate .5 between subscales. People are drawn one by one: differences between
teams would only make the intervals too wide. Agreement, leaders and the quality of the
measurement never make a condition open here, so that it is the rule alone that is seen.
``right`` is the verdict that fits the truth.

The promise: a verdict other than the right one, ``cannot_tell`` apart, in at most 5 %
of the runs of every scenario: the error rate of the intervals over all conditions.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from repeated_runs import repeat, write_table

from diagnose.diagnosis import columns
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.profile import intervals_of
from diagnose.diagnosis.suitability import assess_suitability
from diagnose.diagnosis.suitability_rule import VERDICTS
from diagnose.instrument import load_instrument, read_screen

RESULTS = Path(__file__).parent / "results" / "suitability.csv"
SIZES = (10, 20, 30, 60, 120, 300)
INSTRUMENT = load_instrument("bottom-up")
NAMES = tuple(subscale.id for subscale in INSTRUMENT.subscales)
SCREEN = read_screen(
    {f"q{n}": "no" if n in (2, 3) else "yes" for n in range(1, 8)}, INSTRUMENT
)
SD, CORRELATION, CONF_LEVEL = 0.8, 0.5, 0.95
OFF = 0.4
"""How far from the middle of the scale a condition lies that is present or absent."""
PROMISE = 1 - CONF_LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """True means of one organisation.

    Attributes
    ----------
    right : str
        The verdict that fits.
    usual : float
        True mean of every subscale, as a distance from the middle of the scale.
    means : mapping of str to float
        Other distances, by subscale.
    """

    right: str
    usual: float = OFF
    means: dict[str, float] = field(default_factory=dict)


TRUTHS = {
    "all_present": Truth(right="bottom_up_now"),
    "no_direction": Truth(right="hybrid", means={"r": -OFF}),
    "no_space": Truth(right="prepare_first", means={"s": -OFF}),
    "all_absent": Truth(right="prepare_first", usual=-OFF),
    "all_at_the_middle": Truth(right="cannot_tell", usual=0.0),
}


def scenarios() -> list[tuple[str, int]]:
    """Return truth and number of respondents of every scenario, in order."""
    return list(product(TRUTHS, SIZES))


def draw_profile(truth: Truth, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return published cells of one simulated work floor."""
    distance = np.array([truth.means.get(name, truth.usual) for name in NAMES])
    shared = rng.standard_normal((n, 1)) * np.sqrt(CORRELATION)
    own = rng.standard_normal((n, len(NAMES))) * np.sqrt(1 - CORRELATION)
    scores = np.round((3 + distance + SD * (shared + own)) * 4) / 4
    scores = np.clip(scores, 1, 5)
    rows = [
        {"role": "floor", "subscale": name, "n_respondents": n, "mean": mean, "sd": sd}
        for name, mean, sd in zip(
            NAMES, scores.mean(axis=0), scores.std(axis=0, ddof=1), strict=True
        )
    ]
    profile = build_frame(rows, columns.PROFILE)
    low, high = intervals_of(profile, conf_level=CONF_LEVEL)
    return profile.assign(conf_low=low, conf_high=high, status="shown")


def parts_of(profile: pd.DataFrame) -> SimpleNamespace:
    """Return the parts of a diagnosis that hold nothing but this profile."""
    good = [{"subscale": name, "verdict": "good", "reason": ""} for name in NAMES]
    return SimpleNamespace(
        instrument=INSTRUMENT,
        conf_level=CONF_LEVEL,
        profile=profile,
        findings=(),
        gap=build_frame([], columns.GAP),
        measurement=SimpleNamespace(verdicts=build_frame(good, columns.VERDICTS)),
        units=SimpleNamespace(agreement=build_frame([], columns.AGREEMENT)),
    )


def verdict_of(truth: str, n: int, run: int) -> str:
    """Return the verdict about one simulated organisation."""
    rng = np.random.default_rng([7, list(TRUTHS).index(truth), n, run])
    parts = parts_of(draw_profile(TRUTHS[truth], n, rng))
    return assess_suitability(parts, SCREEN, n_draws=400, seed=run).verdict


def simulate_verdicts(n_runs: int, processes: int) -> pd.DataFrame:
    """Return one row a scenario and verdict; the same for any number of processes."""
    rows = []
    for truth, n in scenarios():
        verdicts = repeat(
            partial(verdict_of, truth, n),
            n_runs,
            processes=processes,
            name=f"{truth}, {n}",
        )
        found = Counter(verdicts)
        rows += [
            {
                "truth": truth,
                "right": TRUTHS[truth].right,
                "n_respondents": n,
                "n_runs": n_runs,
                "verdict": verdict,
                "share": found[verdict] / n_runs,
            }
            for verdict in VERDICTS
            if verdict != "not_suited"  # only the screen says so
        ]
    return pd.DataFrame(rows)


def broken_promises(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scenarios in which a wrong verdict is too frequent."""
    wrong = ~table["verdict"].isin(["cannot_tell"]) & (
        table["verdict"] != table["right"]
    )
    shares = table[wrong].groupby(["truth", "n_respondents"])["share"].sum()
    return shares[shares > PROMISE].reset_index()


def main() -> int:
    """Simulate, write the table, print it; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description="Verdicts where the truth is known.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    table = simulate_verdicts(chosen.runs, chosen.processes)
    write_table(table, chosen.output, digits=3)
    broken = broken_promises(table)
    if len(broken):
        print("\nwrong verdicts are too frequent:")
        print(broken.to_string(index=False))
    return int(len(broken) > 0)


if __name__ == "__main__":
    sys.exit(main())
