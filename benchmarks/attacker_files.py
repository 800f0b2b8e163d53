"""What a reader takes from the written files: which number is about which people.

Nothing but the files is read here, in English. A statement is a number of people and,
where there is one, the mean of their scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from attacker_organisations import FLOOR, LEADER, WAVES, Path, asked

NOW = WAVES[-1]
ROLES = {"work floor": FLOOR, "leaders": LEADER}
REST_STATUS = "hidden units together"
REST_NAME = "Other units in "
_READ_BY = (
    ({"Finding"}, "_finding"),
    ({"n work floor"}, "_gap"),
    ({"Own mean"}, "_unit"),
    ({"Unit", "Response"}, "_unit"),
    ({"Role", "n"}, "_counted"),
    ({"Code", "Not answered (n)"}, "_answers"),
    ({"Item-rest"}, "_item"),
    ({"Without careless"}, "_kept"),
    ({"Same people"}, "_followed"),
    ({"n again"}, "_followed"),
    ({"Subscale", "n", "Mean"}, "_everybody"),
)
"""Headings that make a table what it is, and what reads it; the first that fits."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One number that a file tells.

    Attributes
    ----------
    kind : str
        ``cell`` (scores of a unit, role or wave), ``rest`` (of what is hidden in the
        unit at `path`), ``item``, ``kept`` (without careless answers), ``linked``,
        ``stayed``, ``left`` (people who can be followed), ``people`` and
        ``people_rest`` (who answered at all).
    wave, role, subscale, item, path
        Whom and what it is about; the path is empty for everybody.
    n_respondents, mean : float
        As told; the mean is NaN where only people are counted.
    """

    kind: str
    n_respondents: float
    mean: float = float("nan")
    wave: str = NOW
    role: str = FLOOR
    subscale: str = ""
    item: str = ""
    path: Path = ()


@dataclass(frozen=True, kw_only=True)
class FileTable:
    """A table as it stands in a file: caption, headings, rows."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each row by heading; of equal headings the first counts."""
        for row in self.rows:
            found: dict[str, Any] = {}
            for head, value in zip(self.heads, row, strict=False):
                found.setdefault(head, value)
            yield found


def read_workbook(content: bytes) -> list[FileTable]:
    """Return every table of a workbook."""
    from python_calamine import load_workbook

    book = load_workbook(BytesIO(content))
    return [
        table
        for name in book.sheet_names
        for table in _tables_of(book.get_sheet_by_name(name).to_python())
    ]


def _tables_of(lines: Sequence[Sequence[Any]]) -> Iterator[FileTable]:
    filled = [sum(cell != "" for cell in line) for line in lines]
    for at in range(1, len(lines)):
        if filled[at] < 2 or filled[at - 1] != 1 or lines[at - 1][0] == "":
            continue
        heads = [head for head in lines[at] if head != ""]
        if len(heads) != filled[at] or not all(isinstance(h, str) for h in heads):
            continue
        end = at + 1
        while end < len(lines) and filled[end] > 1:
            end += 1
        yield FileTable(
            caption=str(lines[at - 1][0]),
            heads=tuple(heads),
            rows=tuple(tuple(line[: len(heads)]) for line in lines[at + 1 : end]),
        )


class _Tables(HTMLParser):
    """Collects caption, headings and cells of each table of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[list[str], list[list[str]]]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append(([""], []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1][1]:
            self.tables[-1][1][-1].append("")
        if tag in ("caption", "td", "th"):
            self._open = tag
        elif self._open in ("td", "th") and self.tables:
            self.tables[-1][1][-1][-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("caption", "td", "th"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        if not self.tables or not self._open:
            return
        if self._open == "caption":
            self.tables[-1][0][0] += data
        elif self.tables[-1][1] and self.tables[-1][1][-1]:
            self.tables[-1][1][-1][-1] += data


def read_page(content: str) -> list[FileTable]:
    """Return every table of an HTML page, its cells as text."""
    parser = _Tables()
    parser.feed(content)
    return [
        FileTable(
            caption=caption[0].strip(),
            heads=tuple(" ".join(head.split()) for head in lines[0]),
            rows=tuple(
                tuple(" ".join(cell.split()) for cell in line) for line in lines[1:]
            ),
        )
        for caption, lines in parser.tables
        if lines
    ]


def _number(value: Any) -> float | None:
    """Return a number, also one that a page writes as text; None for words."""
    if isinstance(value, int | float):
        return float(value)
    text = str(value).replace(",", "").replace("\u2212", "-").strip()
    first = text.split(" ")[0] if text else ""
    try:
        return float(first)
    except ValueError:
        return None


class Reader:
    """Makes statements of tables, for one organisation whose units are known."""

    def __init__(self, paths: Sequence[Path]) -> None:
        units = {path[:end] for path in paths for end in range(1, len(path) + 1)}
        self._by_label = {path[-1]: path for path in units if path[-1]}
        self._subscales = {s.title["en"]: s.id for s in asked().subscales}
        self._of_item = {i.id: s.id for s in asked().subscales for i in s.items}

    def tell(self, tables: Sequence[FileTable]) -> list[Told]:
        """Return everything that the tables say about people, each once."""
        told: dict[Told, None] = {}
        for table in tables:
            for record in table.records():
                told |= dict.fromkeys(self._tell(table, record))
        return list(told)

    def _tell(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        """Yield what a row says, by the headings of its table."""
        heads = set(table.heads)
        for needed, name in _READ_BY:
            if needed <= heads:
                yield from getattr(self, name)(table, row)
                return

    def _subscale(self, table: FileTable, row: dict[str, Any]) -> str:
        if "Subscale" in row:
            return self._subscales.get(str(row["Subscale"]), "")
        return next((s for t, s in self._subscales.items() if t in table.caption), "")

    def _path(self, row: dict[str, Any]) -> Path | None:
        """Return the path of the unit in a row; None of a unit that is unknown."""
        parent = self._parent(row)
        name = str(row["Unit"])
        if name == "unit unknown":
            if "Part of" not in row:  # pages do not say within what; workbooks do
                return None
            return None if parent is None else (*parent, "")
        return self._by_label.get(name.split(" ")[0])

    def _parent(self, row: dict[str, Any]) -> Path | None:
        name = str(row.get("Part of", ""))
        if name in ("", "Organisation"):
            return ()
        return self._by_label.get(name.split(" › ")[-1])

    def _rest(self, row: dict[str, Any]) -> Path | None:
        name = str(row["Unit"])
        if not name.startswith(REST_NAME):
            return None
        inside = name.removeprefix(REST_NAME).split(",")[0].split(" › ")[-1]
        return () if inside == "Organisation" else self._by_label.get(inside)

    def _unit(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        number = _number(row.get("n", ""))
        if number is None:
            return
        rest = self._rest(row)
        path = self._path(row) if rest is None else rest
        if path is None:
            return
        subscale = self._subscale(table, row)
        if not subscale and "Response" in row:
            kind = "people" if rest is None else "people_rest"
            yield Told(kind=kind, n_respondents=number, path=path)
            return
        mean = _number(row.get("Own mean", ""))
        if subscale and mean is not None:
            yield Told(
                kind="cell" if rest is None else "rest",
                n_respondents=number,
                mean=mean,
                subscale=subscale,
                path=path,
            )

    def _finding(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        """Yield the mean of a unit that a finding rests on."""
        path = self._by_label.get(str(row["Unit"]).split(" › ")[-1])
        subscale = self._subscales.get(str(row["Subscale"]), "")
        number, mean = _number(row["n"]), _number(row["Mean"])
        if None not in (path, number, mean) and subscale:
            yield Told(
                kind="cell",
                n_respondents=number,
                mean=mean,
                subscale=subscale,
                path=path,
            )

    def _gap(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        path = self._path(row) if "Unit" in row else ()
        subscale = self._subscales.get(str(row.get("Subscale", "")), "")
        for role, name in ((FLOOR, "work floor"), (LEADER, "leaders")):
            number = _number(row[f"n {name}"])
            mean = _number(row.get(name.capitalize(), ""))
            if None not in (number, mean, path) and subscale:
                yield Told(
                    kind="cell",
                    n_respondents=number,
                    mean=mean,
                    role=role,
                    subscale=subscale,
                    path=path,
                )

    def _answers(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        item = str(row["Code"]).lower()
        number = _number(row["n"])
        if number is not None and item in self._of_item:
            yield Told(
                kind="item",
                n_respondents=number,
                subscale=self._of_item[item],
                item=item,
            )

    def _item(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        first = next(iter(row.values()))
        item = str(first).split(" ")[0].lower()
        number, mean = _number(row["n"]), _number(row.get("Mean", ""))
        if None not in (number, mean) and item in self._of_item:
            yield Told(
                kind="item",
                n_respondents=number,
                mean=mean,
                subscale=self._of_item[item],
                item=item,
            )

    def _kept(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        subscale = self._subscales.get(str(row["Subscale"]), "")
        number = _number(row["n without"])
        mean = _number(row["Without careless"])
        if None not in (number, mean) and subscale:
            yield Told(kind="kept", n_respondents=number, mean=mean, subscale=subscale)

    def _followed(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        subscale = self._subscales.get(str(row["Subscale"]), "")
        for kind, wave, count, mean in (
            ("linked", WAVES[-2], "Same people", "Mean before"),
            ("linked", NOW, "Same people", "Mean"),
            ("stayed", WAVES[-2], "n again", "Answered again"),
            ("left", WAVES[-2], "n not again", "Not again"),
        ):
            number, value = _number(row.get(count, "")), _number(row.get(mean, ""))
            if None not in (number, value):
                yield Told(
                    kind=kind,
                    n_respondents=number,
                    mean=value,
                    wave=wave,
                    subscale=subscale,
                )

    def _everybody(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        subscale = self._subscales.get(str(row["Subscale"]), "")
        number, mean = _number(row["n"]), _number(row["Mean"])
        if None in (number, mean) or not subscale:
            return
        wave = str(row["Wave"]) if "Wave" in row else NOW
        role = LEADER if table.caption.endswith("leaders") else FLOOR
        yield Told(
            kind="cell",
            n_respondents=number,
            mean=mean,
            wave=wave,
            role=role,
            subscale=subscale,
        )

    def _counted(self, table: FileTable, row: dict[str, Any]) -> Iterator[Told]:
        number = _number(row["n"])
        if number is not None and row["Role"] in ROLES:
            yield Told(kind="people", n_respondents=number, role=ROLES[row["Role"]])
