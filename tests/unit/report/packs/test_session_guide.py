"""The guide for a conversation: which three questions, and for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from action_sheets import FINANCE, views
from diagnose.language import load_catalogue
from diagnose.report.packs.document import short_sentences, unit_document
from diagnose.report.packs.session import (
    AGENDA,
    agenda_table,
    agreements_table,
    is_wide,
    session_intro,
    three_questions,
)
from published import make_publication

CARE = ("Care",)


def changed(path, means, *, language="en", directions=(), divided=()):
    """Return a unit with these means, all else unclear."""
    view = views(language=language)[path]
    clear = dict(directions)
    cells = tuple(
        {
            **cell,
            "mean": means.get(cell["subscale"], 3.0),
            "direction": clear.get(cell["subscale"], "unclear"),
        }
        for cell in view.cells
    )
    agreement = tuple({"subscale": s, "reading": "divided"} for s in divided)
    return replace(view, cells=cells, agreement=agreement)


def asked(key, subject, language="en", unit=""):
    title = make_publication().instrument.subscale(subject).title[language]
    catalogue = load_catalogue("packs")
    return catalogue.text(f"question.{key}", language, subject=title, unit=unit)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_clear_differences_come_before_high_and_low_means(language):
    view = changed(
        FINANCE,
        {"v": 4.0, "o": 4.9, "l": 2.0, "r": 1.2},
        language=language,
        directions={"v": "higher", "l": "lower"},
        divided=("f",),
    )
    first, second, _ = three_questions(view)

    assert first == asked("strong_clear", "v", language)
    assert second == asked("weak_clear", "l", language)


def test_of_several_clear_differences_the_outermost_is_taken():
    view = changed(
        FINANCE,
        {"v": 4.0, "o": 4.2, "l": 2.0, "r": 1.9},
        directions={"v": "higher", "o": "higher", "l": "lower", "r": "lower"},
    )
    first, second, _ = three_questions(view)

    assert first == asked("strong_clear", "o")
    assert second == asked("weak_clear", "r")


def test_a_divided_subject_comes_before_the_lowest_one():
    view = changed(FINANCE, {"v": 4.0, "o": 1.2, "f": 3.5}, divided=("f",))
    first, second, _ = three_questions(view)

    assert first == asked("strong", "v")
    assert second == asked("divided", "f")


def test_without_anything_clear_the_highest_and_lowest_are_talked_about():
    view = changed(FINANCE, {"v": 4.0, "o": 1.2})
    first, second, third = three_questions(view)

    assert first == asked("strong", "v")
    assert second == asked("weak", "o")
    assert third == load_catalogue("packs").text("question.next", "en")


def test_outcomes_are_no_subject_of_the_questions():
    view = changed(FINANCE, {"c": 5.0, "k": 1.0, "v": 4.0, "o": 2.0})
    first, second, _ = three_questions(view)

    assert first == asked("strong", "v")
    assert second == asked("weak", "o")


def test_hidden_subjects_are_no_subject_of_the_questions():
    view = changed(FINANCE, {"v": 4.9, "o": 4.0, "l": 1.2})
    cells = tuple(
        {**c, "mean": float("nan"), "status": "hidden"} if c["subscale"] == "v" else c
        for c in view.cells
    )
    hidden = replace(view, cells=cells)

    assert three_questions(hidden)[0] == asked("strong", "o")
    assert short_sentences(hidden)[-1].startswith("On one subject nothing")


def test_one_subject_alone_is_asked_about_from_both_sides():
    view = views()[FINANCE]
    one = replace(view, cells=tuple(c for c in view.cells if c["subscale"] == "v"))
    first, second, _ = three_questions(one)

    assert "Voice and signal" in first
    assert "Voice and signal" in second


def test_an_instrument_without_conditions_is_asked_about_its_outcomes():
    view = views()[FINANCE]
    outcomes = ("c", "k", "i")
    only = replace(
        view, cells=tuple(c for c in view.cells if c["subscale"] in outcomes)
    )
    titles = {view.words.subscale(subscale) for subscale in outcomes}

    for question in three_questions(only)[:2]:
        assert any(title in question for title in titles)


def test_scales_of_another_length_are_compared_by_place(monkeypatch):
    from diagnose.report.packs import session

    view = changed(FINANCE, {"v": 4.0, "o": 6.0, "l": 2.0, "r": 2.5})

    def bounds(_, subscale):
        return (0.0, 10.0) if subscale.id in ("o", "r") else (1.0, 5.0)

    monkeypatch.setattr(session, "scale_bounds", bounds)
    first, second, _ = three_questions(view)

    assert first == asked("strong", "v")  # 75% of its scale; the 6 is at 60%
    assert second == asked("weak", "l") or second == asked("weak", "r")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_those_who_lead_units_are_asked_what_they_let_go_of(language):
    view = changed(CARE, {"v": 4.0, "o": 1.2}, language=language)
    first, second, third = three_questions(view)
    letting_go = {"en": "let go of", "nl": "los"}[language]

    assert is_wide(view)
    assert not is_wide(views(language=language)[FINANCE])
    assert first == asked("wide_strong", "v", language, unit="Care")
    assert second == asked("wide_weak", "o", language, unit="Care")
    assert letting_go in third
    assert "Care" in session_intro(view)


def test_units_on_both_sides_come_before_the_lowest_subject():
    publication = make_publication()
    estimates = publication.units.estimates.copy()
    sides = {("Care", "Day shift"): "higher", ("Care", "Evening shift"): "lower"}
    for path, direction in sides.items():
        at = (estimates["path"] == path) & (estimates["subscale"] == "f")
        estimates.loc[at, "direction"] = direction
    view = changed(CARE, {"v": 4.0, "o": 1.2, "f": 3.5})
    told = replace(
        view.words,
        publication=_unaudited(publication, estimates),
    )
    second = three_questions(replace(view, words=told))[1]

    assert second == asked("wide_apart", "f", unit="Care")


def _unaudited(publication, estimates):
    """Return a publication whose estimates were changed, which no audit would pass."""
    from types import SimpleNamespace

    names = type(publication).__dataclass_fields__
    parts = {name: getattr(publication, name) for name in names}
    parts["units"] = replace(publication.units, estimates=estimates)
    return SimpleNamespace(**parts)


def test_every_question_has_a_wording_for_those_who_lead():
    entries = load_catalogue("packs").entries
    kinds = {key.split(".", 1)[1] for key in entries if key.startswith("question.")}
    wide = {kind.removeprefix("wide_") for kind in kinds if kind.startswith("wide_")}

    assert wide == {"strong_clear", "strong", "weak_clear", "weak", "apart", "next"}
    assert kinds - {f"wide_{kind}" for kind in wide} == (wide - {"apart"}) | {"divided"}


@pytest.mark.parametrize("path", [FINANCE, CARE])
def test_the_agenda_fills_ninety_minutes(path):
    table = agenda_table(views()[path])

    assert sum(minutes for _, minutes in AGENDA) == 90
    assert [row[1].value for row in table.rows] == [f"{m} min" for _, m in AGENDA]


def test_the_conversation_begins_with_what_was_agreed():
    view = views()[FINANCE]
    first = agenda_table(view, again=True).rows[0][0].value

    assert "agreed last time" in first
    assert "agreed last time" not in agenda_table(view).rows[0][0].value


def test_the_form_is_empty_and_has_room():
    view = views()[FINANCE]

    assert all(not c.value.strip() for row in agreements_table(view).rows for c in row)
    dotted = agreements_table(view, dotted=True)
    assert all(set(c.value) <= {"…", " "} for row in dotted.rows for c in row)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_questions_and_rules_stand_in_the_handout(language):
    view = views(language=language)[FINANCE]
    section = next(s for s in unit_document(view).sections if s.name == "session")
    items = [item for block in section.blocks for item in getattr(block, "items", ())]

    assert set(three_questions(view)) <= set(items)
    assert len(items) == 6
