"""What is planted where nobody looks is found: attributes, leftovers, odd parts."""

import struct
import warnings
import zipfile
import zlib
from io import BytesIO

import pytest

from diagnose.disclosure.files import audit_files
from published import TOO_SMALL, make_publication

SECRET = 2.7183345
WORDS = "nobody listens to the night porter"
AS_BYTES = WORDS.encode()
IN_CODES = WORDS.replace("n", "\\u006e")
PARTED = WORDS.replace("listens", "lis\u00adte\u200bns")
SHEET = "xl/worksheets/sheet1.xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def codes(tmp_path):
    """Return a function from a written file to the codes of what is found in it."""

    def find(name, content):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        found = audit_files(tmp_path, make_publication(), secrets=[SECRET, WORDS])
        return {problem.code for problem in found.problems}

    return find


def make_book():
    from xlsxwriter import Workbook

    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Means").write_string(0, 0, "clean")
    book.close()
    return buffer.getvalue()


def make_slides():
    from pptx import Presentation

    buffer = BytesIO()
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[5])
    deck.save(buffer)
    return buffer.getvalue()


def make_letter():
    from docx import Document

    buffer = BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


def repack(content, *, put=(), part="", before="", extra=None, comment=b"", twice=""):
    """Pack an office file again with something put before a mark in a part."""
    buffer = BytesIO()
    old = zipfile.ZipFile(BytesIO(content))
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as new:
        warnings.simplefilter("ignore")  # of the name that comes twice
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                assert before.encode() in data
                data = data.replace(before.encode(), f"{put}{before}".encode(), 1)
            if name == twice:
                new.writestr(name, b"<a>" + AS_BYTES + b"</a>")
            new.writestr(name, data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
        new.comment = comment
    return buffer.getvalue()


def test_files_without_anything_planted_are_clean(codes):
    assert codes("a.xlsx", repack(make_book())) == set()
    assert codes("a.pptx", repack(make_slides())) == set()
    assert codes("a.docx", repack(make_letter())) == set()


@pytest.mark.parametrize(
    "put",
    [
        f'<dataValidations><dataValidation prompt="{WORDS}"/></dataValidations>',
        f'<scenarios><scenario name="{WORDS}"/></scenarios>',
        f'<scenarios><scenario><inputCells val="{SECRET}"/></scenario></scenarios>',
        f'<autoFilter><filters><filter val="{WORDS}"/></filters></autoFilter>',
        f'<hyperlinks><hyperlink ref="A1" tooltip="{WORDS}"/></hyperlinks>',
        f'<sheetPr codeName="{WORDS}"/>',
        f"<!-- {WORDS} -->",
        f"<?remark {WORDS}?>",
    ],
)
def test_words_and_numbers_in_attributes_of_a_sheet_are_found(codes, put):
    book = repack(make_book(), put=put, part=SHEET, before="</worksheet>")

    assert codes("a.xlsx", book) == {"D043"}


@pytest.mark.parametrize(
    ("shown", "code"), [(WORDS, "D043"), (f"{TOO_SMALL} 3.17", "D042")]
)
def test_words_in_a_number_format_are_found(codes, shown, code):
    put = f'<numFmts><numFmt formatCode="&quot;{shown}&quot;0.00"/></numFmts>'
    book = repack(make_book(), put=put, part="xl/styles.xml", before="</styleSheet>")

    assert code in codes("a.xlsx", book)


def test_how_a_string_is_read_aloud_is_found(codes):
    put = f"<si><t>clean</t><rPh><t>{WORDS}</t></rPh></si>"
    book = repack(make_book(), put=put, part="xl/sharedStrings.xml", before="</sst>")

    assert codes("a.xlsx", book) == {"D043"}


@pytest.mark.parametrize(
    "part",
    [
        "xl/pivotCache/pivotCacheRecords1.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/vbaProject.bin",
        "xl/embeddings/oleObject1.bin",
    ],
)
def test_copies_of_data_and_programs_in_a_workbook_are_refused(codes, part):
    book = repack(make_book(), extra={part: b'<r><n v="2"/></r>'})

    assert codes("a.xlsx", book) == {"D045"}


@pytest.mark.parametrize("words", [AS_BYTES, WORDS.encode("utf-16-le")])
def test_words_in_a_drawing_of_a_template_are_found(codes, words):
    deck = repack(make_slides(), extra={"ppt/media/image1.emf": b"\x01\x00" + words})

    assert codes("a.pptx", deck) == {"D043"}


def test_comment_of_a_packed_file_and_names_of_its_parts_are_found(codes):
    assert codes("a.pptx", repack(make_slides(), comment=AS_BYTES)) == {"D043"}
    named = repack(make_slides(), extra={f"ppt/media/{WORDS}.xml": b"<a/>"})
    assert codes("a.pptx", named) == {"D043"}


def test_packed_file_that_is_not_one_whole_is_refused(codes):
    book = make_book()

    assert codes("a.xlsx", book + AS_BYTES) == {"D046"}
    assert codes("a.xlsx", AS_BYTES + book) == {"D046"}
    assert codes("a.xlsx", repack(book, twice="docProps/core.xml")) == {"D046"}


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("ppt/tags/tag1.xml", f'<t><tag name="A" val="{WORDS}"/></t>', "D043"),
        ("ppt/tags/tag1.xml", f'<t><tag val="{TOO_SMALL} 3.17"/></t>', "D042"),
        ("ppt/tags/tag1.xml", f'<t><tag val="{SECRET}"/></t>', "D043"),
        ("customXml/item1.xml", f'<a b="{WORDS}"/>', "D043"),
        ("customXml/item1.xml", f'<a b="{SECRET}"/>', "D043"),
        ("ppt/commentAuthors.xml", f'<a><cmAuthor name="{WORDS}"/></a>', "D043"),
        (
            "ppt/slides/_rels/a.xml.rels",
            f'<Relationships><Relationship Target="{WORDS}"/></Relationships>',
            "D043",
        ),
    ],
)
def test_words_and_numbers_in_attributes_of_a_deck_are_found(
    codes, part, content, code
):
    found = codes("a.pptx", repack(make_slides(), extra={part: content.encode()}))

    assert found == {code}


def test_name_of_a_slide_is_found(codes):
    deck = repack(
        make_slides(),
        put=f'<p:custShow name="{WORDS}"/>',
        part="ppt/slides/slide1.xml",
        before="<p:clrMapOvr>",
    )

    assert codes("a.pptx", deck) == {"D043"}


@pytest.mark.parametrize(
    "put",
    [
        f'<w:p {W}><w:sdt><w:sdtPr><w:alias w:val="{WORDS}"/></w:sdtPr></w:sdt></w:p>',
        f'<w:p {W}><w:bookmarkStart w:id="3" w:name="{WORDS}"/></w:p>',
        f'<w:p {W}><w:fldSimple w:instr="QUOTE {WORDS}"/></w:p>',
        f"<w:p {W}><w:r><w:rPr><w:vanish/></w:rPr><w:t>{WORDS}</w:t></w:r></w:p>",
    ],
)
def test_words_in_attributes_of_a_document_are_found(codes, put):
    letter = repack(
        make_letter(), put=put, part="word/document.xml", before="<w:sectPr"
    )

    assert codes("a.docx", letter) == {"D043"}


@pytest.mark.parametrize(
    "put",
    [
        f'<p id="{WORDS}">x</p>',
        f'<p class="{WORDS}">x</p>',
        f"<p style=\"--a: '{WORDS}'\">x</p>",
        f"<style>p::after {{ content: '{WORDS}' }}</style>",
        f'<script>const a = {{"b": 1}}; const c = "{WORDS}"</script>',
        f"<script>const a = {{'b': 1}}; const c = {SECRET}</script>",
        f'<script type="application/json">{{"a": 1}}; {SECRET}</script>',
        f'<script type="application/json">{{"a": "{WORDS}", "a": "x"}}</script>',
        f'<script>const a = "{IN_CODES}"</script>',
        f"<p>{PARTED}</p>",
    ],
)
def test_words_in_looks_and_behind_data_of_a_page_are_found(codes, put):
    page = f"<!doctype html><html><body><main>{put}</main></body></html>"

    assert codes("a.html", page) == {"D043"}


def test_words_beside_the_root_of_a_page_or_drawing_are_found(codes):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'

    assert codes("a.svg", f"<?remark {WORDS}?>{drawing}") == {"D043"}
    assert codes("a.svg", f"{drawing}<!-- {WORDS} -->") == {"D043"}
    named = '<!DOCTYPE svg [<!ENTITY x "anything">]>'
    assert codes("a.svg", named + drawing) == {"D046"}


def test_data_with_a_key_that_comes_twice_are_refused(codes):
    assert codes("a.json", f'{{"a": {SECRET}, "a": 1}}') == {"D046"}


def test_words_behind_the_search_index_are_found(codes):
    index = f'Search.setIndex({{"docnames": [], "terms": {{}}}}); var a = "{WORDS}"'

    assert codes("searchindex.js", index) == {"D043"}


@pytest.mark.parametrize("name", ["a.css", "a.js.map", "embed.js", "LICENSE"])
def test_words_in_looks_and_libraries_are_found(codes, name):
    assert codes(name, f"/* {WORDS} */") == {"D043"}


def test_words_in_unknown_chunks_and_behind_pixels_are_found(codes):
    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
    assert codes("a.png", start + chunk(b"IEND", b"")) == set()
    odd = start + chunk(b"prVt", AS_BYTES) + chunk(b"IEND", b"")
    assert codes("a.png", odd) == {"D043"}
    photograph = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02xy\xff\xd9"
    assert codes("b.jpg", photograph + AS_BYTES) == {"D043"}


def make_pdf(change):
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page()
    change(document, pikepdf)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def in_private_stream(document, pikepdf):
    document.Root.PieceInfo = pikepdf.Dictionary(A=document.make_stream(AS_BYTES))


def in_program(document, pikepdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
    action.JS = document.make_stream(AS_BYTES)
    document.Root.OpenAction = action


def in_name(document, pikepdf):
    document.Root.X = pikepdf.Name(f"/{WORDS}")


def in_hidden_text(document, pikepdf):
    tag = b"/Span <</ActualText (" + AS_BYTES + b")>> BDC EMC"
    document.pages[0].contents_add(tag)


def on_a_page(document, pikepdf):
    stream = document.make_stream(AS_BYTES)
    stream.Type = pikepdf.Name.EmbeddedFile
    file = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="a.txt")
    file.EF = pikepdf.Dictionary(F=document.make_indirect(stream))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], FS=file)
    note.Subtype = pikepdf.Name.FileAttachment
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda document, pikepdf: None, None),
        *((change, "D043") for change in (in_private_stream, in_program, in_name)),
        (in_hidden_text, "D043"),
        (on_a_page, "D045"),
    ],
)
def test_words_in_streams_and_names_of_paper_are_found(codes, change, code):
    found = codes("a.pdf", make_pdf(change))

    assert code in found if code else not found


def test_words_behind_the_end_of_paper_are_found(codes):
    paper = make_pdf(lambda document, pikepdf: None)

    assert codes("a.pdf", paper + b"\n% " + AS_BYTES) == {"D043"}
