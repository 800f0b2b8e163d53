"""Columns of pyarrow as categories of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.responses.files.quoting import MOST_CELL
from diagnose.responses.problems import refuse

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_SORTED = 10_000
"""Texts of a column that are put in order, so that messages list them so."""


def as_categories(column: pa.ChunkedArray, place: str) -> pd.Categorical:
    """Return a column of dictionaries of text as categories, without blowing it up.

    Line ends within texts become line feeds. Texts are in order, unless they are so
    many that they are no labels.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of dictionary of string
        No nulls.
    place : str
        File and column, for messages.

    Raises
    ------
    ResponseError
        A text is too long.
    """
    import pyarrow.compute as pc

    column = column.unify_dictionaries()
    if not column.num_chunks:
        return pd.Categorical([], categories=pd.Index([], dtype="str"))
    texts = column.chunk(0).dictionary
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks])
    if (pc.max(pc.utf8_length(texts)).as_py() or 0) > MOST_CELL:
        raise refuse("R101", place, limit=MOST_CELL)
    if pc.any(pc.match_substring(texts, "\r")).as_py():
        texts, codes = _with_line_feeds(texts, codes)
    if len(texts) <= _MOST_SORTED:
        texts, codes = _sorted(texts, codes)
    dtype = pd.CategoricalDtype(pd.Index(pd.array(texts, dtype="str")))
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _with_line_feeds(texts: pa.Array, codes: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """Replace returns; texts that become equal get one code."""
    import pyarrow.compute as pc

    plain = pc.replace_substring(texts, "\r\n", "\n")
    joined = pc.replace_substring(plain, "\r", "\n").dictionary_encode()
    return joined.dictionary, joined.indices.to_numpy()[codes]


def _sorted(texts: pa.Array, codes: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    import pyarrow.compute as pc

    order = pc.array_sort_indices(texts)
    # The smallest type that holds the codes is what a categorical keeps.
    small = np.min_scalar_type(-max(len(texts), 1))
    place = np.empty(len(texts), dtype=small)
    place[order.to_numpy()] = np.arange(len(texts), dtype=small)
    return texts.take(order), place[codes]
