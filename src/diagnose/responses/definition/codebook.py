"""Our own codebook: one row an answer code of an item, see `instrument.codebook`.

Where a platform knows numbers only, the column ``number`` says which number stands
for a code: "don't know" is then 9, for example.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from diagnose.responses.definition.build import (
    Asked,
    Labels,
    build_definition,
    row_names,
)
from diagnose.responses.definition.model import Definition

_NEEDED = {"item", "code", "label"}


def is_codebook(header: Sequence[str]) -> bool:
    """Tell whether these headings are those of a codebook."""
    return {cell.strip().casefold() for cell in header} >= _NEEDED


def read_codebook(rows: Sequence[Sequence[str]], name: str) -> Definition:
    """Return the definition in a codebook; the first row has its headings.

    A number that is also the code of another answer makes an item ambiguous.
    """
    header = [cell.strip().casefold() for cell in rows[0]]
    blocks: dict[str, str] = {}
    choices: dict[str, list[tuple[str, Labels]]] = defaultdict(list)
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows[1:]:
        cells = {**dict.fromkeys(header, ""), **dict(zip(header, row, strict=False))}
        item = cells["item"].strip()
        blocks[item] = cells.get("subscale", "").strip()
        texts[item].append(cells.get("wording", ""))
        labels = {cells.get("language", ""): cells["label"]}
        codes = (cells["code"].strip(), _number(cells.get("number", "")))
        choices[item] += [(code, labels) for code in dict.fromkeys(codes) if code]
    asked = (
        Asked(
            names=_names(blocks[item], item),
            choices=tuple(choices[item]),
            texts=tuple(texts[item]),
        )
        for item in choices
    )
    return build_definition(asked, source=name, kind="codebook")


def _names(block: str, item: str) -> tuple[str, ...]:
    if not block:
        return (item,)
    number = item.removeprefix(block)
    numbered = row_names(block, number) if number != item and number.isdigit() else ()
    return (item, *row_names(block, item), *numbered)


def _number(text: str) -> str:
    return text.strip().removesuffix(".0")
