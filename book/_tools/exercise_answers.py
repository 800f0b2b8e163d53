"""The answers to the exercises, computed from their data, with the slips we expect.

`seal_answers.py` turns them into the hashes that ``diagnose.check`` holds against an
answer; the tests compute them again. Read no further if you mean to solve them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

import diagnose as dg
from diagnose.disclosure import derivable_groups
from diagnose.handbook.exercises.data import exercise_data

CONDITIONS = list("volrfpzse")


@dataclass(frozen=True, kw_only=True)
class Answer:
    right: Any
    slips: dict[str, Any] = field(default_factory=dict)


def intervals(name: str) -> pd.DataFrame:
    scores = dg.score(exercise_data(name)).frame
    subscales = [s.id for s in dg.load_instrument("bottom-up").subscales]
    return pd.concat(
        {s: dg.mean_interval(scores[s]).to_frame().iloc[0] for s in subscales}, axis=1
    ).T


def above_middle() -> Answer:
    found = intervals("ex-above-middle")
    some = found.loc[CONDITIONS]
    return Answer(
        right=(some["conf_low"] > 3).sum(),
        slips={
            "means": (some["estimate"] > 3).sum(),
            "outcomes": (found["conf_low"] > 3).sum(),
        },
    )


def length() -> Answer:
    keyed = dg.score(exercise_data("ex-length")).keyed
    two = dg.cronbach_alpha(keyed[["v1", "v2"]]).estimate
    four = dg.cronbach_alpha(keyed[["v1", "v2", "v3", "v4"]]).estimate
    predicted = two_of_four(four)
    slips = {"four": four, "difference": four - two, "predicted": predicted}
    return Answer(right=two, slips=slips)


def two_of_four(alpha: float) -> float:
    return 0.5 * alpha / (1 - 0.5 * alpha)


def which_item() -> Answer:
    keyed = dg.score(exercise_data("ex-which-item")).keyed
    items = [f"{s}{n}" for s in CONDITIONS for n in range(1, 5)]
    found = pd.concat(
        dg.item_analysis(keyed[items[i : i + 4]], lowest=1, highest=5).to_frame()
        for i in range(0, len(items), 4)
    ).set_index("item")["item_rest_r"]
    return Answer(
        right=list(found.index[found < 0]), slips={"reverse": "v3", "subscale": "p"}
    )


def icc() -> Answer:
    data = exercise_data("ex-icc")
    scores = dg.score(data).frame["v"]
    means = dg.shrunken_means(scores, data.people["team"]).to_frame()
    width = np.ptp(means[["mean", "estimate"]], axis=0)
    return Answer(right=width.iloc[1], slips={"raw": width.iloc[0]})


def shrink() -> Answer:
    weight = 0.05 / (0.05 + 0.60 / 6)
    return Answer(
        right=3.4 + weight * (2.8 - 3.4),
        slips={"swapped": 2.8 + weight * (3.4 - 2.8), "raw": 2.8},
    )


def gap_direction() -> Answer:
    data = exercise_data("ex-gap-direction")
    scores, leader = dg.score(data).frame, data.people["role"] == "leader"
    names = [s.id for s in dg.load_instrument("pulse").subscales]
    found = pd.concat(
        dg.compare_two(scores.loc[~leader, s].dropna(), scores.loc[leader, s].dropna())
        .to_frame()
        .assign(subscale=s)
        for s in names
    ).set_index("subscale")
    adjusted = (
        dg.adjust_p_values(found["p_value"]).to_frame()["p_value_adjusted"].to_numpy()
    )
    clear = found[adjusted < 0.05]
    return Answer(
        right=list(clear.index[clear["estimate"] > 0]),
        slips={
            "turned": list(clear.index[clear["estimate"] < 0]),
            "both": list(clear.index),
            "signs": list(found.index[found["estimate"] > 0]),
        },
    )


def promise() -> Answer:
    data = exercise_data("ex-promise")
    score = dg.score(data).frame["v"]
    teams = [part for _, part in score.groupby(data.people["team"])]
    found = pd.concat(dg.mean_interval(part).to_frame() for part in teams)
    missed = ((found["conf_low"] > 3.4) | (found["conf_high"] < 3.4)).sum()
    return Answer(
        right=missed, slips={"held": len(found) - missed, "expected": 0.05 * len(found)}
    )


def attentive() -> Answer:
    data = exercise_data("ex-attentive")
    answers = dg.score(data).keyed[[f"{s}{n}" for s in "volr" for n in range(1, 5)]]
    model = {s: [f"{s}{n}" for n in range(1, 5)] for s in "volr"}

    def mean_loading(rows: pd.DataFrame) -> float:
        fitted = dg.fit_cfa(rows, model, estimator="wlsmv", missing="pairwise")
        return fitted.standardised().head(16)["estimate"].mean()

    everyone = mean_loading(answers)
    return Answer(
        right=mean_loading(answers[data.careless == ""]), slips={"everyone": everyone}
    )


def key() -> Answer:
    return Answer(right="configural", slips={"metric": "metric", "scalar": "scalar"})


def share() -> Answer:
    data = exercise_data("ex-share")
    scores = dg.score(data).frame[["v", "s", "r", "c"]].dropna()
    found = dg.relative_importance(
        scores["c"], scores[["v", "s", "r"]], n_bootstrap=200
    )
    shares = found.to_frame().set_index("predictor")["share"]
    return Answer(
        right=shares["v"] * found.r_squared,
        slips={
            "explained": shares["v"],
            "all": found.r_squared,
            "squared": scores["v"].corr(scores["c"]) ** 2,
        },
    )


def change_best() -> Answer:
    data = exercise_data("ex-change-best")
    scores = dg.score(data).frame["v"]
    cells = dg.wave_cells(scores, data.people["wave"], teams=data.people["team"])
    one, two = (cells[cells["wave"] == label] for label in ("before", "after"))
    found = dg.regression_to_the_mean(one, k=5, selected="highest", second=two)
    return Answer(
        right=found.expected_change,
        slips={"naive": found.naive_change, "sign": -found.expected_change},
    )


def plan_change() -> Answer:
    same = dg.plan_change(change=0.2, share_same_people=0.6)
    others = dg.plan_change(change=0.2)
    return Answer(
        right=others.n_teams,
        slips={"same": same.n_teams, "members": others.to_frame()["n_members"].iloc[0]},
    )


def ladder() -> Answer:
    needs = np.array([0, 1, 1, 2, 4, 5, 7, 7, 8, 9, 9, 11])
    crowd = dg.organisation_network([12], shape="complete")
    joined = dg.spread(crowd, needs / 11, pioneers=0).to_frame()["n_adopters"].iloc[0]
    return Answer(right=joined, slips={"first": 1, "all": 12})


def place() -> Answer:
    work = dg.organisation_network([12] * 25, managers=6, seed=1)
    middle = dg.normal_thresholds(0.35, 0.15)
    places = ["random", "spread", "clustered", "bridges", "willing"]
    tips = {p: dg.tipping_share(work, middle, placement=p).estimate for p in places}
    others = {p: p for p in places if p != min(tips, key=tips.get)}
    return Answer(right=min(tips, key=tips.get), slips=others)


def steps_absent() -> Answer:
    found = intervals("ex-steps-absent").loc[CONDITIONS]
    return Answer(
        right=list(found.index[found["conf_high"] < 3]),
        slips={"means": list(found.index[found["estimate"] < 3])},
    )


def read_dutch() -> Answer:
    data = exercise_data("ex-read-dutch")
    look = {"language": "nl", "heading": "full", "answers": "labels"}
    with TemporaryDirectory() as folder:
        path = dg.write_export(data, Path(folder) / "d.csv", platform="kobo", **look)
        read = dg.read_responses(path, dg.load_instrument("bottom-up"))
    how = pd.Series([one.how for one in read.report.mapped])
    n_text = (how == "text").sum()
    return Answer(right=n_text, slips={"all": len(how), "code": len(how) - n_text})


def attack_again() -> Answer:
    shown = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]])
    before = derivable_groups(shown[:2], np.eye(3)).tolist()
    return Answer(
        right=derivable_groups(shown, np.eye(3)).tolist(), slips={"before": before}
    )


def attack_two() -> Answer:
    return Answer(right=8 + 2 + 2, slips={"small": 2 + 2, "all": 20})


# exercise: notebook, kind, decimals, what computes it
ANSWERS: dict[str, tuple[str, str, int, Callable[[], Answer]]] = {
    "ex-above-middle": ("01_assess_organisation", "number", 0, above_middle),
    "ex-length": ("02_read_measurement", "number", 2, length),
    "ex-which-item": ("02_read_measurement", "word", 0, which_item),
    "ex-icc": ("03_compare_teams", "number", 2, icc),
    "ex-shrink": ("03_compare_teams", "number", 1, shrink),
    "ex-gap-direction": ("04_compare_leaders", "words", 0, gap_direction),
    "ex-promise": ("05_check_coverage", "number", 0, promise),
    "ex-attentive": ("06_trust_questionnaire", "number", 2, attentive),
    "ex-key": ("07_compare_groups_fairly", "word", 0, key),
    "ex-share": ("08_find_what_goes_together", "number", 2, share),
    "ex-change-best": ("09_follow_change", "number", 2, change_best),
    "ex-plan-change": ("10_plan_survey", "number", 0, plan_change),
    "ex-movement-ladder": ("11_grow_movement", "number", 0, ladder),
    "ex-movement-place": ("11_grow_movement", "word", 0, place),
    "ex-steps-absent": ("12_choose_first_steps", "words", 0, steps_absent),
    "ex-read-dutch": ("13_read_any_export", "number", 0, read_dutch),
    "ex-attack-again": ("14_attack_table", "truths", 0, attack_again),
    "ex-attack-two": ("14_attack_table", "number", 0, attack_two),
}
