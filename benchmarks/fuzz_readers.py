"""Is there a file that the readers neither read nor refuse?

Mutations of small valid files of each kind are given to ``read_table``, and every
column is loaded. Anything but a table or a ``ResponseError`` is printed with the seed
that makes it again, and ends the run with an error. Run it from the repository's
folder:

    python benchmarks/fuzz_readers.py                      # 100,000 inputs
    python benchmarks/fuzz_readers.py --inputs 2000 --kinds xlsx --seed 7

A kind whose reader does not know its own seed file is left out and named.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from diagnose.errors import ResponseError
from diagnose.responses.files.table import read_table

SUFFIXES = {"sav": ".sav", "xlsx": ".xlsx", "xlsx parts": ".xlsx", "json": ".json"}
TEXT = (
    '"id";"submitdate";"v[v1]";"team"\r\n'
    '"1";"2026-10-01 09:30:00";"Helemaal mee eens";"Coördinatie"\r\n'
    '"2";"";"Oneens";"zegt ""nee"";\r\nen dan"\r\n\r\n'
)
TOKENS = (
    *(b'"', b'""', b'";"', b";", b",", b"\t", b"\r\n", b"\n", b"\r", b"\x00"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"&x;", b"<!DOCTYPE a>", b"{", b"[", b"}"),
    *(b"\xff" * 4, b"\x00" * 4, b"\x7f\xff\xff\xff", b"99999999999", b"-1", b"1e999"),
    *("é".encode(), "é".encode("cp1252"), b"\xed\xa0\xbd", b"null", b'r="XFD1048576"'),
)


def frame() -> pd.DataFrame:
    """Return a small table with every kind of value."""
    moments = pd.to_datetime(["2026-10-01 09:30:00", "2026-10-02 10:00:00", None])
    return pd.DataFrame(
        {
            "v1": [4.0, 5.0, np.nan],
            "v2": ["Mee eens", "", "é"],
            "n": [1, 2, 3],
            "moment": moments,
        }
    )


def xlsx() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Blad1")
        book.add_worksheet("Blad2")
        sheet.write_row(0, 0, ["v1", "v2", "team"])
        sheet.write_row(1, 0, [4, True, "Zorg"])
        sheet.write_row(2, 0, [2.5, "x", "é"])
        sheet.write_formula(3, 0, "=A2", None, 4)
        sheet.set_row(2, None, None, {"hidden": True})
    return out.getvalue()


def parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as writer

    out = io.BytesIO()
    writer.write_table(pa.Table.from_pandas(frame(), preserve_index=False), out)
    return out.getvalue()


def records() -> bytes:
    people = [
        {"response": f"k{i}", "v": {"v1": i, "v2": "na"}, "open": ["a", None]}
        for i in range(3)
    ]
    return json.dumps(people).encode()


def sav() -> bytes:
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.sav"
        pyreadstat.write_sav(
            frame(),
            str(path),
            variable_value_labels={"v1": {4.0: "Mee eens", 9.0: "Weet niet"}},
            missing_ranges={"v1": [9]},
        )
        return path.read_bytes()


KINDS: dict[str, Callable[[], bytes]] = {
    "utf-8": lambda: TEXT.encode(),
    "utf-8-sig": lambda: TEXT.encode("utf-8-sig"),
    "utf-16": lambda: TEXT.encode("utf-16"),
    "cp1252": lambda: TEXT.encode("cp1252"),
    "bare": lambda: b'id,v1,v2,size\n1,4,5,5" by 6"\n2,3,,x\n\n',
    "xlsx": xlsx,
    "xlsx parts": xlsx,
    "parquet": parquet,
    "json": records,
    "sav": sav,
}


def mutate(content: bytes, rng: np.random.Generator) -> bytes:
    """Change, insert, repeat or cut some bytes."""
    changed = bytearray(content)
    for _ in range(int(rng.geometric(0.4))):
        place = int(rng.integers(0, len(changed) + 1))
        span = int(rng.geometric(0.1))
        match int(rng.integers(0, 6)):
            case 0 if place < len(changed):
                changed[place] = int(rng.integers(0, 256))
            case 1:
                changed[place:place] = TOKENS[int(rng.integers(0, len(TOKENS)))]
            case 2:
                del changed[place : place + span]
            case 3:
                changed[place:place] = changed[place : place + span] * 2
            case 4:
                token = TOKENS[int(rng.integers(0, len(TOKENS)))]
                changed[place : place + len(token)] = token
            case 5 if rng.random() < 0.2:
                del changed[place:]
    return bytes(changed)


def mutate_parts(content: bytes, rng: np.random.Generator) -> bytes:
    """Change what is within the parts of an archive, and pack them again."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        chosen = names[int(rng.integers(0, len(names)))]
        for name in names:
            data = old.read(name)
            new.writestr(name, mutate(data, rng) if name == chosen else data)
    return out.getvalue()


def outcome(path: Path, content: bytes) -> str:
    """Return what became of a file: read, a code, or what should not have been."""
    path.write_bytes(content)
    try:
        table = read_table(path)
        table.load(range(len(table.head[0])))
    except ResponseError as error:
        return error.problems[0].code
    except BaseException as error:  # a panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"FAILED {type(error).__name__}: {error}"[:200]
    return "read"


def fuzz(kind: str, n: int, seed: int, folder: Path) -> Counter[str]:
    """Return how often each outcome came."""
    content = KINDS[kind]()
    path = folder / f"export{SUFFIXES.get(kind, '.csv')}"
    first = outcome(path, content)
    if first != "read":
        return Counter({f"left out ({first})": 1})
    change = mutate_parts if kind == "xlsx parts" else mutate
    counts: Counter[str] = Counter()
    for i in range(n):
        rng = np.random.default_rng([seed, i])
        found = outcome(path, change(content, rng))
        counts[found] += 1
        if found.startswith("FAILED") and counts[found] == 1:
            print(f"{kind}, seed {seed}, input {i}: {found}", flush=True)
    return counts


def main() -> None:
    """Fuzz every kind and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    chosen = parser.parse_args()
    rows = {}
    with tempfile.TemporaryDirectory() as folder, _quiet():
        for kind in chosen.kinds:
            n = chosen.inputs // len(chosen.kinds)
            rows[kind] = fuzz(kind, n, chosen.seed, Path(folder))
    table = pd.DataFrame(rows).fillna(0).astype(int).sort_index()
    print(table.to_string())
    if any(name.startswith("FAILED") for name in table.index):
        sys.exit(1)


@contextlib.contextmanager
def _quiet():
    """Drop what a panicking library writes beside its error."""
    import os

    saved, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(nothing)


if __name__ == "__main__":
    main()
