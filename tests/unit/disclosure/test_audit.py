"""The audit refuses a publication that was tampered with, for each rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.first_steps import FirstSteps
from diagnose.diagnosis.model import Finding
from diagnose.disclosure import audit, publish
from diagnose.errors import DisclosureError
from unit.disclosure.organisations import diagnose_people, people_of

TEAMS = {
    ("A",): [3.0, 3.25, 4.0, 2.5, 3.5, 4.25, 2.75, 3.0, 3.75],
    ("B",): [2.0, 2.25, 3.0, 2.5, 3.5, 1.25, 2.75],
    ("C",): [1.25, 2.0, 2.25],
    ("D",): [4.0, 4.25, 3.0, 4.5, 3.5, 4.75, 3.75, 2.0],
}


@pytest.fixture(scope="module")
def publication():
    return publish(diagnose_people(people_of(TEAMS, n_members=(12, 9, 6, 10))))


def with_cell(publication, path, **values):
    cells = publication.units.cells.copy()
    row = cells.index[[p == path for p in cells["path"]]][0]
    for column, value in values.items():
        cells.loc[row, column] = value
    return replace(publication.units, cells=cells)


def refused(publication, **changes):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, **changes)
    return {problem.code for problem in caught.value.problems}


def test_the_publication_itself_passes(publication):
    assert audit(publication) is None
    assert publication.units.cells["status"].tolist().count("hidden") == 2


def test_a_number_in_a_hidden_row(publication):
    assert "D002" in refused(
        publication, units=with_cell(publication, ("C",), mean=1.83)
    )


def test_a_row_without_status(publication):
    profile = publication.profile.drop(columns="status")
    assert refused(publication, profile=profile) == {"D002"}


def test_a_small_unit(publication):
    units = with_cell(
        publication, ("C",), n_respondents=3.0, mean=1.83, sd=0.5, status="shown"
    )
    assert {"D003", "D008"} <= refused(publication, units=units)


def test_the_unit_that_protects_another(publication):
    own = TEAMS[("B",)]
    units = with_cell(
        publication,
        ("B",),
        n_respondents=7.0,
        mean=np.mean(own),
        sd=np.std(own, ddof=1),
        status="shown",
    )
    units = replace(units, cells=units.cells.query("status != 'rest'"))
    assert {"D004", "D006"} <= refused(publication, units=units)


def test_everybody_the_same(publication):
    assert "D005" in refused(publication, units=with_cell(publication, ("A",), sd=0.0))
    assert "D005" in refused(
        publication, units=with_cell(publication, ("A",), mean=5.0)
    )


def test_a_rest_that_is_not_what_is_left(publication):
    assert refused(publication, units=with_cell(publication, ("",), mean=4.2)) == {
        "D008"
    }


def test_units_below_a_hidden_organisation(publication):
    profile = publication.profile.copy()
    profile[["n_respondents", "mean", "sd", "conf_low", "conf_high"]] = np.nan
    profile["status"] = "hidden"
    assert "D004" in refused(publication, profile=profile)


def test_an_estimate_of_a_hidden_unit(publication):
    estimates = publication.units.estimates.copy()
    estimates.at[0, "path"] = ("C",)
    units = replace(publication.units, estimates=estimates)
    assert refused(publication, units=units) == {"D007"}


@pytest.mark.parametrize("column", ["mean", "n_respondents"])
def test_an_estimate_of_other_numbers_than_are_shown(publication, column):
    estimates = publication.units.estimates.copy()
    estimates.loc[0, column] += 1
    units = replace(publication.units, estimates=estimates)
    assert refused(publication, units=units) == {"D007"}


def test_agreement_of_a_hidden_unit(publication):
    agreement = pd.DataFrame(
        {"path": [("C",)], "subscale": ["v"], "n_respondents": [9.0]}
    )
    units = replace(publication.units, agreement=agreement)
    assert refused(publication, units=units) == {"D007"}


def test_a_finding_about_a_hidden_unit(publication):
    finding = Finding(code="unit.lower", kind="unit", path=("C",), subscales=("v",))
    assert refused(publication, findings=(finding,)) == {"D007"}


def test_a_finding_that_tells_a_small_number(publication):
    finding = Finding(code="x", kind="open", evidence={"n_respondents": 3.0})
    assert refused(publication, findings=(finding,), first_steps=FirstSteps()) == {
        "D003"
    }


def test_thresholds_below_those_of_the_instrument(publication):
    asked = publication.instrument
    strict = asked.model_copy(
        update={"reporting": asked.reporting.model_copy(update={"scores": 6})}
    )
    assert "D001" in refused(publication, instrument=strict)


def test_counts_of_rows_beside_a_hidden_role(publication):
    roles = publication.participation.roles
    both = roles.copy()
    both.loc[1] = {"role": "leader", "n_respondents": np.nan, "status": "hidden"}
    hidden = replace(publication.participation, roles=both)
    counts = {"intake": [{"source": "a.csv", "n_kept": 30}]}
    assert refused(publication, participation=hidden, provenance=counts) == {"D009"}


def test_a_small_count_of_careless_answerers(publication):
    careless = publication.measurement.careless.iloc[:0].copy()
    careless.loc[0] = {
        "hurdle": "speed",
        "n_screened": 30.0,
        "n_flagged": 2.0,
        "status": "shown",
    }
    measurement = replace(publication.measurement, careless=careless)
    assert refused(publication, measurement=measurement) == {"D003"}
