"""Mokken scaling: does the sum of the items order people, without a parametric model.

`mokken_h` says how well the items scale together, `monotonicity` whether each item
rises with the others.
"""

from diagnose.statistics.mokken.manifest import Monotonicity, monotonicity
from diagnose.statistics.mokken.scalability import MokkenScale, mokken_h

__all__ = ["MokkenScale", "Monotonicity", "mokken_h", "monotonicity"]
