"""The audit of items beside their subscale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import instrument, responses
from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.errors import DisclosureError
from unit.disclosure.test_release import export


@pytest.fixture(scope="module")
def pair():
    frame = export(np.random.default_rng(20261123), n_leaders=0)
    frame.loc[[3, 8], "v4"] = ""
    asked = instrument({"v": "v1 v2 v3 v4", "c": "c1 c2 c3"}, context="x1")
    diagnosis = diagnose(responses(frame, asked))
    return diagnosis, publish(diagnosis)


def refused(publication, **changes):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, **changes)
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_the_item_that_two_people_skipped(pair):
    diagnosis, publication = pair
    items = diagnosis.measurement.items.assign(status="shown")
    items[["item_rest_r", "alpha_if_dropped"]] = float("nan")
    measurement = replace(publication.measurement, items=items)

    told = refused(publication, measurement=measurement)

    assert "gives away up to 2 people" in told


def test_its_distribution_alone(pair):
    diagnosis, publication = pair
    told = refused(publication, distributions=diagnosis.distributions)

    assert "gives away up to 2 people" in told


def test_the_ties_of_complete_answers(pair):
    diagnosis, publication = pair
    items = publication.measurement.items.copy()
    items["item_rest_r"] = diagnosis.measurement.items["item_rest_r"].where(
        items["status"] == "shown"
    )
    measurement = replace(publication.measurement, items=items)

    assert "tells of a few people" in refused(publication, measurement=measurement)


def test_an_item_that_is_answered_alike(pair):
    _, publication = pair
    answers = publication.distributions.copy()
    one = (answers["item"] == "x1").to_numpy()
    answers.loc[one, "count"] = [0.0, 0.0, 0.0, 0.0, 60.0]

    assert "is answered alike" in refused(publication, distributions=answers)


def test_items_of_a_hidden_subscale(pair):
    _, publication = pair
    profile = publication.profile.copy()
    of_v = profile["subscale"] == "v"
    numbers = ["n_respondents", "mean", "sd", "conf_low", "conf_high"]
    profile.loc[of_v, numbers] = float("nan")
    profile.loc[of_v, "status"] = "hidden"

    assert "items of a subscale that is hidden" in refused(publication, profile=profile)
