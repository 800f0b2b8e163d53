"""Damage to headings and columns: shifted, renamed, swapped, lost, doubled."""

from __future__ import annotations

from collections.abc import Sequence

from mutation.corpus import Base, Cell, Grid
from mutation.damage import SAME, STOPPED, Damage, on_grid

_BY_CODE = "headings hold nothing but codes, and all answers are of one scale"


def _rotate(grid: Grid, places: Sequence[int], *, rows: Sequence[int]) -> None:
    for row in rows:
        cells = [grid.rows[row][place] for place in places]
        for place, cell in zip(places, [cells[-1], *cells[:-1]], strict=True):
            grid.rows[row][place] = cell


def _heads(grid: Grid) -> range:
    return range(grid.n_head)


def _exchange(grid: Grid, one: str, two: str, *, rows: Sequence[int]) -> None:
    _rotate(grid, [grid.at[one], grid.at[two]], rows=rows)


def _items_shifted(grid: Grid) -> None:
    _rotate(grid, [grid.at[item] for item in grid.items], rows=_heads(grid))


def _all_shifted(grid: Grid) -> None:
    _rotate(grid, range(len(grid.rows[0])), rows=_heads(grid))


def _block_shifted(grid: Grid) -> None:
    places = [grid.at[item] for item in ("v1", "v2", "v3", "v4")]
    _rotate(grid, places, rows=_heads(grid))


def _forward_swapped(grid: Grid) -> None:
    _exchange(grid, "v1", "v2", rows=_heads(grid))


def _reverse_swapped(grid: Grid) -> None:
    _exchange(grid, "v1", "v3", rows=_heads(grid))


def _scales_swapped(grid: Grid) -> None:
    _exchange(grid, "v1", "c1", rows=_heads(grid))


def _texts_swapped(grid: Grid) -> bool | None:
    if grid.n_head > 2 or (grid.n_head == 2 and "v_1" in grid.rows[0]):
        _exchange(grid, "v1", "v2", rows=[1])
        return None
    return _swap_parts(grid, keep_code=True)


def _codes_swapped(grid: Grid) -> bool | None:
    if grid.n_head > 2 or (grid.n_head == 2 and "v_1" in grid.rows[0]):
        _exchange(grid, "v1", "v2", rows=[0])
        return None
    return _swap_parts(grid, keep_code=False)


def _swap_parts(grid: Grid, *, keep_code: bool) -> bool | None:
    """Exchange codes, or texts, within headings such as ``v[v1]. Text``."""
    head = grid.rows[0]
    one, two = grid.at["v1"], grid.at["v2"]
    if "]. " not in head[one]:
        return False
    (code1, text1), (code2, text2) = (head[p].split(". ", 1) for p in (one, two))
    if not keep_code:
        code1, code2 = code2, code1
    else:
        text1, text2 = text2, text1
    head[one], head[two] = f"{code1}. {text1}", f"{code2}. {text2}"
    return None


def _renamed(item: str, name: str) -> Damage:
    def change(grid: Grid) -> None:
        for row in _heads(grid):
            grid.rows[row][grid.at[item]] = f"{name}{row or ''}"

    return Damage(
        name=f"{item} is called {name}", apply=on_grid(change), allowed=STOPPED
    )


def _without(items: Sequence[str]) -> Damage:
    def change(grid: Grid) -> None:
        _drop(grid, [grid.at[item] for item in items])

    return Damage(
        name=f"without {' '.join(items)}", apply=on_grid(change), allowed=STOPPED
    )


def _drop(grid: Grid, places: Sequence[int]) -> None:
    for row in grid.rows:
        for place in sorted(places, reverse=True):
            del row[place]


def _without_block(grid: Grid) -> None:
    _drop(grid, [grid.at[item] for item in ("c1", "c2", "c3")])


def _less_c(base: Base):
    read = base.read
    answers, flags = read.answers.copy(), read.not_applicable.copy()
    answers[["c1", "c2", "c3"]] = float("nan")
    flags[["c1", "c2", "c3"]] = False
    from dataclasses import replace

    return replace(read, answers=answers, not_applicable=flags)


def _doubled(grid: Grid) -> bool | None:
    if grid.kind in (".sav", ".json"):  # these cannot hold two columns of one name
        return False
    place = grid.at["v2"]
    for row in grid.rows:
        row.append(row[place])
    return None


def _doubled_with_others(grid: Grid) -> bool | None:
    if _doubled(grid) is False:
        return False
    for row in grid.body:
        row[-1] = grid.body[0][-1]
    return None


def _other_order(grid: Grid) -> bool | None:
    # the question stands only above the first of its columns there
    if grid.n_head == 2 and "" in grid.rows[0]:
        return False
    for row in grid.rows:
        row.reverse()
    return None


def _extra_columns(grid: Grid) -> None:
    for number, row in enumerate(grid.rows):
        is_head = number < grid.n_head
        row.insert(0, f"extra{number}" if is_head else "5")
        row.append(f"zz{number}" if is_head else "Agree")


def _extra_item(grid: Grid) -> None:
    v2 = grid.at["v2"]
    last = grid.at["n3"] + 1
    for number, row in enumerate(grid.rows):
        name = str(row[v2]).replace("2", "9") if number < grid.n_head else row[v2]
        row.insert(last, name)


def _merged(grid: Grid) -> None:
    for row in _heads(grid):
        for item in ("v2", "v3", "v4"):
            grid.rows[row][grid.at[item]] = ""


def _decorated(start: str, end: str, *, upper: bool = False) -> Damage:
    def change(grid: Grid) -> None:
        for row in _heads(grid):
            for item in grid.items:
                text = str(grid.rows[row][grid.at[item]])
                if text and not text.startswith("{"):
                    text = text.upper() if upper else text
                    grid.rows[row][grid.at[item]] = f"{start}{text}{end}"

    name = "in capitals" if upper else f"with {start!r} before and {end!r} behind"
    return Damage(name=f"headings {name}", apply=on_grid(change))


def _edited(grid: Grid) -> bool:
    changed = False
    for row in _heads(grid):
        for place in (grid.at["v1"],):
            text = str(grid.rows[row][place])
            for old, new in (("durven we", "durven we niet"), ("dare", "do not dare")):
                text = text.replace(old, new)
            changed |= text != grid.rows[row][place]
            grid.rows[row][place] = text
    return changed


def _inserted(target: str) -> Damage:
    def change(grid: Grid) -> None:
        place = grid.at[target]
        for number, row in enumerate(grid.rows):
            if number < grid.n_head:
                row.append(f"later{number}")
            else:
                row.insert(place, None if _typed(grid) else "")

    return Damage(
        name=f"a blank column inserted below the heading of {target}",
        apply=on_grid(change),
        allowed=STOPPED,
    )


def _typed(grid: Grid) -> bool:
    """Tell whether blank cells are None in this kind of file."""
    return any(cell is None for row in grid.body for cell in row)


def _headless(grid: Grid) -> None:
    del grid.rows[0 : grid.n_head]
    grid.rows = [[str(cell) for cell in grid.rows[0]], *grid.rows[1:]]


def _lost_row(row: int) -> Damage:
    def change(grid: Grid) -> bool | None:
        if grid.n_head <= row or grid.n_head < 2:
            return False
        del grid.rows[row]
        return None

    return Damage(name=f"heading row {row + 1} lost", apply=on_grid(change))


def _title_above(grid: Grid) -> None:
    blank: list[Cell] = [""] * (len(grid.rows[0]) - 1)
    grid.rows.insert(0, ["Results", *blank])


def _role_renamed(grid: Grid) -> bool | None:
    if grid.n_head == 2 and "" in grid.rows[0]:
        return False
    for row in _heads(grid):
        grid.rows[row][grid.at["role"]] = f"function{row or ''}"
    return None


def _unit_renamed(grid: Grid) -> None:
    for row in _heads(grid):
        grid.rows[row][grid.at["unit.team"]] = f"grp{row or ''}"


def _other_names(grid: Grid) -> None:
    for row in _heads(grid):
        for number, item in enumerate(grid.items):
            grid.rows[row][grid.at[item]] = f"w{row or ''}x{number}"


HEADINGS = [
    Damage(
        name="headings of the items shifted by one",
        apply=on_grid(_items_shifted),
        allowed=STOPPED,
    ),
    Damage(
        name="all headings shifted by one", apply=on_grid(_all_shifted), allowed=STOPPED
    ),
    Damage(
        name="headings of one block shifted by one",
        apply=on_grid(_block_shifted),
        allowed=STOPPED,
    ),
    Damage(
        name="headings of two items keyed alike exchanged whole",
        apply=on_grid(_forward_swapped),
        unseen=_BY_CODE,
    ),
    Damage(
        name="headings of a forward and a reverse item exchanged",
        apply=on_grid(_reverse_swapped),
        allowed=STOPPED,
    ),
    Damage(
        name="headings of items on two scales exchanged",
        apply=on_grid(_scales_swapped),
        allowed=STOPPED,
    ),
    Damage(
        name="texts of two items exchanged, codes not",
        apply=on_grid(_texts_swapped),
        allowed=STOPPED,
    ),
    Damage(
        name="codes of two items exchanged, texts not",
        apply=on_grid(_codes_swapped),
        allowed=STOPPED,
    ),
    _renamed("v2", "speakup"),
    _renamed("v3", "silence"),
    _without(["v2"]),
    _without(["n3"]),
    _without(["v1", "v3", "c1", "c3", "n1"]),
    Damage(
        name="without a whole block",
        apply=on_grid(_without_block),
        allowed=SAME,
        expected=_less_c,
    ),
    Damage(
        name="one column twice", apply=on_grid(_doubled), allowed=("refused", "blocked")
    ),
    Damage(
        name="one heading above two different columns",
        apply=on_grid(_doubled_with_others),
        allowed=STOPPED,
    ),
    Damage(name="columns in other order", apply=on_grid(_other_order), allowed=SAME),
    Damage(name="extra columns", apply=on_grid(_extra_columns)),
    Damage(name="an extra item", apply=on_grid(_extra_item), allowed=SAME),
    Damage(name="merged headings", apply=on_grid(_merged), allowed=STOPPED),
    _decorated(" ", "\u00a0 "),
    _decorated("\ufeff", "\u200b"),
    _decorated("", "", upper=True),
    Damage(
        name="a question edited after the launch",
        apply=on_grid(_edited),
        tells=("R074",),
    ),
    _inserted("v1"),
    _inserted("c1"),
    _inserted("role"),
    Damage(name="without headings", apply=on_grid(_headless), allowed=STOPPED),
    _lost_row(0),
    _lost_row(1),
    Damage(
        name="a title above the table", apply=on_grid(_title_above), allowed=STOPPED
    ),
    Damage(
        name="the heading of the role renamed",
        apply=on_grid(_role_renamed),
        unseen="a survey of the work floor alone has no role either",
        tells=("R063",),
    ),
    Damage(
        name="the heading of a level renamed",
        apply=on_grid(_unit_renamed),
        allowed=STOPPED,
    ),
    Damage(
        name="another instrument's items",
        apply=on_grid(_other_names),
        allowed=STOPPED,
    ),
]
