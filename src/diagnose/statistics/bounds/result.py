"""The result: a lowest and a highest possible total for each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBounds:
    """What the known totals leave possible for the total of each group.

    Attributes
    ----------
    method : str
        ``"linear programming"`` or ``"integer programming"``.
    conf_low, conf_high : tuple of float
        Lowest and highest total of each group that agree with everything that is
        known; certain, not probable. Infinite where nothing limits them.
    tight : tuple of bool
        Whether both limits can be reached. False when the search was stopped: the
        limits still hold then, and the true ones may lie closer together.
    n_published, n_atoms : int
        Size of the system.
    """

    method: str
    conf_low: tuple[float, ...]
    conf_high: tuple[float, ...]
    tight: tuple[bool, ...]
    n_published: int
    n_atoms: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group, with the width of what is left possible."""
        import pandas as pd

        low, high = np.array(self.conf_low), np.array(self.conf_high)
        return pd.DataFrame(
            {
                "conf_low": low,
                "conf_high": high,
                "width": high - low,
                "tight": self.tight,
                "method": self.method,
                "n_published": self.n_published,
                "n_atoms": self.n_atoms,
            }
        )
