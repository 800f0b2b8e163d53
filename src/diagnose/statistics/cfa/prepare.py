"""Tabulate the answers once, for any number of models of the same items."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import pandas as pd

from diagnose._options import check_option
from diagnose.statistics.cfa.equality import share_between_groups
from diagnose.statistics.cfa.estimator import ChiSquare, Estimator
from diagnose.statistics.cfa.full_information import PartialData
from diagnose.statistics.cfa.maximum_likelihood import CompleteData
from diagnose.statistics.cfa.model import (
    FactorModel,
    Factors,
    Identification,
    state_model,
)
from diagnose.statistics.cfa.normal_theory import SampleMoments
from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.samples import (
    Group,
    GroupSample,
    read_samples,
    refuse_poor_samples,
    refuse_singular,
)
from diagnose.statistics.cfa.structure import Structure

EstimatorName = Literal["ml", "mlr", "wlsmv"]
Missing = Literal["listwise", "fiml", "pairwise"]


class TabulatedData(Protocol):
    """Answers as an estimator needs them; models are bound to them."""

    @property
    def moments(self) -> tuple[SampleMoments, ...]:
        """Return observed means and covariances of each group."""

    @property
    def n_respondents(self) -> tuple[int, ...]:
        """Return the analysed respondents of each group."""

    @property
    def baseline(self) -> ChiSquare:
        """Return the test of the model without any correlation."""

    def tabulate(self, model: FactorModel) -> ParameterTable:
        """Return the table of a model in which the groups share nothing."""

    def start(self, table: ParameterTable, model: FactorModel) -> ParameterTable:
        """Return the table with starting values from the answers."""

    def bind(self, structure: Structure) -> Estimator:
        """Return the estimator of one model of these answers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Answers, tabulated once, and the model they were tabulated for.

    Attributes
    ----------
    model : FactorModel
    data : TabulatedData
        Means and covariances, answer patterns, or tables of ordinal answers.
    groups : tuple of str
        Sorted names; one empty name for a single sample.
    estimator, missing : str
        Options the data were tabulated under.
    means : bool
        Whether the models have a mean structure.
    flags : tuple of str
        ``"left_out:<n>"`` and ``"no_group:<n>"``.
    """

    model: FactorModel
    data: TabulatedData
    groups: tuple[str, ...]
    estimator: EstimatorName
    missing: Missing
    means: bool
    flags: tuple[str, ...]

    @property
    def samples(self) -> tuple[SampleMoments, ...]:
        """Return observed means and covariances of each group."""
        return self.data.moments

    def table(self, equal: Collection[str] = ()) -> ParameterTable:
        """Return the parameters of the model, with starting values from the data.

        Parameters
        ----------
        equal : collection of str
            What the groups share; see `fit_cfa`.
        """
        table = share_between_groups(self.data.tabulate(self.model), self.model, equal)
        return self.data.start(table, self.model)


def prepare_cfa(  # noqa: PLR0913 - what the data and the model are
    items: pd.DataFrame,
    model: Factors | FactorModel,
    *,
    estimator: EstimatorName = "ml",
    missing: Missing = "listwise",
    group: Group | None = None,
    means: bool | None = None,
    residual_covariances: Sequence[tuple[str, str]] = (),
    orthogonal: bool = False,
    identification: Identification = "marker",
) -> Prepared:
    """Check and tabulate answers for `fit_prepared`.

    Use it where several models of the same items are fitted, such as a series of
    invariance tests. Options are those of `fit_cfa`.
    """
    check_option("estimator", estimator, EstimatorName)
    check_option("missing", missing, Missing)
    stated = state_model(
        model,
        residual_covariances=residual_covariances,
        orthogonal=orthogonal,
        identification=identification,
    )
    _refuse_combination(estimator, missing)
    if estimator == "wlsmv":
        from diagnose.statistics.cfa.ordinal_data import read_ordinal

        ordinal, flags = read_ordinal(
            items,
            stated,
            missing="pairwise" if missing == "pairwise" else "listwise",
            group=group,
        )
        return Prepared(
            model=stated,
            data=ordinal,
            groups=ordinal.groups,
            estimator=estimator,
            missing=missing,
            means=False,
            flags=flags,
        )
    partial, robust = missing == "fiml", estimator == "mlr"
    samples, n_without_group = read_samples(
        items, stated.items, group, incomplete=partial, keep=partial or robust
    )
    if means is None:
        means = group is not None or partial
    data: CompleteData | PartialData
    if partial:
        data = _partial(samples, robust=robust)
    else:
        data = _complete(samples, means=means, robust=robust)
    n_left_out = sum(sample.n_rows for sample in samples) - sum(data.n_respondents)
    counts = {"left_out": n_left_out, "no_group": n_without_group}
    return Prepared(
        model=stated,
        data=data,
        groups=data.groups,
        estimator=estimator,
        missing=missing,
        means=means,
        flags=tuple(f"{name}:{count}" for name, count in counts.items() if count),
    )


def _complete(
    samples: Sequence[GroupSample], *, means: bool, robust: bool
) -> CompleteData:
    refuse_poor_samples(samples, lambda sample: sample.n_complete)
    moments = [sample.moments for sample in samples]
    for sample, own in zip(samples, moments, strict=True):
        refuse_singular(sample.name, sample.items, own)
    data = CompleteData(
        samples[0].items,
        tuple(sample.name for sample in samples),
        moments,
        means=means,
        rows=[sample.values() for sample in samples] if robust else (),
    )
    return data


def _partial(samples: Sequence[GroupSample], *, robust: bool) -> PartialData:
    refuse_poor_samples(samples, lambda sample: sample.n_answering)
    data = PartialData(
        samples[0].items,
        tuple(sample.name for sample in samples),
        [sample.values() for sample in samples],
        robust=robust,
    )
    for sample, own in zip(samples, data.moments, strict=True):
        refuse_singular(sample.name, sample.items, own)
    return data


def _refuse_combination(estimator: EstimatorName, missing: Missing) -> None:
    ordered = estimator == "wlsmv"
    if ordered and missing == "fiml":
        raise ValueError(
            "`missing` must be one of 'listwise', 'pairwise' with estimator='wlsmv'; "
            "got 'fiml'. Full information needs a likelihood: use 'ml' or 'mlr'."
        )
    if not ordered and missing == "pairwise":
        raise ValueError(
            f"`missing` must be one of 'listwise', 'fiml' with "
            f"estimator={estimator!r}; got 'pairwise'."
        )
