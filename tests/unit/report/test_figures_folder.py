"""The folder of figures: every figure of the report, whole, harmless and the same."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from diagnose.plots import plot_funnel
from diagnose.plots.sheet import ACCENT, accent, drawing
from diagnose.plots.style import HouseStyle
from diagnose.plots.words import words_for
from diagnose.report import figures
from diagnose.report.document import Cell, Column, Fold, Picture, Table, tables_in
from diagnose.report.figure_list import report_figures
from diagnose.report.figure_tables import agreement_table, funnel_table
from diagnose.report.figures import figure_png, render_figures, table_csv
from diagnose.report.sections import make_sections
from published import (
    HIDDEN_WITH_IT,
    TOO_SMALL,
    make_publication,
    skip_figures,
)

FEW = ("funnel", "agreement", "heat-map-team", "answers-v", "units-team-v")
GREEN = HouseStyle(accent="#00664f")


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def only(monkeypatch, names):
    """Let the report have only these figures."""

    def some(words):
        return [spec for spec in report_figures(words) if spec.name in names]

    monkeypatch.setattr(figures, "report_figures", some)


def unitless(publication):
    """Return the publication without units; its other numbers stay."""
    participation = replace(
        publication.participation, units=publication.participation.units.iloc[:0]
    )
    frames = {
        name: getattr(publication.units, name).iloc[:0]
        for name in ("cells", "agreement", "estimates", "models", "answers", "levels")
    }
    made = replace(publication)
    object.__setattr__(made, "hierarchy", ())
    object.__setattr__(made, "participation", participation)
    object.__setattr__(made, "units", replace(publication.units, **frames))
    return made


def pictures_in(blocks):
    for block in blocks:
        if isinstance(block, Picture):
            yield block.name
        elif isinstance(block, Fold):
            yield from pictures_in(block.blocks)


def csv_rows(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("units", ["with", "without"])
def test_the_folder_has_the_figures_of_the_report_and_the_maps(
    publication, monkeypatch, units
):
    skip_figures(monkeypatch)
    shown = publication if units == "with" else unitless(publication)
    words = words_for(shown, "en", "report")

    blocks = [block for section in make_sections(words) for block in section.blocks]
    listed = [spec.name for spec in report_figures(words)]

    pictures = list(pictures_in(blocks))
    # those that need a model or a what-if are tried, and left out when there is none
    tried = {"movement", "suitability", "gap", "agreement"}
    in_report = [name for name in listed if not name.startswith("heat-map-")]
    assert len(set(listed)) == len(listed)
    assert set(pictures) <= set(in_report) | {"measurement-loadings"}
    assert {n for n in in_report if n not in pictures} <= tried
    assert [n for n in in_report if n in pictures] == [
        n for n in pictures if n in in_report
    ]


def test_the_tables_of_figures_are_those_of_the_report(publication, monkeypatch):
    skip_figures(monkeypatch)
    words = words_for(publication, "nl", "report")
    known = {
        table.name: table
        for section in make_sections(words)
        for table in tables_in(section.blocks)
    }

    for spec in report_figures(words):
        for table in spec.tables():
            assert table == known[table.name]


def test_every_figure_has_a_drawing_a_picture_numbers_and_words(
    publication, monkeypatch
):
    only(monkeypatch, FEW)

    files = dict(render_figures(publication, "nl"))

    assert set(files) == {
        "figures/index.json",
        *(f"figures/{name}.{kind}" for name in FEW for kind in ("svg", "png", "csv")),
    }
    listed = json.loads(files["figures/index.json"])["figures"]
    assert {entry["name"] for entry in listed} == set(FEW)
    for entry in listed:
        assert set(entry["files"]) == {
            f"{entry['name']}.{kind}" for kind in ("svg", "png", "csv")
        }
        root = ElementTree.fromstring(files[f"figures/{entry['name']}.svg"])
        picture = Image.open(BytesIO(files[f"figures/{entry['name']}.png"]))
        alt = entry["alt"]
        assert entry["title"] in alt
        assert root.get("aria-label") == alt
        assert picture.info["Description"] == alt
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        assert "Software" not in picture.info


def test_figures_rendered_twice_are_the_same_bytes(publication, monkeypatch):
    only(monkeypatch, FEW[:2])

    first, second = (list(render_figures(publication, "en")) for _ in "12")

    assert first == second


def test_hidden_teams_have_no_number_in_any_file(publication, monkeypatch):
    only(monkeypatch, ("heat-map-team", "units-team-v"))

    files = dict(render_figures(publication, "en"))

    for name in ("heat-map-team", "units-team-v"):
        for row in csv_rows(files[f"figures/{name}.csv"])[1:]:
            if row[0] in (TOO_SMALL, HIDDEN_WITH_IT):
                assert not any(
                    cell.replace(".", "").lstrip("-").isdigit() for cell in row
                )


def test_the_numbers_of_a_file_are_those_of_the_publication(publication):
    words = words_for(publication, "en", "report")

    head, *lines = csv_rows(table_csv(agreement_table(words)))

    agreement = publication.units.agreement
    read = agreement.loc[agreement["reading"] != ""]
    place = head.index("a_wg")
    assert [float(line[place]) for line in lines] == pytest.approx(
        list(read["a_wg"]), rel=1e-9
    )
    assert {line[-1] for line in lines} == {"agree", "divided", "unclear"}


def test_the_funnel_table_holds_every_subscale(publication):
    table = funnel_table(words_for(publication, "nl", "report"))

    stages = [row[1].value for row in table.rows]
    assert stages[:3] == ["werken er", "vulden in", "score op Stem en signaal"]
    assert len(stages) == 3 + 11 + 1 + 12
    assert table.rows[1][3].value == pytest.approx(127 / 163)


def test_figures_have_the_accent_of_the_style_and_lend_it_to_nobody(
    publication, monkeypatch
):
    only(monkeypatch, ("funnel",))

    made = render_figures(publication, "en", style=GREEN)
    name, drawn = next(made)

    assert name == "figures/funnel.svg"
    assert GREEN.accent.encode() in drawn
    assert accent() == ACCENT


def test_a_figure_without_anything_to_draw_is_left_out(publication, monkeypatch):
    only(monkeypatch, ("gap", "funnel"))
    bare = replace(publication)
    object.__setattr__(bare, "gap", publication.gap.iloc[:0])

    files = dict(render_figures(bare, "en"))

    assert "figures/gap.svg" not in files
    assert "figures/funnel.svg" in files


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+31 6", "-cmd|x", "@SUM(A1)", "\tx", "\rx", "\0x", "＝1+1", "  =1+1"],
)
def test_a_text_like_a_formula_is_no_formula(text):
    columns = (
        Column(key="a", heading=text),
        Column(key="b", heading="b", kind="number"),
    )
    rows = ((Cell(value=text), Cell(value=-0.5)),)
    table = Table(name="t", caption="", columns=columns, rows=rows)

    head, line = (
        table_csv(table).decode("utf-8-sig").split("\r\n", 1)[0],
        table_csv(table),
    )

    assert head.lstrip('"').startswith("'")
    assert ",-0.5" in line.decode("utf-8-sig")


def test_names_that_no_system_allows_become_ones_that_all_do():
    taken: set[str] = set()
    names = ["units-../../etc-v", "units-a/b-v", "units-A?b-v", "x" * 300, "…"]

    found = [figures._free_name(name, taken) for name in names]

    assert found[:3] == ["units--etc-v", "units-a-b-v", "units-A-b-v_2"]
    assert all(len(name) <= 84 for name in found)
    assert len({name.lower() for name in found}) == len(names)


def test_a_title_with_signs_that_the_typeface_lacks_is_drawn(publication):
    figure = plot_funnel(publication, language="en")
    figure.set_label("漢字 😀")
    figure.texts[0].set_text("漢字 😀")

    with drawing():
        content = figure_png(figure)

    assert Image.open(BytesIO(content)).info["Description"] == "漢字 😀"


def test_only_a_publication_has_a_folder_of_figures():
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        next(render_figures({}, "en"))
