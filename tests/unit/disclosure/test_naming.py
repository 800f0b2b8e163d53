"""What somebody typed as the name of a team is not passed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from zipfile import ZipFile

import pandas as pd
import pytest

from builders import instrument
from diagnose.disclosure import publish
from diagnose.disclosure.naming import placeholder, placeholder_number
from diagnose.plots.words import words_for
from diagnose.report import write_report
from published import skip_figures
from unit.disclosure.organisations import diagnose_people, people_of

TYPED = "I report to Anna and nobody dares to say so"
NINE = [3.0, 3.25, 4.0, 2.5, 3.5, 4.25, 2.75, 3.0, 3.75]
EIGHT = [2.0, 2.25, 3.0, 2.5, 3.5, 1.25, 2.75, 3.25]


def people(n_members=()):
    teams = {
        ("Care", "Day"): NINE,
        ("Care", TYPED): [2.0],
        ("Care", "Night"): [4.0, 3.0, 2.0],
        ("Office", "Desk"): EIGHT,
        ("Office", "Post"): NINE,
        (f"{TYPED} (2)", "Kitchen"): [1.5, 2.5],
        (f"{TYPED} (2)", ""): [1.75, 2.5],
        ("Store", "Hall"): EIGHT,
    }
    given = people_of(teams)
    listed = pd.DataFrame(
        [(*path, float(n)) for path, n in n_members],
        columns=[*given.hierarchy, "n_members"],
    )
    return replace(given, head_counts=listed) if n_members else given


LISTED = (
    *((("Care", "Day"), 12), (("Care", "Night"), 6), (("Office", "Desk"), 12)),
    *((("Office", "Post"), 12), (("Store", "Hall"), 10)),
)


def texts(value):
    """Yield every text in a publication, wherever it stands."""
    if isinstance(value, str):
        yield value
    else:
        for part in parts_of(value):
            yield from texts(part)


def parts_of(value):
    if isinstance(value, pd.DataFrame):
        return [*value.to_dict("list").values(), *value.columns, *value.index]
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    return ()


def test_a_sentence_typed_as_a_team_is_nowhere_in_a_publication():
    diagnosis = diagnose_people(people(LISTED))
    publication = publish(diagnosis)

    assert any(TYPED in text for text in texts(diagnosis))  # the search finds it there
    assert not any(TYPED in text for text in texts(publication))
    assert not any("Kitchen" in text for text in texts(publication))


def test_hidden_units_that_the_organisation_lists_keep_their_name():
    cells = publish(diagnose_people(people(LISTED))).units.cells
    hidden = cells.loc[cells["status"] == "hidden", "path"].tolist()

    assert ("Care", "Night") in hidden
    assert ("Care", "\u2014 1") in hidden
    assert ("\u2014 1",) in hidden
    assert ("\u2014 1", "\u2014 2") in hidden


def test_every_hidden_unit_keeps_its_row_and_its_place_in_the_log():
    diagnosis = diagnose_people(people(LISTED))
    publication = publish(diagnosis)
    for table, before, after in (
        ("units.cells", diagnosis.units.cells, publication.units.cells),
        (
            "participation.units",
            diagnosis.participation.units,
            publication.participation.units,
        ),
    ):
        log = publication.suppressed
        logged = set(log.loc[log["table"] == table, "path"])
        named = [p for p in before["path"] if p[-1]]
        rows = after.loc[after["status"] != "rest"]
        hidden = rows.loc[rows["status"] == "hidden", "path"]

        assert len(set(rows["path"])) == len(rows) == len(named)
        assert {p for p in logged if p[-1]} == set(hidden)
        assert (rows["parent"] == [p[:-1] for p in rows["path"]]).all()


def test_without_a_list_no_hidden_unit_is_named_and_shown_ones_are():
    units = publish(diagnose_people(people())).participation.units
    by_status = units.groupby("status")["path"].agg(set)

    assert ("Office", "Desk") in by_status["shown"]
    above = {path[:depth] for path in by_status["shown"] for depth in range(len(path))}
    assert all("\u2014" in path[-1] for path in by_status["hidden"] - above)


def test_a_name_that_is_shown_on_one_subject_is_told_on_the_other():
    given = people()
    scores = given.scores.assign(c=given.scores["v"][::-1].to_numpy())
    own = (given.frame["team"] == "Hall").to_numpy()
    scores.loc[own, "c"] = 5.0
    asked = instrument({"v": "v1 v2", "c": "c1 c2"})
    cells = publish(diagnose_people(replace(given, scores=scores), asked)).units.cells
    hall = cells.loc[[path == ("Store", "Hall") for path in cells["path"]]]

    assert dict(zip(hall["subscale"], hall["status"], strict=True)) == {
        "v": "shown",
        "c": "hidden",
    }


def test_unnamed_units_stand_behind_the_others_and_before_the_rest():
    cells = publish(diagnose_people(people(LISTED))).units.cells
    within = cells.loc[[parent == ("Care",) for parent in cells["parent"]], "path"]

    assert [path[-1] for path in within] == ["Day", "Night", "\u2014 1"]


def test_a_number_that_somebody_took_for_a_name_is_not_given_twice():
    teams = {
        ("A",): NINE,
        ("\u2014 1",): EIGHT,
        ("zz",): [2.0, 4.0],
        ("zy",): [3.0, 4.0, 2.0],
    }
    publication = publish(diagnose_people(people_of({**teams, ("B",): NINE})))
    cells = publication.units.cells
    rows = cells.loc[cells["status"] != "rest"]

    assert rows["path"].is_unique
    assert rows.loc[rows["status"] == "hidden", "path"].tolist() == [
        ("\u2014 2",),
        ("\u2014 3",),
    ]


@pytest.mark.parametrize(
    "label", ["\u2014 01", "\u2014", "\u2014 x", "- 1", "1", "", "\u2014 ²"]
)
def test_other_labels_are_no_placeholders(label):
    assert placeholder_number(label) is None


def test_a_placeholder_knows_its_number():
    assert placeholder_number(placeholder(12)) == 12


def test_a_unit_without_a_name_is_told_in_both_languages():
    publication = publish(diagnose_people(people(LISTED)))
    path = ("\u2014 1", "\u2014 2")
    english = words_for(publication, "en", "plots")
    dutch = words_for(publication, "nl", "plots")

    assert english.unit(("Care", "\u2014 1")) == "team not named (1)"
    assert dutch.unit(("Care", "\u2014 1")) == "team zonder naam (1)"
    assert english.parent(path) == "department not named (1) › team not named (2)"
    assert english.unit((*path[:1], ""), "rest").endswith(
        "department not named (1), together"
    )


def test_a_sentence_typed_as_a_team_is_in_no_report(tmp_path, monkeypatch):
    skip_figures(monkeypatch)
    publication = publish(diagnose_people(people(LISTED)))
    write_report(publication, tmp_path, formats=("html", "xlsx"), language="nl")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    with ZipFile(tmp_path / "tables.xlsx") as book:
        parts = "\n".join(book.read(name).decode() for name in book.namelist())

    for written in (page, parts):
        assert "Day" in written
        assert "team zonder naam (1)" in written
        assert "Anna" not in written
        assert "Kitchen" not in written
