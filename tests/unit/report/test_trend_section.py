"""The section about waves: figure, tables and words, with and without linked people."""

from __future__ import annotations

from dataclasses import replace

import pytest

import diagnose as dg
from diagnose.diagnosis.change import Change
from diagnose.plots import alt_text, plot_trend
from diagnose.plots.trend import _columns
from diagnose.plots.words import words_for
from diagnose.report.document import Fold, Paragraph, Table
from diagnose.report.frames import list_report_tables, report_table
from diagnose.report.trend_section import trend_blocks
from diagnose.report.trend_tables import trend_tables
from published import skip_figures, without_waves

ALL = [
    "trend",
    *(f"trend-{n}" for n in ["lines", "linked", "leavers", "makeup", "lowest"]),
]


@pytest.fixture(scope="module")
def publication():
    responses = dg.simulate(
        dg.load_instrument("bottom-up"),
        seed=3,
        hierarchy=("division", "team"),
        n_units=(2, 12),
        team_size_median=14,
        waves=("2024", "2025", "2026"),
        change={"2025": {"s": 0.5, "v": -0.5}, "2026": {"s": 1.0, "v": -1.0}},
        languages={"en": 0.5, "nl": 0.5},
        linked=True,
    )
    return dg.publish(dg.diagnose(responses))


def test_every_table_of_the_change_is_made(publication):
    tables = trend_tables(words_for(publication, "en", "report"))

    assert [table.name for table in tables] == ALL
    assert set(ALL) <= set(list_report_tables(publication))
    frame = report_table(publication, "trend-linked", language="en")
    assert frame["By chance"].iloc[0]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_number_of_the_frames_is_lost(publication, language):
    words = words_for(publication, language, "report")
    for table in trend_tables(words)[1:]:
        for row in table.rows:
            assert all(cell.value not in (None, "") for cell in row[:5])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Did the same people change?", "no rhythm, such as every six months"]),
        ("nl", ["Zijn dezelfde mensen veranderd?", "zoals elk halfjaar, is een norm"]),
    ],
)
def test_the_section_says_what_lies_behind_the_change(
    publication, language, said, monkeypatch
):
    skip_figures(monkeypatch)
    blocks = [*trend_blocks(words_for(publication, language, "report"))]
    text = " ".join(getattr(block, "text", "") for block in blocks)
    folds = [b.blocks[0] for b in blocks if isinstance(b, Fold)]

    assert all(words in text for words in said)
    assert [t.name for t in folds if isinstance(t, Table)] == ALL


def test_without_links_the_section_says_that_it_cannot_tell(publication, monkeypatch):
    skip_figures(monkeypatch)
    bare = replace(publication, change=Change())
    blocks = [*trend_blocks(words_for(bare, "nl", "report"))]

    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert any("Dat is hier niet te zeggen" in text for text in texts)
    assert len([b for b in blocks if isinstance(b, Fold)]) == 1


def test_the_first_wave_has_no_tables(publication):
    first = without_waves(publication)
    assert trend_tables(words_for(first, "en", "report")) == []


def test_the_figure_tells_the_step_and_the_line(publication):
    label = alt_text(plot_trend(publication, language="en"))
    dutch = alt_text(plot_trend(publication, language="nl"))

    assert "Over 3 waves: Space steadily up, Voice and signal steadily down" in label
    assert "Over 3 metingen: Ruimte gestaag omhoog" in dutch


def test_the_band_is_drawn_with_three_waves_only(publication):
    drawn = plot_trend(publication)
    bare = plot_trend(replace(publication, change=Change()))

    def bands(figure):
        return sum(len(axes.collections) for axes in figure.axes)

    assert bands(drawn) == len(set(publication.change.bands["subscale"]))
    assert bands(bare) == 0


def test_many_waves_or_long_labels_get_wider_panels():
    assert _columns(["2025", "2026"]) == 3
    assert _columns([f"2024-{i}" for i in range(8)]) == 2
    assert _columns([f"2024 autumn {i}" for i in range(8)]) == 1
