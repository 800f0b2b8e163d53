"""Folders of units: which ones there are, what they hold, and of whom."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace

import openpyxl
import pytest

from diagnose.disclosure.files import audit_files
from diagnose.plots.words import words_for
from diagnose.report import render_packs
from diagnose.report.packs.sheets import unit_workbook
from diagnose.report.packs.view import Views, children_of
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication

FILES = {"deck.pptx", "tables.xlsx", "actions.xlsx", "handout.pdf"}


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def views(publication):
    return Views(words_for(publication, "en", "report"))


@pytest.fixture(scope="module")
def books(publication):
    """Return the workbooks of every unit, by name."""
    return dict(render_packs(publication, formats=("xlsx",)))


def cells_of(content):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* extension is not supported", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def numbers_in(content):
    return {round(v, 9) for v in cells_of(content) if isinstance(v, float | int)}


def changed_units(publication, **changes):
    """Return a publication with other units, which is not audited again."""
    changed = object.__new__(type(publication))
    for name in publication.__dataclass_fields__:
        object.__setattr__(changed, name, getattr(publication, name))
    units = replace(publication.units, **changes)
    object.__setattr__(changed, "units", units)
    return changed


def shown_paths(publication):
    cells = publication.units.cells
    kept = (cells["status"] == "shown") & cells["mean"].notna()
    return set(cells.loc[kept, "path"])


def test_there_is_one_view_of_every_unit_that_is_shown(publication, views):
    paths = [view.path for view in views]

    assert set(paths) == shown_paths(publication)
    assert len(paths) == len(set(paths)) == len(views)
    assert paths == sorted(paths, key=lambda path: (len(path), path))


@pytest.mark.parametrize("hidden", [TOO_SMALL, HIDDEN_WITH_IT])
def test_no_view_and_no_folder_of_a_hidden_unit(views, books, hidden):
    assert hidden not in {view.path[-1] for view in views}
    assert not any(hidden.lower().replace(" ", "-") in name for name in books)


def test_a_rest_is_no_unit_of_its_own(views):
    assert all(view.path[-1] for view in views)
    for view in views:
        assert {cell["status"] for cell in view.cells} <= {"shown", "hidden"}


def test_every_folder_lies_in_that_of_its_parent(books, publication):
    places = {name.rpartition("/")[0] for name in books}

    assert "teams/care/day-shift" in places
    assert len(places) == len(shown_paths(publication))
    for place in places - {"teams/care", "teams/support"}:
        assert place.rpartition("/")[0] in places


@pytest.mark.parametrize(
    ("formats", "found"),
    [
        (("xlsx",), {"tables.xlsx", "actions.xlsx"}),
        (("html", "docx", "figures"), set()),
        ((), set()),
    ],
)
def test_a_format_that_packs_lack_is_passed_over(publication, formats, found):
    names = {name for name, _ in render_packs(publication, formats=formats)}

    assert {name.rpartition("/")[2] for name in names} == found


def test_one_whole_pack_is_clean_and_the_same_twice(publication, tmp_path):
    def one_pack():
        packs = render_packs(publication, language="nl")
        return [next(packs) for _ in FILES]

    pack = one_pack()

    assert {name.rpartition("/")[2] for name, _ in pack} == FILES
    assert one_pack() == pack
    for name, content in pack:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert audit_files(tmp_path, publication).problems == ()


def test_the_audit_finds_the_pack_of_one_unit_in_the_folder_of_another(
    books, publication, tmp_path
):
    path = tmp_path / "teams" / "support" / "tables.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(books["teams/care/tables.xlsx"])

    found = {p.code for p in audit_files(tmp_path, publication).problems}
    assert "D042" in found


def test_a_pack_holds_no_mean_of_a_unit_beside_it(books, publication):
    """Own, above and below may stand there; a sister's numbers may not."""
    cells = publication.units.cells
    own = ("Care", "Day shift")
    told = numbers_in(books["teams/care/day-shift/tables.xlsx"])
    sisters = cells.loc[
        [len(path) == 2 and path != own for path in cells["path"]], "mean"
    ].dropna()
    mine = cells.loc[[path == own for path in cells["path"]], "mean"].dropna()

    assert {round(mean, 9) for mean in mine} <= told
    # A mean of few answers may be that of another unit by chance; most are not.
    assert len({round(mean, 9) for mean in sisters} & told) < 3


def test_units_below_are_those_right_below(views):
    by_path = {view.path: view for view in views}
    below = children_of(by_path[("Care",)])

    assert {row["parent"] for row in below} == {("Care",)}
    assert children_of(by_path[("Care", "Day shift")]) == []


def test_a_hidden_subscale_of_a_shown_unit_has_no_number(publication):
    units = publication.units
    path = ("Support", "Finance")
    cells = units.cells.copy()
    here = (cells["path"] == path) & (cells["subscale"] == "k")
    assert here.sum() == 1
    cells.loc[here, ["n_respondents", "mean", "sd"]] = float("nan")
    cells.loc[here, "status"] = "hidden"
    # Publishing makes these of what is shown, so that nothing is left there either.
    made_of_them = {
        name: frame.loc[~((frame["path"] == path) & (frame["subscale"] == "k"))]
        for name in ("estimates", "changes", "gaps", "agreement")
        if len(frame := getattr(units, name))
    }
    changed = changed_units(publication, cells=cells, **made_of_them)
    view = Views(words_for(changed, "en", "report")).of(path)
    (row,) = [cell for cell in view.cells if cell["subscale"] == "k"]
    others = {round(c["mean"], 9) for c in view.shown}
    told = numbers_in(unit_workbook(view))
    before = round(publication.units.cells.loc[here, "mean"].iloc[0], 9)

    assert len(view.shown) == len(view.cells) - 1
    assert row["estimate"] is None
    assert before not in told
    assert others <= told


def test_without_units_there_are_no_packs(publication):
    none = changed_units(publication, cells=publication.units.cells.iloc[:0])

    assert list(render_packs(none)) == []


def test_progress_counts_units(publication):
    said: list[str] = []
    list(render_packs(publication, formats=("xlsx",), progress=said.append))

    assert said == [f"teams 0/{len(shown_paths(publication))}"]


def test_anything_but_a_publication_is_no_pack():
    with pytest.raises(TypeError, match="Publication"):
        next(render_packs(None))
