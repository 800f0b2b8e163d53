"""A printed book without the same picture many times over."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


def compact_pdf(path: Path, creator: str) -> None:
    """Store every picture of a PDF once, and say what made it.

    Browsers write a picture, such as the pattern of a hatched area, each time that it
    is used. Text, tags and links are not touched.

    Parameters
    ----------
    path : Path
        The PDF; replaced.
    creator : str
        Name of the program that the document names as its creator.
    """
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        twins = _twins(pdf)
        for holder in pdf.objects:
            if isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
                _use_first(holder, twins)
        pdf.remove_unreferenced_resources()
        for name in ("/CreationDate", "/ModDate"):  # the same book has the same bytes
            if name in pdf.docinfo:
                del pdf.docinfo[name]
        pdf.docinfo["/Creator"] = creator
        pdf.save(
            path,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )


def _twins(pdf: Pdf) -> dict[tuple[int, int], Object]:
    """Return for each picture that was there before the first one like it."""
    import pikepdf

    first: dict[bytes, Object] = {}
    twins: dict[tuple[int, int], Object] = {}
    for drawn in pdf.objects:
        if isinstance(drawn, pikepdf.Stream) and drawn.get("/Subtype") == "/Image":
            known = first.setdefault(_content(drawn), drawn)
            if known.objgen != drawn.objgen:
                twins[drawn.objgen] = known
    return twins


def _content(picture: Object) -> bytes:
    digest = hashlib.sha256(picture.read_raw_bytes())
    for key in sorted(picture.keys()):
        if key == "/SMask":
            digest.update(picture[key].read_raw_bytes())
        elif key != "/Length":
            digest.update(f"{key}={picture[key]!r}".encode())
    return digest.digest()


def _use_first(holder: Object, twins: dict[tuple[int, int], Object]) -> None:
    resources = holder.get("/Resources")
    if resources is None:
        resources = holder
    if "/XObject" not in resources:
        return
    pictures = resources["/XObject"]
    for name in list(pictures.keys()):
        known = twins.get(pictures[name].objgen)
        if known is not None:
            pictures[name] = known
