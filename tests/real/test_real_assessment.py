"""Whole assessments of real exports: from the file of the platform to the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import diagnose as dg
from diagnose.assessment import load_assessment, read_assessment, run_assessment
from diagnose.diagnosis import diagnose

INSTRUMENTS = Path(__file__).parent / "instruments"

RSE = """
title: {en: "Research software engineers (real data)"}
instrument: rse-uk
languages: [en, nl]
waves:
  - {label: "2016", file: public_data_2016_uk.csv, date: "2016-06-01", mapping: mapping-2016.yaml}
  - {label: "2017", file: public_data_2017_uk.csv, date: "2017-06-01", mapping: mapping-2017.yaml}
"""  # noqa: E501 - one wave a line
LQ = """
title: {en: "Companies (real data)"}
instrument: lq2002
organisation: {levels: [team]}
waves:
  - {label: "1", file: lq2002.csv, date: "2002-01-01", mapping: mapping.yaml}
"""


def folder_of(tmp_path, text, instrument, exports):
    """Make an assessment folder of real exports and the tests' own definitions."""
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "assessment.yaml").write_text(text, encoding="utf-8")
    own = INSTRUMENTS / instrument
    (folder / instrument).mkdir()
    shutil.copy(own / "instrument.yaml", folder / instrument)
    for path in own.glob("mapping*.yaml"):
        shutil.copy(path, folder)
    for path in exports:
        shutil.copyfile(path, folder / path.name)
    return folder


@pytest.fixture(scope="module")
def rse(reference_data, tmp_path_factory):
    exports = sorted((reference_data / "limesurvey_rse_uk").glob("public_data_*.csv"))
    return folder_of(tmp_path_factory.mktemp("rse"), RSE, "rse-uk", exports)


@pytest.fixture(scope="module")
def companies(reference_data, tmp_path_factory):
    exports = [reference_data / "lq2002" / "lq2002.csv"]
    return folder_of(tmp_path_factory.mktemp("lq"), LQ, "lq2002", exports)


@pytest.fixture(scope="module")
def figures(reference_data):
    path = reference_data / "reference_figures.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("year", ["2016", "2017"])
def test_published_alpha_is_that_of_r(rse, figures, tmp_path, year):
    # one wave at a time: the last wave of a folder is the one that is diagnosed
    setting = load_assessment(rse)
    waves = tuple(wave for wave in setting.waves if wave.label == year)
    publication = dg.publish_assessment(setting.model_copy(update={"waves": waves}))

    rows = publication.measurement.reliability
    alphas = rows[rows["method"] == "alpha"].set_index("subscale")
    expected = figures[f"rse_alpha_{year}uk"]
    for subscale, key in (
        ("affrec", "affRec"),
        ("affsat", "affSat"),
        ("percemp", "percEmp"),
    ):
        found = alphas.loc[subscale]
        # closed form, R printed eleven digits
        assert found["estimate"] == pytest.approx(
            expected[key]["alpha_listwise"], rel=1e-9
        )
        assert found["n_respondents"] == expected[key]["n_complete"]


def test_both_years_run_to_reports_in_both_languages(rse):
    outcome = run_assessment(rse, formats=("html", "xlsx"), teams=False, handbook=False)

    names = sorted(
        path.relative_to(rse / "output").as_posix() for path in outcome.files
    )
    assert names == [
        "data-protection.docx",
        "disclosure.html",
        "nl/data-protection.docx",
        "nl/disclosure.html",
        "nl/provenance.json",
        "nl/report.html",
        "nl/tables.xlsx",
        "provenance.json",
        "report.html",
        "tables.xlsx",
    ]
    trend = outcome.publication.trend
    assert set(trend["wave"]) == {"2016", "2017"}
    page = (rse / "output" / "report.html").read_text("utf-8")
    assert 'src="http' not in page
    assert "2017" in page


def test_change_between_years_is_the_welch_comparison_of_r(rse, figures):
    publication = dg.publish_assessment(rse)
    trend = publication.trend.set_index(["wave", "subscale"])
    expected = figures["rse_uk_2016_vs_2017"]["affSat"]

    change = trend.loc[("2017", "affsat"), "change"]
    # R used complete cases; a score here needs some of the items, so a few more count
    assert change == pytest.approx(
        expected["mean2017"] - expected["mean2016"], abs=0.02
    )
    assert trend.loc[("2017", "affsat"), "p_value"] < 0.05


def reference_by_company(reference_data, name):
    path = (
        reference_data
        / "lq2002"
        / "reference"
        / f"lq2002_{name}_agreement_by_group.csv"
    )
    return pd.read_csv(path, dtype={"grpid": str}).set_index("grpid").sort_index()


@pytest.mark.parametrize(
    ("subscale", "name"), [("lead", "LEAD"), ("tsig", "TSIG"), ("hostil", "HOSTIL")]
)
def test_agreement_by_company_is_that_of_r(companies, reference_data, subscale, name):
    diagnosis = diagnose(read_assessment(companies))
    rows = diagnosis.units.agreement
    rows = rows[rows["subscale"] == subscale]
    ours = rows.assign(grpid=[path[-1] for path in rows["path"]]).set_index("grpid")
    ours, theirs = ours.sort_index(), reference_by_company(reference_data, name)

    assert list(ours.index) == list(theirs.index)
    assert len(ours) == 49
    for mine, other in (("r_wg_j_uniform", "rwg.j"), ("a_wg", "awg_a.wg")):
        # closed forms; R printed fifteen digits
        assert ours[mine].to_numpy(float) == pytest.approx(
            theirs[other].to_numpy(float), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize(
    ("subscale", "name"), [("lead", "LEAD"), ("tsig", "TSIG"), ("hostil", "HOSTILE")]
)
def test_icc_of_the_companies_is_that_of_r(companies, figures, subscale, name):
    responses = read_assessment(companies)
    values = dg.score(responses).frame[subscale]

    found = dg.icc(values, responses.people["team"], method="anova")

    expected = figures["lq2002_icc"][name]
    assert found.icc1 == pytest.approx(expected["ICC1"], rel=1e-8)
    assert found.icc2 == pytest.approx(expected["ICC2"], rel=1e-8)
