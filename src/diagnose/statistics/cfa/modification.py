"""Modification indices: what a fitted model leaves out, one parameter at a time.

The Lagrange multiplier test of a parameter that the model fixes, or of an equality it
imposes, asks for the slope and the information there, not for another fit. With ``g``
the slope of the discrepancy of one respondent, ``I`` the information of one, f the free
parameters and c a candidate::

    V = I_cc - I_cf I_ff^-1 I_fc    chi-square = N g^2 / V    expected change = -g / V

All candidates of a group come from the same rank-two derivatives, in one product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.cfa.candidates import Candidate, Candidates, list_candidates
from diagnose.statistics.cfa.full_information import FullInformation
from diagnose.statistics.cfa.matrix_moves import matrix_moves
from diagnose.statistics.cfa.normal_theory import NormalTheory, expected_information
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.standardised import Deviations
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.cfa.tabulated import incomplete_answers, ordinal_answers
from diagnose.statistics.cfa.wlsmv import WeightedLeastSquares

if TYPE_CHECKING:
    from diagnose.statistics.cfa.prepare import Prepared
    from diagnose.statistics.cfa.result import CfaFit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
InformationKind = Literal["expected", "observed"]

_NOTHING_NEW = 1e-7
"""Share of its information that a candidate must not share with the free parameters."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModificationIndices:
    """What freeing one parameter, or one equality, would do to a fitted model.

    Attributes
    ----------
    method : str
        ``"lagrange_multiplier"``.
    estimator : str
        ``"ml"``, ``"mlr"`` or ``"wlsmv"``, of the fit.
    information : str
        ``"expected"`` or ``"observed"``; of ordinal answers, ``"expected"`` is that of
        the weighted least squares discrepancy.
    table : DataFrame
        One row a candidate, largest chi-square first. Columns: group; parameter, left
        and right (as in ``CfaFit.to_frame``); change (``"add"`` a loading or covariance
        that the model lacks, ``"free"`` one that it fixes, ``"release"`` one from
        those it equals); statistic (chi-square), df (1), p_value; expected_change (of
        the parameter; with ``"release"``, how far it goes from the others), and
        expected_change_std (in standard deviations, as a standardised estimate; NaN
        where one is not defined).
    n_respondents, n_items : int
        Analysed.
    flags : tuple of str
        ``"unscaled"`` (the chi-squares are not corrected for answers that are not
        normal, while that of the fit is); ``"not_identified:<n>"`` (candidates left out
        because the model could not tell them from its free parameters).
    """

    method: str
    estimator: str
    information: str
    table: pd.DataFrame
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table, with estimator and information in every row."""
        return self.table.assign(
            information=self.information,
            estimator=self.estimator,
            n_respondents=self.n_respondents,
        )


def modification_indices(
    fit: CfaFit,
    prepared: Prepared | None = None,
    *,
    information: InformationKind | None = None,
) -> ModificationIndices:
    """Test what a fitted model leaves out, one parameter at a time, without a refit.

    Candidates are loadings of items on factors that they do not belong to, residual
    covariances, covariances of factors that are kept uncorrelated, parameters that are
    fixed (such as a marker, where equal loadings identify it), and, with several
    groups, each equality.

    They are for finding what is wrong with a model, not for repairing it: of a hundred
    candidates of a true model five exceed 3.84, and changes made one after another from
    the same answers seldom hold in others (MacCallum, Roznowski and Necowitz, 1992).

    Parameters
    ----------
    fit : CfaFit
        A fitted model.
    prepared : Prepared, optional
        The tabulated answers it was fitted to (`prepare_cfa`). Needed with
        ``missing="fiml"`` and ``estimator="wlsmv"``: means and covariances alone do not
        tell the information then.
    information : {"expected", "observed"}, optional
        By default the one behind the standard errors of the fit: observed with
        ``missing="fiml"``, otherwise expected.

    Returns
    -------
    ModificationIndices

    Raises
    ------
    ValueError
        An unknown option, `prepared` absent where it is needed or of other answers, or
        observed information of ordinal answers.
    InsufficientDataError
        No candidate: the model has nothing to free.

    Notes
    -----
    Assumes normal answers, also after ``estimator="mlr"``.

    References
    ----------
    Saris, Satorra and Sorbom, 1987, Sociological Methodology.
    MacCallum, Roznowski and Necowitz, 1992, Psychological Bulletin.
    """
    if information is None:
        information = "observed" if fit.missing == "fiml" else "expected"
    check_option("information", information, InformationKind)
    candidates = list_candidates(fit.table, fit.values)
    require(
        bool(candidates.rows),
        f"The model of {fit.n_items} items fixes nothing that could be freed, and "
        "holds nothing equal: there are no modification indices.",
    )
    pieces = list(_information(fit, prepared, candidates, information))
    n_free = len(fit.values)
    whole = np.zeros((n_free, n_free))
    for piece in pieces:
        whole += piece.of_model(candidates.parent, n_free)
    frames, n_lost = [], 0
    for group, piece in enumerate(pieces):
        own = [one for one in candidates.rows if one.row.group == group]
        frame, lost = _test(fit, piece, own, candidates.parent, whole)
        frames.append(frame)
        n_lost += lost
    table = pd.concat(frames, ignore_index=True)
    flags = ("unscaled",) if fit.method in ("mlr", "wlsmv") else ()
    return ModificationIndices(
        method="lagrange_multiplier",
        estimator=fit.method,
        information=information,
        table=table.sort_values("statistic", ascending=False, ignore_index=True),
        n_respondents=fit.n_respondents,
        n_items=fit.n_items,
        flags=flags + ((f"not_identified:{n_lost}",) if n_lost else ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Slope and information of one group, for every row of the wider table by itself.

    Attributes
    ----------
    number : numpy.ndarray of int, shape (r,)
        The rows of the wider table that belong to the group.
    slope, information : numpy.ndarray, shapes (r,) and (r, r)
    """

    number: IntArray
    slope: FloatArray
    information: FloatArray

    def tie(self, parent: IntArray, n_free: int) -> tuple[IntArray, FloatArray]:
        """Return the places of rows of the model, and what adds them up (t, n_free)."""
        places = np.flatnonzero(parent[self.number] >= 0)
        tie = np.zeros((len(places), n_free))
        tie[np.arange(len(places)), parent[self.number[places]]] = 1.0
        return places, tie

    def of_model(self, parent: IntArray, n_free: int) -> FloatArray:
        """Return the information on the free parameters of the model."""
        places, tie = self.tie(parent, n_free)
        own: FloatArray = tie.T @ self.information[np.ix_(places, places)] @ tie
        return own


def _test(
    fit: CfaFit,
    piece: _Piece,
    candidates: Sequence[Candidate],
    parent: IntArray,
    whole: FloatArray,
) -> tuple[pd.DataFrame, int]:
    """Return the tests of the candidates of one group, and how many have none."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.special import chdtrc

    place = {number: i for i, number in enumerate(piece.number.tolist())}
    at = np.array([place[one.number] for one in candidates], dtype=np.intp)
    places, tie = piece.tie(parent, len(whole))
    shared = piece.information[np.ix_(at, places)] @ tie
    own = np.diag(piece.information)[at]
    left = own - (shared * cho_solve(cho_factor(whole), shared.T).T).sum(axis=1)
    kept = left > _NOTHING_NEW * own
    candidates = [one for one, good in zip(candidates, kept, strict=True) if good]
    slope, left = piece.slope[at][kept], left[kept]
    statistic = fit.n_respondents * slope**2 / left
    change = -slope / left
    frame = pd.DataFrame(
        {
            "group": [fit.groups[one.row.group] for one in candidates],
            "parameter": [one.row.kind for one in candidates],
            "left": [one.row.left for one in candidates],
            "right": [one.row.right for one in candidates],
            "change": [one.change for one in candidates],
            "statistic": statistic,
            "df": 1,
            "p_value": chdtrc(1, statistic),
            "expected_change": change,
            "expected_change_std": change * _units(fit, candidates),
        }
    )
    return frame, int((~kept).sum())


def _units(fit: CfaFit, candidates: Sequence[Candidate]) -> FloatArray:
    """Return what makes a change of each parameter a standardised one."""
    units = np.full(len(candidates), np.nan)
    if not candidates:
        return units
    group = candidates[0].row.group
    at = fit.matrices(group)
    moves = matrix_moves(fit.structure, fit.values, group)
    deviations = Deviations.of(fit.table, at, moves)
    for number, one in enumerate(candidates):
        if one.row.kind == "scale":
            continue
        powers = deviations.powers(one.row)
        if all(deviations.variance[place] > 0 for place, _ in powers):
            units[number] = np.exp(
                sum(deviations.logarithm[place] * power for place, power in powers)
            )
    return units


def _information(
    fit: CfaFit,
    prepared: Prepared | None,
    candidates: Candidates,
    kind: InformationKind,
) -> Iterator[_Piece]:
    """Yield slope and information of each group."""
    if fit.method == "wlsmv":
        data = ordinal_answers(fit, prepared, "modification indices")
        if kind == "observed":
            raise ValueError(
                "`information` must be 'expected' for ordinal answers; got 'observed'. "
                "Weighted least squares has no observed information."
            )
        wide = OrdinalStructure(candidates.table)
        return _of_ordinal(WeightedLeastSquares(wide, data), candidates)
    structure = Structure(candidates.table)
    if fit.missing == "fiml":
        partial = incomplete_answers(fit, prepared, "modification indices")
        return _of_incomplete(FullInformation(structure, partial), candidates, kind)
    complete = NormalTheory(structure, fit.samples, means=fit.means)
    return _of_complete(complete, candidates, kind)


def _of_complete(
    estimator: NormalTheory, candidates: Candidates, kind: InformationKind
) -> Iterator[_Piece]:
    values = candidates.values
    observed = estimator.hessian(values) if kind == "observed" else None
    for group, share in enumerate(estimator.shares):
        moves = estimator.structure.derivatives(values, group)
        by_mean, by_cov, inverse = estimator.weights(values, group)
        slope = 2 * ((moves.left @ by_cov) * moves.right).sum(axis=1)
        slope += moves.mean @ by_mean
        if observed is None:
            own = share * expected_information(moves, inverse, means=estimator.means)
        else:
            own = observed[np.ix_(moves.free, moves.free)]
        yield _Piece(number=moves.free, slope=share * slope, information=own)


def _of_incomplete(
    estimator: FullInformation, candidates: Candidates, kind: InformationKind
) -> Iterator[_Piece]:
    values, structure = candidates.values, estimator.structure
    total = estimator.n_effective
    at = [structure.matrices(values, g) for g in range(structure.n_groups)]
    slopes = [
        data.moment_gradient(own.mean, own.covariance)
        for data, own in zip(estimator.data.incomplete, at, strict=True)
    ]
    curved = np.zeros((structure.n_free,) * 2)
    if kind == "observed":
        curved = structure.curvature(
            values, [s.mean for s in slopes], [s.covariance for s in slopes]
        )
    for group, data in enumerate(estimator.data.incomplete):
        moves = structure.derivatives(values, group)
        own = (at[group].mean, at[group].covariance)
        alone = replace(moves, free=np.arange(len(moves.free)))
        along = alone.along_moments(len(moves.free))
        information = along @ data.moment_information(*own, kind=kind) @ along.T
        information -= curved[np.ix_(moves.free, moves.free)]
        slope = 2 * ((moves.left @ slopes[group].covariance) * moves.right).sum(axis=1)
        slope += moves.mean @ slopes[group].mean
        yield _Piece(
            number=moves.free, slope=-slope / total, information=information / total
        )


def _of_ordinal(
    estimator: WeightedLeastSquares, candidates: Candidates
) -> Iterator[_Piece]:
    values, data = candidates.values, estimator.data
    for group, share in enumerate(data.shares):
        slopes = estimator.ordinal.slopes(values, group)
        number = np.unique(np.concatenate([slopes.free, slopes.threshold_free]))
        weight = data.weights[group]
        less = (data.n_respondents[group] - 1) / estimator.n_total
        slope = -less * slopes.times(weight * estimator.residuals(values, group))
        jacobian = slopes.dense()[number]
        yield _Piece(
            number=number,
            slope=slope[number],
            information=share * (jacobian * weight) @ jacobian.T,
        )
