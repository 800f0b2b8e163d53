"""A presentation without its slides: nothing of an earlier deck stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PML = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"

# Kinds of parts that tell of other decks, of people, or of a printer.
_LEFTOVERS = (
    *("extended-properties", "custom-properties", "thumbnail", "core-properties"),
    *("printerSettings", "commentAuthors", "authors", "customXml", "tags"),
    *("handoutMaster", "changesInfo", "revisionInfo", "person", "slideUpdateInfo"),
)
_LISTS = ("custShowLst", "handoutMasterIdLst", "custDataLst")


def remove_slides(presentation: Any) -> None:
    """Take away every slide, and whatever points to one."""
    ids = presentation.slides._sldIdLst
    for slide in list(ids):
        presentation.part.drop_rel(slide.rId)
        ids.remove(slide)
    element = presentation.part._element
    for name in _LISTS:
        for found in list(element.findall(f"{_PML}{name}")):
            element.remove(found)
    for sections in list(element.iter(_SECTIONS)):  # they name slides by their number
        extension = sections.getparent()
        extension.getparent().remove(extension)
    for part in _parts(presentation):
        _forget_slides(part)


def drop_leftovers(presentation: Any) -> None:
    """Take away properties, comments, tags and settings of an earlier deck."""
    package = presentation.part.package
    for holder in (package, presentation.part):
        rels = holder._rels
        for rel_id, rel in list(rels.items()):
            if rel.reltype.rpartition("/")[2] in _LEFTOVERS:
                rels.pop(rel_id)
    # Asking for the properties makes new ones, whose contents are fixed when written.
    _ = package.core_properties


def _parts(presentation: Any) -> Iterator[Any]:
    for master in presentation.slide_masters:
        yield master.part
        for layout in master.slide_layouts:
            yield layout.part
    yield presentation.part


def _forget_slides(part: Any) -> None:
    """Drop links of a layout or master to slides; they would carry them along."""
    for rel_id, rel in list(part.rels.items()):
        to_slide = not rel.is_external and rel.reltype.endswith("/slide")
        tags = rel.reltype.rpartition("/")[2] in ("tags", "customXml")
        if not to_slide and not tags:
            continue
        for element in list(part._element.iter()):
            if rel_id in (element.get(f"{_REL}id"), element.get(f"{_REL}link")):
                element.getparent().remove(element)
        part.rels.pop(rel_id)
