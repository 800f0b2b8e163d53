"""What came out of the tests of invariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from diagnose.language import Language, default_language, load_catalogue
from diagnose.statistics.cfa import CfaFit, FactorModel
from diagnose.statistics.invariance.climb import Released
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.groups import Collapsed
from diagnose.statistics.invariance.ladder import Level

Verdict = Literal[
    "means", "means_except", "relations", "relations_except", "form_only", "nothing"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvarianceLevel:
    """One level of invariance.

    Attributes
    ----------
    level : str
        ``"configural"``, ``"thresholds"``, ``"metric"``, ``"scalar"``, ``"strict"``.
    partial : bool
        Whether parameters were released at this level. Such a row follows the row of
        the same level before that.
    statistic, df, p_value, scaling : float, int, float, float
        Test of the model, corrected where the estimator is; its scaling factor.
    cfi, tli, rmsea, rmsea_low, rmsea_high, srmr : float
        Fit; RMSEA with its 90 per cent interval.
    bic : float
        NaN where the estimator has no likelihood.
    delta_method : str
        Of the difference test: ``"likelihood_ratio"``, ``"satorra_bentler_2001"``,
        ``"satorra_bentler_2010"`` (where the former has no positive scaling factor)
        or ``"satorra_2000"``; empty at the first level.
    delta_statistic, delta_df, delta_p_value, delta_scaling : float, int, float, float
        Test of what the level adds to the one before; None at the first level.
    delta_cfi, delta_rmsea, delta_srmr, delta_bic : float
        Value of this level minus that of the one before; None at the first level.
    cfi_small, rmsea_small, srmr_small : bool
        Whether these changes are within the conventions.
    released : tuple of str
        What is free to differ, such as ``"intercepts:v1"``.
    holds : bool
        By the rule of `Conventions`, beside the level before it.
    """

    level: Level
    partial: bool
    statistic: float
    df: int
    p_value: float
    scaling: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    bic: float
    delta_method: str
    delta_statistic: float | None
    delta_df: int | None
    delta_p_value: float | None
    delta_scaling: float | None
    delta_cfi: float | None
    delta_rmsea: float | None
    delta_srmr: float | None
    delta_bic: float | None
    cfi_small: bool | None
    rmsea_small: bool | None
    srmr_small: bool | None
    released: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentMean:
    """Mean of a factor in a later group or wave minus that in the first.

    Attributes
    ----------
    factor, group : str
    estimate, std_error : float
        In units of the factor: of its first item, or with
        ``identification="unit_variance"`` of its standard deviation in the first
        group.
    statistic, p_value : float
        Estimate over standard error, and its two-sided normal test.
    conf_low, conf_high, conf_level : float
        Interval of the estimate.
    standardised : float
        Estimate over the standard deviation of the factor in the first group or wave.
    """

    factor: str
    group: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    standardised: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """A test of one level by exchanging people between groups at random.

    Attributes
    ----------
    level : str
        Levels with releases are not tested: the release itself was chosen on the data.
    p_value_statistic, p_value_cfi : float
        Share of exchanges (the data among them) with a difference test, or a fall of
        CFI, at least as large.
    n_permutations : int
        Exchanges that could be analysed.
    n_failed : int
        Exchanges in which a model could not be fitted.
    """

    level: Level
    p_value_statistic: float
    p_value_cfi: float
    n_permutations: int
    n_failed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasurementInvariance:
    """Whether groups or waves answer the same items in the same way.

    Attributes
    ----------
    method : str
        Estimator.
    across : str
        ``"groups"`` or ``"waves"``.
    missing : str
    model : FactorModel
        The model of one group or wave.
    groups : tuple of str
        Groups or waves; the first is the reference.
    n_by_group : tuple of int
        Analysed respondents of each (of a wave, those who answered in it).
    n_respondents, n_items : int
        Analysed respondents, and items of the model (of waves: of one wave).
    levels : tuple of InvarianceLevel
    fits : mapping of str to CfaFit
        The model of each level; of a level with releases the one with them.
    released : tuple of Released
        What was released at any level, in that order.
    latent_means : tuple of LatentMean
        At the scalar level, whether or not it holds: read them only where `verdict`
        is ``"means"`` or ``"means_except"``.
    verdict : str
        ``"means"`` (means and relations may be compared), ``"means_except"`` (latent
        means may, with the released items left free), ``"relations"`` and
        ``"relations_except"`` (correlations and regressions may), ``"form_only"``
        (the same items belong together, no more) or ``"nothing"`` (the model does not
        fit to begin with).
    highest : str or None
        Highest level that holds together with every level below it.
    conventions : Conventions
        The rule behind `holds`.
    conf_level : float
    flags : tuple of str
        What a reader must know: ``"left_out:<n>"``, ``"no_group:<n>"``,
        ``"empty_cells:<n>"`` (of ordinal answers; see `CfaFit`),
        ``"collapsed:<n>"``, ``"two_answers:thresholds,metric"`` and
        ``"three_answers:thresholds"`` (levels that such items cannot carry alone),
        ``"improper:<level>"``, ``"cap_reached:<level>"`` (no further item may be
        released).
    collapsed : tuple of Collapsed
        Answers that were counted as their neighbours.
    permutation : tuple of PermutationTest
        A test for each level but the first; empty where none was asked for.
    seed : int or None
        Of the permutations.
    """

    method: str
    across: Literal["groups", "waves"]
    missing: str
    model: FactorModel
    groups: tuple[str, ...]
    n_by_group: tuple[int, ...]
    n_respondents: int
    n_items: int
    levels: tuple[InvarianceLevel, ...]
    fits: Mapping[str, CfaFit]
    released: tuple[Released, ...]
    latent_means: tuple[LatentMean, ...]
    verdict: Verdict
    highest: Level | None
    conventions: Conventions
    conf_level: float
    flags: tuple[str, ...]
    collapsed: tuple[Collapsed, ...] = ()
    permutation: tuple[PermutationTest, ...] = ()
    seed: int | None = None

    @property
    def means_comparable(self) -> bool:
        """Return whether latent means may be compared."""
        return self.verdict in ("means", "means_except")

    def level(self, name: str) -> InvarianceLevel:
        """Return a level; where parameters were released, with them released.

        Raises
        ------
        KeyError
            It was not tested.
        """
        found = [one for one in self.levels if one.level == name]
        if not found:
            raise KeyError(name)
        return found[-1]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a level; one more where parameters were released."""
        rows = [
            asdict(one) | {"released": ", ".join(one.released)} for one in self.levels
        ]
        return pd.DataFrame(rows)

    def latent_means_frame(self) -> pd.DataFrame:
        """Return one row a factor and later group or wave."""
        names = list(LatentMean.__dataclass_fields__)
        rows = [asdict(one) for one in self.latent_means]
        return pd.DataFrame(rows, columns=names)

    @property
    def items_left_free(self) -> tuple[str, ...]:
        """Return the items released at the highest level that holds, or below it."""
        if self.highest is None:
            return ()
        names = self.level(self.highest).released
        found = [one.item for one in self.released if one.name in names]
        return tuple(dict.fromkeys(found))

    def explain(self, *, language: Language | None = None) -> str:
        """Return the verdict in plain words.

        Parameters
        ----------
        language : {"en", "nl"}, optional
            The language of the edition by default.
        """
        speak = language or default_language()
        words = load_catalogue("invariance")
        sentence = words.text(
            f"verdict.{self.verdict}",
            speak,
            what=words.text(f"across.{self.across}", speak),
            free=", ".join(self.items_left_free),
        )
        said = f"{', '.join(self.groups)}: {sentence}"
        if self.verdict.startswith("means") or self.highest is None:
            return said
        failed = self.highest != self.levels[-1].level
        return f"{said} {words.text('failed' if failed else 'untested', speak)}"
