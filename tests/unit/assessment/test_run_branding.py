"""The client's house style: everything wrong at once, and what is right everywhere."""

from __future__ import annotations

import base64
import io
import re
import zipfile

import pytest

from assessed import make_folder, snapshot
from diagnose.assessment import load_assessment, run_assessment
from diagnose.assessment.branding import read_house_style
from diagnose.errors import AssessmentError
from diagnose.plots.style import ACCENT, PLAIN

GOOD = "#701d55"
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
    b'<rect width="20" height="10" fill="#701d55"/></svg>'
)
RUNS = LOGO.replace(b"<rect", b"<script>alert(1)</script><rect")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def branded(base, files=None, **settings):
    """Return a folder with files in it, and settings of its house style."""
    lines = "".join(f"  {name}: {value!r}\n" for name, value in settings.items())
    folder = make_folder(base, more=f"branding:\n{lines}")
    for name, content in (files or {}).items():
        (folder / name).write_bytes(content)
    return folder


def refused(folder, monkeypatch):
    """Return the codes and places of a run that is refused before any work."""
    before = snapshot(folder)

    def worked(*_, **__):
        raise AssertionError("the run began to work")

    monkeypatch.setattr("diagnose.assessment.run.prepare_assessment", worked)
    with pytest.raises(AssessmentError) as error:
        run_assessment(folder)
    assert snapshot(folder) == before
    assert not (folder / "output").exists()
    return {(p.code, p.place.rpartition("branding")[2]) for p in error.value.problems}


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"accent": "#ffee00"}, {("A046", ".accent")}),
        ({"accent": "#52606d"}, {("A047", ".accent")}),
        ({"logo": "logo.svg"}, {("A048", ".logo")}),
        ({"logo": "logo.gif"}, {("A026", ".logo")}),
        ({"template": "huis.pptx"}, {("A040", ".template")}),
        (
            {"accent": "#ffee00", "logo": "logo.svg", "template": "huis.pptx"},
            {("A046", ".accent"), ("A048", ".logo"), ("A040", ".template")},
        ),
        (
            {"accent": "#ffee00", "logo": "logo.gif"},
            {("A046", ".accent"), ("A026", ".logo")},
        ),
    ],
)
def test_a_house_style_that_cannot_be_used_is_told_as_a_whole(
    tmp_path, monkeypatch, settings, found
):
    files = {"logo.svg": RUNS, "logo.gif": b"GIF89a", "huis.pptx": b"PK not a deck"}
    told = refused(branded(tmp_path / "a", files, **settings), monkeypatch)

    assert found <= told
    assert {place for _, place in told} == {place for _, place in found}


def test_every_file_of_the_style_that_is_missing_is_named(tmp_path, monkeypatch):
    told = refused(
        branded(tmp_path / "a", logo="none.png", template="none.pptx"), monkeypatch
    )

    assert told == {("A002", ".logo"), ("A002", ".template")}


@pytest.mark.parametrize(
    "settings",
    [{"accent": "purple"}, {"accent": "#12345"}, {"logo": "../logo.svg"}],
)
def test_what_is_no_colour_or_lies_outside_is_refused(tmp_path, settings):
    (tmp_path / "logo.svg").write_bytes(LOGO)

    with pytest.raises(AssessmentError):
        load_assessment(branded(tmp_path / "a", **settings))


@pytest.mark.parametrize(
    ("what", "name", "code"),
    [
        ("logo", "leeg.svg", "A048"),
        ("logo", "leeg.png", "A048"),
        ("template", "leeg.pptx", "A040"),
    ],
)
@pytest.mark.parametrize("folder_instead", [True, False])
def test_an_empty_file_or_a_folder_is_refused(
    tmp_path, what, name, code, folder_instead
):
    folder = branded(tmp_path / "a", **{what: name})
    if folder_instead:
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(b"")

    with pytest.raises(AssessmentError) as error:
        read_house_style(load_assessment(folder))
    assert [problem.code for problem in error.value.problems] == [code]


def test_nothing_asked_for_is_the_style_of_the_project(tmp_path):
    assert read_house_style(load_assessment(make_folder(tmp_path / "a"))) == PLAIN


def test_a_png_and_capitals_are_a_house_style_too(tmp_path):
    folder = branded(
        tmp_path / "a", {"LOGO.PNG": PNG}, accent=GOOD.upper(), logo="LOGO.PNG"
    )
    style = read_house_style(load_assessment(folder))

    assert (style.accent, style.logo_kind, style.logo) == (GOOD, "png", PNG)


@pytest.fixture(scope="module")
def styled(tmp_path_factory, prepared):
    """Return the output of a client with a colour, a logo and a template."""
    from pptx import Presentation
    from pptx.util import Inches

    template = Presentation()
    template.slide_width, template.slide_height = Inches(13.333), Inches(7.5)
    template.slide_master.name = "Huisstijl Acme"
    buffer = io.BytesIO()
    template.save(buffer)
    folder = branded(
        tmp_path_factory.mktemp("styled") / "a",
        {"logo.svg": LOGO, "huis.pptx": buffer.getvalue()},
        name="Acme & Zonen",
        accent=GOOD,
        logo="logo.svg",
        template="huis.pptx",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "diagnose.assessment.run.prepare_assessment", lambda *_, **__: prepared
        )
        asked = ("html", "xlsx", "pptx", "pdf", "docx")
        run_assessment(folder, formats=asked, teams=False, handbook=False)
    return snapshot(folder / "output")


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


@pytest.mark.parametrize("page", ["report.html", "disclosure.html"])
def test_the_pages_wear_colour_and_logo(styled, page):
    text = styled[page].decode("utf-8")

    colours = re.findall(r"--accent: (#[0-9a-f]{6})", text)
    assert colours[0] == ACCENT  # what the client's stands above, where one asks for it
    assert set(colours[1:]) == {GOOD}
    assert base64.b64encode(LOGO).decode() in text


@pytest.mark.parametrize("file", ["deck.pptx", "tables.xlsx", "summary.docx"])
def test_office_files_wear_the_colour(styled, file):
    whole = b"".join(parts_of(styled[file]).values()).upper()

    assert GOOD[1:].upper().encode() in whole


def test_the_deck_takes_the_client_s_own_master(styled):
    masters = [
        content
        for name, content in parts_of(styled["deck.pptx"]).items()
        if name.startswith("ppt/slideMasters/slideMaster")
    ]

    assert masters
    assert all(b"Huisstijl Acme" in master for master in masters)


def test_the_paper_is_drawn_in_the_colour(styled):
    import pikepdf

    red, green, blue = (int(GOOD[at : at + 2], 16) / 255 for at in (1, 3, 5))
    with pikepdf.open(io.BytesIO(styled["report.pdf"])) as paper:
        drawn = {
            tuple(round(float(part), 2) for part in step.operands)
            for page in paper.pages
            for step in pikepdf.parse_content_stream(page)
            if str(step.operator) in ("rg", "RG", "scn", "SCN")
            and len(step.operands) == 3
        }

    assert (round(red, 2), round(green, 2), round(blue, 2)) in drawn
