"""What always holds for a diagnosis, whatever the organisation."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.cells import summarise_groups
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.trend import compare_waves_from_cells
from diagnose.diagnosis.units import compare_units, count_cells

ASKED = builders.instrument({"v": "v1 v2 v3-", "c": "c1 c2"}, outcomes=("c",))
LEVELS = ("division", "team")
few_examples = settings(max_examples=15, deadline=None)
more_examples = settings(max_examples=40, deadline=None)


@st.composite
def organisations(draw):
    """Responses of up to 60 people in up to 6 teams, with leaders and gaps."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n_people = draw(st.integers(1, 60))
    teams = rng.integers(draw(st.integers(1, 6)), size=n_people)
    level = rng.normal(3, 1, size=n_people)[:, None] + teams[:, None] / 4
    answers = np.clip(np.rint(level + rng.normal(0, 1, size=(n_people, 5))), 1, 5)
    text = pd.DataFrame(answers, columns=list(ASKED.item_ids)).astype(str)
    text = text.mask(rng.random(text.shape) < draw(st.sampled_from([0, 0.2])), "")
    text["division"] = [f"D{team % 2}" for team in teams]
    text["team"] = ["" if team == 5 else f"T{team}" for team in teams]
    text["role"] = np.where(rng.random(n_people) < 0.15, "leader", "floor")
    text["wave"] = np.where(rng.random(n_people) < 0.4, "1", "2")
    return replace(builders.responses(text, ASKED), waves=("1", "2"))


@st.composite
def unit_cells(draw):
    """Cells of up to 8 teams on two subscales."""
    numbers = st.integers(1, 40)
    rows = [
        {
            "level": "team",
            "path": (f"T{team}",),
            "parent": (),
            "subscale": subscale,
            "n_respondents": (n := draw(numbers)),
            "mean": draw(st.integers(10, 50)) / 10,
            "sd": draw(st.integers(0, 15)) / 10 if n > 1 else np.nan,
            "status": draw(st.sampled_from(["shown", "shown", "hidden", "rest"])),
        }
        for team in range(draw(st.integers(0, 8)))
        for subscale in ("v", "c")
    ]
    columns = ["level", "path", "parent", "subscale", "n_respondents", "mean", "sd"]
    return pd.DataFrame(rows, columns=[*columns, "status"])


def same(first, second):
    pd.testing.assert_frame_equal(first, second, rtol=1e-7, atol=1e-9)


@few_examples
@given(organisations(), st.integers(0, 1000))
def test_the_order_of_respondents_is_irrelevant(responses, seed):
    order = np.random.default_rng(seed).permutation(len(responses))
    shuffled = replace(
        responses,
        answers=responses.answers.iloc[order].reset_index(drop=True),
        not_applicable=responses.not_applicable.iloc[order].reset_index(drop=True),
        people=responses.people.iloc[order].reset_index(drop=True),
    )

    first, second = diagnose(responses), diagnose(shuffled)

    for name in ("profile", "distributions", "gap", "trend"):
        same(getattr(first, name), getattr(second, name))
    for name in ("cells", "agreement", "estimates", "models"):
        same(getattr(first.units, name), getattr(second.units, name))
    for field in fields(first.measurement):
        name = field.name
        same(getattr(first.measurement, name), getattr(second.measurement, name))
    assert [f.code for f in first.findings] == [f.code for f in second.findings]


@few_examples
@given(organisations())
def test_any_organisation_gets_sentences_without_gaps_and_units_that_add_up(responses):
    made = diagnose(responses)

    for finding in made.findings:
        for language in ("en", "nl"):
            assert not set("{}–") & set(finding.sentence(language))
    assert_units_add_up(made)


def assert_units_add_up(made):
    """Fail unless the units of every level make up the organisation."""
    floor = made.profile.loc[made.profile["role"] == "floor"].set_index("subscale")

    for _, cells in made.units.cells.groupby("level"):
        totals = cells.groupby("subscale")["n_respondents"].sum()
        sums = (cells["n_respondents"] * cells["mean"]).groupby(cells["subscale"]).sum()
        for subscale, row in floor.iterrows():
            assert totals[subscale] == row["n_respondents"]
            if totals[subscale]:
                mean = sums[subscale] / totals[subscale]
                assert mean == pytest.approx(row["mean"])


@more_examples
@given(unit_cells(), st.permutations(range(8)))
def test_new_labels_for_units_permute_rows_only(cells, labels):
    renamed = cells.assign(
        path=[(f"U{labels[int(path[0][1:])]}",) for path in cells["path"]]
    ).sort_values(["path"], kind="stable", ignore_index=True)

    estimates, models = compare_units(cells, conf_level=0.95)
    again, models_again = compare_units(renamed, conf_level=0.95)

    same(
        models.sort_values("subscale", ignore_index=True),
        models_again.sort_values("subscale", ignore_index=True),
    )
    by = ["subscale", "n_respondents", "mean", "reliability", "p_value"]
    numbers = estimates.drop(columns="path").sort_values(by, ignore_index=True)
    numbers_again = again.drop(columns="path").sort_values(by, ignore_index=True)
    same(numbers, numbers_again)


@more_examples
@given(unit_cells())
def test_hidden_numbers_cannot_be_felt_in_what_is_left(cells):
    other = cells.copy()
    away = other["status"] != "shown"
    other.loc[away, "mean"] = 1.0
    other.loc[away, "sd"] = 3.0

    for first, second in zip(
        compare_units(cells, conf_level=0.95),
        compare_units(other, conf_level=0.95),
        strict=True,
    ):
        pd.testing.assert_frame_equal(first, second)


@more_examples
@given(unit_cells())
def test_shrunken_means_lie_between_the_raw_mean_and_mu(cells):
    estimates, models = compare_units(cells, conf_level=0.95)

    mu = models.set_index("subscale")["mu"]
    for row in estimates.to_dict(orient="records"):
        ends = sorted([row["mean"], mu[row["subscale"]]])
        assert ends[0] - 1e-9 <= row["estimate"] <= ends[1] + 1e-9
        assert row["direction"] == "unclear" or row["p_adjusted"] < 0.05


def two_roles(floor, leader):
    return pd.DataFrame(
        [
            {"role": role, "subscale": "v", "status": "shown"}
            | {"n_respondents": n, "mean": mean, "sd": sd}
            for role, (n, mean, sd) in (("floor", floor), ("leader", leader))
        ]
    )


a_cell = st.tuples(
    st.integers(2, 60), st.integers(10, 50).map(lambda m: m / 10), st.floats(0.1, 1.5)
)


@more_examples
@given(a_cell, a_cell)
def test_swapping_roles_flips_the_sign(floor, leader):
    gap = compare_roles(two_roles(floor, leader), conf_level=0.95).iloc[0]
    swapped = compare_roles(two_roles(leader, floor), conf_level=0.95).iloc[0]

    assert swapped["difference"] == pytest.approx(-gap["difference"])
    assert swapped["conf_low"] == pytest.approx(-gap["conf_high"])
    assert swapped["p_value"] == pytest.approx(gap["p_value"])
    flipped = {"higher": "lower", "lower": "higher", "unclear": "unclear"}
    assert swapped["direction"] == flipped[gap["direction"]]


@more_examples
@given(a_cell)
def test_equal_groups_have_no_gap_and_no_change(cell):
    gap = compare_roles(two_roles(cell, cell), conf_level=0.95).iloc[0]
    waves = two_roles(cell, cell).rename(columns={"role": "wave"})
    trend = compare_waves_from_cells(waves, conf_level=0.95).iloc[1]

    assert (gap["difference"], gap["direction"]) == (0, "unclear")
    assert (trend["change"], trend["direction"]) == (0, "unclear")


@more_examples
@given(organisations())
def test_cells_are_what_pandas_would_compute(responses):
    scores = responses.answers[["v1", "c1"]]

    cells = count_cells(scores, responses.people, LEVELS)

    lowest = cells.loc[(cells["level"] == "team") & (cells["subscale"] == "v1")]
    grouped = scores["v1"].groupby([responses.people[name] for name in LEVELS])
    np.testing.assert_allclose(lowest["mean"], grouped.mean())
    np.testing.assert_allclose(lowest["sd"], grouped.std(), atol=1e-12)
    assert lowest["n_respondents"].tolist() == grouped.count().tolist()


@more_examples
@given(st.lists(st.sampled_from([0.1, 0.3, 1 / 3]), min_size=1, max_size=1))
def test_equal_scores_have_no_spread(value):
    scores = pd.DataFrame({"v": value * 7})

    _, _, spread = summarise_groups(scores, np.zeros(7, dtype=int), 1)

    assert spread[0, 0] == 0
