"""When a level of invariance holds: one rule, of which every part is shown."""

from __future__ import annotations

from dataclasses import dataclass

from diagnose._options import check_at_least, check_proportion
from diagnose.statistics.cfa import FitIndices

MANY_GROUPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """What counts as fitting and as a small change of fit.

    The configural model holds when its test is not significant, or when CFI, RMSEA
    and SRMR are all within `min_cfi`, `max_rmsea` and `max_srmr`. A further level
    holds when the test of what it adds is not significant, or when CFI falls by at
    most `cfi` and RMSEA rises by at most `rmsea`. The test guards against calling
    chance a difference in small samples, the changes against calling a trifle one in
    large samples. In small samples a level that holds may only mean that the test has
    little power. `srmr_loadings` and `srmr_intercepts` are shown beside the change of
    SRMR, and decide nothing.

    These figures are conventions from simulations of few models, no laws.

    Attributes
    ----------
    alpha : float
        Level of significance.
    cfi, rmsea : float
        Largest fall of CFI (Cheung and Rensvold, 2002) and rise of RMSEA (Chen, 2007).
    srmr_loadings, srmr_intercepts : float
        Largest rise of SRMR for loadings, and for what comes after (Chen, 2007).
    min_cfi, max_rmsea, max_srmr : float
        Bounds of a tolerable configural model.

    References
    ----------
    Cheung and Rensvold, 2002, Structural Equation Modeling. Chen, 2007, Structural
    Equation Modeling. Svetina, Rutkowski and Rutkowski, 2020, Structural Equation
    Modeling (ordered items in many groups: .004 and .010).
    """

    alpha: float = 0.05
    cfi: float = 0.010
    rmsea: float = 0.015
    srmr_loadings: float = 0.030
    srmr_intercepts: float = 0.010
    min_cfi: float = 0.90
    max_rmsea: float = 0.10
    max_srmr: float = 0.08

    def __post_init__(self) -> None:
        """Check that every figure can be one."""
        check_proportion("alpha", self.alpha)
        for name in (
            "cfi",
            "rmsea",
            "srmr_loadings",
            "srmr_intercepts",
            "min_cfi",
            "max_rmsea",
            "max_srmr",
        ):
            check_at_least(name, getattr(self, name), 0.0)

    @classmethod
    def usual(cls, *, ordered: bool, n_groups: int) -> Conventions:
        """Return the figures for ordered or other items and so many groups."""
        if ordered and n_groups >= MANY_GROUPS:
            return cls(cfi=0.004, rmsea=0.010)
        return cls()

    def fits(self, indices: FitIndices) -> bool:
        """Tell whether a model fits well enough to build on."""
        if indices.df == 0 or indices.p_value >= self.alpha:
            return True
        return (
            indices.cfi >= self.min_cfi
            and indices.rmsea <= self.max_rmsea
            and indices.srmr <= self.max_srmr
        )

    def holds(self, *, p_value: float, delta_cfi: float, delta_rmsea: float) -> bool:
        """Tell whether a level holds beside the one before it."""
        small = delta_cfi >= -self.cfi and delta_rmsea <= self.rmsea
        return p_value >= self.alpha or small
