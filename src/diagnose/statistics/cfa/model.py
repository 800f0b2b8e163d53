"""Which items measure which factors: the model as it is stated, before any data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from diagnose._options import check_option

Identification = Literal["marker", "unit_variance"]
Factors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorModel:
    """A confirmatory factor model.

    Attributes
    ----------
    factors : tuple of (str, tuple of str)
        Each factor with its indicators. An indicator is an item, or the name of
        another factor: that makes a second-order factor. An item may belong to
        several factors.
    residual_covariances : tuple of (str, str)
        Pairs of items that share something besides their factors.
    orthogonal : bool
        Whether the factors are uncorrelated, as in a bifactor model.
    identification : {"marker", "unit_variance"}
        What gives a factor its unit: the first indicator's loading is 1, or the
        factor's variance is (of a factor that depends on others, its disturbance).
    """

    factors: tuple[tuple[str, tuple[str, ...]], ...]
    residual_covariances: tuple[tuple[str, str], ...] = ()
    orthogonal: bool = False
    identification: Identification = "marker"

    def __post_init__(self) -> None:
        """Check the statement, all problems at once."""
        check_option("identification", self.identification, Identification)
        problems = _problems(self)
        if problems:
            raise ValueError("`model` cannot be fitted: " + " ".join(problems))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the factors, in the order given."""
        return tuple(name for name, _ in self.factors)

    @property
    def items(self) -> tuple[str, ...]:
        """Return the items, in the order in which the factors name them."""
        named = [i for _, indicators in self.factors for i in indicators]
        return tuple(dict.fromkeys(i for i in named if i not in self.names))

    @property
    def dependent(self) -> tuple[str, ...]:
        """Return the factors that are an indicator of another factor."""
        named = {i for _, indicators in self.factors for i in indicators}
        return tuple(name for name in self.names if name in named)


def state_model(
    model: Factors | FactorModel,
    *,
    residual_covariances: Sequence[tuple[str, str]] = (),
    orthogonal: bool = False,
    identification: Identification = "marker",
) -> FactorModel:
    """Return the model as a `FactorModel`; one that is stated already is kept as it is.

    Raises
    ------
    TypeError
        Neither a mapping of factor to items nor a `FactorModel`.
    ValueError
        A model that cannot be fitted to any data; all reasons at once.
    """
    if isinstance(model, FactorModel):
        return model
    if not isinstance(model, Mapping):
        raise TypeError(
            "`model` must map each factor to its items, such as "
            f"{{'voice': ['v1', 'v2', 'v3']}}; got {type(model).__name__}."
        )
    for name, indicators in model.items():
        if isinstance(indicators, str):
            raise TypeError(
                f"`model[{name!r}]` must be a list of items; got the text "
                f"{indicators!r}."
            )
    return FactorModel(
        factors=tuple(
            (str(name), tuple(str(i) for i in indicators))
            for name, indicators in model.items()
        ),
        residual_covariances=tuple((str(a), str(b)) for a, b in residual_covariances),
        orthogonal=orthogonal,
        identification=identification,
    )


def bifactor_model(factors: Factors, *, general: str = "general") -> FactorModel:
    """Return the model in which a general factor stands beside uncorrelated groups.

    Parameters
    ----------
    factors : mapping of str to sequence of str
        Group factors with their items.
    general : str
        Name of the factor that every item belongs to.

    Returns
    -------
    FactorModel
        For `fit_cfa`.

    Raises
    ------
    TypeError, ValueError
        `factors` is no mapping of factor to items, or cannot be fitted.
    """
    stated = state_model(factors)
    return FactorModel(
        factors=((general, stated.items), *stated.factors),
        orthogonal=True,
        identification="unit_variance",
    )


def second_order_model(factors: Factors, *, general: str = "general") -> FactorModel:
    """Return the model in which one factor stands behind all the others.

    Parameters
    ----------
    factors : mapping of str to sequence of str
        Factors with their items; with fewer than three, the model is not identified.
    general : str
        Name of the factor behind them.

    Returns
    -------
    FactorModel
        For `fit_cfa`.

    Raises
    ------
    TypeError, ValueError
        `factors` is no mapping of factor to items, or cannot be fitted.
    """
    stated = state_model(factors)
    return FactorModel(factors=(*stated.factors, (general, stated.names)))


def _problems(model: FactorModel) -> list[str]:
    names, items = model.names, set(model.items)
    problems = [] if names else ["It has no factor."]
    repeated = sorted({name for name in names if names.count(name) > 1})
    problems += [f"Factor {name!r} is stated twice." for name in repeated]
    for name, indicators in model.factors:
        if not indicators:
            problems.append(f"Factor {name!r} has no item.")
        twice = sorted({i for i in indicators if indicators.count(i) > 1})
        problems += [f"Factor {name!r} names {i!r} twice." for i in twice]
    if _has_cycle(model):
        problems.append("Factors depend on each other in a circle.")
    for first, second in model.residual_covariances:
        if first == second or not {first, second} <= items:
            problems.append(
                f"Residual covariance ({first!r}, {second!r}) must join two different "
                "items of the model."
            )
    stated = Counter(tuple(sorted(pair)) for pair in model.residual_covariances)
    problems += [
        f"Residual covariance {pair} is stated twice."
        for pair, times in stated.items()
        if times > 1
    ]
    return problems


def _has_cycle(model: FactorModel) -> bool:
    below = {
        name: [i for i in indicators if i in model.names]
        for name, indicators in model.factors
    }
    seen: dict[str, bool] = {}  # False while on the way down, True when done

    def circles(name: str) -> bool:
        if name in seen:
            return not seen[name]
        seen[name] = False
        found = any(circles(lower) for lower in below[name])
        seen[name] = True
        return found

    return any(circles(name) for name in below)
