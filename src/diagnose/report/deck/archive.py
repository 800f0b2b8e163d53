"""The same deck as the same bytes: no clock, no order of chance, no program's name."""

from __future__ import annotations

import io
import zipfile
from html import escape

_CORE = "docProps/core.xml"
_DATE = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    "<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:dcmitype="http://purl.org/dc/dcmitype/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:language>{language}</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z'
    "</dcterms:modified></cp:coreProperties>"
)


def steady_bytes(content: bytes, *, title: str, language: str) -> bytes:
    """Return an Office file with fixed dates, sorted names and fixed properties.

    The workbooks embedded in it are treated alike.

    Parameters
    ----------
    content : bytes
        A ``.pptx`` or ``.xlsx``.
    title, language : str
        What its properties say.
    """
    properties = _PROPERTIES.format(title=escape(title), language=escape(language))
    source = zipfile.ZipFile(io.BytesIO(content))
    target = io.BytesIO()
    # The list of contents comes first: some readers look no further than that.
    names = sorted(source.namelist(), key=lambda name: (name != _FIRST, name))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            part = source.read(name)
            if name == _CORE:
                part = properties.encode("utf-8")
            elif name.endswith(".xlsx"):
                part = steady_bytes(part, title="", language=language)
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system
            archive.writestr(entry, part)
    return target.getvalue()
