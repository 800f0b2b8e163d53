"""A hidden team in a written handbook turns red, wherever in it the team stands."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from assessed import HIDDEN_WITH_IT, PLAIN, TOO_SMALL
from diagnose.assessment.search import search_handbook
from diagnose.errors import DisclosureError

FINE = "Welcome."
WIDGET = "application/vnd.jupyter.widget-state+json"
PAGE = "<!doctype html><html lang='en'><body><h1>Teams</h1>{}</body></html>"
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A</title></head>'
    "<body><p>{}</p></body></html>"
)


def paragraph(told):
    return PAGE.format(f"<p>{told}</p>")


def widget(told):
    """Return a page with the state of a widget, which draws it when it is opened."""
    model = {"model_name": "HTMLModel", "state": {"value": f"<b>{told}</b>"}}
    state = json.dumps({"version_major": 2, "state": {"a1": model}})
    return PAGE.format(f'<script type="{WIDGET}">{state}</script>')


def element(told):
    """Return a page with a live element: its data as the directive writes it."""
    data = json.dumps({"language": "en", "words": {"title": told}})
    return PAGE.format(
        '<div class="live" data-live="noise"><script type="application/json">'
        f'{data}</script><div class="live-printed"><p>On paper.</p></div></div>'
    )


def described(told):
    return PAGE.format(f'<img src="a.svg" alt="{told}">')


def drawn(told):
    return f'<svg xmlns="http://www.w3.org/2000/svg"><title>{told}</title></svg>'


def book(told, page="book/a.xhtml"):
    """Return an EPUB of one page."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("mimetype", "application/epub+zip")
        pack.writestr(page, XHTML.format(told))
    return out.getvalue()


PLACES = {
    "en/book/why.html": paragraph,
    "nl/notebooks/03_compare_teams.html": widget,
    "en/book/trust.html": element,
    "nl/book/method.html": described,
    "en/_images/forest.svg": drawn,
    "nl/downloads/handboek.epub": book,
}


@pytest.fixture
def handbook(tmp_path, monkeypatch):
    """Return a small handbook in which everything may be shown."""
    monkeypatch.setattr("diagnose.assessment.search._fixed_texts", lambda: iter([FINE]))
    for name in PLACES:
        tell(tmp_path, name, FINE)
    return tmp_path


def tell(folder, name, told):
    """Write one file of the handbook that tells this."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = PLACES[name](told)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def refused(folder, prepared):
    """Return the codes of what is refused, by the file that it stands in."""
    with pytest.raises(DisclosureError) as error:
        search_handbook(folder, prepared)
    return {(found.code, found.place.split()[0]) for found in error.value.problems}


def long_mean(secrets):
    """Return a mean of a hidden unit, with every digit that it has."""
    return next(n for n in secrets.numbers if 1 < n < 5 and len(repr(n)) > 12)


def test_a_handbook_that_tells_nothing_is_accepted_and_read_whole(handbook, prepared):
    audit = search_handbook(handbook, prepared)

    assert {file.name for file in audit.files} == set(PLACES)
    assert all(file.n_texts for file in audit.files)
    assert audit.passed


@pytest.mark.parametrize("unit", [TOO_SMALL, HIDDEN_WITH_IT])
@pytest.mark.parametrize("name", PLACES)
def test_a_number_beside_a_hidden_team_is_refused(handbook, prepared, name, unit):
    tell(handbook, name, f"{unit}: 3.21")

    assert ("D042", name) in refused(handbook, prepared)


@pytest.mark.parametrize("name", PLACES)
def test_a_mean_of_a_hidden_team_is_refused_without_its_name(handbook, prepared, name):
    tell(handbook, name, repr(long_mean(prepared.secrets)))

    assert ("D043", name) in refused(handbook, prepared)


def test_a_typed_mean_in_the_data_of_an_element_is_refused(handbook, prepared):
    name = "en/book/trust.html"
    page = element(FINE).replace(
        '"words"', f'"teams": [{long_mean(prepared.secrets)!r}], "words"'
    )
    (handbook / name).write_text(page, encoding="utf-8")

    assert ("D043", name) in refused(handbook, prepared)


@pytest.mark.parametrize("name", PLACES)
def test_a_made_up_number_of_a_team_that_is_shown_is_refused(handbook, prepared, name):
    tell(handbook, name, f"{PLAIN}: 9.8765")

    assert {where for _, where in refused(handbook, prepared)} == {name}


def test_pages_about_made_up_teams_may_name_them_but_tell_no_secret(
    handbook, prepared, monkeypatch
):
    name = "en/notebooks/14_attack_table.html"
    monkeypatch.setitem(PLACES, name, paragraph)
    monkeypatch.setattr(
        "diagnose.assessment.search._fixed_texts", lambda: iter(["It scores 3.21."])
    )
    tell(handbook, name, f"{TOO_SMALL}: 3.21")
    search_handbook(handbook, prepared)

    tell(handbook, name, repr(long_mean(prepared.secrets)))
    assert ("D043", name) in refused(handbook, prepared)


def test_a_page_about_made_up_teams_is_known_inside_a_book(
    handbook, prepared, monkeypatch
):
    name = "nl/downloads/handboek.epub"
    told = f"{TOO_SMALL}: 3.21"
    monkeypatch.setattr(
        "diagnose.assessment.search._fixed_texts", lambda: iter(["It scores 3.21."])
    )
    (handbook / name).write_bytes(book(told, "notebooks/14_attack_table.xhtml"))
    search_handbook(handbook, prepared)

    (handbook / name).write_bytes(book(told, "notebooks/03_compare_teams.xhtml"))
    assert ("D042", name) in refused(handbook, prepared)


def test_a_file_that_cannot_be_read_is_refused(handbook, prepared):
    name = "en/downloads/handbook.mobi"
    (handbook / "en" / "downloads").mkdir()
    (handbook / name).write_bytes(b"\x00\x01")

    assert ("D045", name) in refused(handbook, prepared)
