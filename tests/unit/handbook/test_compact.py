"""A printed book keeps its pages and stores every picture once."""

from __future__ import annotations

import pikepdf
import pytest

from diagnose.handbook.compact import compact_pdf


def draw(pdf, shade, mask=None):
    """Add a grey picture to the document and return it."""
    picture = pdf.make_stream(bytes([shade]) * 4000)
    picture.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=80,
        Height=50,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )
    if mask is not None:
        picture["/SMask"] = mask
    return picture


@pytest.fixture
def printed(tmp_path):
    """Return a document of three pages: twice the same picture, and another one."""
    path = tmp_path / "book.pdf"
    with pikepdf.new() as pdf:
        for shade in (10, 10, 200):
            page = pdf.add_blank_page(page_size=(200, 200))
            page.obj["/Resources"] = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(P=draw(pdf, shade))
            )
            page.obj["/Contents"] = pdf.make_stream(b"80 0 0 50 0 0 cm /P Do")
        pdf.docinfo["/Title"] = "A book"
        pdf.docinfo["/Creator"] = "Mozilla/5.0 (X11) Chrome/156.0.0.0"
        pdf.docinfo["/CreationDate"] = "D:20300101000000"
        pdf.save(path, compress_streams=False)
    return path


def shown_on(page):
    return page.obj["/Resources"]["/XObject"]["/P"]


def pictures(path):
    with pikepdf.open(path) as pdf:
        return [bytes(shown_on(page).read_bytes())[:1] for page in pdf.pages]


def test_a_picture_is_stored_once_and_shown_everywhere(printed):
    before, shown = printed.stat().st_size, pictures(printed)

    compact_pdf(printed, creator="diagnose")

    assert pictures(printed) == shown == [b"\x0a", b"\x0a", b"\xc8"]
    with pikepdf.open(printed) as pdf:
        drawn = [o for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        kept = [o for o in drawn if o.get("/Subtype") == "/Image"]
    assert len(kept) == 2
    assert printed.stat().st_size < before / 3


def test_pictures_that_differ_in_what_shows_through_stay_apart(tmp_path):
    path = tmp_path / "book.pdf"
    with pikepdf.new() as pdf:
        for shade in (1, 2):
            page = pdf.add_blank_page(page_size=(200, 200))
            masked = draw(pdf, 10, mask=draw(pdf, shade))
            page.obj["/Resources"] = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(P=masked)
            )
            page.obj["/Contents"] = pdf.make_stream(b"80 0 0 50 0 0 cm /P Do")
        pdf.save(path)

    compact_pdf(path, creator="diagnose")

    with pikepdf.open(path) as pdf:
        masks = [bytes(shown_on(p)["/SMask"].read_bytes())[:1] for p in pdf.pages]
    assert masks == [b"\x01", b"\x02"]


def test_the_same_book_has_the_same_bytes_and_no_date(printed, tmp_path):
    twin = tmp_path / "twin.pdf"
    twin.write_bytes(printed.read_bytes())

    for path in (printed, twin):
        compact_pdf(path, creator="diagnose")

    assert printed.read_bytes() == twin.read_bytes()
    assert b"156.0.0.0" not in printed.read_bytes()
    with pikepdf.open(printed) as pdf:
        assert str(pdf.docinfo["/Title"]) == "A book"
        assert str(pdf.docinfo["/Creator"]) == "diagnose"
        assert "/CreationDate" not in pdf.docinfo
