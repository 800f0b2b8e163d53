"""Differential item functioning against R, statsmodels and itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.dif import ordinal_dif
from diagnose.statistics.dif.ordinal_logit import fit_ordinal_logits

FOLDER = Path(__file__).parent
REFERENCE = json.loads((FOLDER / "cases" / "dif.json").read_text("utf-8"))
CASES = REFERENCE["cases"]
# Maximum likelihood to the last digits in both programs: see "why" in the file.
CLOSE = {"rel": REFERENCE["rtol"], "abs": REFERENCE["atol"]}
CHANGES = ["mcfadden_change", "nagelkerke_change", "cox_snell_change"]
EFFECTS = [
    "estimate",
    "std_error",
    "slope_difference",
    "slope_std_error",
    "score_difference",
    "score_difference_absolute",
]


@pytest.fixture(scope="module")
def synth(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


def sample(case, synth):
    """Return the items and the groups of a case."""
    if case["data"] == "empty_category":
        path = FOLDER / "cases" / "awkward" / "empty_category.csv"
        counted = pd.read_csv(path)
        rows = counted.loc[counted.index.repeat(counted["count"])].reset_index()
        return rows[["x1", "x2", "x3", "x4"]], rows["group"]
    names = [f"valence{i}" for i in range(1, 5)]
    if case["data"] in {"eight", "planted"}:
        names += [f"commit{i}" for i in range(1, 5)]
    items = synth[names].copy()
    if case["data"] in {"planted", "strong"}:
        manager = synth["level"] == "manager"
        points = 1 if case["data"] == "planted" else 2
        raised = (items["valence1"] + points).clip(upper=5)
        items["valence1"] = raised.where(manager, items["valence1"])
    return items, synth[case["group"]]


def run(case, synth):
    items, group = sample(case, synth)
    given = case["matching"] == "outcome"
    return ordinal_dif(
        items,
        group,
        matching=synth["outcome"] if given else case["matching"],
        min_category=case["min_category"],
        purify=case.get("purify", False),
        anchors=case.get("anchors"),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_tests_and_r_squared_match_r(case, synth):
    result = run(case, synth)

    assert result.n_respondents == case["result"]["n_respondents"]
    for in_r in case["result"]["items"]:
        rows = result.tests[result.tests["item"] == in_r["item"]]
        for column in ["statistic", "df", "p_value", "p_value_adjusted", *CHANGES]:
            assert list(rows[column]) == pytest.approx(in_r["tests"][column], **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_effects_match_r(case, synth):
    result = run(case, synth)

    summary = result.items.set_index("item")
    for in_r in case["result"]["items"]:
        rows = result.effects[result.effects["item"] == in_r["item"]]
        for column in EFFECTS:
            expected = np.atleast_1d(in_r["effects"][column])
            assert rows[column].to_numpy() == pytest.approx(expected, **CLOSE)
        change = summary.loc[in_r["item"], "slope_change"]
        assert change == pytest.approx(in_r["slope_change"], **CLOSE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_joined_categories_match_r(case, synth):
    result = run(case, synth)

    summary = result.items.set_index("item")
    for in_r in case["result"]["items"]:
        assert summary.loc[in_r["item"], "n_categories"] == in_r["n_categories"]
        joined = result.collapsed[result.collapsed["item"] == in_r["item"]]
        expected = [", ".join(map(str, members)) for members in in_r["joined"]]
        assert list(joined["answers"]) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_purification_matches_r(case, synth):
    result = run(case, synth)

    expected = case["result"]
    if result.anchor_choice != "none":
        assert list(result.anchors) == expected["anchors"]
    assert result.n_iterations == expected["n_iterations"]
    assert list(result.items["dif"]) == [item["dif"] for item in expected["items"]]


def test_the_planted_item_is_the_one_found(synth):
    case = next(c for c in CASES if c["name"] == "planted item, purified")

    result = run(case, synth)

    assert result.flagged == ("valence1",)
    assert result.anchor_choice == "purified"
    row = result.items.set_index("item").loc["valence1"]
    # Staff answer lower than managers, the reference.
    assert row["kind"] == "uniform"
    assert -1 < row["largest_score_difference"] < -0.5


def test_the_ordinal_logit_is_that_of_statsmodels(synth):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    sample = synth.iloc[:250]
    score = sample[["valence2", "valence3", "valence4"]].sum(axis="columns")
    level = ((score - score.mean()) / score.std()).to_numpy()
    manager = (sample["level"] == "manager").to_numpy(dtype=float)
    design = np.column_stack([level, manager, level * manager])
    answers = sample["valence1"].to_numpy() - 1
    model = OrderedModel(answers, design, distr="logit")
    near = model.fit(method="bfgs", gtol=1e-4, disp=False, skip_hessian=True)
    # The gradient of BFGS is numerical; steps of Newton's method end nearer.
    theirs = model.fit(near.params, method="newton", tol=1e-7, disp=False)

    ours = fit_ordinal_logits(np.eye(5)[answers][None], design[None])

    assert ours.finite.all()
    assert ours.log_likelihood[0] == pytest.approx(theirs.llf, rel=1e-12)
    assert ours.slopes[0] == pytest.approx(theirs.params[:3], rel=1e-6)
    cuts = model.transform_threshold_params(theirs.params)[1:-1]
    assert ours.thresholds[0] == pytest.approx(cuts, rel=1e-6)
    errors = ours.errors[0]
    # statsmodels differentiates its likelihood twice by differences.
    assert errors == pytest.approx(theirs.bse[:3], rel=1e-5)


def test_the_gradient_of_the_ordinal_logit_is_zero_at_the_maximum(rng):
    """Second route: numerical slopes of the likelihood written out by category."""
    design = rng.normal(size=(40, 2))
    counts = rng.integers(0, 6, size=(1, 40, 4)).astype(float)
    fit = fit_ordinal_logits(counts, design[None])
    estimates = np.concatenate([fit.thresholds[0], fit.slopes[0]])

    def log_likelihood(at):
        below = 1 / (1 + np.exp(design @ at[3:, None] - at[:3]))
        edges = np.column_stack([np.zeros(40), below, np.ones(40)])
        return (counts[0] * np.log(np.diff(edges, axis=1))).sum()

    assert fit.log_likelihood[0] == pytest.approx(log_likelihood(estimates), rel=1e-13)
    for direction in np.eye(5) * 1e-5:
        up, down = (
            log_likelihood(estimates + direction),
            log_likelihood(estimates - direction),
        )
        assert (up - down) / 2e-5 == pytest.approx(0, abs=1e-5)
