"""The look of a document in Word, all of it in styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnose.instrument.export.paper import LOCALES
from diagnose.language import Language

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

FONT = "Calibri"
INK, SOFT, PANEL = "1F2933", "4A5865", "F4F6F8"


@dataclass(frozen=True, slots=True)
class _Style:
    """One style of paragraphs: sizes and distances in points, colour as rrggbb."""

    name: str
    size: float
    before: float
    after: float
    colour: str = INK
    bold: bool = False
    kept: bool = False


_STYLES = (
    _Style("Normal", 10.5, 0, 6),
    _Style("Note", 9, 2, 8, colour=SOFT),
    _Style("Title", 24, 6, 12, colour="", bold=True, kept=True),
    _Style("Heading 1", 17, 24, 8, colour="", bold=True, kept=True),
    _Style("Heading 2", 12.5, 14, 5, colour="", bold=True, kept=True),
    _Style("Heading 3", 11, 10, 4, bold=True, kept=True),
    _Style("Heading 4", 10, 8, 3, colour=SOFT, bold=True, kept=True),
    _Style("List Bullet", 10.5, 0, 4),
    _Style("Caption", 9, 10, 3, bold=True, kept=True),
    _Style("Figure", 10.5, 4, 8),
    _Style("Logo", 10.5, 0, 6),
    _Style("Fact", 10, 0, 0),
    _Style("Cell", 8.5, 0, 0),
    _Style("Header", 8, 0, 0, colour=SOFT),
    _Style("Footer", 8, 0, 0, colour=SOFT),
)


def set_look(file: File, accent: str, language: Language) -> None:
    """Give a new file its styles.

    Parameters
    ----------
    file : docx.document.Document
        Changed in place.
    accent : str
        Colour of title and headings, as ``#rrggbb``.
    language : {"en", "nl"}
        For speech, spelling and hyphenation.
    """
    known = {style.name for style in file.styles}
    for wanted in _STYLES:
        _set(file, wanted, accent.lstrip("#").upper(), known)
    _finish(file, accent.lstrip("#").upper())
    _speak(file, LOCALES[language])


def spoken_in(paragraph: Paragraph, language: str) -> None:
    """Say that a paragraph is in another language than the document."""
    for run in paragraph.runs:
        properties = run._r.get_or_add_rPr()
        _add(properties, "w:lang", {"w:val": LOCALES.get(language, language)})


def _set(file: File, wanted: _Style, accent: str, known: set[str | None]) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    style: ParagraphStyle
    if wanted.name in known:
        style = file.styles[wanted.name]
    else:
        style = file.styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = file.styles["Normal"]
    font, lines = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(wanted.size), wanted.bold, False
    font.color.rgb = RGBColor.from_string(wanted.colour or accent)
    lines.space_before, lines.space_after = Pt(wanted.before), Pt(wanted.after)
    lines.line_spacing = 1.0 if wanted.name in ("Cell", "Figure", "Logo") else 1.1
    lines.keep_with_next = wanted.kept
    lines.widow_control = True
    _use_font(style.element)


def _use_font(style: Any) -> None:
    """Name one font for every script; the template's styles ask for its theme."""
    from docx.oxml.ns import qn

    properties = style.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    names = {f"w:{kind}": FONT for kind in ("ascii", "hAnsi", "eastAsia", "cs")}
    fonts = _add(properties, "w:rFonts", names)
    properties.insert(0, fonts)


def _finish(file: File, accent: str) -> None:
    """Add what the library has no words for: rules, shading, tabs, names of facts."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm, RGBColor

    styles: Any = file.styles
    for name in ("Title", "Header"):
        properties = styles[name].element.get_or_add_pPr()
        _rule_below(properties, accent, size=12 if name == "Title" else 4)
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent = Mm(64), Mm(-64)
    fact.tab_stops.add_tab_stop(Mm(64))
    _shade(styles["Fact"].element.get_or_add_pPr(), PANEL)
    name_style = styles.add_style("Fact name", WD_STYLE_TYPE.CHARACTER)
    name_style.font.color.rgb = RGBColor.from_string(SOFT)
    head = styles["Header"].paragraph_format
    head.tab_stops.clear_all()
    head.tab_stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)
    styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles["Logo"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _rule_below(properties: Any, colour: str, *, size: int) -> None:
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    borders = _element("w:pBdr", {})
    rule = {"w:val": "single", "w:sz": str(size), "w:space": "4", "w:color": colour}
    _add(borders, "w:bottom", rule)
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind",
        "w:contextualSpacing", "w:jc", "w:outlineLvl",
    )  # fmt: skip


def _shade(properties: Any, colour: str) -> None:
    shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": colour})
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def _speak(file: File, locale: str) -> None:
    from docx.oxml.ns import qn

    for element in file.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), locale)
        element.set(qn("w:eastAsia"), locale)


def _add(parent: Any, name: str, attributes: dict[str, str]) -> Any:
    element = _element(name, attributes)
    parent.append(element)
    return element


def _element(name: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element: Any = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    return element
