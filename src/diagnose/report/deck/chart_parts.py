"""What all native charts share: their start, axes, legend, letters and place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diagnose.language import Language
from diagnose.report.deck.boxes import Box
from diagnose.report.deck.colours import FAINT, INK, SOFT, rgb
from diagnose.report.deck.metrics import Metrics, line_height
from diagnose.report.deck.texts import safe
from diagnose.report.deck.workbook import category_lines, put_workbook
from diagnose.report.document import Kind
from diagnose.report.slides import Chart

_FORMATS: dict[Kind, str] = {
    "number": "0.0",
    "index": "0.00",
    "signed": "+0.0;\u22120.0;0.0",
    "share": "0%",
    "count": "#,##0",
    "p_value": "0.000",
    "text": "General",
}
FOOT = 0.36
"""Height of the ticks of an axis below the plot, in inches."""

_KEY, _LEGEND = 0.3, 0.85
"""Width of the sign of a series, and the share of a chart that a legend may take."""

_WIDEST_NAMES = 0.44
"""Share of a chart that the names of its rows may take."""

_DIGITS = 15
"""As many digits as a workbook keeps; the chart then holds the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a chart is drawn, and with what.

    Attributes
    ----------
    slide : Slide
        Of the library.
    box : Box
        Place on it.
    language : {"en", "nl"}
        Of its words.
    accent : str
        Colour without ``#``.
    metrics : Metrics
        Widths of letters.
    letters : float
        Size of every word and number, in points.
    """

    slide: Any
    box: Box
    language: Language
    accent: str
    metrics: Metrics
    letters: float = 11.0


def exact(value: float | None) -> float | None:
    """Return a number as a workbook keeps it; None when there is none."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{_DIGITS}g}")


def number_format(kind: Kind) -> str:
    """Return how a workbook writes numbers; the decimal mark is the reader's own."""
    return _FORMATS[kind]


def start_chart(frame: Frame, chart: Chart, kind: Any) -> Any:
    """Add a chart with categories to the slide; return its frame."""
    from pptx.chart.data import CategoryChartData

    make: Any = CategoryChartData
    data = make(number_format=number_format(chart.number_kind))
    names = [safe(name).replace("\n", " ") for name in chart.categories]
    columns = [
        (safe(series.name), [exact(value) for value in series.values])
        for series in chart.series
    ]
    data.categories = names
    for name, values in columns:
        data.add_series(name, values)
    shape = frame.slide.shapes.add_chart(kind, *frame.box.emu(), data)
    put_workbook(shape.chart, category_lines(names, columns))
    name_chart(shape, chart)
    shape.chart.has_title = False
    ink_of(shape.chart.font, frame.letters)
    return shape


def name_chart(shape: Any, chart: Chart) -> None:
    """Give the frame of a chart its name and text alternative."""
    shape.name = safe(chart.name)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", safe(chart.alt))


def tag_words(made: Any, tag: str) -> None:
    """Say in which language the words of a chart are."""
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for properties in made._chartSpace.iter(f"{space}defRPr"):
        properties.set("lang", tag)


def ink_of(font: Any, size: float, *, colour: str = INK) -> None:
    """Set size and colour of letters in a chart."""
    from pptx.util import Pt

    font.size = Pt(size)
    font.bold = False
    font.color.rgb = rgb(colour)


def paint(fill: Any, colour: str) -> None:
    """Fill something with one colour."""
    fill.solid()
    fill.fore_color.rgb = rgb(colour)


def label_room(frame: Frame, names: Sequence[str]) -> float:
    """Return the width that the names of rows need, in inches."""
    widest = max(
        (frame.metrics.width(safe(name), frame.letters) for name in names), default=0.0
    )
    return min(widest + 0.2, _WIDEST_NAMES * frame.box.width)


def style_axes(
    frame: Frame,
    made: Any,
    chart: Chart,
    *,
    ticks: str = "",
    names: bool = True,
    upright: bool = False,
) -> None:
    """Set the axis of values to its fixed ends, and rows in reading order."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    rows = made.category_axis
    rows.major_tick_mark = rows.minor_tick_mark = XL_TICK_MARK.NONE
    rows.has_major_gridlines = False
    # Names stay at the edge, also where bars go to the left of zero.
    rows.tick_label_position = (
        XL_TICK_LABEL_POSITION.LOW if names else XL_TICK_LABEL_POSITION.NONE
    )
    ink_of(rows.tick_labels.font, frame.letters)
    _outline(rows.format.line, SOFT)
    if not upright:
        rows.reverse_order = True  # and the ticks still below:
        made.value_axis._element.crosses.set("val", "max")
    style_values(frame, made.value_axis, chart, ticks=ticks)


def style_values(frame: Frame, values: Any, chart: Chart, *, ticks: str = "") -> None:
    """Set an axis of values to its fixed ends."""
    from pptx.enum.chart import XL_TICK_MARK

    values.minimum_scale, values.maximum_scale = chart.low, chart.high
    values.major_unit = step_of(chart.low, chart.high)
    values.major_tick_mark = values.minor_tick_mark = XL_TICK_MARK.NONE
    values.has_major_gridlines = True
    _outline(values.major_gridlines.format.line, FAINT)
    values.format.line.fill.background()
    values.tick_labels.number_format = ticks or axis_format(chart)
    values.tick_labels.number_format_is_linked = False
    ink_of(values.tick_labels.font, frame.letters - 1, colour=SOFT)


def axis_format(chart: Chart) -> str:
    """Return how the ticks of an axis are written: whole numbers without digits."""
    step = step_of(chart.low, chart.high)
    whole = step.is_integer() and float(chart.low).is_integer()
    if chart.number_kind in ("number", "index") and whole:
        return "0"
    return number_format(chart.number_kind)


def step_of(low: float, high: float) -> float:
    """Return a round step that gives an axis about five ticks."""
    span = high - low
    size = 10 ** math.floor(math.log10(span / 4)) if span > 0 else 1.0
    steps = (size * step for step in (1, 2, 2.5, 5, 10))
    return float(f"{next(step for step in steps if span / step <= 6):.10g}")


def _outline(line: Any, colour: str) -> None:
    from pptx.util import Pt

    line.width = Pt(0.75)
    line.color.rgb = rgb(colour)


def legend(frame: Frame, made: Any, *, shown: bool) -> None:
    """Show the legend above the plot, or none."""
    from pptx.enum.chart import XL_LEGEND_POSITION

    made.has_legend = shown
    if shown:
        made.legend.position = XL_LEGEND_POSITION.TOP
        made.legend.include_in_layout = False
        ink_of(made.legend.font, frame.letters)


def legend_room(frame: Frame, names: Sequence[str]) -> float:
    """Return the height that a legend above the plot needs, in inches."""
    widths = [_KEY + frame.metrics.width(safe(name), frame.letters) for name in names]
    room = frame.box.width * _LEGEND
    lines = max(-(-sum(widths) // room), max(-(-width // room) for width in widths))
    return float(max(lines, 1)) * line_height(frame.letters) + 0.22


def place_plot(
    made: Any, box: Box, *, left: float, top: float, right: float = 0.3
) -> None:
    """Fix the inside of the plot, in inches from the edges of the chart.

    Left to itself, each program finds another place, and names of rows lose theirs.
    """
    from pptx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    sides = {
        "x": left / box.width,
        "y": top / box.height,
        "w": max((box.width - left - right) / box.width, 0.1),
        "h": max((box.height - top - FOOT) / box.height, 0.1),
    }
    modes = "".join(f'<c:{side}Mode val="edge"/>' for side in "xy")
    values = "".join(f'<c:{key} val="{value:.5f}"/>' for key, value in sides.items())
    layout = parse_xml(
        f'<c:layout xmlns:c="{space}"><c:manualLayout><c:layoutTarget val="inner"/>'
        f"{modes}{values}</c:manualLayout></c:layout>"
    )
    area = made._chartSpace.chart.plotArea
    for old in area.findall(f"{{{space}}}layout"):
        area.remove(old)
    area.insert(0, layout)
