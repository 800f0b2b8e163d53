"""Any other table: one heading row, item codes or question texts as headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.read.layout import Layout, Platform, column_of

if TYPE_CHECKING:
    from diagnose.responses.files.tabular import Table


def _detect(table: Table) -> bool:
    return bool(table.head)


def _layout(table: Table) -> Layout:
    headings = enumerate(table.head[0])
    return Layout(columns=tuple(column_of(text, place) for place, text in headings))


def _exclude(system: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=system.index, dtype=object)


PLAIN = Platform(
    name="plain",
    detect=_detect,
    layout=_layout,
    exclude=_exclude,
    tells_partials=False,
)
