"""What was answered is what is read, whichever platform wrote the file between."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from builders import both
from diagnose.instrument import load_instrument
from diagnose.instrument.export import numbers_of
from diagnose.instrument.model import Instrument
from diagnose.language import load_catalogue
from diagnose.responses import read_responses
from diagnose.responses.model import Responses
from diagnose.simulation import simulate
from diagnose.simulation.export import LOOKS, write_export

WAYS = [
    (name, kind, answers, heading)
    for name, look in LOOKS.items()
    for kind in look.kinds
    for answers in look.answers
    for heading in look.headings
]
"""Every way in which a file can be asked for."""

NUMERIC = ("qualtrics", "qualtrics-legacy", "surveymonkey")
"""Looks whose codes are numbers of the platform, and nothing in the file says which."""

ASKED = ("surveymonkey", "microsoft-forms", "google-forms")
"""Looks in which the role is a question without a code."""

ODD = "abcdefgh éüß,;:'\"()&?!%#@*=+<>"
SMALL = {"n_units": (1, 2, 3), "team_sizes": (4, 5, 6), "leaders_per_team": 1}


def mapping_of(name: str, answers: str, asked: Instrument, language: str) -> dict:
    """Return what a person has to say about a file: what it cannot tell itself."""
    mapping: dict[str, Any] = {}
    numeric = name in NUMERIC and answers == "codes"
    if numeric:
        mapping["labels"] = {
            scale.id: {str(number): code for code, number in numbers_of(scale).items()}
            for scale in asked.response_scales
        }
    labels = {p.label[language] for s in asked.response_scales for p in s.points}
    if answers == "labels" and any(label.isdecimal() for label in labels):
        # labels that are numbers look like codes, so that a person has to say so
        mapping["answers"] = "labels"
    if name in ASKED or numeric:
        question = load_catalogue("simulation").text("role", language)
        mapping["role"] = {
            "column": question if name in ASKED else "role",
            "labels": {"floor": ["1"], "leader": ["2"]} if numeric else {},
        }
    return mapping


def answered(responses: Responses) -> Responses:
    """Return the respondents who answered anything; the others are no response."""
    given = responses.answers.notna() | responses.not_applicable
    return responses.take(given.any(axis=1))


def assert_same(read: Responses, wrote: Responses, tells: frozenset[str]) -> None:
    """Fail unless everything that the file can tell came back as it was."""
    items = list(wrote.answers.columns)
    unknown = wrote.not_applicable[items]
    same = {"check_dtype": False}
    # a question that nobody answered has no key in a JSON file
    answers = read.answers.reindex(columns=items)
    flags = read.not_applicable.reindex(columns=items, fill_value=False)
    pd.testing.assert_frame_equal(answers, wrote.answers[items], **same)
    pd.testing.assert_frame_equal(flags, unknown, **same)
    assert read.hierarchy == wrote.hierarchy
    facts = ["role", *wrote.hierarchy]
    pd.testing.assert_frame_equal(read.people[facts], wrote.people[facts], **same)
    languages = wrote.people["language"] if "language" in tells else ""
    assert (read.people["language"] == languages).all()
    took, known = read.people["seconds"], wrote.people["seconds"]
    if "seconds" in tells:
        assert (took.isna() == known.isna()).all()
    assert (took - known).abs().fillna(0).max() <= 0.5


def round_trip(
    way: tuple[str, str, str, str],
    responses: Responses,
    language: str,
    folder: Path,
    *,
    extra: dict[str, int] | None = None,
    **changes: Any,
) -> Responses:
    """Write and read, and fail unless the same is there and nothing is in the way."""
    name, kind, answers, heading = way
    look = LOOKS[name]
    rows = extra or {"partial": 2, "preview": 1}
    counts = {f"n_{row}": n for row, n in rows.items() if row in look.tells}
    path = write_export(
        responses,
        folder / f"answers{kind}",
        platform=name,
        language=language,
        answers=answers,
        heading=heading,
        **counts,
        **changes,
    )
    mapping = mapping_of(name, answers, responses.instrument, language)

    read = read_responses(path, responses.instrument, mapping=mapping, wave="1")

    assert read.report.platform == look.platform
    assert not read.report.problems
    assert dict(read.report.excluded) == {
        row.removeprefix("n_"): n for row, n in counts.items() if n
    }
    assert_same(read, responses, look.tells)
    return read


def some_people(asked: Instrument, seed: int, **options: Any) -> Responses:
    """Return a small organisation in which everything occurs."""
    unsure = all(
        any(point.value is None for point in scale.points)
        for scale in asked.response_scales
    )
    return answered(
        simulate(
            asked,
            seed=seed,
            languages={"nl": 0.6, "en": 0.4},
            dont_know_share=0.1 if unsure else 0.0,
            unanswered_share=0.1,
            **{**SMALL, **options},
        )
    )


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_each_way_gives_back_what_was_answered(way, tmp_path):
    people = some_people(load_instrument("pulse"), seed=3)

    round_trip(way, people, "en", tmp_path)


@pytest.mark.parametrize("name", LOOKS)
def test_a_long_questionnaire_comes_back_from_every_platform(name, tmp_path):
    way = [way for way in WAYS if way[0] == name][-1]
    people = some_people(load_instrument("bottom-up"), seed=3)

    round_trip(way, people, "nl", tmp_path)


@st.composite
def instruments(draw) -> Instrument:
    """Return an instrument with ids, scales, labels and keys of its own."""
    blocks = draw(
        st.lists(
            st.sampled_from(["v", "c", "k", "ab", "trust", "m", "q", "zz"]),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    scales = tuple(draw(response_scales(f"{block}scale")) for block in blocks)
    subscales = tuple(draw(subscale_contents(block)) for block in blocks)
    plain = load_instrument("pulse").model_dump()
    return Instrument.model_validate(
        {
            **plain,
            "id": "generated",
            "dimensions": None,
            "response_scales": scales,
            "subscales": subscales,
            "context_items": (),
            "suitability": (),
        }
    )


@st.composite
def response_scales(draw, scale_id: str) -> dict[str, Any]:
    """Return a scale of 2 to 11 points, with or without a "don't know"."""
    lowest = draw(st.sampled_from([0, 1]))
    values = range(lowest, lowest + draw(st.integers(2, 11)))
    letters, numbers = draw(st.booleans()), draw(st.booleans())
    ending = draw(st.text(ODD, max_size=6))
    points = [
        {
            "code": f"a{value}" if letters else str(value),
            "value": float(value),
            "label": both(str(value))
            if numbers
            else both(
                f"point {'i' * value}x {ending}".strip(),
                f"punt {'i' * value}x {ending}".strip(),
            ),
        }
        for value in values
    ]
    if draw(st.booleans()):
        unsure = both("Cannot say; or not relevant", "Kan ik niet zeggen")
        points.append({"code": "na", "value": None, "label": unsure})
    return {
        "id": scale_id,
        "lowest": float(values[0]),
        "highest": float(values[-1]),
        "points": tuple(points),
    }


@st.composite
def subscale_contents(draw, block: str) -> dict[str, Any]:
    """Return a subscale of one to four items, some of them in reverse."""
    n_items = draw(st.integers(1, 4))
    ending = draw(st.text(ODD, max_size=12))
    own_name = draw(st.booleans())
    items = []
    for number in range(1, n_items + 1):
        wording = {
            language: f"{start} {block} {number}: {ending}."
            for language, start in (("en", "Statement"), ("nl", "Stelling"))
        }
        reverse = number > 1 and draw(st.booleans())
        items.append(
            {
                "id": f"x{number}{block}" if own_name else f"{block}{number}",
                "keyed": "reverse" if reverse else "forward",
                "text": {"floor": wording, "leader": wording},
            }
        )
    return {
        "id": block,
        "kind": "condition",
        "title": both(block),
        "meaning": both("much", "veel"),
        "referent": "collective",
        "response_scale": f"{block}scale",
        "method": "mean" if n_items > 1 else "item",
        "min_answered": 1,
        "items": tuple(items),
    }


@pytest.mark.parametrize("name", LOOKS)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # looking for a smaller instrument would take minutes
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(
    asked=instruments(),
    seed=st.integers(0, 10_000),
    language=st.sampled_from(["nl", "en"]),
    data=st.data(),
)
def test_any_instrument_comes_back_from_any_platform(name, asked, seed, language, data):
    way = data.draw(st.sampled_from([way for way in WAYS if way[0] == name]))
    people = some_people(asked, seed)

    with tempfile.TemporaryDirectory() as folder:
        round_trip(
            way,
            people,
            language,
            Path(folder),
            seed=seed,
            extra={
                "partial": data.draw(st.integers(0, 3)),
                "preview": data.draw(st.integers(0, 2)),
            },
            delimiter=data.draw(st.sampled_from([",", ";"])),
            interface=data.draw(st.sampled_from(["", "de"])),
        )


def test_a_round_trip_fails_when_one_answer_is_another(tmp_path):
    people = some_people(load_instrument("pulse"), seed=1)
    other = people.answers.copy()
    other.loc[0, "v4"] = 5.0 if other.loc[0, "v4"] != 5.0 else 1.0

    with pytest.raises(AssertionError):
        assert_same(people, replace(people, answers=other), frozenset())


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("units", ["code", "path"])
def test_one_question_for_the_unit_gives_back_every_level(name, units, tmp_path):
    people = some_people(load_instrument("pulse"), seed=5)
    levels = list(people.hierarchy)
    paths = [tuple(path) for path in people.head_counts[levels].to_numpy().tolist()]
    look = LOOKS[name]
    path = tmp_path / f"answers{look.kinds[0]}"
    write_export(people, path, platform=name, language="nl", units=units)
    mapping = mapping_of(name, look.answers[-1], people.instrument, "nl")
    if name in ASKED or name == "redcap":
        mapping["unit"] = load_catalogue("fielding").text("unit.question", "nl")

    read = read_responses(
        path, people.instrument, mapping=mapping, units=paths, levels=levels
    )

    assert not read.report.problems
    pd.testing.assert_frame_equal(
        read.people[levels], people.people[levels], check_dtype=False
    )


@pytest.mark.parametrize("name", NUMERIC)
def test_numbers_of_a_platform_are_not_believed_without_a_person(name, tmp_path):
    people = some_people(load_instrument("pulse"), seed=5)
    path = tmp_path / "answers.csv"
    write_export(people, path, platform=name, language="nl", answers="codes")
    mapping = mapping_of(name, "codes", people.instrument, "nl")
    del mapping["labels"]

    read = read_responses(path, people.instrument, mapping=mapping)

    assert read.report.blocks_scoring
    assert read.report.problems


@pytest.mark.parametrize("name", LOOKS)
def test_link_codes_come_back_as_hashes_of_their_own(name, tmp_path):
    people = some_people(load_instrument("pulse"), seed=5)
    look = LOOKS[name]
    path = tmp_path / f"answers{look.kinds[0]}"
    write_export(people, path, platform=name, language="nl", link=True)
    mapping = mapping_of(name, look.answers[-1], people.instrument, "nl")
    if name in ASKED or name == "redcap":
        mapping["link"] = load_catalogue("fielding").text("link.question", "nl")

    read = read_responses(path, people.instrument, mapping=mapping, link_key="key")

    assert read.people["link"].nunique() == len(people)
    assert not read.people["link"].str.startswith("AA").any()
