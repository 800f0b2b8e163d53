"""What paper holds, before Word or PDF draws it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.paper import (
    LOCALES,
    MOST_ANSWERS,
    MOST_BOXES,
    WIDTH,
    Block,
    Pick,
    Write,
    build_paper,
    printable,
)

LONG = "A label that is far too long for any column of boxes, and then some more"


def paper_of(count=0, *, link=False, **options):
    survey = build_survey(
        options.get("instrument") or load_instrument("pulse"),
        "floor",
        ("nl",),
        details=FieldingDetails(link=link),
        units=[("Zorg", f"Team {n}") for n in range(count)],
    )
    return build_paper(survey)


def labelled(labels):
    scale = builders.number_scale("own", 1, len(labels))
    for point, label in zip(scale["points"], labels, strict=True):
        point["label"] = builders.both(label)
    instrument = builders.instrument(
        {"v": "v1"}, scales={"v": scale}, texts={"v1": ("A", "B")}
    )
    (block,) = paper_of(instrument=instrument).parts
    return block


def test_few_units_have_boxes_and_many_a_line():
    few, many = paper_of(MOST_BOXES).parts[0], paper_of(MOST_BOXES + 1).parts[0]

    assert isinstance(few, Pick)
    assert len(few.answers) == MOST_BOXES
    assert isinstance(many, Write)
    assert many.room == "line"
    assert not any(isinstance(part, Pick) for part in paper_of().parts)


def test_own_words_get_lines_and_the_code_a_box_for_each_sign():
    rooms = {p.id: p.room for p in paper_of(link=True).parts if isinstance(p, Write)}

    assert rooms == {"first": "lines", "link": "signs"}


@pytest.mark.parametrize("scale", [3, 5, 7, 11])
def test_statements_keep_more_than_a_third_of_the_width(scale):
    block = labelled([str(n) for n in range(1, scale + 1)])

    assert WIDTH - block.column * scale > WIDTH / 3
    assert not block.above


@pytest.mark.parametrize("language", ["en", "nl"])
def test_more_answers_than_fit_beside_each_other_are_refused(language):
    instrument = builders.instrument(
        {"v": "v1"},
        scales={"v": builders.number_scale("own", 1, MOST_ANSWERS + 1)},
        texts={"v1": ("A", "B")},
    )

    with pytest.raises(InstrumentError) as caught:
        build_paper(build_survey(instrument, "floor", (language,)))

    (problem,) = caught.value.problems
    assert (problem.code, problem.place) == ("F041", "small-floor: single")
    assert str(MOST_ANSWERS) in str(problem)
    assert len(labelled(["x"] * MOST_ANSWERS).answers) == MOST_ANSWERS


@pytest.mark.parametrize(
    ("labels", "above"),
    [
        (["no", "yes"], False),
        (["Helemaal mee oneens", "Niet mee eens, niet mee oneens"] * 3, False),
        (["no", LONG], True),
        (["no", "arbeidsongeschiktheidsverzekering"], True),
        (["Wel eens meegemaakt"] * 16, True),
    ],
)
def test_labels_stand_above_the_boxes_where_columns_are_too_narrow(labels, above):
    assert labelled(labels).above is above


def test_a_heading_is_not_repeated_but_every_block_has_its_own():
    survey = build_survey(load_instrument("bottom-up"), "floor", ("en",))
    (block, *_), (own, *_) = survey.matrices, survey.questions[-1:]
    twice = replace(survey, questions=(block, block, own, own))

    titles = [part.title for part in build_paper(twice).parts]

    assert titles == [block.title["en"]] * 2 + [own.title["en"], ""]


def test_a_block_says_what_to_do_only_where_that_differs():
    survey = build_survey(load_instrument("pulse"), "floor", ("en",))
    other = replace(survey.matrices[0], stem={"en": "How often?"})

    first, second = build_paper(
        replace(survey, questions=(survey.matrices[0], other))
    ).parts

    assert isinstance(first, Block)
    assert (first.stem, second.stem) == ("", "How often?")


def test_control_signs_are_left_out_and_line_breaks_kept():
    assert printable(" a\x00b\tc\r\nd\re\x9f\ud800\ufffe ") == "a b c\nd\ne"


def test_a_language_the_program_does_not_speak_has_english_words_around_it():
    survey = build_survey(load_instrument("pulse"), "floor", ("en",))
    words = {
        name: {"fr": "mots"}
        for name in (
            *("title", "form_title", "introduction", "tick", "thanks"),
            *("status", "privacy_title", "agree"),
        )
    }
    french = replace(
        survey, languages=("fr",), questions=(), privacy={"fr": ()}, **words
    )

    paper = build_paper(french)

    assert paper.locale == "fr"
    assert paper.title == "mots"
    assert paper.page == "Page {number} of {pages}"
    assert LOCALES == {"en": "en-GB", "nl": "nl-NL"}
