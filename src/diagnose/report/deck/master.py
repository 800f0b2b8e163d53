"""The project's own slide master: wide, white, one accent colour, no decoration."""

from __future__ import annotations

import io
from typing import Any

from diagnose.plots.style import HouseStyle
from diagnose.report.deck.boxes import EMU, Box
from diagnose.report.deck.clean import drop_leftovers, remove_slides
from diagnose.report.deck.colours import INK, SOFT, plain
from diagnose.report.deck.pictures import fitted, png_of
from diagnose.report.deck.texts import safe

WIDE = (13.333, 7.5)
"""Width and height of a slide in inches: 16 by 9."""

_KEPT = ("title", "obj", "twoObj", "secHead", "titleOnly")
_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
_EDGE = 0.6
_WIDTH = WIDE[0] - 2 * _EDGE
_TITLE = Box(left=_EDGE, top=0.36, width=_WIDTH, height=1.12)
_BODY = Box(left=_EDGE, top=1.62, width=_WIDTH, height=5.2)
_FOOT = Box(left=_EDGE, top=6.95, width=10.2, height=0.36)
_NUMBER = Box(left=WIDE[0] - _EDGE - 0.8, top=6.95, width=0.8, height=0.36)
_LOGO = Box(left=WIDE[0] - _EDGE - 2.0, top=6.92, width=1.15, height=0.42)
_LARGE_LOGO = Box(left=WIDE[0] - _EDGE - 2.4, top=0.55, width=2.4, height=0.9)
_FIRST = Box(left=1.1, top=2.1, width=10.6, height=1.7)
_UNDER = Box(left=1.1, top=3.95, width=10.6, height=1.9)
_BAR = Box(left=0, top=0, width=0.4, height=WIDE[1])
_LINE = Box(left=0, top=0, width=WIDE[0], height=0.1)
_GAP = 0.35


def own_presentation(style: HouseStyle) -> Any:
    """Return an empty presentation with the project's own master.

    Parameters
    ----------
    style : HouseStyle
        Whose accent colour and logo it has.
    """
    from pptx import Presentation
    from pptx.util import Emu

    presentation = Presentation()
    remove_slides(presentation)
    drop_leftovers(presentation)
    presentation.slide_width, presentation.slide_height = (
        Emu(round(side * EMU)) for side in WIDE
    )
    _keep_layouts(presentation)
    _set_theme(presentation, plain(style.accent), safe(style.name))
    master = presentation.slide_masters[0]
    _set_master(master, style)
    for layout in presentation.slide_layouts:
        _set_layout(layout, style)
    return presentation


def _keep_layouts(presentation: Any) -> None:
    layouts = presentation.slide_layouts
    for layout in list(layouts):
        if layout._element.get("type") not in _KEPT:
            layouts.remove(layout)


def _set_theme(presentation: Any, accent: str, name: str) -> None:
    from pptx.opc.oxml import serialize_part_xml
    from pptx.oxml import parse_xml

    master = presentation.slide_masters[0].part
    [part] = [
        rel.target_part
        for rel in master.rels.values()
        if rel.reltype.endswith("/theme")
    ]
    tree = parse_xml(part.blob)
    tree.set("name", name or "diagnose")
    colours = {
        "dk1": INK,
        "lt1": "ffffff",
        "dk2": SOFT,
        "lt2": "eceff1",
        "accent1": accent,
        "accent2": "9aa5b1",
        "accent3": "5e3c99",
        "accent4": "e66101",
        "accent5": "52606d",
        "accent6": "1b7837",
        "hlink": accent,
        "folHlink": "52606d",
    }
    for key, value in colours.items():
        [slot] = tree.iter(f"{{{_SPACE}}}{key}")
        for child in list(slot):
            slot.remove(child)
        slot.append(parse_xml(f'<a:srgbClr xmlns:a="{_SPACE}" val="{value}"/>'))
    part._blob = serialize_part_xml(tree)


def _set_master(master: Any, style: HouseStyle) -> None:
    places = {"title": _TITLE, "body": _BODY, "ftr": _FOOT, "sldNum": _NUMBER}
    for shape in list(master.placeholders):
        kind = shape._element.ph.get("type")
        if kind == "dt":
            shape._element.getparent().remove(shape._element)
            continue
        _put(shape, places[kind])
    _set_styles(master._element)
    _set_small(master)
    _add_panel(master, _LINE, behind=True)
    if style.logo:
        _add_logo(master, style, _LOGO)


def _set_styles(element: Any) -> None:
    """Set the letters of titles and of each level of text."""
    styles = element.find(f"{{{_PML}}}txStyles")
    title = styles.find(f"{{{_PML}}}titleStyle/{{{_SPACE}}}lvl1pPr")
    title.set("algn", "l")
    letters = title.find(f"{{{_SPACE}}}defRPr")
    letters.set("sz", "2800")
    letters.set("b", "1")
    for place, size in enumerate((20, 18, 16, 14, 14), start=1):
        level = styles.find(f"{{{_PML}}}bodyStyle/{{{_SPACE}}}lvl{place}pPr")
        level.find(f"{{{_SPACE}}}defRPr").set("sz", str(size * 100))
        indent = 228_600
        level.set("marL", str(indent * (2 * place - 1)))
        level.set("indent", str(-indent))


_PML = "http://schemas.openxmlformats.org/presentationml/2006/main"


def _set_small(master: Any) -> None:
    """Set footer and slide number small, the footer from the left."""
    for shape in master.placeholders:
        kind = shape._element.ph.get("type")
        if kind in ("ftr", "sldNum"):
            level = next(shape._element.iter(f"{{{_SPACE}}}lvl1pPr"))
            level.set("algn", "l" if kind == "ftr" else "r")
            letters = level.find(f"{{{_SPACE}}}defRPr")
            letters.set("sz", "900" if kind == "ftr" else "1000")
            for tint in list(letters.iter(f"{{{_SPACE}}}tint")):
                tint.getparent().set("val", "tx2")
                tint.getparent().remove(tint)
            body = shape._element.txBody.bodyPr
            body.set("lIns", "0")
            body.set("rIns", "0")
        if kind in ("title", "body"):
            body = shape._element.txBody.bodyPr
            for inset in ("lIns", "rIns"):
                body.set(inset, "0")
            body.set("anchor", "t")
            for fit in list(body):
                body.remove(fit)


def _set_layout(layout: Any, style: HouseStyle) -> None:
    kind = layout._element.get("type")
    left, right = _BODY.split(0.6, _GAP)
    bodies = {
        "title": {0: _FIRST, 1: _UNDER},
        "secHead": {0: _FIRST, 1: _UNDER},
        "twoObj": {1: left, 2: right},
    }.get(kind, {})
    for shape in list(layout.placeholders):
        place = shape.placeholder_format
        if shape._element.ph.get("type") == "dt":
            shape._element.getparent().remove(shape._element)
        elif place.idx in bodies:
            _put(shape, bodies[place.idx])
    if kind in ("title", "secHead"):
        layout._element.set("showMasterSp", "0")
        _set_cover(layout)
        _add_panel(layout, _BAR, behind=True)
        if style.logo:
            _add_logo(layout, style, _LARGE_LOGO)


def _set_cover(layout: Any) -> None:
    """Set the title of a first slide or divider large, at the foot of its box."""
    for shape in layout.placeholders:
        index = shape.placeholder_format.idx
        if index not in (0, 1):
            continue
        body = shape._element.txBody
        body.bodyPr.set("anchor", "b" if index == 0 else "t")
        for inset in ("lIns", "rIns"):
            body.bodyPr.set(inset, "0")
        old = body.find(f"{{{_SPACE}}}lstStyle")
        for level in list(old):
            old.remove(level)
        old.append(_level(40 if index == 0 else 18, bold=index == 0))


def _level(size: int, *, bold: bool) -> Any:
    from pptx.oxml import parse_xml

    colour = "accent1" if bold else "tx2"
    return parse_xml(
        f'<a:lvl1pPr xmlns:a="{_SPACE}" marL="0" indent="0" algn="l"><a:buNone/>'
        f'<a:defRPr sz="{size * 100}" b="{int(bold)}" cap="none"><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )


def _put(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = box.emu()


def _add_panel(holder: Any, box: Box, *, behind: bool) -> None:
    """Add a coloured area, hidden from screen readers' reading order by its place."""
    from pptx.oxml import parse_xml

    left, top, width, height = box.emu()
    tree = holder._element.cSld.spTree
    panel = parse_xml(
        f'<p:sp xmlns:p="{_PML}" xmlns:a="{_SPACE}"><p:nvSpPr>'
        f'<p:cNvPr id="{_next_id(tree)}" name="Accent"/><p:cNvSpPr/>'
        '<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
        '<a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )
    tree.insert(2 if behind else len(tree), panel)


def _add_logo(holder: Any, style: HouseStyle, box: Box) -> None:
    from pptx.oxml import parse_xml

    content = style.logo
    if style.logo_kind == "svg":
        content = png_of(content.decode("utf-8"))
    part, rel_id = holder.part.get_or_add_image_part(io.BytesIO(content))
    wide, high = part.image.size
    left, top, width, height = fitted(box, wide / high).emu()
    tree = holder._element.cSld.spTree
    tree.append(
        parse_xml(
            f'<p:pic xmlns:p="{_PML}" xmlns:a="{_SPACE}" xmlns:r="{_REL}"><p:nvPicPr>'
            f'<p:cNvPr id="{_next_id(tree)}" name="Logo" descr="Logo"/>'
            '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr>'
            '<p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill>'
            f'<a:blip r:embed="{rel_id}"/><a:stretch><a:fillRect/></a:stretch>'
            f'</p:blipFill><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/>'
            f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect">'
            "<a:avLst/></a:prstGeom></p:spPr></p:pic>"
        )
    )


_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _next_id(tree: Any) -> int:
    return 1 + max(int(shape.get("id")) for shape in tree.iter(f"{{{_PML}}}cNvPr"))
