"""Open answers on their way to a publication: the gate, and the audit behind it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.disclosure import Thresholds, publish
from diagnose.disclosure.comments import order_quotes, plain_quote
from diagnose.errors import DisclosureError
from diagnose.responses.comments import Comments
from quoted import ASKED, HOSTILE, diagnose_small, quoted, reviewed, themed
from unit.disclosure.organisations import diagnose_people, people_of

THEMES = {
    "first": themed(time=14, tools=6, food=3, pay=2, none=9),
    "keep": themed(time=5, people=15, none=11),
}


def refused(comments, diagnosis=None, **options):
    with pytest.raises(DisclosureError) as caught:
        publish(diagnosis or diagnose_small(), comments=comments, **options)
    return {problem.code for problem in caught.value.problems}


def question(publication, item="first"):
    rows = publication.comments.questions
    return rows.loc[rows["item"] == item].iloc[0]


def rules(publication):
    log = publication.suppressed
    return set(log.loc[log["table"] == "comments", "rule"])


def test_without_a_review_nothing_is_there():
    publication = publish(diagnose_small())

    assert not len(publication.comments.questions)
    assert not len(publication.comments.quotes) + len(publication.comments.themes)


def test_everything_that_passed_the_review_is_quoted():
    publication = quoted({"first": HOSTILE})

    assert len(publication.comments.quotes) == len(HOSTILE)
    assert set(publication.comments.quotes) == {"wave", "item", "quote"}
    row = question(publication)
    assert (row["n_answered"], row["n_quotes"], row["status"]) == (11, 11, "shown")


@pytest.mark.parametrize(("n", "status"), [(9, "hidden"), (10, "shown")])
def test_too_few_answers_are_withheld(n, status):
    publication = quoted(n={"first": n})

    assert question(publication)["status"] == status
    assert len(publication.comments.quotes) == (n if status == "shown" else 0)
    assert np.isnan(question(publication, "keep")["n_answered"])


def test_a_higher_threshold_withholds_more():
    limits = Thresholds(comments=15)

    publication = publish(
        diagnose_small(), comments=reviewed(n={"first": 14}), thresholds=limits
    )

    assert question(publication)["status"] == "hidden"
    assert not len(publication.comments.quotes)
    assert "open-question" in rules(publication)


@pytest.mark.parametrize(
    ("n_left", "n_shown"), [(0, 20), (1, 15), (4, 15), (5, 15), (17, 3), (20, 0)]
)
def test_those_not_quoted_are_nobody_or_enough(n_left, n_shown):
    texts = [f"text {at}" for at in range(20 - n_left)]

    publication = quoted({"first": texts}, n={"first": 20})

    assert question(publication)["n_quotes"] == n_shown
    assert ("held-back" in rules(publication)) == (0 < n_left < 5)


def test_the_order_of_the_review_cannot_be_seen():
    texts = [f"tekst {at}" for at in range(20)]

    one, other = (quoted({"first": order}) for order in (texts, texts[::-1]))

    assert one.comments.quotes.equals(other.comments.quotes)
    assert one.comments.quotes["quote"].tolist() not in (texts, texts[::-1])
    assert one.comments.quotes["quote"].tolist() != sorted(texts)


def test_another_quote_puts_all_in_another_order():
    texts = [f"tekst {at}" for at in range(30)]

    more = [quote for quote in order_quotes([*texts, "nog een"]) if quote in texts]

    assert more != order_quotes(texts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("=1+1", "=1+1"),
        ("- te weinig", "- te weinig"),
        ("a\u202eb\u202c \u2066c\u2069", "ab c"),
        ("een\ntwee\x07drie\u2028vier", "een twee drie vier"),
        ("👩\u200d💻🏽", "👩\u200d💻🏽"),
        ("zij\u00adde\u200b", "zijde"),
        ("مرحبا", "مرحبا"),
        ("a\ufffe\ud800b", "ab"),
        ("<b>", "<b>"),
    ],
)
def test_quotes_are_whole_without_signs_that_nobody_sees(text, plain):
    assert plain_quote(text) == plain


def test_themes_are_counted_pooled_and_compared():
    publication = quoted(themes=THEMES)
    themes = publication.comments.themes

    shown = themes.set_index(["item", "theme"])["n_texts"].to_dict()
    assert shown == {
        ("first", "time"): 14,
        ("first", "tools"): 6,
        ("first", ""): 14,
        ("keep", "people"): 15,
        ("keep", "time"): 5,
        ("keep", ""): 11,
    }
    assert "food" not in str(themes.to_dict()) and "theme" in rules(publication)
    assert themes.loc[themes["theme"] == "people", "direction"].tolist() == ["higher"]


def test_reviews_of_both_forms_count_together():
    reviews = [reviewed(n={"first": 12}), reviewed(n={"first": 11})]

    publication = publish(diagnose_small(), comments=reviews)

    assert question(publication)["n_answered"] == 23


def test_a_review_without_themes_beside_one_with_them_has_texts_without():
    reviews = [
        reviewed(themes={"first": themed(time=12, none=9)}),
        reviewed(n={"first": 11}),
    ]

    themes = publish(diagnose_small(), comments=reviews).comments.themes

    assert themes["n_texts"].tolist() == [12, 20]


def test_texts_that_nobody_reviewed_are_refused():
    raw = Comments(instrument="x", source="a.csv", sha256="0" * 64, items=())

    with pytest.raises(TypeError, match=r"must hold Reviewed.*got Comments"):
        publish(diagnose_small(), comments=raw)


def test_reviews_can_be_given_by_wave():
    publication = publish(diagnose_small(), comments={"2": reviewed(n={"first": 12})})

    assert question(publication)["wave"] == "2"


def test_more_answers_than_shown_people_would_count_a_hidden_role():
    people = people_of({("A",): [1.0 + 0.1 * n for n in range(20)]})
    frame, scores = people.frame, people.scores
    led = pd.DataFrame(
        [{"role": "leader", "wave": "2", "team": "A", "careless": False}]
    )
    few = replace(
        people,
        frame=pd.concat([frame, led, led], ignore_index=True),
        scores=pd.concat([scores, scores.iloc[:2]], ignore_index=True),
    )
    diagnosis = diagnose_people(few, ASKED)

    at_most, beyond = (
        publish(diagnosis, comments=reviewed(n={"first": n})) for n in (20, 21)
    )

    assert question(at_most)["status"] == "shown"
    assert question(beyond)["status"] == "hidden"
    elsewhere = quoted({"first": [f"text {n}" for n in range(16)]}, n={"first": 21})
    with pytest.raises(DisclosureError, match="counts people of a hidden role"):
        replace(beyond, comments=elsewhere.comments)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reviewed_on": ""}, "D051"),
        ({"instrument": "small 2.0.0 0123456789ab"}, "D050"),
        ({"themes": {"first": themed(planning=12)}}, "D054"),
        ({"themes": {"first": themed(more_Night_Shift=12)}}, "D054"),
        ({"themes": {"first": (("a@b.nl",),) * 12}}, "D054"),
        ({"themes": {"first": (("<b>",),) * 12}}, "D054"),
        ({"themes": {"first": themed(time=11)}}, "D053"),
        ({"n_answered": {"first": 11}}, "D053"),
        ({"n_answered": {}}, "D053"),
        ({"n_answered": {"first": 12, "v1": 12}}, "D053"),
    ],
)
def test_a_review_of_something_else_is_refused(changes, code):
    assert refused(reviewed(n={"first": 12}, **changes)) == {code}


def test_a_review_of_an_unknown_wave_or_given_twice_is_refused():
    one = reviewed(n={"first": 12}, sha256="a" * 64)

    assert refused({"1": one}) == {"D052"}
    assert refused([one, one]) == {"D052"}


def test_a_review_of_another_export_is_refused():
    from diagnose.responses.model import IntakeReport

    report = IntakeReport(
        source="export.csv",
        sha256="b" * 64,
        platform="plain",
        encoding="utf-8",
        delimiter=",",
        answers_as="codes",
        n_rows=59,
        n_kept=59,
    )
    diagnosis = replace(diagnose_small(), intake=(report,))

    assert refused(reviewed(n={"first": 12}, sha256="a" * 64), diagnosis) == {"D052"}
    own = publish(diagnosis, comments=reviewed(n={"first": 12}, sha256="b" * 64))
    assert question(own)["status"] == "shown"


def test_all_problems_of_all_reviews_are_told_at_once():
    one = reviewed(n={"first": 12}, reviewed_on="", instrument="x")
    other = reviewed(themes={"first": themed(kitchen=12)})

    assert refused([one, other]) == {"D050", "D051", "D054"}


def test_no_problem_of_a_review_repeats_a_quote():
    review = reviewed({"first": ["heel persoonlijk"] * 12}, reviewed_on="")

    with pytest.raises(DisclosureError) as caught:
        publish(diagnose_small(), comments=review)

    assert "persoonlijk" not in str(caught.value)


# ---- the audit -----------------------------------------------------------------


@pytest.fixture(scope="module")
def publication():
    return quoted(themes=THEMES)


def with_number(comments, item="first", **values):
    questions = comments.questions.copy()
    row = questions.index[questions["item"] == item][0]
    for column, value in values.items():
        questions.loc[row, column] = value
    return replace(comments, questions=questions)


def with_theme(comments, row, **values):
    themes = comments.themes.copy()
    for column, value in values.items():
        themes.loc[row, column] = value
    return replace(comments, themes=themes)


def without_quotes(comments, n):
    return replace(comments, quotes=comments.quotes.iloc[n:].reset_index(drop=True))


def turned(comments):
    return replace(comments, quotes=comments.quotes.iloc[::-1].reset_index(drop=True))


def worded(comments, text):
    quotes = comments.quotes.copy()
    quotes.loc[0, "quote"] = text
    return replace(comments, quotes=quotes)


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda c: with_number(c, n_answered=9, n_quotes=9), "D055"),
        (lambda c: with_number(c, status="hidden"), "D055"),
        (lambda c: with_number(c, "stop", n_answered=3), "D055"),
        (lambda c: with_number(c, n_quotes=30), "D056"),
        (lambda c: with_number(c, n_quotes=29), "D056"),
        (lambda c: with_number(without_quotes(c, 3), n_quotes=31), "D056"),
        (turned, "D057"),
        (lambda c: worded(c, "a\u202eb"), "D057"),
        (lambda c: replace(c, quotes=c.quotes.assign(role="floor")), "D057"),
        (lambda c: replace(c, quotes=c.quotes.assign(language="nl")), "D057"),
        (lambda c: replace(c, themes=c.themes.assign(unit="Kitchen")), "D057"),
        (lambda c: with_theme(c, 0, n_texts=4, share=4 / 34), "D055"),
        (lambda c: with_theme(c, 0, n_texts=30, share=30 / 34), "D056"),
        (lambda c: with_theme(c, 0, n_texts=11, share=11 / 34), "D056"),
        (lambda c: with_theme(c, 0, status="hidden"), "D055"),
        (lambda c: with_theme(c, 0, share=0.5), "D058"),
        (lambda c: with_theme(c, 0, theme="kitchen"), "D057"),
        (lambda c: with_theme(c, 0, theme="vraag henk"), "D057"),
        (lambda c: with_theme(c, 2, theme="food"), "D057"),
        (lambda c: with_theme(c, 0, n_other=6), "D058"),
        (lambda c: with_theme(c, 1, n_other=2), "D058"),
        (lambda c: with_theme(c, 1, n_elsewhere=90), "D058"),
        (lambda c: with_theme(c, 1, bound="exact"), "D058"),
    ],
)
def test_the_audit_refuses_tampered_open_answers(publication, tamper, code):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, comments=tamper(publication.comments))

    assert code in {problem.code for problem in caught.value.problems}


def test_the_untouched_open_answers_pass_again(publication):
    comments = replace(publication.comments, quotes=publication.comments.quotes.copy())

    assert replace(publication, comments=comments).comments is comments
