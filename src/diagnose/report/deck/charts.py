"""Native charts: bars, bars around zero, and lines over waves.

The numbers stand in a workbook inside the chart, and once more in what the program
draws without opening it; both hold what `Chart` holds, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from diagnose.language import Language
from diagnose.report.deck.boxes import Box
from diagnose.report.deck.chart_parts import (
    Frame,
    ink_of,
    label_room,
    legend,
    legend_room,
    number_format,
    paint,
    place_plot,
    start_chart,
    style_axes,
    tag_words,
)
from diagnose.report.deck.colours import (
    LINES,
    TONES,
    against,
    in_favour,
    ink_on,
    plain,
    rgb,
)
from diagnose.report.deck.dumbbell import add_dumbbell
from diagnose.report.deck.metrics import Metrics
from diagnose.report.deck.texts import safe, tag_of
from diagnose.report.slides import Chart, Series

_NEUTRAL_SHARE = 0.17
_NUMBER = 0.4
"""A bar shorter than this has no room for its number, in inches."""

_TALLEST_ROW = {"bars": 0.75, "diverging": 0.75, "dumbbell": 0.6}
_AROUND = 0.9
"""Height of legend and ticks; a chart of few rows is no taller than it need be."""

ROW = {"bars": 0.3, "diverging": 0.42, "dumbbell": 0.34}
"""Height that one row of a chart needs, in inches."""


def add_chart(
    slide: Any,
    chart: Chart,
    box: Box,
    *,
    language: Language,
    accent: str,
    metrics: Metrics,
) -> list[Any]:
    """Add a chart to a slide; return its frames, the main one first."""
    tallest = _TALLEST_ROW.get(chart.kind, box.height) * len(chart.categories)
    frame = Frame(
        slide=slide,
        box=box.upper(tallest + _AROUND),
        language=language,
        accent=plain(accent),
        metrics=metrics,
    )
    return _KINDS[chart.kind](chart, frame)


def row_names(chart: Chart, width: float, metrics: Metrics) -> tuple[str, ...]:
    """Return the names of rows as they stand in a chart of some width, in inches.

    A name that would take the room of the bars is shortened. Waves are not rows.
    """
    names = tuple(safe(name).replace("\n", " ") for name in chart.categories)
    if chart.kind == "lines":
        return names
    room = _NAMES * width
    return tuple(_short_name(name, room, metrics) for name in names)


def _short_name(name: str, room: float, metrics: Metrics) -> str:
    """Shorten a name; also each word that no program would break."""
    words = [metrics.shorten(word, room, _LETTERS, 1) for word in name.split(" ")]
    return metrics.shorten(" ".join(words), room, _LETTERS, _NAME_LINES)


_LETTERS, _NAME_LINES = 11.0, 3
_NAMES = 0.33
"""Share of a chart that names surely have, also where neutral answers stand apart."""


def split_chart(chart: Chart, height: float) -> list[Chart]:
    """Return the chart in parts whose rows have room; waves are never parted."""
    if chart.kind == "lines":
        return [chart]
    a_row = ROW[chart.kind] + 0.16 * (len(chart.series) - 1) * (chart.kind == "bars")
    most = max(int((height - 0.8) / a_row), 1)
    n_rows = len(chart.categories)
    if n_rows <= most:
        return [chart]
    each = -(-n_rows // -(-n_rows // most))
    return [
        replace(
            chart,
            name=f"{chart.name}-{start // each + 1}",
            categories=chart.categories[start : start + each],
            series=tuple(
                replace(series, values=series.values[start : start + each])
                for series in chart.series
            ),
        )
        for start in range(0, n_rows, each)
    ]


def _add_bars(chart: Chart, frame: Frame) -> list[Any]:
    from pptx.enum.chart import XL_CHART_TYPE

    shape = start_chart(frame, chart, XL_CHART_TYPE.BAR_CLUSTERED)
    made = shape.chart
    left = label_room(frame, chart.categories)
    several = len(chart.series) > 1
    style_axes(frame, made, chart)
    legend(frame, made, shown=several)
    top = legend_room(frame, [s.name for s in chart.series]) if several else 0.08
    place_plot(made, frame.box, left=left, top=top)
    plot = made.plots[0]
    plot.gap_width, plot.overlap = (60, -8) if several else (55, 0)
    for drawn, series in zip(plot.series, chart.series, strict=True):
        paint(drawn.format.fill, _tone(series, frame.accent))
        _number_bars(frame, drawn, chart)
    tag_words(made, tag_of(frame.language))
    return [shape]


def _number_bars(frame: Frame, drawn: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION

    labels = drawn.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = (
        number_format(chart.number_kind),
        False,
    )
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    ink_of(labels.font, frame.letters)


def _add_diverging(chart: Chart, frame: Frame) -> list[Any]:
    """Draw what is against left of zero, what is in favour right, neutral apart."""
    sides = _sides(chart)
    neutral = sides.pop("neutral")
    own, apart = (frame.box, None)
    if neutral:
        own, apart = frame.box.split(1 - _NEUTRAL_SHARE, 0.05)
    names = [series.name for tone in sides.values() for series in tone]
    top = legend_room(replace(frame, box=own), names)
    if apart:
        other = replace(frame, box=apart)
        top = max(top, legend_room(other, [series.name for series in neutral]))
    main = _draw_sides(chart, sides, replace(frame, box=own), top)
    if not apart:
        return [main]
    return [main, _draw_neutral(chart, neutral, other, top)]


def _sides(chart: Chart) -> dict[str, list[Series]]:
    return {
        tone: [series for series in chart.series if series.tone == tone]
        for tone in ("lower", "higher", "neutral")
    }


def _draw_sides(
    chart: Chart, sides: Mapping[str, Sequence[Series]], frame: Frame, top: float
) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    low, high = sides["lower"], sides["higher"]
    # From zero outwards: that is the order in which a program stacks.
    negative = [replace(s, values=_negated(s.values)) for s in reversed(low)]
    ordered = (*negative, *high)
    colours = [*reversed(against(len(low))), *in_favour(len(high))]
    shape = start_chart(
        frame, replace(chart, series=ordered), XL_CHART_TYPE.BAR_STACKED
    )
    made = shape.chart
    style_axes(frame, made, chart, ticks="0%;0%")
    legend(frame, made, shown=True)
    left = label_room(frame, chart.categories)
    place_plot(made, frame.box, left=left, top=top)
    plot = made.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    least = _NUMBER * (chart.high - chart.low) / max(frame.box.width - left - 0.3, 0.1)
    for drawn, series, colour in zip(plot.series, ordered, colours, strict=True):
        paint(drawn.format.fill, colour)
        _number_shares(frame, drawn, series.values, colour, least)
    tag_words(made, tag_of(frame.language))
    return shape


def _draw_neutral(
    chart: Chart, neutral: Sequence[Series], frame: Frame, top: float
) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    alone = replace(
        chart,
        name=f"{chart.name}-neutral",
        series=tuple(neutral),
        low=0.0,
        high=1.0,
        alt="; ".join(series.name for series in neutral),
    )
    shape = start_chart(frame, alone, XL_CHART_TYPE.BAR_CLUSTERED)
    made = shape.chart
    style_axes(frame, made, alone, ticks=";;;", names=False)
    made.value_axis.has_major_gridlines = False
    legend(frame, made, shown=True)
    place_plot(made, frame.box, left=0.05, top=top)
    plot = made.plots[0]
    plot.gap_width = 45
    for drawn in plot.series:
        paint(drawn.format.fill, TONES["neutral"])
        _number_bars(frame, drawn, alone)
    tag_words(made, tag_of(frame.language))
    return shape


def _negated(values: Sequence[float | None]) -> tuple[float | None, ...]:
    return tuple(None if value is None else -value for value in values)


def _number_shares(
    frame: Frame,
    drawn: Any,
    values: Sequence[float | None],
    colour: str,
    least: float,
) -> None:
    """Write a share in its bar where there is room."""
    labels = drawn.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = "0%;0%", False
    ink_of(labels.font, frame.letters, colour=ink_on(colour))
    for place, value in enumerate(values):
        if value is not None and abs(value) < least:
            _unlabelled(labels, place)


def _unlabelled(labels: Any, place: int) -> None:
    from pptx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    labels._element.insert(
        sum(child.tag == f"{{{space}}}dLbl" for child in labels._element),
        parse_xml(
            f'<c:dLbl xmlns:c="{space}"><c:idx val="{place}"/><c:delete val="1"/>'
            "</c:dLbl>"
        ),
    )


def _add_lines(chart: Chart, frame: Frame) -> list[Any]:
    from pptx.enum.chart import XL_CHART_TYPE

    shape = start_chart(frame, chart, XL_CHART_TYPE.LINE_MARKERS)
    made = shape.chart
    style_axes(frame, made, chart, upright=True)
    legend(frame, made, shown=len(chart.series) > 1)
    top = legend_room(frame, [series.name for series in chart.series])
    place_plot(made, frame.box, left=0.5, top=top, right=0.35)
    for place, (drawn, series) in enumerate(
        zip(made.plots[0].series, chart.series, strict=True)
    ):
        _draw_line(frame, drawn, _line_colour(series, place, frame.accent), place)
        if len(chart.series) <= _FEW_LINES:
            _number_line(frame, drawn, chart)
    tag_words(made, tag_of(frame.language))
    return [shape]


_FEW_LINES = 3


def _line_colour(series: Series, place: int, accent: str) -> str:
    if series.tone != "accent" or place == 0:
        return _tone(series, accent)
    return LINES[(place - 1) % len(LINES)]


def _draw_line(frame: Frame, drawn: Any, colour: str, place: int) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.util import Pt

    styles = (
        *(XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE),
        *(XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.X, XL_MARKER_STYLE.PLUS),
    )
    drawn.smooth = False
    drawn.format.line.width = Pt(2.25)
    drawn.format.line.color.rgb = rgb(colour)
    drawn.marker.style = styles[place % len(styles)]
    drawn.marker.size = 8
    paint(drawn.marker.format.fill, colour)
    drawn.marker.format.line.color.rgb = rgb(colour)


def _number_line(frame: Frame, drawn: Any, chart: Chart) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION

    labels = drawn.data_labels
    labels.show_value = True
    labels.number_format = number_format(chart.number_kind)
    labels.number_format_is_linked = False
    labels.position = XL_LABEL_POSITION.ABOVE
    ink_of(labels.font, frame.letters)


def _tone(series: Series, accent: str) -> str:
    return accent if series.tone == "accent" else TONES[series.tone]


_KINDS: dict[str, Callable[[Chart, Frame], list[Any]]] = {
    "bars": _add_bars,
    "diverging": _add_diverging,
    "lines": _add_lines,
    "dumbbell": add_dumbbell,
}
