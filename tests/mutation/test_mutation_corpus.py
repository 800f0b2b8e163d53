"""The corpus itself: what it covers, what no reader can see, and what it would catch.

What no reader can see in the file alone, and what is asserted instead:

=============================================  ======================================
damage                                         what the intake says
=============================================  ======================================
headings of two items keyed alike exchanged    nothing: all answers are of one scale
whole, texts and codes together
a block, or everyone, turned round             nothing: items agree with one another
Agree and Disagree exchanged in a labels file  nothing, or R053 when an item then runs
                                               against the others
codes in another order beside the edition      nothing without the platform's
                                               definition; with it the right answers
labels of SPSS exchanged                       R073: the numbers were read by labels
9 where nothing was answered, on a platform    nothing: 9 is its "don't know"
that knows numbers only
the heading of the role renamed                R063: everyone counts as work floor
a few rows twice, without numbers of           R067 where moments are known
responses
two responses with one number                  R176, and the count of duplicates
cells moved along with the column that says    the count of partial responses
who finished
a file cut off behind a row                    the number of rows
names in a code page of another computer       R060 where it is no UTF-8
=============================================  ======================================
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from diagnose.simulation.export import LOOKS
from mutation.corpus import asked, base, ways, ways_for
from mutation.damage import SAME, STOPPED, Damage, check, differs
from mutation.files import BOMBS, FILES
from mutation.headings import HEADINGS
from mutation.meaning import MEANING
from mutation.rows import ROWS
from mutation.spelling import SPELLING
from mutation.texts import TEXTS
from mutation.trial import tried

EVERY = [*HEADINGS, *SPELLING, *MEANING, *ROWS, *TEXTS, *FILES, *BOMBS]


def test_the_corpus_holds_many_kinds_of_damage_each_once():
    names = Counter(damage.name for damage in EVERY)

    assert len(names) > 150
    assert not [name for name, n in names.items() if n > 1]


def test_every_platform_is_damaged_with_codes_and_labels_in_both_languages():
    found = {(way.look, way.answers, way.language) for way in ways()}

    for name, look in LOOKS.items():
        for answers in look.answers:
            for language in ("nl", "en"):
                assert (name, answers, language) in found
    assert {way.look for way in ways_for(0)} == set(LOOKS)


@pytest.mark.parametrize("way", ways_for(0), ids=str)
def test_an_undamaged_file_gives_what_was_answered(way):
    read = base(way).read

    assert not read.report.blocks_scoring
    assert len(read) == 68
    assert read.people["role"].value_counts().to_dict() == {"floor": 60, "leader": 8}
    assert set(read.people["team"]) == {"NA", "None", "Coördinatie", "007"}
    assert read.not_applicable.sum().sum() > 0
    assert read.answers.isna().sum().sum() > read.not_applicable.sum().sum()


def test_one_other_answer_is_seen_as_a_difference():
    read = base(ways()[0]).read
    other = read.answers.copy()
    other.loc[3, "v1"] = 6 - (other.loc[3, "v1"] or 3)
    other.loc[4, "v2"] = 1.0 if other.loc[4, "v2"] != 1.0 else 5.0

    assert differs(replace(read, answers=other), read)
    assert not differs(read.take(read.answers.index.to_series() >= 0), read)


def test_a_silent_change_of_answers_fails_the_trial(tmp_path):
    swapped = next(d for d in HEADINGS if d.name.endswith("exchanged whole"))
    way = ways()[0]

    (tmp_path / "seen").mkdir()
    outcome = check(swapped, way, tmp_path / "seen")
    with pytest.raises(AssertionError, match="other"):
        check(replace(swapped, unseen=""), way, tmp_path)
    assert outcome.word == "other"


def test_a_refusal_where_the_answers_can_be_read_fails_the_trial(tmp_path):
    empty = Damage(name="x", apply=lambda base: b"", allowed=SAME)

    with pytest.raises(AssertionError, match="refused"):
        check(empty, ways()[0], tmp_path)
    assert check(replace(empty, allowed=STOPPED), ways()[0], tmp_path).word == "refused"


@pytest.mark.parametrize("damage", BOMBS, ids=lambda damage: damage.name)
def test_bombs_are_refused(damage, tmp_path):
    way = next(way for way in ways() if (way.look, way.kind) == ("plain", ".xlsx"))

    assert check(damage, way, tmp_path).word == "refused"


def test_a_definition_is_what_tells_codes_in_another_order():
    named = {damage.name: damage for damage in MEANING}

    with_it = tried(named["codes in another order, with the definition"], 0)
    without = tried(named["codes in another order, and no proof of them"], 0)

    assert set(with_it) == {"same"}
    assert set(without) == {"blocked"}
    assert asked().id == "small"
