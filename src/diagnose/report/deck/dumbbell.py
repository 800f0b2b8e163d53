"""Two dots a row and the line between them, as a native scatter chart.

No presentation program knows this chart. Each row is a height on the upright axis;
its name stands in a table of one column at the left, which moves and reads as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from diagnose.report.deck.boxes import EMU, Box
from diagnose.report.deck.chart_parts import (
    FOOT,
    Frame,
    exact,
    ink_of,
    label_room,
    legend,
    name_chart,
    number_format,
    paint,
    place_plot,
    style_values,
    tag_words,
)
from diagnose.report.deck.colours import FAINT, INK, SOFT, TONES, rgb
from diagnose.report.deck.metrics import line_height
from diagnose.report.deck.texts import safe, tag_of
from diagnose.report.deck.workbook import point_lines, put_workbook
from diagnose.report.slides import Chart, Series

_TOP = 0.42
_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def add_dumbbell(chart: Chart, frame: Frame) -> list[Any]:
    """Add the chart and the names of its rows; return the frames, the chart first."""
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    box = frame.box
    names = label_room(frame, chart.categories)
    own = Box(
        left=box.left + names,
        top=box.top,
        width=box.width - names,
        height=box.height,
    )
    columns = [*_line(chart), *_dots(chart)]
    make: Any = XyChartData
    data = make(number_format=number_format(chart.number_kind))
    for name, points in columns:
        series = data.add_series(name)
        for end, row in points:
            series.add_data_point(end, row)
    shape = frame.slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *own.emu(), data)
    put_workbook(shape.chart, point_lines(columns))
    name_chart(shape, chart)
    _break_line(shape.chart)
    _style(shape.chart, chart, frame, own, joined=len(columns) > len(chart.series))
    return [shape, _add_names(chart, frame, names, own)]


def _dots(chart: Chart) -> list[_Points]:
    """Return the dots of each series.

    The longest series first: LibreOffice drops what is shorter than its successor.
    """
    found: list[_Points] = []
    for series in chart.series:
        known = enumerate(map(exact, series.values), start=1)
        dots = [(end, float(row)) for row, end in known if end is not None]
        found.append((safe(series.name), dots))
    return sorted(found, key=lambda one: -len(one[1]))


def _line(chart: Chart) -> list[_Points]:
    """Return a series from dot to dot of each row, broken between rows, if any."""
    points: list[tuple[float, float | None]] = []
    columns = zip(*(series.values for series in chart.series), strict=True)
    for row, values in enumerate(columns, start=1):
        known = [end for value in values if (end := exact(value)) is not None]
        if len(known) > 1:
            low, high = min(known), max(known)
            points += [(low, float(row)), (high, float(row)), (high, None)]
    name = " – ".join(safe(series.name) for series in chart.series)
    return [(name, points)] if points else []


_Points = tuple[str, Sequence[tuple[float, float | None]]]


def _break_line(made: Any) -> None:
    """Leave out the points without a height, as the workbook does."""
    for point in list(made._chartSpace.iter(f"{{{_CHART}}}pt")):
        if point.findtext(f"{{{_CHART}}}v") == "None":
            point.getparent().remove(point)


def _style(made: Any, chart: Chart, frame: Frame, own: Box, *, joined: bool) -> None:
    made.has_title = False
    ink_of(made.font, frame.letters)
    legend(frame, made, shown=True)
    place_plot(made, own, left=0.12, top=_TOP, right=0.3)
    style_values(frame, made.category_axis, chart)
    _style_rows(made.value_axis, len(chart.categories))
    drawn = list(made.plots[0].series)
    if joined:
        _leave_out_line(made)
        _draw_line(drawn.pop(0))
    by_name = {safe(series.name): series for series in chart.series}
    for dots in drawn:
        _draw_dots(dots, by_name[dots.name], frame.accent)
    tag_words(made, tag_of(frame.language))


def _style_rows(rows: Any, n_rows: int) -> None:
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK

    rows.minimum_scale, rows.maximum_scale = 0.5, n_rows + 0.5
    rows.major_unit = 1
    rows.reverse_order = True
    rows.crosses = XL_AXIS_CROSSES.MAXIMUM
    rows.has_major_gridlines = False
    rows.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    rows.major_tick_mark = rows.minor_tick_mark = XL_TICK_MARK.NONE
    rows.format.line.color.rgb = rgb(SOFT)


def _leave_out_line(made: Any) -> None:
    """Leave the line out of the legend: it only joins the dots."""
    from pptx.oxml import parse_xml

    position = made.legend._element.find(f"{{{_CHART}}}legendPos")
    position.addnext(
        parse_xml(
            f'<c:legendEntry xmlns:c="{_CHART}"><c:idx val="0"/><c:delete val="1"/>'
            "</c:legendEntry>"
        )
    )


def _draw_line(line: Any) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.util import Pt

    line.smooth = False
    line.format.line.width = Pt(2)
    line.format.line.color.rgb = rgb(TONES["soft"])
    line.marker.style = XL_MARKER_STYLE.NONE


def _draw_dots(dots: Any, series: Series, accent: str) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.util import Pt

    colour = accent if series.tone == "accent" else TONES[series.tone]
    full = series.tone == "accent"
    dots.format.line.fill.background()
    dots.marker.style = XL_MARKER_STYLE.CIRCLE if full else XL_MARKER_STYLE.SQUARE
    dots.marker.size = 11 if full else 10
    paint(dots.marker.format.fill, colour)
    dots.marker.format.line.width = Pt(1.75)
    edge = colour if full else accent
    dots.marker.format.line.color.rgb = rgb(edge)


def _add_names(chart: Chart, frame: Frame, width: float, own: Box) -> Any:
    from pptx.oxml import parse_xml

    height = (own.height - _TOP - FOOT) / len(chart.categories)
    place = Box(
        left=frame.box.left,
        top=own.top + _TOP,
        width=width,
        height=own.height - _TOP - FOOT,
    )
    shape = frame.slide.shapes.add_table(1, 1, *place.emu())
    shape.name = f"{safe(chart.name)}-names"
    shape._element.nvGraphicFramePr.cNvPr.set("descr", safe(chart.alt))
    rows = "".join(
        _name_row(safe(name), frame, width, height) for name in chart.categories
    )
    old = shape._element.graphic.graphicData.tbl
    old.getparent().replace(
        old,
        parse_xml(
            f'<a:tbl xmlns:a="{_SPACE}"><a:tblPr firstCol="1"/><a:tblGrid>'
            f'<a:gridCol w="{round(width * EMU)}"/></a:tblGrid>{rows}</a:tbl>'
        ),
    )
    return shape


def _name_row(name: str, frame: Frame, width: float, height: float) -> str:
    metrics = frame.metrics
    inner = width - 0.1
    lines = max(int(height / line_height(frame.letters)), 1)
    shown = metrics.shorten(name, inner, frame.letters, lines)
    edges = "".join(f'<a:{e} w="0"><a:noFill/></a:{e}>' for e in ("lnL", "lnR", "lnT"))
    return (
        f'<a:tr h="{round(height * EMU)}"><a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p>'
        f'<a:pPr algn="r"/><a:r><a:rPr lang="{tag_of(frame.language)}" '
        f'sz="{round(frame.letters * 100)}"><a:solidFill><a:srgbClr val="{INK}"/>'
        f"</a:solidFill></a:rPr><a:t>{escape(shown)}</a:t></a:r></a:p></a:txBody>"
        f'<a:tcPr marL="0" marR="91440" marT="0" marB="0" anchor="ctr">{edges}'
        f'<a:lnB w="3175"><a:solidFill><a:srgbClr val="{FAINT}"/></a:solidFill></a:lnB>'
        "<a:noFill/></a:tcPr></a:tc></a:tr>"
    )
