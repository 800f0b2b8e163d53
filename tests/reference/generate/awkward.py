"""Write the awkward data sets that R and the package are compared on.

    python tests/reference/generate/awkward.py

Each file in ``cases/awkward`` has one row an answer pattern, with the number of
respondents who gave it in ``count``, so that 20,000 respondents are a small file.
Repeat every row ``count`` times to have the respondents back. The answers come from a
normal factor model cut at thresholds; nobody gave them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

FOLDER = Path(__file__).parents[1] / "cases" / "awkward"
MIDDLE = (-1.5, -0.5, 0.5, 1.5)
SKEWED = (-2.4, -1.9, -1.2, 0.1)
ONE_FACTOR = ((0.8, 0.7, 0.6, 0.7),)
TWO_FACTORS = ((0.8, 0.7, 0.6), (0.75, 0.65, 0.7))


def answer(
    seed: int,
    n_respondents: int,
    blocks: tuple[tuple[float, ...], ...],
    thresholds: tuple[float, ...] = MIDDLE,
    *,
    factor_correlation: float = 0.5,
    mean: float = 0.0,
) -> pd.DataFrame:
    """Return answers 1 to 5 of respondents to blocks of items, one factor a block."""
    generator = np.random.default_rng(seed)
    n_factors = len(blocks)
    psi = np.full((n_factors, n_factors), factor_correlation)
    np.fill_diagonal(psi, 1.0)
    factors = generator.multivariate_normal(
        np.full(n_factors, mean), psi, n_respondents, method="cholesky"
    )
    columns: list[npt.NDArray[np.float64]] = []
    for factor, loadings in zip(factors.T, blocks, strict=True):
        for loading in loadings:
            error = generator.normal(0, np.sqrt(1 - loading**2), n_respondents)
            columns.append(np.digitize(loading * factor + error, thresholds) + 1.0)
    return pd.DataFrame(
        np.column_stack(columns), columns=[f"x{i + 1}" for i in range(len(columns))]
    )


def leave_out(answers: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Return the answers with a share of them missing completely at random."""
    generator = np.random.default_rng(seed)
    return answers.mask(generator.random(answers.shape) < share)


def empty_category() -> pd.DataFrame:
    """Return two groups, the second of which never gives the lowest answer to x1."""
    first = answer(61, 300, ONE_FACTOR).assign(group="a")
    second = answer(62, 300, ONE_FACTOR, mean=0.3).assign(group="b")
    second["x1"] = second["x1"].clip(lower=2)
    return pd.concat([first, second], ignore_index=True)


def negative_item() -> pd.DataFrame:
    """Return four items, the last of which runs against the others."""
    answers = answer(41, 400, ONE_FACTOR)
    return answers.assign(x4=6 - answers["x4"])


def main() -> None:
    """Write every data set."""
    two = answer(71, 500, TWO_FACTORS)
    sets = {
        "small": answer(11, 30, ONE_FACTOR),
        "large": answer(21, 20_000, TWO_FACTORS),
        "zero_cell": answer(31, 200, ONE_FACTOR, SKEWED),
        "negative_item": negative_item(),
        "two_items": answer(51, 150, ((0.8, 0.7),)),
        "heywood": answer(_HEYWOOD_SEED, 40, ((0.95, 0.5, 0.3, 0.2),)),
        "empty_category": empty_category(),
        "missing_3": leave_out(two, 0.03, 72),
        "missing_30": leave_out(two, 0.30, 73),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, answers in sets.items():
        counted = answers.value_counts(dropna=False, sort=False).rename("count")
        rows = counted.reset_index().convert_dtypes()
        rows.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")


_HEYWOOD_SEED = 11
"""A seed whose one-factor fit has a negative error variance."""

if __name__ == "__main__":
    main()
