"""Numbers beside made-up units are told from those of a client, in every format."""

from __future__ import annotations

import json
import zipfile

import pytest

from assessed import TOO_SMALL
from diagnose import handbook
from diagnose.assessment import made_up, search
from diagnose.errors import DisclosureError

CASE = "15_case_stuck_signals"
NAMED = f"{TOO_SMALL} scores 3.21."
ROW = (
    f"<table><tr><th>{TOO_SMALL}</th><td>9</td><td>{{}}</td><td>{{}}</td></tr></table>"
)


def page(body, title="Case: stuck"):
    head = f'<h1><span class="section-number">1. </span>{title}'
    return (
        "<!doctype html><html><body>"
        f'<h1>{title}</h1>{head}<a class="headerlink" href="#a">#</a></h1>'
        f"<p>{body}</p></body></html>"
    )


def notebook(output):
    cell = {
        "cell_type": "code",
        "source": "show(gaps)",
        "metadata": {},
        "outputs": [{"data": {"text/html": output}, "metadata": {}}],
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4})


def pdf(pages, marks):
    """Return a PDF: a text on each page, and titles of pages as its outline."""
    count, first = len(pages), 5
    marked = first + 2 * count
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(count))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /First {marked} 0 R /Last {marked + len(marks) - 1} 0 R >>",
    ]
    for n, text in enumerate(pages):
        drawn = f"BT /F 12 Tf 50 700 Td ({text}) Tj ET"
        parts += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources"
            f" << /Font << /F 3 0 R >> >> /Contents {first + 2 * n + 1} 0 R >>",
            f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        ]
    for n, (title, at) in enumerate(marks):
        beside = f" /Next {marked + n + 1} 0 R" if n + 1 < len(marks) else ""
        before = f" /Prev {marked + n - 1} 0 R" if n else ""
        parts.append(
            f"<< /Title ({title}) /Parent 4 0 R{beside}{before}"
            f" /Dest [{first + 2 * at} 0 R /Fit] >>"
        )
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + (
            f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer\n"
            f"<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )


@pytest.fixture
def site(tmp_path, prepared, monkeypatch):
    """Return a function that searches a handbook with these files."""
    fixed = (NAMED, "0.85 1.35 0,85 1,35")
    monkeypatch.setattr(search, "_fixed_texts", lambda: iter(fixed))
    monkeypatch.setattr(handbook, "find_book", lambda: tmp_path)
    (tmp_path / "notebooks").mkdir()

    def run(files):
        for name, content in files.items():
            path = tmp_path / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else content.encode()
            )
        return search.search_handbook(tmp_path / "site", prepared)

    return run


def epub(tmp_path, part):
    path = tmp_path / "made.epub"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("mimetype", "application/epub+zip")
        pack.writestr(part, page(NAMED).removeprefix("<!doctype html>"))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "passes"), [(CASE, True), ("01_assess_organisation", False)]
)
def test_a_number_beside_a_name_may_stand_where_all_units_are_made_up(
    site, tmp_path, name, passes
):
    files = {
        f"nl/notebooks/{name}.html": page(NAMED),
        "nl/downloads/handboek.epub": epub(tmp_path, f"notebooks/{name}.xhtml"),
    }
    for one in files.items():
        if passes:
            site(dict([one]))
            continue
        with pytest.raises(DisclosureError):
            site(dict([one]))


@pytest.mark.parametrize(
    ("at", "passes"), [(0, False), (1, True), (2, True), (3, False)]
)
def test_on_paper_it_may_stand_on_the_pages_of_that_chapter_only(site, at, passes):
    pages = ["Plain."] * 4
    pages[at] = NAMED
    marks = [("1. A start", 0), ("1. Case: stuck", 1), ("2. An end", 3)]
    files = {
        f"nl/notebooks/{CASE}.html": page("Plain."),
        "nl/downloads/handboek.pdf": pdf(pages, marks),
    }
    if passes:
        site(files)
        return
    with pytest.raises(DisclosureError) as refused:
        site(files)
    assert f"page {at + 1}" in refused.value.problems[0].place


def test_without_the_chapter_no_page_of_a_pdf_is_made_up(site):
    marks = [("1. Case: stuck", 0)]

    with pytest.raises(DisclosureError):
        site({"nl/downloads/handboek.pdf": pdf([NAMED], marks)})


@pytest.mark.parametrize(
    ("shown", "passes"),
    [
        (("-0.85", "1.35"), True),
        (("\N{MINUS SIGN}0,85", "1,35"), True),
        (("-0.85", "1.36"), False),
    ],
)
def test_a_row_that_a_notebook_shows_to_the_letter_is_made_up(
    site, tmp_path, shown, passes
):
    committed = notebook(ROW.format("-0.85", "1.35"))
    (tmp_path / "notebooks" / "04.ipynb").write_text(committed, encoding="utf-8")
    files = {"nl/notebooks/04.html": page(ROW.format(*shown))}
    if passes:
        site(files)
        return
    with pytest.raises(DisclosureError) as refused:
        site(files)
    assert "D042" in {problem.code for problem in refused.value.problems}


def test_a_row_with_a_count_only_is_never_taken_for_a_made_up_one(site, tmp_path):
    row = f"<table><tr><th>{TOO_SMALL}</th><td>n = 4</td></tr></table>"
    (tmp_path / "notebooks" / "04.ipynb").write_text(notebook(row), encoding="utf-8")

    with pytest.raises(DisclosureError):
        site({"nl/notebooks/04.html": page(f"{TOO_SMALL}, n = 4.") + row})


def test_numbers_of_chapters_and_exercises_are_known_with_the_publishers_address(
    site,
):
    fine = (
        '<span class="section-number">6.1973. </span>'
        '<span class="caption-number">Opgave 2.1974 </span>'
        '<a class="feedback-button" data-start="mailto:we@example.org?body=" href="#">'
    )
    told = "6.1973. Kobo, Opgave 2.1974, we@example.org"
    site({"nl/book/a.html": page(fine), "nl/book/b.html": page(told)})

    with pytest.raises(DisclosureError) as refused:
        site({"nl/book/b.html": page(f"{told}, you@example.org, 6.1975")})
    assert {problem.code for problem in refused.value.problems} == {"D041", "D044"}


def test_what_a_notebook_of_the_book_says_may_be_said_in_dutch(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "references.bib").write_text(
        "doi = {10.1111/1467-6486.00387}", encoding="utf-8"
    )
    shown = notebook("<p>24.91</p>")
    (tmp_path / "notebooks" / "11.ipynb").write_text(shown, encoding="utf-8")
    monkeypatch.setattr(handbook, "find_book", lambda: tmp_path)
    texts = " ".join(t for t in search._fixed_texts() if isinstance(t, str))

    assert "24,91" in texts
    assert " 6486.00387" in texts
    assert "30.44" in texts, "a number of the reference pages"


def test_typed_numbers_of_live_elements_are_known(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "_BOOK_SOURCES", ())
    found = []
    for one in search._fixed_texts():
        if not isinstance(one, str) and one.name != "texts":
            found += [path.name for path in one.glob("*.json")]

    assert {name[:2] for name in found} == {"en", "nl"}


def test_plain_text_has_english_numbers_on_one_line():
    assert made_up.plain("a\n \N{MINUS SIGN}1,5  b, c") == "a -1.5 b, c"


def test_a_question_of_a_quiz_is_no_leak_and_half_of_it_with_another_number_is(
    site, monkeypatch
):
    asked = f"{TOO_SMALL} has a mean of 3.21 and {TOO_SMALL} 2 one of 3.45."
    data = json.dumps({"questions": [{"ask": asked}]})
    monkeypatch.setattr("diagnose.handbook.live.element_texts", lambda _: [data])
    made_up._sentences.cache_clear()
    fixed = ("3.21 3,21 3.45", asked)
    monkeypatch.setattr(search, "_fixed_texts", lambda: iter(fixed))
    printed = [asked.partition(" and ")[0], "Plain."]

    try:
        site({"nl/book/method.html": page(asked)})
        site({"nl/downloads/handboek.pdf": pdf(printed, [("1. A start", 0)])})
        with pytest.raises(DisclosureError):
            site({"nl/book/method.html": page(asked.replace("3.21", "3.45"))})
    finally:
        made_up._sentences.cache_clear()
