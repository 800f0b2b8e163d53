"""Publishing: what goes, what is computed again, and what a reader cannot solve."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from builders import instrument, responses
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.units import compare_units
from diagnose.disclosure import Publication, Thresholds, publish
from diagnose.errors import DisclosureError
from diagnose.language import load_catalogue
from unit.disclosure.organisations import (
    diagnose_people,
    leaks,
    people_of,
    random_people,
    read_publication,
)

EXPECTED = ["small", "protected", "parent-hidden", "subscale-hidden", "total"]
NINE = [3.0, 3.25, 4.0, 2.5, 3.5, 4.25, 2.75, 3.0, 3.75]
EIGHT = [2.0, 2.25, 3.0, 2.5, 3.5, 1.25, 2.75, 3.25]
SEVEN = [4.0, 4.25, 3.0, 4.5, 3.5, 4.75, 3.75]
THREE = [1.25, 2.0, 2.25]


def export(rng, n_floor=60, n_leaders=3):
    """Return an export as a frame: two departments of three teams, and leaders."""
    n = n_floor + n_leaders
    team = rng.choice(list("ABCDEF"), n)
    frame = pd.DataFrame(
        {"department": np.where(team < "D", "Care", "Support"), "team": team}
    )
    frame["role"] = ["floor"] * n_floor + ["leader"] * n_leaders
    level = rng.integers(1, 5, n)
    for item in ["v1", "v2", "v3", "v4", "c1", "c2", "c3", "x1"]:
        frame[item] = (level + rng.integers(0, 2, n)).astype(str)
    return frame


def published(frame, **options):
    asked = instrument({"v": "v1 v2 v3 v4", "c": "c1 c2 c3"}, context="x1")
    return publish(diagnose(responses(frame, asked)), **options)


def test_a_real_diagnosis_is_published_whole(rng):
    publication = published(export(rng, n_leaders=20))

    assert set(publication.profile["status"]) == {"shown"}
    assert set(publication.gap["status"]) == {"shown"}
    assert publication.provenance["intake"][0]["n_kept"] == 80
    assert publication.title == {"en": "Small instrument", "nl": "Klein instrument"}


def test_few_leaders_are_hidden_everywhere_and_so_is_every_total(rng):
    publication = published(
        export(rng), provenance={"files": [{"name": "a.csv", "n_rows": 63}]}
    )
    roles = publication.participation.roles.set_index("role")
    leaders = publication.profile.query("role == 'leader'")
    answers = publication.distributions.query("role == 'leader'")

    assert roles.loc["floor", "n_respondents"] == 60
    assert np.isnan(roles.loc["leader", "n_respondents"])
    assert leaders[["n_respondents", "mean", "sd"]].isna().to_numpy().all()
    assert publication.gap["mean_leader"].isna().all()
    assert set(publication.gap["status"]) == {"hidden"}
    assert answers["count"].isna().all()
    assert publication.provenance["files"] == [{"name": "a.csv", "n_rows": None}]
    assert publication.provenance["intake"][0]["n_kept"] is None


def test_who_skipped_an_item_takes_one_item_and_the_ties_away(rng):
    frame = export(rng)
    frame.loc[[3, 8], "v4"] = ""
    publication = published(frame)
    items = publication.measurement.items.set_index("item")
    answers = publication.distributions.query("role == 'floor'").set_index("item")

    assert items.loc["v4", "status"] == "hidden"
    assert answers.loc["v4", "count"].isna().all()
    assert items.loc[["v1", "v2", "v3"], "mean"].notna().all()
    assert answers.loc["v1", "count"].notna().all()
    assert items.loc[["v1", "v2", "v3"], "item_rest_r"].isna().all()
    assert items.loc[["c1", "c2", "c3"], "item_rest_r"].notna().all()
    assert publication.measurement.verdicts["verdict"].tolist() == ["good", "good"]


def test_how_many_had_no_opinion_is_hidden_when_it_is_a_few(rng):
    frame = export(rng)
    frame.loc[[3, 8], "x1"] = "na"
    frame.loc[10:16, "c1"] = "na"
    answers = published(frame).distributions.query("role == 'floor'")
    by_item = answers.drop_duplicates("item").set_index("item")

    assert np.isnan(by_item.loc["x1", "n_not_applicable"])
    assert by_item.loc["c1", "n_not_applicable"] == 7


def test_an_item_that_everybody_answered_alike_is_hidden_with_another(rng):
    frame = export(rng).assign(v2="5", x1="4")
    publication = published(frame)
    answers = publication.distributions.query("role == 'floor'")
    hidden = set(answers.loc[answers["status"] == "hidden", "item"])

    assert hidden == {"v1", "v2", "x1"}
    assert not set(publication.measurement.items["flag"]) & {"flag.constant"}
    assert not publication.measurement.verdicts["reason"].str.contains("constant").any()
    assert not publication.measurement.reliability["note"].str.contains("const").any()


def test_few_careless_answerers_and_their_effect_are_hidden(rng):
    diagnosis = diagnose_people(people_of({("A",): NINE, ("B",): EIGHT}))
    careless = pd.DataFrame(
        {"hurdle": ["longstring"], "n_screened": [17.0], "n_flagged": [2.0]}
    )
    sensitivity = diagnosis.measurement.sensitivity.assign(
        n_without=15.0, mean_without=3.1, difference=0.1
    )
    publication = publish(
        replace(
            diagnosis,
            measurement=replace(
                diagnosis.measurement, careless=careless, sensitivity=sensitivity
            ),
        )
    )

    assert publication.measurement.careless["n_flagged"].isna().all()
    assert publication.measurement.sensitivity["mean_without"].isna().all()


def test_leaving_out_the_careless_is_not_shown_beside_units():
    people = people_of({("A",): NINE, ("B",): EIGHT})
    careless = np.zeros(17, dtype=bool)
    careless[:6] = True  # six of team A: three careful ones would remain
    people = replace(people, frame=people.frame.assign(careless=careless))
    diagnosis = diagnose_people(people)
    publication = publish(diagnosis)
    naive = replace(
        publication.measurement, sensitivity=diagnosis.measurement.sensitivity
    )
    reader = read_publication(publication, people)
    floor, kept = people.of("floor"), ~people.frame["careless"].to_numpy()

    assert publication.measurement.sensitivity["status"].tolist() == ["hidden"]
    assert leaks(reader, threshold=5) == []
    reader.known.append(floor & kept)
    assert leaks(reader, threshold=5) == ["3 people"]
    with pytest.raises(DisclosureError, match="cuts across shown units"):
        replace(
            publication,
            measurement=replace(
                naive, sensitivity=naive.sensitivity.assign(status="shown")
            ),
        )


def test_without_units_leaving_out_many_is_shown():
    people = replace(people_of({("A",): NINE + EIGHT}), hierarchy=())
    careless = np.arange(17) < 6
    people = replace(people, frame=people.frame.assign(careless=careless))

    sensitivity = publish(diagnose_people(people)).measurement.sensitivity

    assert sensitivity["status"].tolist() == ["shown"]
    assert sensitivity["mean_without"].item() == pytest.approx(
        np.mean((NINE + EIGHT)[6:])
    )


def test_a_model_of_all_teams_would_give_the_hidden_team_away():
    """A reader solves for a hidden team from shrunken means that still know it.

    Two shown teams give the grand mean mu, because each estimate lies between its own
    mean and mu at a published share. mu is the mean of all teams, weighted by
    1 / (tau2 + sigma2 / n), the weight of the hidden team included.
    """
    people = people_of({("A",): NINE, ("B",): EIGHT, ("C",): SEVEN, ("D",): THREE})
    diagnosis = diagnose_people(people)
    naive = diagnosis.units.estimates.iloc[:3]  # the team of three taken out
    model = diagnosis.units.models.iloc[0]  # and the model left as it was

    share = naive["reliability"]
    mu = ((naive["estimate"] - share * naive["mean"]) / (1 - share)).mean()
    n_hidden = model["n_respondents"] - naive["n_respondents"].sum()
    weights = 1 / (model["tau2"] + model["sigma2"] / naive["n_respondents"])
    own_weight = 1 / (model["tau2"] + model["sigma2"] / n_hidden)
    total = weights.sum() + own_weight
    solved = (mu * total - (weights * naive["mean"]).sum()) / own_weight

    assert n_hidden == 3
    assert solved == pytest.approx(np.mean(THREE), abs=1e-6)


def test_comparisons_do_not_know_the_hidden_teams():
    teams = {
        ("A",): NINE,
        ("B",): EIGHT,
        ("C",): SEVEN,
        ("D",): THREE,
        ("E",): [3.0] * 2,
    }
    other = {**teams, ("D",): [4.75, 5.0, 4.5], ("E",): [1.0, 1.25]}
    one, two = (publish(diagnose_people(people_of(t))) for t in (teams, other))

    assert set(one.units.estimates["path"]) == {("A",), ("B",), ("C",)}
    pd.testing.assert_frame_equal(one.units.estimates, two.units.estimates)
    pd.testing.assert_frame_equal(one.units.models, two.units.models)
    estimates, _ = compare_units(one.units.cells, conf_level=0.95)
    pd.testing.assert_frame_equal(one.units.estimates, estimates)


def test_threshold_only_leaks_where_the_remainder_rule_does_not():
    people = people_of({("A",): NINE, ("B",): EIGHT, ("C",): THREE})
    publication = publish(diagnose_people(people))
    reader = read_publication(publication, people)
    valid = people.scores["v"].notna().to_numpy()

    assert leaks(reader, threshold=5) == []
    reader.known.append(people.below(("B",)) & valid)  # it passes the threshold
    assert leaks(reader, threshold=5)


def test_a_wave_of_a_few_people_is_hidden_with_its_change():
    people = people_of({("A",): NINE, ("B",): EIGHT})
    earlier = people_of({("A",): THREE})
    both = replace(
        people,
        frame=pd.concat(
            [people.frame, earlier.frame.assign(wave="1")], ignore_index=True
        ),
        scores=pd.concat([people.scores, earlier.scores], ignore_index=True),
    )
    trend = publish(diagnose_people(both)).trend.set_index("wave")

    assert trend.loc["1", "status"] == "hidden"
    assert np.isnan(trend.loc["1", "mean"])
    assert trend.loc["2", "mean"] == pytest.approx(np.mean(NINE + EIGHT))
    assert np.isnan(trend.loc["2", "change"])


def test_agreement_is_shown_for_shown_cells_only(rng):
    frame = export(rng)
    frame.loc[frame.index[frame["team"] == "A"][3:], "team"] = "B"
    publication = published(frame)
    cells = publication.units.cells
    shown = cells.loc[(cells["status"] == "shown") & (cells["level"] == "team")]
    agreement = publication.units.agreement

    assert set(agreement["path"]) <= set(shown["path"])
    assert ("Care", "A") not in set(agreement["path"])


def test_agreement_needs_as_many_people_as_a_distribution(rng):
    frame = export(rng)
    floor = frame.loc[frame["role"] == "floor"]
    frame.loc[floor.index[floor["team"] == "A"][6:], "team"] = "B"
    publication = published(frame)
    strict = published(frame, thresholds=Thresholds(distributions=50))
    cells = publication.units.cells.set_index(["path", "subscale"])
    agreement = publication.units.agreement
    log = publication.suppressed.set_index(["table", "path"])

    assert {cells.loc[(("Care", "A"), s), "status"] for s in "vc"} == {"shown"}
    assert ("Care", "A") not in set(agreement["path"])
    assert ("Care", "B") in set(agreement["path"])
    assert set(log.loc[[("units.agreement", ("Care", "A"))], "rule"]) == {"small"}
    assert strict.units.agreement.empty


def test_the_organisation_itself_may_be_too_small():
    publication = publish(diagnose_people(people_of({("A",): THREE})))

    assert set(publication.profile["status"]) == {"hidden"}
    assert set(publication.units.cells["status"]) == {"hidden"}
    assert publication.suppressed["rule"].isin(EXPECTED).all()


@pytest.mark.parametrize("name", ["scores", "distributions", "comments"])
def test_thresholds_below_the_instrument_are_refused(name):
    asked = instrument({"v": "v1 v2"})
    strict = asked.model_copy(
        update={
            "reporting": asked.reporting.model_copy(
                update={"scores": 8, "distributions": 12, "comments": 15}
            )
        }
    )
    diagnosis = diagnose_people(people_of({("A",): NINE}), asked=strict)
    limits = {"scores": 8, "distributions": 12, "comments": 15}

    assert publish(diagnosis).thresholds == Thresholds(**limits)
    with pytest.raises(DisclosureError, match=f"thresholds.{name}.*as small says"):
        publish(diagnosis, thresholds=Thresholds(**{**limits, name: limits[name] - 1}))


def test_units_that_do_not_add_up_are_refused():
    diagnosis = diagnose_people(people_of({("A",): NINE, ("B",): EIGHT}))
    units = replace(diagnosis.units, cells=diagnosis.units.cells.iloc[:1])

    with pytest.raises(DisclosureError, match="do not add up to it") as caught:
        publish(replace(diagnosis, units=units))
    assert caught.value.problems[0].code == "D010"


def test_publishing_leaves_the_diagnosis_as_it_was_and_keeps_none_of_it(rng):
    diagnosis = diagnose_people(random_people(rng))
    before = diagnosis.units.cells.copy(deep=True), diagnosis.profile.copy(deep=True)
    publication = publish(diagnosis)

    pd.testing.assert_frame_equal(diagnosis.units.cells, before[0])
    pd.testing.assert_frame_equal(diagnosis.profile, before[1])
    for field in fields(Publication):
        value = getattr(publication, field.name)
        assert value is not diagnosis
        if isinstance(value, pd.DataFrame) and hasattr(diagnosis, field.name):
            assert value is not getattr(diagnosis, field.name)


@pytest.mark.parametrize("seed", range(6))
def test_every_decision_is_logged_and_explained(seed):
    publication = publish(diagnose_people(random_people(np.random.default_rng(seed))))
    catalogue = load_catalogue("disclosure")
    cells = publication.units.cells
    hidden = set(cells.loc[cells["status"] == "hidden", "path"])
    log = publication.suppressed

    assert hidden <= set(log.loc[log["table"] == "units.cells", "path"])
    for rule, table in zip(log["rule"], log["table"], strict=True):
        for language in ("en", "nl"):
            assert catalogue.text(f"rule.{rule}", language)
            assert catalogue.text(f"table.{table}", language)
            assert catalogue.has(f"explanation.{rule}")


def test_the_log_never_says_that_everybody_answered_alike():
    alike = publish(
        diagnose_people(people_of({("A",): NINE, ("B",): [4.0] * 6, ("C",): EIGHT}))
    )
    rules = dict(zip(alike.suppressed["path"], alike.suppressed["rule"], strict=True))

    assert rules[("B",)] == rules[("C",)] == "protected"


def test_a_broken_rule_for_items_makes_no_publication(rng, monkeypatch):
    frame = export(rng)
    frame.loc[[3, 8], "v4"] = ""
    monkeypatch.setattr(
        "diagnose.disclosure.items.hide_items", lambda items, **rest: frozenset()
    )

    with pytest.raises(DisclosureError, match="gives away up to 2 people"):
        published(frame)
