"""Agreement in 49 real companies (lq2002) against R (multilevel 2.7)."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.agreement import icc, r_wg, team_agreement
from diagnose.statistics.pooling import shrunken_means

STORED = {"rel": 1e-12, "abs": 1e-12}  # the same closed forms, stored with 15 digits
ITEMS = {
    "LEAD": [f"LEAD{i:02d}" for i in range(1, 12)],
    "TSIG": [f"TSIG{i:02d}" for i in range(1, 4)],
    "HOSTIL": [f"HOSTIL{i:02d}" for i in range(1, 6)],
}
RANGE = {"LEAD": (1, 5), "TSIG": (1, 5), "HOSTIL": (0, 4)}


@pytest.fixture(scope="module")
def soldiers(reference_data):
    return pd.read_csv(reference_data / "lq2002" / "lq2002.csv")


@pytest.fixture(scope="module")
def figures(reference_data):
    return json.loads((reference_data / "reference_figures.json").read_text("utf-8"))


@pytest.mark.parametrize("subscale", list(ITEMS))
def test_every_company_as_in_multilevel(soldiers, reference_data, subscale):
    path = reference_data / "lq2002" / "reference"
    stored = pd.read_csv(path / f"lq2002_{subscale}_agreement_by_group.csv")
    low, high = RANGE[subscale]

    got = team_agreement(
        soldiers[ITEMS[subscale]], soldiers["COMPID"], lowest=low, highest=high
    ).to_frame()

    columns = {
        "gsize": "n_respondents",
        "rwg.j": "r_wg_j_uniform",
        "rwg.j.lindell": "r_wg_j_star",
        "awg_a.wg": "a_wg",
        "AD.M": "ad_mean",
        "AD.Md": "ad_median",
    }
    got = got.set_index("team").loc[stored["grpid"]]
    assert len(got) == 49
    for theirs, ours in columns.items():
        assert got[ours].to_numpy() == pytest.approx(
            stored[theirs].to_numpy(), **STORED
        ), ours


def test_a_mean_score_as_in_multilevel(soldiers, reference_data):
    path = reference_data / "lq2002" / "reference"
    stored = pd.read_csv(path / "lq2002_LEADscore_rwg_single.csv")

    got = [
        r_wg(
            soldiers.loc[soldiers["COMPID"] == company, "LEAD"], lowest=1, highest=5
        ).estimate
        for company in stored["grpid"]
    ]

    assert got == pytest.approx(stored["rwg"].tolist(), **STORED)


def test_the_null_decides(soldiers):
    frame = team_agreement(
        soldiers[ITEMS["LEAD"]],
        soldiers["COMPID"],
        lowest=1,
        highest=5,
        nulls=("uniform", "slight_skew", "moderate_skew"),
    ).to_frame()

    medians = frame.filter(like="r_wg_j_").median()
    assert medians.to_numpy() == pytest.approx([0.8701, 0.4618, 0, 0.3785], abs=5e-5)


@pytest.mark.parametrize("score", ["LEAD", "TSIG", "HOSTILE"])
def test_icc_as_in_multilevel(soldiers, figures, score):
    stored = figures["lq2002_icc"][score]

    got = icc(soldiers[score], soldiers["COMPID"], method="anova")

    assert (got.df_between, got.df_within) == (stored["df1"], stored["df2"])
    assert [
        got.icc1,
        got.icc2,
        got.statistic,
        got.mean_square_between,
        got.mean_square_within,
    ] == pytest.approx(
        [stored[name] for name in ("ICC1", "ICC2", "F", "MSB", "MSW")], rel=1e-10
    )


def test_reml_lies_inside_its_interval_and_near_anova(soldiers):
    reml = icc(soldiers["LEAD"], soldiers["COMPID"])
    anova = icc(soldiers["LEAD"], soldiers["COMPID"], method="anova")

    assert reml.conf_low < reml.icc1 < reml.conf_high
    assert reml.icc1 == pytest.approx(anova.icc1, abs=0.02)


def test_companies_are_pulled_towards_the_whole(soldiers):
    frame = shrunken_means(soldiers["LEAD"], soldiers["COMPID"]).to_frame()

    assert frame["estimate"].std() < frame["mean"].std()
    assert np.corrcoef(frame["estimate"], frame["mean"])[0, 1] > 0.95
