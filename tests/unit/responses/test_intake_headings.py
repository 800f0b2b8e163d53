"""Wordings in headings, and subscales of which a column went missing."""

from __future__ import annotations

import pytest

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.scoring import score

TEXTS = {
    "v1": ("I can raise a concern here", "Ik kan hier een zorg uiten"),
    "v2": ("My ideas are taken seriously", "Mijn ideeën worden serieus genomen"),
    "v3": ("I keep quiet about my doubts", "Ik houd mijn twijfels voor me"),
    "c1": ("We try a change out first", "We proberen een verandering eerst uit"),
    "c2": ("Here we learn from mistakes", "We leren hier van fouten"),
}
ASKED = instrument({"v": "v1 v2 v3-", "c": "c1 c2"}, texts=TEXTS)


def headings(**other):
    return {item: f"{item[0]}[{item}]. {en}" for item, (en, _) in TEXTS.items()} | other


def read(tmp_path, named, *, mapping=None, asked=ASKED):
    path = tmp_path / "export.csv"
    rows = [";".join(f'"{h}"' for h in named), *[";".join(["Agree"] * len(named))] * 6]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return read_responses(path, asked, mapping=mapping)


def codes(found):
    return [problem.code for problem in found]


def test_the_wordings_of_the_instrument_pass(tmp_path):
    report = read(tmp_path, headings().values()).report

    assert codes(report.problems) == []
    assert "R074" not in codes(report.notes)


@pytest.mark.parametrize(
    "text",
    [
        "How far do you agree? [I can raise a concern here]",
        "I can raise a concern here ",
        "<p>I can raise&nbsp;a concern here</p>",
        "Ik kan hier een zorg uiten",
        "I can raise a conc...",
    ],
)
def test_other_ways_to_write_the_same_wording_pass(tmp_path, text):
    report = read(tmp_path, headings(v1=f"v[v1]. {text}").values()).report

    assert codes(report.problems) == []
    assert "R074" not in codes(report.notes)


def test_a_code_above_the_wording_of_another_item_blocks_scoring(tmp_path):
    swapped = headings(v1=f"v[v1]. {TEXTS['v2'][0]}", v2=f"v[v2]. {TEXTS['v1'][1]}")
    result = read(tmp_path, swapped.values())

    found = result.report.problems
    assert [(p.code, p.place) for p in found] == [
        ("R057", "export.csv: v1"),
        ("R057", "export.csv: v2"),
    ]
    assert "v2" in found[0].message
    with pytest.raises(ResponseError, match="R057"):
        score(result)


def test_a_wording_that_was_changed_is_noted_and_read(tmp_path):
    report = read(
        tmp_path, headings(c1="c[c1]. We never try anything out at all").values()
    ).report

    assert not report.blocks_scoring
    (note,) = [n for n in report.notes if n.code == "R074"]
    assert "c1" in note.message


@pytest.mark.parametrize("heading", ["v1", "v[v1]", "v[v1]. Voice"])
def test_a_heading_without_a_wording_proves_and_denies_nothing(tmp_path, heading):
    report = read(tmp_path, headings(v1=heading).values()).report

    assert codes(report.problems) == []
    assert "R074" not in codes(report.notes)


def test_a_lost_item_of_a_subscale_blocks_with_the_line_that_settles_it(tmp_path):
    named = headings()
    del named["v2"]
    result = read(tmp_path, named.values())

    (found,) = result.report.problems
    assert (found.code, found.place) == ("R058", "export.csv: v")
    assert "items: {v2: null}" in found.remedy
    settled = read(tmp_path, named.values(), mapping={"items": {"v2": None}})
    assert not settled.report.blocks_scoring
    assert settled.report.not_asked == ("v2",)


def test_a_whole_subscale_may_be_left_out(tmp_path):
    named = {item: h for item, h in headings().items() if item.startswith("v")}

    report = read(tmp_path, named.values()).report

    assert not report.blocks_scoring
    assert report.not_asked == ("c1", "c2")


def test_an_item_that_one_form_does_not_have_may_be_absent(tmp_path):
    content = ASKED.model_dump()
    content["subscales"][0]["items"][1]["text"].pop("leader")
    asked = type(ASKED).model_validate(content)
    named = headings()
    del named["v2"]

    assert not read(tmp_path, named.values(), asked=asked).report.blocks_scoring


def test_a_changed_heading_does_not_quietly_make_a_shorter_scale(tmp_path):
    named = headings(v3="Q17. Something else altogether here").values()

    assert codes(read(tmp_path, named).report.problems) == ["R058"]
