"""How latent positions become answers: loadings, thresholds and expected answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from diagnose.instrument.model import Instrument, Item, Role, Subscale
from diagnose.simulation.check import correlation_matrix
from diagnose.simulation.design import (
    DEFAULT_LOADING,
    DEFAULT_TEAM_SHARE,
    MEAN_POSITION,
    Design,
)
from diagnose.simulation.normal import normal_cdf

_CONTEXT_LOADING = 0.5
_SEARCH = 100.0
"""Latent means are sought between minus and plus this; items may load weakly."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemModel:
    """One item as an ordinal indicator of a latent position.

    Attributes
    ----------
    id : str
        Item id.
    loading : float
        Correlation of the latent answer with the latent position.
    cuts : numpy.ndarray, shape (n_points - 1,)
        Latent answers above the k-th cut fall in a higher category than the k-th.
    values : numpy.ndarray, shape (n_points,)
        Response-scale values, ascending, as they are after keying.
    mirror : float or None
        Sum of the bounds of the response scale when the item is reverse-keyed.
    has_dont_know : bool
        Whether its response scale has an answer without a value.
    roles : tuple of str
        Roles whose form holds the item.
    """

    id: str
    loading: float
    cuts: np.ndarray
    values: np.ndarray
    mirror: float | None
    has_dont_know: bool
    roles: tuple[Role, ...]

    def category_above(self, position: np.ndarray, spread: float = 0.0) -> np.ndarray:
        """Return the chance to answer above each cut, shape position.shape + (k,).

        Parameters
        ----------
        position : numpy.ndarray
            Latent position, or its mean when `spread` is given.
        spread : float
            Variance of a normal latent position around that mean.
        """
        variance = 1 - self.loading**2 + self.loading**2 * spread
        distance = self.loading * position[..., np.newaxis] - self.cuts
        return normal_cdf(distance / np.sqrt(variance))

    def moment(self, above: np.ndarray, power: int = 1) -> np.ndarray:
        """Return the expected power of the answer from the chances above each cut."""
        powers = self.values**power
        expected: np.ndarray = powers[0] + above @ np.diff(powers)
        return expected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measurement:
    """The latent model of one instrument under one design.

    Attributes
    ----------
    subscales : tuple of str
        Ids in the order of the instrument.
    items : tuple of tuple of ItemModel
        The scored items of each subscale.
    context_items : tuple of ItemModel
        Items that are never scored; they follow the average over the subscales.
    mean : numpy.ndarray, shape (n_subscales,)
        Latent mean of the work floor.
    team_share : numpy.ndarray, shape (n_subscales,)
        Latent variance between teams, of a total of 1.
    correlation : numpy.ndarray, shape (n_subscales, n_subscales)
        Latent correlations, within and between teams.
    """

    subscales: tuple[str, ...]
    items: tuple[tuple[ItemModel, ...], ...]
    context_items: tuple[ItemModel, ...]
    mean: np.ndarray
    team_share: np.ndarray
    correlation: np.ndarray

    @property
    def closed_items(self) -> tuple[ItemModel, ...]:
        """The scored items, then the context items, as in the instrument."""
        scored = tuple(item for items in self.items for item in items)
        return scored + self.context_items


def per_subscale(
    value: float | Mapping[str, float], subscales: Iterable[str], default: float
) -> np.ndarray:
    """Return one number for each subscale; `default` where a mapping names none."""
    if isinstance(value, Mapping):
        return np.array([value.get(key, default) for key in subscales], dtype=float)
    return np.array([value for _ in subscales], dtype=float)


def build_measurement(instrument: Instrument, design: Design) -> Measurement:
    """Turn a checked design into the latent model of the instrument."""
    ids = tuple(subscale.id for subscale in instrument.subscales)
    items = tuple(
        _subscale_items(instrument, subscale, design, turn)
        for turn, subscale in enumerate(instrument.subscales)
    )
    means = [
        _latent_mean(of_subscale, _target(instrument, subscale, design))
        for of_subscale, subscale in zip(items, instrument.subscales, strict=True)
    ]
    correlation = correlation_matrix(design, len(ids))
    return Measurement(
        subscales=ids,
        items=items,
        context_items=tuple(
            _item_model(instrument, item, design, _CONTEXT_LOADING, 0.0)
            for item in instrument.context_items
        ),
        mean=np.array(means),
        team_share=per_subscale(design.team_share, ids, DEFAULT_TEAM_SHARE),
        correlation=np.eye(len(ids)) if correlation is None else correlation,
    )


def _subscale_items(
    instrument: Instrument, subscale: Subscale, design: Design, turn: int
) -> tuple[ItemModel, ...]:
    n_items = len(subscale.items)
    reach = design.difficulty_spread if n_items > 1 else 0.0
    # turned, so that the first item is not the easiest of every subscale
    difficulties = np.roll(np.linspace(-reach, reach, n_items), turn)
    given = design.loadings
    return tuple(
        _item_model(
            instrument,
            item,
            design,
            given.get(item.id, DEFAULT_LOADING)
            if isinstance(given, Mapping)
            else given,
            difficulty,
        )
        for item, difficulty in zip(subscale.items, difficulties, strict=True)
    )


def _item_model(
    instrument: Instrument,
    item: Item,
    design: Design,
    loading: float,
    difficulty: float,
) -> ItemModel:
    scale = instrument.response_scale_of(item.id)
    n_cuts = len(scale.values) - 1
    reach = design.threshold_reach if n_cuts > 1 else 0.0
    return ItemModel(
        id=item.id,
        loading=loading,
        cuts=np.linspace(-reach, reach, n_cuts) + difficulty,
        values=np.array(scale.values),
        mirror=scale.lowest + scale.highest if item.keyed == "reverse" else None,
        has_dont_know=any(point.value is None for point in scale.points),
        roles=_asked_of(instrument, item),
    )


def _asked_of(instrument: Instrument, item: Item) -> tuple[Role, ...]:
    forms = {
        key: form
        for key, form in instrument.forms.items()
        if item.text is None or key in item.text
    }
    return tuple({form.role: None for form in forms.values()})


def _target(instrument: Instrument, subscale: Subscale, design: Design) -> float:
    scale = instrument.response_scale(subscale.response_scale)
    usual = scale.lowest + MEAN_POSITION * (scale.highest - scale.lowest)
    return design.means.get(subscale.id, usual)


def _latent_mean(items: tuple[ItemModel, ...], target: float) -> float:
    """Find by bisection the latent mean whose expected score is the target."""
    low, high = -_SEARCH, _SEARCH
    for _ in range(80):
        middle = (low + high) / 2
        position = np.array(middle)
        score = np.mean(
            [item.moment(item.category_above(position, spread=1.0)) for item in items]
        )
        low, high = (middle, high) if score < target else (low, middle)
    return (low + high) / 2
