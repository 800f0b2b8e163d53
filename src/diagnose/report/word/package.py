"""What a file for Word says about itself, and its bytes without the clock."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from diagnose.instrument.export.paper import LOCALES
from diagnose.report.document import Document

if TYPE_CHECKING:
    from docx.document import Document as File

_CREATED = dt.datetime(2000, 1, 1)  # the same document gives the same bytes
_LONGEST = 255  # signs of a property
_UNUSED = ("/thumbnail", "/customXml", "/printerSettings")


def describe(file: File, document: Document, *, title: str, owner: str) -> None:
    """Set the properties of a file: title, owner, language, no clock."""
    about = file.core_properties
    about.title = title[:_LONGEST]
    about.author = about.last_modified_by = owner[:_LONGEST]
    about.language = LOCALES[document.language]
    about.subject = about.comments = about.keywords = about.category = ""
    about.created = about.modified = _CREATED
    about.revision = 1
    for part in (file.part.package, file.part):
        for key, relation in list(part.rels.items()):
            if relation.reltype.endswith(_UNUSED):
                del part.rels[key]


def saved(file: File) -> bytes:
    """Return the file with its parts in one order and without the clock."""
    draft, final = io.BytesIO(), io.BytesIO()
    file.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(final, "w") as target:
        # The list of types comes first, as in every file that Word writes itself.
        for name in sorted(source.namelist(), key=lambda n: (n[0] != "[", n)):
            entry = zipfile.ZipInfo(name, _CREATED.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return final.getvalue()
