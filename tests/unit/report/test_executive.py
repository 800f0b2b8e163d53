from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from diagnose.disclosure.comments import OpenAnswers
from diagnose.plots.words import Words
from diagnose.report.document import Bullets, Paragraph, Table
from diagnose.report.executive import executive_deck
from diagnose.report.executive_closing import comment_slides
from diagnose.report.slides import Chart
from diagnose.report.telling import Telling
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication


@cache
def told(language="en"):
    return executive_deck(make_publication(), language)


def named(deck):
    return {slide.name: slide for slide in deck.slides}


def charts_in(deck):
    return [b for slide in deck.slides for b in slide.blocks if isinstance(b, Chart)]


def texts_in(deck):
    for slide in deck.slides:
        yield from (slide.title, slide.notes, slide.source)
        for block in slide.blocks:
            if isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Paragraph):
                yield block.text
            elif isinstance(block, Table):
                yield from (str(c.value) for row in block.rows for c in row)


def changed(publication, **changes):
    """Return a publication with other parts, without the audit that would refuse it."""
    made = object.__new__(type(publication))
    for name in type(publication).__slots__:
        value = changes.get(name, getattr(publication, name))
        object.__setattr__(made, name, value)
    return made


def numbers_of(publication):
    """Return every number of every frame of a publication."""
    found = set()
    holders = [publication]
    for name in ("participation", "measurement", "units", "change", "drivers"):
        holders.append(getattr(publication, name))
    for holder in holders:
        for field in type(holder).__slots__:
            frame = getattr(holder, field)
            if isinstance(frame, pd.DataFrame):
                for column in frame.select_dtypes("number"):
                    found |= {float(v) for v in frame[column] if math.isfinite(v)}
    return found


def test_executive_slides_follow_one_order():
    assert [slide.name for slide in told().slides] == [
        *("title", "short", "participation", "reading", "profile-1", "profile-2"),
        *("heat", "gap-1", "items", "drivers", "change-1", "divided"),
        *("steps", "open", "next", "privacy"),
    ]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_executive_slides_have_titles_of_their_own_and_notes(language):
    slides = told(language).slides

    assert len({slide.title for slide in slides}) == len(slides)
    assert all(slide.notes for slide in slides)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_executive_slide_but_the_first_names_its_source(language):
    first, *others = told(language).slides

    assert not first.source
    wave = {"en": "wave 2026-1", "nl": "meting 2026-1"}[language]
    assert all(wave in slide.source and "n = " in slide.source for slide in others)


def test_executive_charts_hold_numbers_of_the_publication_unrounded():
    known = numbers_of(make_publication())

    found = [
        value
        for chart in charts_in(told())
        for series in chart.series
        for value in series.values
        if value is not None
    ]

    assert len(found) > 100
    assert [value for value in found if value not in known] == []


def test_hidden_units_have_no_number_on_an_executive_slide():
    heat = named(told())["heat"].blocks[0]
    rows = {row[0].value: row[1:] for row in heat.rows}

    for unit in (TOO_SMALL, HIDDEN_WITH_IT):
        assert {cell.tone for cell in rows[unit]} == {"hidden"}
        assert not any(isinstance(cell.value, float) for cell in rows[unit])


def test_executive_titles_state_what_the_figures_of_the_report_state():
    slides = named(told())

    assert "Voice and signal" in slides["gap-1"].title
    assert slides["profile-1"].title.startswith("Work floor: ")
    assert "clearly" in slides["heat"].title
    assert slides["change-1"].title.startswith("Since 2025-1: Space")


def test_items_are_the_highest_and_lowest_with_intervals():
    publication = make_publication()
    chart, table = named(told())["items"].blocks
    means = publication.measurement.items.dropna(subset="mean")
    shown = set(publication.distributions.dropna(subset="share")["item"])
    asked = publication.instrument.subscales
    scales = {item.id: s.response_scale for s in asked for item in s.items}
    means = means.loc[means["item"].isin(shown)]
    means = means.loc[means["item"].map(scales) == means["item"].map(scales).mode()[0]]
    ordered = means.sort_values("mean", ascending=False, kind="stable")["mean"]

    got = [row[1].value for row in table.rows]

    assert got == [*ordered.head(4), *ordered.tail(4)]
    assert [c.split()[0] for c in chart.categories] == [r[0].value for r in table.rows]
    assert all(re.match(r"\d\.\d\d to \d\.\d\d", row[2].value) for row in table.rows)


def test_a_reverse_keyed_item_in_the_title_is_told_to_be_turned_round():
    publication = make_publication()
    items = publication.measurement.items.copy()
    asked = {i.id: i for s in publication.instrument.subscales for i in s.items}
    turned = [name for name in items["item"] if asked[name].keyed == "reverse"]
    items.loc[items["item"] == turned[0], "mean"] = 4.9
    measurement = replace(publication.measurement, items=items)

    slide = named(executive_deck(changed(publication, measurement=measurement), "en"))[
        "items"
    ]

    assert "(4.9, counted in reverse)" in slide.title
    assert slide.title.count("in reverse") == 1


def test_shares_of_each_item_add_up_to_one():
    chart, _ = named(told())["items"].blocks

    sums = [
        sum(values) for values in zip(*(s.values for s in chart.series), strict=True)
    ]

    assert sums == pytest.approx([1.0] * len(chart.categories))


def test_without_an_earlier_wave_there_is_no_slide_on_change():
    publication = make_publication()
    first = changed(publication, waves=("2026-1",), trend=publication.trend.iloc[:0])

    deck = executive_deck(first, "en")

    assert not any(name.startswith("change") for name in named(deck))


def test_without_units_the_deck_still_tells_who_answered():
    publication = make_publication()
    units = publication.units
    flat = changed(
        publication,
        hierarchy=(),
        units=replace(units, agreement=units.agreement.iloc[:0]),
    )

    deck = executive_deck(flat, "nl")

    slides = named(deck)
    assert "heat" not in slides
    assert "divided" not in slides
    assert re.search(r"\d+ mensen", slides["participation"].title)


def test_without_findings_the_deck_says_so():
    bare = changed(make_publication(), findings=())

    short = named(executive_deck(bare, "en"))["short"]

    assert short.title == "No conclusion stands out from these answers"


def test_dutch_slides_hold_no_english_texts():
    english = {t for t in texts_in(told("en")) if len(t) > 40}

    assert not english & set(texts_in(told("nl")))


def test_what_is_open_is_counted_where_it_does_not_fit():
    [bullets] = named(told())["open"].blocks
    n_open = len([f for f in make_publication().findings if f.kind == "open"])

    *sentences, last = bullets.items
    assert len(sentences) == 6
    assert int(re.match(r"\d+", last)[0]) <= n_open - 6


def test_each_step_has_its_reason_in_the_notes():
    slide = named(told())["steps"]
    [table] = slide.blocks

    for row in table.rows:
        assert f"{row[0].value}: " in slide.notes


def test_quotes_and_themes_of_open_answers_have_a_slide():
    publication = make_publication()
    item = publication.instrument.open_items[0]
    comments = OpenAnswers(
        questions=pd.DataFrame(
            {
                "wave": [publication.wave],
                "item": [item.id],
                "n_answered": [24.0],
                "n_quotes": [2.0],
                "n_unlisted": [5.0],
                "status": ["shown"],
            }
        ),
        quotes=pd.DataFrame(
            {
                "wave": [publication.wave] * 2,
                "item": [item.id] * 2,
                "quote": ["- more time", "=1+1"],
            }
        ),
    )
    shown = changed(publication, comments=comments)
    words = Words(publication=shown, language="en", section="report")

    [slide] = comment_slides(Telling(words=words))

    [quotes] = slide.blocks
    assert quotes.items == ("“- more time”", "“=1+1”")
    assert "n = 24" in slide.source


def test_a_publication_is_needed_for_slides():
    with pytest.raises(TypeError):
        executive_deck("no publication", "en")


def test_slides_in_an_unknown_language_are_refused():
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'"):
        executive_deck(make_publication(), "de")
