"""Items that nearly everybody answered alike, and what their ties would tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import instrument, responses
from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.disclosure.items import is_nearly_one
from diagnose.errors import DisclosureError
from unit.disclosure.test_release import export

ASKED = instrument({"v": "v1 v2 v3 v4", "c": "c1 c2 c3"}, context="x1")
LISTED = ("x1", "v2")


@pytest.fixture(scope="module")
def frame():
    return export(np.random.default_rng(20), n_leaders=0)


def with_others(frame, n_others, answer="2"):
    """Return answers of which all but so many to two items are the same."""
    changed = frame.copy()
    for item in LISTED:
        changed[item] = "4"
        changed.loc[3 : 2 + n_others, item] = answer
    return changed


def hidden_items(publication):
    answers = publication.distributions
    return set(answers.loc[answers["status"] == "hidden", "item"])


@pytest.mark.parametrize(("n_others", "hidden"), [(1, {"x1", "v2", "v1"}), (2, set())])
def test_one_answer_outside_an_option_hides_it_and_two_do_not(frame, n_others, hidden):
    publication = publish(diagnose(responses(with_others(frame, n_others), ASKED)))
    measured = publication.measurement.items.set_index("item")

    assert hidden_items(publication) == hidden
    assert np.isnan(measured.loc["v2", "mean"]) == ("v2" in hidden)
    assert np.isnan(measured.loc["v2", "ceiling"]) == ("v2" in hidden)


def test_few_answers_in_an_option_are_told_of_everybody_only(frame):
    publication = publish(diagnose(responses(with_others(frame, 2), ASKED)))
    rows = publication.distributions.query("item == 'v2' and value == 2")

    assert rows["count"].tolist() == [2.0]
    assert "path" not in publication.distributions


@pytest.mark.parametrize(
    ("most", "number", "each", "expected"),
    [
        (9, 10, 1, True),
        (8, 10, 1, False),
        (0, 0, 1, False),
        (37, 40, 3, True),  # all three answers of one person
        (36, 40, 3, False),
    ],
)
def test_one_person_outside(most, number, each, expected):
    assert is_nearly_one(most, number, each=each) == expected


@pytest.fixture(scope="module")
def publication(frame):
    return publish(diagnose(responses(with_others(frame, 2), ASKED)))


def refused(publication, **changes):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, **changes)
    return {(problem.code, problem.place) for problem in caught.value.problems}


def test_the_audit_finds_one_answer_outside_an_option(publication):
    answers = publication.distributions.copy()
    own = (answers["item"] == "x1").to_numpy()
    answers.loc[own, "count"] = [0.0, 1.0, 0.0, 59.0, 0.0]

    told = refused(publication, distributions=answers)

    assert ("D005", "publication.distributions, floor, x1") in told


@pytest.mark.parametrize(("n_outside", "found"), [(0, True), (1, True), (2, False)])
def test_the_audit_reads_one_answer_outside_off_mean_and_spread(
    publication, n_outside, found
):
    answers = publication.distributions.copy()
    own = (answers["item"] == "v2").to_numpy()
    numbers = answers.select_dtypes("number").columns.difference(["value"])
    answers.loc[own, numbers] = np.nan
    answers.loc[own, "status"] = "hidden"
    items = publication.measurement.items.copy()
    given = np.array([4.0] * (60 - n_outside) + [5.0] * n_outside)
    one = (items["item"] == "v2").to_numpy()
    items.loc[one, ["mean", "sd"]] = [given.mean(), given.std(ddof=1)]
    changes = {
        "distributions": answers,
        "measurement": replace(publication.measurement, items=items),
    }

    if found:
        assert ("D005", "publication.measurement.items, v2") in refused(
            publication, **changes
        )
    else:
        replace(publication, **changes)


def test_the_audit_refuses_who_answered_which_items(publication, frame):
    diagnosis = diagnose(responses(frame, ASKED))
    units = replace(publication.units, patterns=diagnosis.units.patterns)

    assert ("D009", "publication.units.patterns") in refused(publication, units=units)


def weak_item(frame):
    changed = frame.copy()
    rng = np.random.default_rng(8)
    changed["v3"] = rng.integers(1, 6, len(frame)).astype(str)
    return changed


def test_no_verdict_or_finding_rests_on_a_tie_that_is_hidden(frame):
    weak = weak_item(frame)
    shown = publish(diagnose(responses(weak, ASKED)))
    weak.loc[[3, 8], "v4"] = ""  # two people skipped an item: ties go
    hidden = publish(diagnose(responses(weak, ASKED)))

    def told(publication):
        return {finding.code for finding in publication.findings}

    assert "measurement.weak_item" in told(shown)
    assert "measurement.weak_item" not in told(hidden)
    assert set(hidden.measurement.items["flag"]) == {""}
    assert not hidden.measurement.verdicts["reason"].str.contains("item").any()


def test_a_hidden_reliability_does_not_say_why_it_has_no_number(frame):
    publication = publish(diagnose(responses(frame.iloc[:4], ASKED)))
    alphas = publication.measurement.reliability

    assert set(alphas["status"]) == {"hidden"}
    assert set(alphas["note"]) == {""}


def disturbed(frame, hidden, rng):
    """Return a table with other numbers and words in the rows that are hidden."""
    changed = frame.copy()
    numbers = changed.select_dtypes("number").columns.difference(
        ["n_respondents", "value", "n_items", "conf_level", "count"]
    )
    drawn = rng.uniform(-1, 1, (int(hidden.sum()), len(numbers)))
    changed.loc[hidden, numbers] = drawn
    for column in {"flag", "note"} & set(changed):
        changed.loc[hidden, column] = f"{column}.negative"
    return changed


def test_conclusions_are_the_same_whatever_the_hidden_numbers_are(frame, rng):
    few = frame.copy()
    few.loc[3:, "v2"] = ""  # three people answered it, and all four items
    diagnosis = diagnose(responses(few, ASKED))
    publication = publish(diagnosis)
    measured = diagnosis.measurement
    items = publication.measurement.items
    changed = replace(
        measured,
        items=disturbed(
            measured.items,
            (items["status"] == "hidden") | items["item_rest_r"].isna(),
            rng,
        ).assign(mean=measured.items["mean"], sd=measured.items["sd"]),
        reliability=disturbed(
            measured.reliability,
            publication.measurement.reliability["status"] == "hidden",
            rng,
        ),
    )
    answers = disturbed(
        diagnosis.distributions, publication.distributions["status"] == "hidden", rng
    )
    other = publish(replace(diagnosis, measurement=changed, distributions=answers))

    assert "v2" in hidden_items(publication)
    assert publication.findings == other.findings
    assert publication.first_steps == other.first_steps
    assert repr(publication.suitability) == repr(other.suitability)
    assert publication.measurement.verdicts.equals(other.measurement.verdicts)


def test_few_answers_are_found_by_the_numbers_that_are_published(frame):
    few = frame.copy()
    few.loc[9:, ["v1", "v2", "v3", "v4"]] = ""  # nine people have a score
    publication = publish(diagnose(responses(few, ASKED)))
    profile = publication.profile.set_index("subscale")
    found = [f for f in publication.findings if f.code in {"open.few_respondents"}]

    assert profile.loc["v", "n_respondents"] == 9
    assert [finding.subscales for finding in found] == [("v",)]
    assert dict(found[0].evidence) == {"n_subscales": 1}
