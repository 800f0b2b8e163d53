"""A number is the same in every output, whatever the format it is read back from."""

from collections.abc import Callable

import pytest

from diagnose.disclosure.files import Written, read_bytes
from diagnose.disclosure.files.check import make_rules
from diagnose.disclosure.files.tokens import find_tokens
from diagnose.language import format_number
from diagnose.plots.words import words_for
from diagnose.report.deck import render_deck
from diagnose.report.document import Document, Section
from diagnose.report.executive import executive_deck
from diagnose.report.html import render_html
from diagnose.report.packs import render_packs
from diagnose.report.paper import render_pdf
from diagnose.report.summary import summary_document
from diagnose.report.tables import profile_table
from diagnose.report.word import render_docx
from diagnose.report.xlsx import render_xlsx
from published import make_publication, skip_figures

LANGUAGES = ("en", "nl")
PACK = "teams/care/day-shift"


def render_page(publication, language):
    return render_html(publication, language).encode("utf-8")


def render_paper(publication, language):
    """Return a paper with the table alone: pages of pictures take long to set."""
    words = words_for(publication, language, "report")
    blocks = (profile_table(words, "floor"),)
    section = Section(name="profile", title="Profile", blocks=blocks)
    return render_pdf(
        Document(
            name="report",
            title="Report",
            language=language,
            facts=(),
            sections=(section,),
        )
    )


def render_slides(publication, language):
    return render_deck(executive_deck(publication, language))


def render_summary(publication, language):
    return render_docx(summary_document(publication, language))


OUTPUTS: dict[str, Callable] = {
    "report.html": render_page,
    "tables.xlsx": render_xlsx,
    "deck.pptx": render_slides,
    "report.pdf": render_paper,
    "summary.docx": render_summary,
}


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def written(publication):
    """Return every output in both languages, read back."""
    with pytest.MonkeyPatch.context() as patch:
        skip_figures(patch)
        return {
            (name, language): read_bytes(render(publication, language), name)
            for name, render in OUTPUTS.items()
            for language in LANGUAGES
        }


@pytest.fixture(scope="module")
def pack(publication):
    """Return what one team receives, read back."""
    found = {}
    for name, content in render_packs(publication, formats=("pptx", "xlsx", "pdf")):
        if name.startswith(f"{PACK}/"):
            found[name.removeprefix(f"{PACK}/")] = read_bytes(content, name)
        elif found:
            break
    return found


def beside(found: Written, name: str, part: str = "") -> list[tuple[str | float, ...]]:
    """Return what stands beside a name, in rows of tables and in lines of pages."""
    told = [
        tuple(flat(row.cells[1:]))
        for row in found.rows
        if str(row.cells[0]).split("\n")[0].strip() == name and part in row.place
    ]
    for passage in found.passages:
        if " page " in passage.place and passage.text.startswith(f"{name} "):
            told.append(tuple(flat([passage.text.removeprefix(name)])))
    return told


def flat(cells):
    for cell in cells:
        if isinstance(cell, str):
            yield from (token.text for token in find_tokens(cell))
        else:
            yield float(cell)


def holds(told, numbers, language) -> bool:
    """Tell whether numbers stand side by side, typed and exact or as written."""
    width = len(numbers)
    return any(
        all(
            is_same(t, n, language)
            for t, n in zip(row[at : at + width], numbers, strict=True)
        )
        for row in told
        for at in range(len(row) - width + 1)
    )


def is_same(told, number, language):
    if isinstance(told, float):
        return told == pytest.approx(number, rel=1e-12)
    digits = 0 if float(number).is_integer() else 2
    return told == format_number(abs(number), language, digits=digits)


def floor_rows(publication):
    profile = publication.profile
    shown = profile.loc[(profile["role"] == "floor") & profile["mean"].notna()]
    return shown.to_dict("records")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["report.html", "tables.xlsx", "report.pdf"])
def test_profile_is_the_same_in_every_table(publication, written, name, language):
    for row in floor_rows(publication):
        title = publication.instrument.subscale(row["subscale"]).title[language]
        told = beside(written[name, language], title)
        numbers = [row[key] for key in ("n_respondents", "mean", "conf_low")]
        assert holds(told, numbers, language), (title, numbers, told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["ppt/charts/", "ppt/embeddings/"])
def test_chart_and_its_workbook_hold_the_means(publication, written, part, language):
    for row in floor_rows(publication):
        title = publication.instrument.subscale(row["subscale"]).title[language]
        told = beside(written["deck.pptx", language], title, part)
        assert holds(told, [row["mean"]], language), (title, row["mean"], told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_holds_the_means(publication, written, language):
    for row in floor_rows(publication):
        title = publication.instrument.subscale(row["subscale"]).title[language]
        told = beside(written["summary.docx", language], title)
        assert holds(told, [row["mean"]], language), (title, row["mean"], told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "level"),
    [
        *(("report.html", "division"), ("report.html", "team")),
        *(("tables.xlsx", "division"), ("tables.xlsx", "team")),
    ],
)
def test_means_of_units_are_the_same_everywhere(
    publication, written, name, level, language
):
    cells = publication.units.cells
    shown = cells.loc[(cells["status"] == "shown") & (cells["level"] == level)]
    assert len(shown) > 20
    for row in shown.to_dict("records"):
        told = beside(written[name, language], row["path"][-1])
        assert holds(told, [row["mean"]], language), (row["path"], row["subscale"])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *(("tables.xlsx", ""), ("handout.pdf", "")),
        *(("deck.pptx", f"ppt/{part}/") for part in ("charts", "embeddings", "slides")),
    ],
)
def test_pack_of_a_team_holds_its_means(publication, pack, name, part):
    cells = publication.units.cells
    own = cells.loc[cells["path"] == ("Care", "Day shift")].to_dict("records")
    assert len(own) == 12
    for row in own:
        title = publication.instrument.subscale(row["subscale"]).title["en"]
        told = beside(pack[name], title, part)
        assert holds(told, [row["mean"]], "en"), (title, row["mean"], told)


def test_nothing_in_these_outputs_is_foreign(publication, written, pack):
    rules = make_rules(publication, (), ())
    for found in (*written.values(), *pack.values()):
        assert list(rules.offences(found)) == []


def test_a_changed_number_is_noticed(publication, written):
    row = floor_rows(publication)[0]
    title = publication.instrument.subscale(row["subscale"]).title["en"]
    told = beside(written["tables.xlsx", "en"], title)

    assert holds(told, [row["n_respondents"], row["mean"]], "en")
    assert not holds(told, [row["n_respondents"], row["mean"] + 1e-9], "en")
