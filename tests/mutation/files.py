"""Damage to whole files: other kinds of content, archives, bombs, broken off."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable

import numpy as np

from mutation.corpus import Base
from mutation.damage import SAME, STOPPED, Damage
from mutation.spelling import as_text

_XML = b'<?xml version="1.0" encoding="UTF-8"?>'
_LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


def _is(*kinds: str) -> Callable[[Base], bool]:
    return lambda base: base.way.kind in kinds


def content(name: str, data: bytes) -> Damage:
    """Return a damage: something else under the name of the export."""

    def apply(base: Base) -> bytes | None:
        is_big = len(data) > 100_000 and base.way.look != "plain"
        return None if is_big or not isinstance(base.content, bytes) else data

    return Damage(name=name, apply=apply, allowed=STOPPED)


def cut(part: float) -> Damage:
    """Return a damage: a download that broke off; text has its own."""

    def apply(base: Base) -> bytes | None:
        if not isinstance(base.content, bytes) or base.is_text:
            return None
        return base.content[: int(len(base.content) * part)]

    return Damage(name=f"{part:.0%} of the file", apply=apply, allowed=STOPPED)


def bytes_changed(seed: int) -> Damage:
    """Return a damage: some bytes of a binary file are others."""

    def apply(base: Base) -> bytes | None:
        if not _is(".xlsx", ".parquet")(base):
            return None
        rng = np.random.default_rng(seed)
        data = bytearray(base.content)
        for place in rng.integers(0, len(data), 20):
            data[place] = int(rng.integers(0, 256))
        return bytes(data)

    return Damage(name=f"bytes changed ({seed})", apply=apply)


def parts(name: str, change: Callable[[dict[str, bytes]], None], **options) -> Damage:
    """Return a damage to the parts of a workbook."""

    def apply(base: Base) -> bytes | None:
        if base.way.kind != ".xlsx":
            return None
        with zipfile.ZipFile(io.BytesIO(base.content)) as archive:
            found = {part: archive.read(part) for part in archive.namelist()}
        change(found)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in found.items():
                archive.writestr(part, data)
        return out.getvalue()

    return Damage(name=name, apply=apply, **options)


_SHEET = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_BOOK = "xl/workbook.xml"


def _entities(part: str) -> Callable[[dict[str, bytes]], None]:
    def change(found: dict[str, bytes]) -> None:
        text = found[part]
        start = text.index(b"?>") + 2
        found[part] = (
            text[:start] + _LAUGHS + text[start:].replace(b"<t>", b"<t>&d;", 1)
        )

    return change


def _bomb(found: dict[str, bytes]) -> None:
    filler = b"<row r='9999'><c r='A9999'><v>1</v></c></row>" * 4_000_000
    found[_SHEET] = found[_SHEET].replace(b"</sheetData>", filler + b"</sheetData>")


def _macros(found: dict[str, bytes]) -> None:
    found["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0" + b"\x00" * 100
    found["[Content_Types].xml"] = found["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )


def _external(found: dict[str, bytes]) -> None:
    found["xl/externalLinks/externalLink1.xml"] = _XML + b"<externalLink/>"


def _merged(found: dict[str, bytes]) -> None:
    merges = b'</sheetData><mergeCells count="1"><mergeCell ref="B1:D1"/></mergeCells>'
    found[_SHEET] = found[_SHEET].replace(b"</sheetData>", merges)


def _formulas(stored: bool) -> Callable[[dict[str, bytes]], None]:
    """Put a formula in the place of the numbers in some rows."""

    def change(found: dict[str, bytes]) -> None:
        value = rb"<f>1+1</f><v>\2</v>" if stored else rb"<f>1+1</f>"
        pattern = rb'(<c r="[A-Z]+[5-9]"(?: s="\d+")?>)<v>([^<]*)</v>'
        found[_SHEET] = re.sub(pattern, rb"\1" + value, found[_SHEET])

    return change


def _error_cells(found: dict[str, bytes]) -> None:
    pattern = rb'<c r="([A-Z]+7)"[^>]*>.*?</c>'
    found[_SHEET] = re.sub(pattern, rb'<c r="\1" t="e"><v>#REF!</v></c>', found[_SHEET])


def _broken_xml(found: dict[str, bytes]) -> None:
    found[_SHEET] = found[_SHEET][: len(found[_SHEET]) // 2]


def _without(part: str) -> Callable[[dict[str, bytes]], None]:
    return lambda found: found.pop(part) and None


def _strings_exchanged(found: dict[str, bytes]) -> None:
    """Refer to texts that are not there."""
    found[_SHEET] = found[_SHEET].replace(b't="s"><v>', b't="s"><v>9')


def other_sheets(name: str, states: tuple[str, ...], allowed, tells=()) -> Damage:
    """Return a damage: sheets before the one with the answers."""

    def apply(base: Base) -> bytes | None:
        if base.way.kind != ".xlsx":
            return None
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(base.content))
        for number, state in enumerate(states):
            sheet = book.create_sheet(f"Notes {number}", 0)
            sheet.append(["v1", "v2", "team"])
            sheet.append([1, 1, "x"])
            sheet.sheet_state = state
        out = io.BytesIO()
        book.active = len(states)
        book.save(out)
        return out.getvalue()

    return Damage(name=name, apply=apply, allowed=allowed, tells=tells)


def records(name: str, change: Callable[[str], str], **options) -> Damage:
    """Return a damage to the text of a JSON file."""

    def apply(base: Base) -> bytes | None:
        if base.way.kind != ".json":
            return None
        text = base.content.decode("utf-8")
        changed = change(text)
        return None if changed == text else changed.encode("utf-8")

    return Damage(name=name, apply=apply, allowed=STOPPED, **options)


def _twice(text: str) -> str:
    return re.sub(r'("v1": )("?\d"?)', r'\1\2, \1"5"', text, count=1)


def _nested(text: str) -> str:
    return re.sub(r'"v1": "?\d"?', '"v1": ' + "[" * 5000 + "]" * 5000, text, count=1)


def _lists(text: str) -> str:
    return re.sub(r'("v1": )("?\d"?)', r"\1[\2, \2]", text, count=1)


def _spss_labels(order: dict[float, float]) -> Callable[[Base], bytes | None]:
    """Write other labels to the numbers of the first block."""

    def apply(base: Base) -> bytes | None:
        if base.way.kind != ".sav":
            return None
        import pyreadstat

        with_labels = _labels_of(base, pyreadstat)
        for item in ("v1", "v2", "v3", "v4"):
            old = with_labels[item]
            with_labels[item] = {n: old[order.get(n, n)] for n in old}
        return base.grid.dump(base.grid.rows, labels=with_labels)

    return apply


def _labels_of(base: Base, pyreadstat) -> dict[str, dict[float, str]]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.sav"
        path.write_bytes(base.content)
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    return {name: dict(labels) for name, labels in meta.variable_value_labels.items()}


def _spss_words(word: str) -> Callable[[Base], bytes | None]:
    def apply(base: Base) -> bytes | None:
        if base.way.kind != ".sav":
            return None
        import pyreadstat

        labels = _labels_of(base, pyreadstat)
        labels["v1"] = {n: word if n == 4 else text for n, text in labels["v1"].items()}
        return base.grid.dump(base.grid.rows, labels=labels)

    return apply


def _spss_header(base: Base) -> bytes | None:
    if base.way.kind != ".sav":
        return None
    return base.content[:64] + b"\xff\xff\xff\x7f" * 6 + base.content[88:]


def _nested_parquet(base: Base) -> bytes | None:
    if base.way.kind != ".parquet":
        return None
    import pyarrow as pa
    from pyarrow import parquet

    grid = base.grid
    arrays = [
        pa.array(list(map(as_text, cells))) for cells in zip(*grid.body, strict=True)
    ]
    place = grid.at["v2"]
    arrays[place] = pa.array([[as_text(row[place])] for row in grid.body])
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, names=grid.rows[0]), out)
    return out.getvalue()


def _protected(base: Base) -> bytes | None:
    if not _is(".xlsx")(base):
        return None
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096


def _folder(change: Callable[[dict[str, bytes]], None]) -> Callable:
    def apply(base: Base):
        if isinstance(base.content, bytes):
            return None
        found = dict(base.content)
        change(found)
        return found

    return apply


def _copied(found: dict[str, bytes]) -> None:
    name, data = next(iter(found.items()))
    found[name.replace(".json", " (1).json")] = data


def _one_cut(found: dict[str, bytes]) -> None:
    name, data = next(iter(found.items()))
    found[name] = data[:-20]


def _one_emptied(found: dict[str, bytes]) -> None:
    found[next(iter(found))] = b""


def _other_format(found: dict[str, bytes]) -> None:
    name, data = next(iter(found.items()))
    found[name] = data.replace(b"diagnose-answers/1", b"diagnose-answers/9")


def _zip_of(base: Base) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "v1,v2\n1,2\n")
    return out.getvalue()


FILES = [
    content("nothing at all", b""),
    content("a blank line", b"\r\n"),
    content("blank lines", b"\n" * 100_000),
    content(
        "a web page", b"<!DOCTYPE html><html><body>Please log in, first</body></html>"
    ),
    content(
        "a web page with a table", b"<table><tr><td>v1</td><td>v2</td></tr></table>"
    ),
    content("a PDF", b"%PDF-1.7\n1 0 obj << /Type /Catalog >>"),
    content("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000),
    content("a packed file", b"\x1f\x8b\x08\x00" + b"\x00" * 100),
    content("an archive of a CSV", _zip_of(None)),
    content("random bytes", np.random.default_rng(7).bytes(5000)),
    content("NUL bytes", b"\x00" * 5000),
    content("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 500),
    content("an error in JSON", json.dumps({"error": "no access"}).encode()),
    content("an empty list", b"[]"),
    content("YAML", b"id: small\nversion: 1\nitems:\n  - v1\n"),
    content("XML", _XML + b"<answers><v1>4</v1></answers>"),
    content("entities in XML", _XML + _LAUGHS + b"<a>&d;</a>"),
    content("only SPSS's sign", b"$FL2@(#) SPSS DATA FILE"),
    content("only parquet's sign", b"PAR1" + b"\x00" * 20 + b"PAR1"),
    content("only an archive's sign", b"PK\x03\x04" + b"\x00" * 50),
    content("one column", b"v1\n4\n5\n"),
    content("a million delimiters", b"," * 1_000_000 + b"\n" + b"," * 1_000_000),
    *(cut(part) for part in (0.02, 0.3, 0.7, 0.95, 0.999)),
    *(bytes_changed(seed) for seed in range(4)),
    Damage(name="a protected workbook", apply=_protected, allowed=STOPPED),
    parts("entities in the texts", _entities(_STRINGS), allowed=STOPPED),
    parts("entities in the sheet", _entities(_SHEET), allowed=STOPPED),
    parts("entities in the workbook", _entities(_BOOK), allowed=STOPPED),
    parts("macros", _macros, allowed=STOPPED),
    parts("a link to another file", _external, allowed=STOPPED),
    parts("merged cells", _merged, allowed=STOPPED),
    parts("formulas with values", _formulas(True)),
    parts("formulas without values", _formulas(False)),
    parts("cells with errors", _error_cells, allowed=STOPPED),
    parts("a sheet cut in two", _broken_xml, allowed=STOPPED),
    parts("without a sheet", _without(_SHEET), allowed=STOPPED),
    parts("without texts", _without(_STRINGS), allowed=STOPPED),
    parts("texts that are not there", _strings_exchanged, allowed=STOPPED),
    other_sheets("two hidden sheets before", ("hidden", "veryHidden"), SAME, ("R062",)),
    other_sheets("a visible sheet before", ("visible",), STOPPED),
    records("a key twice", _twice),
    records(
        "no number", lambda text: re.sub(r'"v1": "?\d"?', '"v1": NaN', text, count=1)
    ),
    records("nested deeply", _nested),
    records("two answers", _lists),
    records("cut off", lambda text: text[:-30]),
    records("text behind", lambda text: text + " and so on"),
    records("half a pair", lambda text: text.replace("Zorg", "\\ud83d", 1)),
    Damage(name="a header of SPSS that is wrong", apply=_spss_header),
    Damage(
        name="labels of SPSS exchanged",
        apply=_spss_labels({2.0: 4.0, 4.0: 2.0}),
        unseen="the file itself says what its numbers mean",
        tells=("R073",),
    ),
    Damage(
        name="a label of SPSS that nobody knows",
        apply=_spss_words("Often"),
        allowed=STOPPED,
    ),
    Damage(
        name="two numbers of SPSS with one label",
        apply=_spss_words("Strongly agree"),
        allowed=STOPPED,
    ),
    Damage(name="lists in parquet", apply=_nested_parquet, allowed=STOPPED),
    Damage(
        name="one answer saved twice",
        apply=_folder(_copied),
        allowed=SAME,
        excluded={"duplicate": 1},
    ),
    Damage(name="one answer cut off", apply=_folder(_one_cut), allowed=STOPPED),
    Damage(name="one answer emptied", apply=_folder(_one_emptied), allowed=STOPPED),
    Damage(
        name="one answer of another form", apply=_folder(_other_format), allowed=STOPPED
    ),
]
BOMBS = [parts("a sheet that unpacks to 180 MB", _bomb, allowed=STOPPED)]
