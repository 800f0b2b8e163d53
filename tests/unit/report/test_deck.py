from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from pypdfium2 import PdfDocument

from diagnose.errors import AssessmentError
from diagnose.plots.style import HouseStyle
from diagnose.report.deck import check_template, render_deck
from diagnose.report.deck.boxes import EMU
from diagnose.report.deck.grid import set_table
from diagnose.report.deck.metrics import Metrics
from diagnose.report.document import (
    Bullets,
    Cell,
    Column,
    Paragraph,
    Picture,
    Table,
)
from diagnose.report.slides import Chart, Deck, Series, Slide

SUBJECTS = (
    "Psychologische veiligheid",
    "Zeggenschap over de invoering van nieuwe werkwijzen",
    "Vertrouwen in het management",
    "Noodzaak",
)
OWN = (3.123456789012345, 2.1 + 0.2, None, 1 / 3 + 1)
OTHER = (3.5, 2.9, 4.0, 4.1)
HOSTILE = (
    "<script>alert(1)</script> & co",
    "=1+1",
    "\u202eomgekeerd\u202c",
    "../../etc/passwd",
    "x" * 300,
    "tab\tnul\x00esc\x1bregel\nnieuw",
    "🌱 groei",
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="100pt" '
    'viewBox="0 0 200 100" role="img" aria-label="Een &amp; twee">'
    '<rect width="200" height="100" fill="#1b4f72"/></svg>'
)


def bars(name="bars", **changes):
    made = {
        "kind": "bars",
        "categories": SUBJECTS,
        "series": (
            Series(name="2025-1", values=OTHER, tone="soft"),
            Series(name="2026-1", values=OWN),
        ),
        "number_kind": "number",
        "low": 1.0,
        "high": 5.0,
        "alt": "Staven.",
    }
    return Chart(name=name, **(made | changes))


def diverging():
    tones = ("lower", "lower", "neutral", "higher", "higher")
    shares = (
        (0.1, 0.2, 0.3),
        (0.2, 0.1, 0.05),
        (0.3, 0.3, 0.3),
        (0.3, 0.2, 0.3),
        (0.1, 0.2, 0.05),
    )
    return Chart(
        name="answers",
        kind="diverging",
        categories=("Eén", "Twee", "Drie"),
        series=tuple(
            Series(name=f"antwoord {place}", values=values, tone=tone)
            for place, (tone, values) in enumerate(zip(tones, shares, strict=True))
        ),
        number_kind="share",
        low=-1.0,
        high=1.0,
        alt="Uiteenlopende staven.",
    )


def grid_table(n_rows=40, n_columns=12, name="Team {i} van locatie Zuidoost-Veluwe"):
    heads = [
        f"Zeggenschap bij verandering {place}" for place in range(1, n_columns + 1)
    ]
    return Table(
        name="heat",
        caption="Gemiddelden per eenheid",
        columns=(
            Column(key="unit", heading="Eenheid"),
            *(Column(key=head, heading=head, kind="number") for head in heads),
        ),
        rows=tuple(
            (
                Cell(value=name.format(i=i)),
                *(
                    Cell(value=None if j == 3 else i + j / 100, tone=tone(i, j))
                    for j in range(n_columns)
                ),
            )
            for i in range(1, n_rows + 1)
        ),
        note="Alleen gekleurd wat duidelijk verschilt.",
        heat=True,
    )


def tone(i, j):
    return "higher" if i * j % 17 == 3 else "hidden" if j == 5 else ""


def slide(name, title, *blocks, **changes):
    return Slide(
        name=name,
        title=title,
        blocks=blocks,
        **({"notes": "Zo lees je dit.", "source": "Bron · n = 12"} | changes),
    )


def deck(*slides, title="Verandering in beeld", language="nl"):
    return Deck(name="test", title=title, language=language, slides=slides)


@cache
def everything():
    made = deck(
        slide("title", "Voorbeeld", Paragraph(text="Meting 1\nn = 9"), layout="title"),
        slide("bars", "Staven", bars(), grid_table(3, 2)),
        slide("answers", "Antwoorden", diverging()),
        slide("gap", "Kloof", bars("gap", kind="dumbbell")),
        slide("waves", "Metingen", bars("waves", kind="lines")),
        slide("heat", "Eenheden", grid_table()),
        slide("picture", "Figuur", Picture(name="figure", svg=SVG)),
        slide("texts", "Lijst", Bullets(items=("Eén", "Twee")), Paragraph(text="Drie")),
        slide("end", "Slot", layout="section"),
    )
    return render_deck(made)


def opened(content):
    return Presentation(io.BytesIO(content))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(made):
    return [
        run.text
        for one in made.slides
        for shape in one.shapes
        for paragraph in _paragraphs(shape)
        for run in paragraph.runs
    ]


def _paragraphs(shape):
    if shape.has_text_frame:
        return shape.text_frame.paragraphs
    if shape.has_table:
        return [p for c in shape.table.iter_cells() for p in c.text_frame.paragraphs]
    return []


def titles(made):
    return [one.shapes.title.text_frame.text for one in made.slides]


def charts(made):
    return {
        shape.name: shape.chart
        for one in made.slides
        for shape in one.shapes
        if shape.has_chart
    }


def sheet_of(chart):
    blob = chart.part.chart_workbook.xlsx_part.blob
    return [
        list(row)
        for row in load_workbook(io.BytesIO(blob)).active.iter_rows(values_only=True)
    ]


def test_every_deck_slide_has_its_own_title_in_a_placeholder():
    found = titles(opened(everything()))

    assert all(found)
    assert len(set(found)) == len(found)


def test_every_deck_slide_has_speaker_notes():
    for one in opened(everything()).slides:
        assert "Zo lees je dit." in one.notes_slide.notes_text_frame.text


def test_every_chart_table_and_picture_of_a_deck_has_a_text_alternative():
    for one in opened(everything()).slides:
        for shape in one.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element[0].cNvPr.get("descr"), shape.name


def test_the_figure_of_a_deck_keeps_its_own_text_alternative():
    [figure] = [
        shape
        for one in opened(everything()).slides
        for shape in one.shapes
        if shape.name == "figure"
    ]

    assert figure._element[0].cNvPr.get("descr") == "Een & twee"
    assert figure.width / figure.height == pytest.approx(2, rel=0.02)


def test_no_placeholder_of_a_deck_is_left_to_be_filled():
    for one in opened(everything()).slides:
        for shape in one.placeholders:
            assert not shape.has_text_frame or shape.text_frame.text


def test_the_same_deck_gives_the_same_bytes():
    first = deck(slide("bars", "Staven", bars()), slide("b", "B", grid_table(3, 2)))

    assert render_deck(first) == render_deck(first)


def test_a_deck_holds_no_clock_and_no_author():
    content = everything()
    nested = {n: p for n, p in parts(content).items() if n.endswith(".xlsx")}

    assert nested
    for archive in (content, *nested.values()):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened_zip:
            assert {i.date_time[0] for i in opened_zip.infolist()} == {1980}
            core = opened_zip.read("docProps/core.xml").decode()
        assert set(re.findall(r">(\d{4})-", core)) == {"2000"}
        assert "creator" not in core
        assert "lastModifiedBy" not in core


def test_nothing_in_a_deck_points_outside_it():
    for name, part in parts(everything()).items():
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in part


def test_bars_hold_the_same_numbers_in_the_chart_and_in_its_workbook():
    chart = charts(opened(everything()))["bars"]
    rows = sheet_of(chart)

    assert [row[0] for row in rows[1:]] == list(SUBJECTS)
    for place, values in enumerate((OTHER, OWN), start=1):
        shown = chart.plots[0].series[place - 1].values
        assert [v is None for v in shown] == [v is None for v in values]
        assert [v for v in shown if v] == pytest.approx(
            [v for v in values if v], rel=1e-14
        )
        in_sheet = [row[place] for row in rows[1:]]
        assert in_sheet == list(chart.plots[0].series[place - 1].values)


def test_bars_stand_in_reading_order_on_the_whole_scale():
    chart = charts(opened(everything()))["bars"]
    axis = chart.value_axis

    assert chart.category_axis.reverse_order
    assert axis._element.crosses.get("val") == "max"
    assert (axis.minimum_scale, axis.maximum_scale) == (1.0, 5.0)
    assert chart.plots[0].series[0].data_labels.number_format == "0.0"


def test_answers_against_stand_left_of_zero_the_mildest_nearest():
    found = charts(opened(everything()))
    series = list(found["answers"].plots[0].series)

    assert [s.name for s in series] == [f"antwoord {i}" for i in (1, 0, 3, 4)]
    assert series[0].values == (-0.2, -0.1, -0.05)
    assert series[2].values == (0.3, 0.2, 0.3)
    assert found["answers"].plots[0].overlap == 100
    assert series[0].data_labels.number_format == "0%;0%"
    assert [s.name for s in found["answers-neutral"].plots[0].series] == ["antwoord 2"]
    for chart in (found["answers"], found["answers-neutral"]):
        columns = list(zip(*sheet_of(chart)[1:], strict=True))[1:]
        assert columns == [s.values for s in chart.plots[0].series]


def test_a_dumbbell_holds_each_dot_once_and_a_line_where_there_are_two():
    chart = charts(opened(everything()))["gap"]
    line, *dots = chart.plots[0].series
    by_name = {series.name: list(series.iter_values()) for series in dots}
    xs = {
        series.name: [float(v.text) for v in series._element.xVal.iter("{*}v")][-4:]
        for series in dots
    }

    assert xs["2025-1"] == list(OTHER)
    assert xs["2026-1"][-3:] == pytest.approx([v for v in OWN if v], rel=1e-14)
    assert by_name == {"2025-1": [1, 2, 3, 4], "2026-1": [1, 2, 4]}
    assert [v for v in line.iter_values() if v is not None] == [1, 1, 2, 2, 4, 4]


def test_every_chart_refers_to_cells_that_hold_what_it_shows():
    for chart in charts(opened(everything())).values():
        rows = sheet_of(chart)
        for ref in chart._chartSpace.iter("{*}numRef", "{*}strRef"):
            column, first, last = re.fullmatch(
                r"Sheet1!\$([A-Z])\$(\d+)(?::\$[A-Z]\$(\d+))?", ref.findtext("{*}f")
            ).groups()
            cells = [
                rows[at - 1][ord(column) - ord("A")]
                for at in range(int(first), int(last or first) + 1)
            ]
            shown = {
                int(pt.get("idx")): pt.findtext("{*}v") for pt in ref.iter("{*}pt")
            }
            for place, cell in enumerate(cells):
                if cell is None:
                    assert place not in shown
                elif isinstance(cell, str):
                    assert shown[place] == cell
                else:
                    assert float(shown[place]) == cell


def test_the_workbook_of_a_dumbbell_holds_nothing_but_dots_and_rows():
    chart = charts(opened(everything()))["gap"]
    rows = sheet_of(chart)
    numbers = [c for row in rows for c in row if isinstance(c, int | float)]

    known = [*(v for v in OWN if v), *OTHER, 1, 2, 3, 4]
    for number in numbers:
        assert any(number == pytest.approx(one, rel=1e-14) for one in known)


def test_a_dumbbell_of_single_dots_has_no_line():
    series = (
        Series(name="a", values=(1.5, None)),
        Series(name="b", values=(None, 2.5), tone="soft"),
    )
    chart = bars("gap", kind="dumbbell", categories=("x", "y"), series=series)

    made = opened(render_deck(deck(slide("gap", "Kloof", chart))))

    assert [s.name for s in charts(made)["gap"].plots[0].series] == ["a", "b"]


def test_forty_teams_by_twelve_subjects_are_all_there_and_fit():
    made = opened(everything())
    pages = [one for one in made.slides if titles_of(one).startswith("Eenheden (")]
    tables = [shape for one in pages for shape in one.shapes if shape.has_table]
    names = [row.cells[0].text for t in tables for row in list(t.table.rows)[1:]]

    assert titles_of(pages[0]).endswith(f"(1/{len(pages)})")
    assert names == [row[0].value for row in grid_table().rows]
    for frame in tables:
        table = frame.table
        assert len(table.columns) == 13
        assert table.rows[0].cells[0].text == "Eenheid"
        height = sum(row.height for row in table.rows)
        assert frame.top + height <= 6.83 * EMU
        assert frame.left + sum(c.width for c in table.columns) <= 12.75 * EMU
        sizes = [
            run.font.size.pt
            for cell in table.iter_cells()
            for p in cell.text_frame.paragraphs
            for run in p.runs
            if cell.fill.type != 2  # the word in a hidden cell may be smaller
        ]
        assert min(sizes) >= 10


def titles_of(one):
    return one.shapes.title.text_frame.text


def test_columns_that_do_not_fit_stand_on_further_slides_with_the_names():
    wide = grid_table(5, 40)

    made = opened(render_deck(deck(slide("heat", "Eenheden", wide))))

    tables = [s.table for one in made.slides for s in one.shapes if s.has_table]
    heads = [c.text for t in tables for c in list(t.rows[0].cells)[1:]]
    assert len(tables) > 1
    assert [h.replace("\v", " ") for h in heads] == [
        c.heading for c in wide.columns[1:]
    ]
    assert all(t.rows[1].cells[0].text == wide.rows[0][0].value for t in tables)


def test_a_chart_of_many_rows_continues_on_the_next_slide():
    names = tuple(f"Team {i}" for i in range(60))
    series = (Series(name="n", values=tuple(float(i) for i in range(60))),)
    chart = bars(categories=names, series=series, high=60.0)

    made = opened(render_deck(deck(slide("bars", "Respons", chart))))

    found = charts(made).values()
    assert len(found) > 2
    assert [c for chart in found for c in chart.plots[0].categories] == list(names)


def test_a_long_name_in_a_chart_is_shortened_and_stands_whole_in_the_notes():
    long = ("Team " + "x" * 280, "Afdeling " + "met heel veel woorden " * 20, "Kort")
    chart = bars(categories=long, series=(Series(name="n", values=(1.0, 2.0, 3.0)),))

    [one] = opened(render_deck(deck(slide("bars", "Respons", chart)))).slides

    [drawn] = [shape.chart for shape in one.shapes if shape.has_chart]
    shown = list(drawn.plots[0].categories)
    assert shown[2] == "Kort"
    assert all(len(name) < 200 and "…" in name for name in shown[:2])
    told = one.notes_slide.notes_text_frame.text
    assert all(name.strip() in told for name in long[:2])
    assert "Kort" not in told


def test_a_list_that_does_not_fit_continues_whole():
    items = tuple(f"Zin {i} " + "met nogal wat woorden " * 9 for i in range(30))

    made = opened(render_deck(deck(slide("texts", "Lang", Bullets(items=items)))))

    told = [text.strip() for text in words(made) if text.startswith("Zin")]
    assert told == [item.strip() for item in items]
    assert len(made.slides) > 1


def test_a_long_title_is_shortened_and_stands_whole_in_the_notes():
    title = "Een titel die maar doorgaat " * 20

    [one] = opened(render_deck(deck(slide("a", title, bars())))).slides

    assert titles_of(one).endswith("…")
    assert len(titles_of(one)) > 100
    assert title.strip() in one.notes_slide.notes_text_frame.text


def test_pages_of_a_long_title_keep_their_number():
    title = "Een titel die maar doorgaat " * 20

    made = opened(render_deck(deck(slide("a", title, grid_table()))))

    n = len(made.slides)
    assert [t[-6:].strip() for t in titles(made)] == [
        f"({i}/{n})"[-6:] for i in range(1, n + 1)
    ]


def test_a_note_below_a_table_that_has_no_room_moves_to_the_notes():
    made = opened(everything())
    pages = [one for one in made.slides if titles_of(one).startswith("Eenheden (")]

    for one in pages:
        told = " ".join([one.notes_slide.notes_text_frame.text, *(_texts(one))])
        assert grid_table().note in told


def _texts(one):
    return [shape.text_frame.text for shape in one.shapes if shape.has_text_frame]


def test_a_cell_of_many_words_is_shortened_and_stands_whole_in_the_notes():
    long = "woord " * 200
    table = Table(
        name="t",
        caption="c",
        columns=(Column(key="a", heading="A"),),
        rows=((Cell(value=long),),),
    )

    [one] = opened(render_deck(deck(slide("t", "T", table)))).slides

    assert long.strip() in one.notes_slide.notes_text_frame.text


def test_hostile_names_come_out_harmless_and_whole():
    table = Table(
        name=HOSTILE[0],
        caption=HOSTILE[0],
        columns=(Column(key="a", heading=HOSTILE[0]),),
        rows=tuple((Cell(value=name),) for name in HOSTILE),
    )
    series = (Series(name=HOSTILE[1], values=(1.0,) * len(HOSTILE)),)
    chart = bars(HOSTILE[3], categories=HOSTILE, series=series, alt=HOSTILE[0])
    hostile = deck(
        *(slide(name, f"{name} {i}") for i, name in enumerate(HOSTILE)),
        slide("t", "Tabel", table),
        slide("c", HOSTILE[0], chart),
        title=HOSTILE[0],
    )

    content = render_deck(hostile)

    made = opened(content)
    told = " ".join(words(made))
    for name in (HOSTILE[0], HOSTILE[1], HOSTILE[3], HOSTILE[4], HOSTILE[6]):
        assert name in told
    assert "tab nul esc regel nieuw" in told
    for name, part in parts(content).items():
        if name.endswith(".xml"):
            text = part.decode("utf-8")
            assert "\u202e" not in text
            assert "_x00" not in text
            assert "<script" not in text
    [shown] = charts(made).values()
    rows = load_workbook(io.BytesIO(shown.part.chart_workbook.xlsx_part.blob)).active
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("nl", "nl-NL")])
def test_every_word_of_a_deck_says_in_which_language_it_is(language, tag):
    made = opened(
        render_deck(
            deck(
                slide("a", "A", bars(), grid_table(3, 2)),
                slide("b", "B", Bullets(items=("c",))),
                language=language,
            )
        )
    )

    for one in made.slides:
        for properties in one._element.iter("{*}rPr"):
            assert properties.get("lang") == tag


def test_citations_of_a_deck_keep_their_own_language():
    cited = Bullets(items=("A book",), language="en")

    [one] = opened(render_deck(deck(slide("a", "Bronnen", cited)))).slides

    tags = {p.get("lang") for p in one.placeholders[1]._element.iter("{*}rPr")}
    assert tags == {"en-GB"}


def test_a_deck_takes_the_accent_and_logo_of_its_client():
    png = io.BytesIO()
    Image.new("RGB", (300, 100), "#0b6e4f").save(png, "PNG")
    style = HouseStyle(accent="#0b6e4f", logo=png.getvalue(), logo_kind="png")

    found = parts(render_deck(deck(slide("bars", "Staven", bars())), style=style))

    assert sum(name.startswith("ppt/media/") for name in found) == 1
    assert b"0b6e4f" in found["ppt/theme/theme1.xml"]
    assert any(b"0B6E4F" in part for name, part in found.items() if "/chart" in name)


def test_an_svg_logo_is_drawn():
    style = HouseStyle(logo=SVG.encode(), logo_kind="svg")

    found = parts(render_deck(deck(slide("bars", "Staven", bars())), style=style))

    [logo] = [part for name, part in found.items() if name.startswith("ppt/media/")]
    assert logo.startswith(b"\x89PNG")


@cache
def client(font="Verdana"):
    """Return a client's presentation with secrets on slides of its own."""
    made = Presentation()
    for rel in made.slide_masters[0].part.rels.values():
        if rel.reltype.endswith("/theme"):
            old = rel.target_part.blob
            rel.target_part._blob = old.replace(
                b'typeface="Calibri"', f'typeface="{font}"'.encode()
            )
    picture = io.BytesIO()
    Image.new("RGB", (20, 10), "#d60000").save(picture, "PNG")
    one = made.slides.add_slide(made.slide_layouts[1])
    one.shapes.title.text = "SECRET title"
    one.shapes.add_picture(picture, 0, 0)
    one.notes_slide.notes_text_frame.text = "SECRET note"
    data = CategoryChartData()
    data.categories = ["SECRET"]
    data.add_series("SECRET", [1.0])
    one.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(2), Inches(2), data)
    made.core_properties.author = "SECRET author"
    return _saved(made)


def _saved(made):
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _changed(content, name, change):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, part in parts(content).items():
            archive.writestr(key, change(part) if key == name else part)
    return buffer.getvalue()


def test_nothing_of_the_slides_of_a_template_remains():
    content = render_deck(
        deck(slide("bars", "Staven", bars())), style=HouseStyle(template=client())
    )

    found = parts(content)
    assert not any(b"SECRET" in part for part in found.values())
    assert not any(name.startswith("ppt/media/") for name in found)
    assert sum(name.startswith("ppt/slides/slide") for name in found) == 1
    assert not any(name.startswith("docProps/") for name in found if "core" not in name)


def test_a_deck_takes_size_fonts_and_layouts_of_a_template():
    made = opened(
        render_deck(
            deck(
                slide("title", "Voorblad", Paragraph(text="x"), layout="title"),
                slide("bars", "Staven", bars()),
                slide("two", "Twee", Bullets(items=("a",)), Bullets(items=("b",))),
            ),
            style=HouseStyle(template=client()),
        )
    )

    assert (made.slide_width, made.slide_height) == (Inches(10), Inches(7.5))
    names = [one.slide_layout.name for one in made.slides]
    assert names == ["Title Slide", "Title and Content", "Two Content"]
    theme = parts(_saved(made))["ppt/theme/theme1.xml"]
    assert b"Verdana" in theme


def test_what_fits_a_wide_slide_is_cut_to_a_narrow_one():
    made = opened(
        render_deck(
            deck(slide("bars", "Staven", bars(), grid_table(6, 3))),
            style=HouseStyle(template=client()),
        )
    )

    for one in made.slides:
        for shape in one.shapes:
            if shape.has_chart or shape.has_table:
                assert shape.left >= 0
                assert shape.left + shape.width <= made.slide_width
                assert shape.top + shape.height <= made.slide_height


def test_the_source_line_has_room_of_its_own_where_a_footer_is_too_small():
    source = "Scan verandering van onderop 0.1.0 · meting 2026-1 · werkvloer, n = 127"
    tall = bars(
        categories=tuple("abcdefghi"),
        series=(Series(name="n", values=(2.0,) * 9),),
    )
    content = deck(slide("bars", "Staven", tall, source=source * 2))

    [one] = opened(render_deck(content, style=HouseStyle(template=client()))).slides

    shapes = {shape.name: shape for shape in one.shapes}
    assert shapes["bars"].top + shapes["bars"].height <= shapes["Source"].top
    assert shapes["Source"].text_frame.text == source * 2


def test_layouts_of_a_template_are_found_by_their_dutch_names():
    made = Presentation()
    names = {"Title Slide": "Titeldia", "Title and Content": "Titel en object"}
    for layout in made.slide_layouts:
        layout._element.attrib.pop("type", None)
        layout._element.cSld.set("name", names.get(layout.name, f"Eigen {layout.name}"))

    deck_made = opened(
        render_deck(
            deck(
                slide("title", "Voorblad", layout="title"),
                slide("bars", "Staven", bars()),
            ),
            style=HouseStyle(template=_saved(made)),
        )
    )

    found = [one.slide_layout.name for one in deck_made.slides]
    assert found == ["Titeldia", "Titel en object"]


def test_sections_of_a_template_are_forgotten():
    section = (
        b'<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
        b'<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/'
        b'2010/main"><p14:section name="SECRET" id="{1}"><p14:sldIdLst>'
        b'<p14:sldId id="256"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext>'
        b"</p:extLst></p:presentation>"
    )
    template = _changed(
        client(),
        "ppt/presentation.xml",
        lambda part: re.sub(
            rb"(<p:extLst>.*</p:extLst>)?</p:presentation>", section, part, flags=re.S
        ),
    )

    content = render_deck(
        deck(slide("bars", "Staven", bars())), style=HouseStyle(template=template)
    )

    assert b"sectionLst" in parts(template)["ppt/presentation.xml"]
    assert b"sectionLst" not in parts(content)["ppt/presentation.xml"]


def _without_titles():
    made = Presentation()
    for layout in list(made.slide_layouts):
        if layout.name != "Blank":
            made.slide_layouts.remove(layout)
    return _saved(made)


def _of_type(kind):
    return _changed(
        client(),
        "[Content_Types].xml",
        lambda part: part.replace(
            b"officedocument.presentationml.presentation.main+xml", kind
        ),
    )


def _linked():
    rel = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/image" Target="http://x.test/a.png" '
        b'TargetMode="External"/></Relationships>'
    )
    return _changed(
        client(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels",
        lambda part: part.replace(b"</Relationships>", rel),
    )


def _with_macro():
    buffer = io.BytesIO(client())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("ppt/vbaProject.bin", b"x")
    return buffer.getvalue()


def _bomb():
    buffer = io.BytesIO(client())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/large.bin", bytes(60 * 2**20))
    return buffer.getvalue()


WRONG = {
    "no zip": (lambda: b"not a presentation", "A040"),
    "another zip": (lambda: _bare({"a.txt": b"x"}), "A040"),
    "broken part": (
        lambda: _changed(client(), "ppt/presentation.xml", lambda _: b"<p:presen"),
        "A040",
    ),
    "cut off": (lambda: client()[:-500], "A040"),
    "old or locked": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "A041"),
    "potx": (
        lambda: _of_type(b"officedocument.presentationml.template.main+xml"),
        "A041",
    ),
    "pptm": (
        lambda: _changed(
            client(),
            "[Content_Types].xml",
            lambda part: part.replace(
                b"vnd.openxmlformats-officedocument.presentationml.presentation.main",
                b"vnd.ms-powerpoint.presentation.macroEnabled.main",
            ),
        ),
        "A041",
    ),
    "bomb": (_bomb, "A042"),
    "program": (_with_macro, "A043"),
    "link": (_linked, "A043"),
    "no title": (_without_titles, "A044"),
}


def _bare(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("case", WRONG)
def test_a_template_that_cannot_be_used_is_refused_by_code(case):
    make, code = WRONG[case]
    template = make()

    with pytest.raises(AssessmentError) as caught:
        render_deck(deck(slide("a", "A")), style=HouseStyle(template=template))

    assert [problem.code for problem in caught.value.problems] == [code]
    [found] = check_template(template, place="acme: branding.template")
    assert found.place == "acme: branding.template"
    assert found.remedy


def test_a_template_that_can_be_used_has_no_problems():
    assert check_template(client()) == []


def test_more_than_two_blocks_on_a_slide_are_refused():
    with pytest.raises(ValueError, match="has 3 blocks; at most 2"):
        slide("a", "A", *[Paragraph(text="x")] * 3)


def test_a_chart_whose_series_miss_a_value_is_refused():
    with pytest.raises(ValueError, match=r"4 categories and series of \[1\] values"):
        bars(series=(Series(name="a", values=(1.0,)),))


def test_a_chart_whose_axis_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="low end must lie below"):
        bars(low=5.0, high=1.0)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_deck(tmp_path):
    path = tmp_path / "deck.pptx"
    path.write_bytes(everything())

    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--headless", "--convert-to", "pdf", "--outdir", tmp_path, path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    paper = PdfDocument(tmp_path / "deck.pdf")
    told = [page.get_textpage().get_text_bounded() for page in paper]
    paper.close()
    assert len(told) == len(opened(everything()).slides)
    assert all(told)


widths = st.floats(2.0, 13.0)
names = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60),
    min_size=1,
    max_size=25,
)


@given(
    names=names, width=widths, height=st.floats(2.0, 6.0), n_columns=st.integers(1, 9)
)
@settings(max_examples=40, deadline=None)
def test_a_table_set_on_pages_keeps_every_cell_and_every_width(
    names, width, height, n_columns
):
    table = Table(
        name="t",
        caption="c",
        columns=(
            Column(key="a", heading="Naam"),
            *(
                Column(key=str(j), heading=f"K{j}", kind="number")
                for j in range(n_columns)
            ),
        ),
        rows=tuple(
            (Cell(value=name), *(Cell(value=i + j / 10) for j in range(n_columns)))
            for i, name in enumerate(names)
        ),
    )

    pages = set_table(table, (width, height), Metrics(), "nl")

    cells = [
        cell.value for page in pages for row in page.table.rows for cell in row[1:]
    ]
    assert sorted(cells) == sorted(
        i + j / 10 for i in range(len(names)) for j in range(n_columns)
    )
    for page in pages:
        assert sum(page.widths) <= width + 1e-9
        assert page.size >= 10
        assert sum(page.heights) <= height or len(page.table.rows) == 1


@given(text=st.text(max_size=200), width=st.floats(0.3, 8.0))
@settings(max_examples=60, deadline=None)
def test_wrapped_text_keeps_its_letters_within_the_width(text, width):
    metrics = Metrics()

    lines = metrics.wrap(text, width, 12)

    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")
    for line in lines:
        assert metrics.width(line, 12) <= width or len(line.strip()) <= 1
