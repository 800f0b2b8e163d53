"""The second step of loading: rules that no single field of the model can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label, point_labels
from diagnose.instrument.model import Instrument, ResponseScale, Subscale
from diagnose.instrument.problems import problem
from diagnose.instrument.texts import text_problems


def check_instrument(
    instrument: Instrument, *, place: str = "instrument"
) -> tuple[Problem, ...]:
    """Return everything in an instrument that contradicts something else in it.

    Parameters
    ----------
    instrument : Instrument
        Fields that are right on their own, as the model guarantees. Not modified.
    place : str
        Name of the file in messages.

    Returns
    -------
    tuple of Problem
        Empty when the instrument can be used.
    """
    rules = (
        _response_scale_problems,
        _id_problems,
        _scale_reference_problems,
        _subscale_problems,
        _reporting_problems,
        _alternative_problems,
        text_problems,
    )
    return tuple(
        replace(found, place=f"{place}: {found.place}")
        for rule in rules
        for found in rule(instrument)
    )


# --- response scales ---------------------------------------------------------------


def _response_scale_problems(instrument: Instrument) -> Iterator[Problem]:
    ids = [scale.id for scale in instrument.response_scales]
    yield from _repeated("response_scales[{}].id", ids, "I020", "id")
    for position, scale in enumerate(instrument.response_scales):
        path = f"response_scales[{position}]"
        yield from _bound_problems(scale, path)
        yield from _point_problems(scale, path)
        yield from _label_problems(scale, path)
        yield from _named_code_problems(scale, path)


def _bound_problems(scale: ResponseScale, path: str) -> Iterator[Problem]:
    bounds = f"from {scale.lowest:g} to {scale.highest:g}"
    if not scale.lowest < scale.highest:
        detail = f"runs {bounds}"
        yield problem("I025", path, detail=detail, allowed="lowest below highest")
        return
    for bound in (scale.lowest, scale.highest):
        if bound not in scale.values:
            detail = f"has no point with the value {bound:g}"
            allowed = f"points at both bounds, {bounds}"
            yield problem("I025", f"{path}.points", detail=detail, allowed=allowed)
    for position, point in enumerate(scale.points):
        value = point.value
        if value is not None and not scale.lowest <= value <= scale.highest:
            where = f"{path}.points[{position}].value"
            yield problem("I025", where, detail=f"is {value:g}", allowed=bounds)


def _point_problems(scale: ResponseScale, path: str) -> Iterator[Problem]:
    codes = [point.code for point in scale.points]
    values = [point.value for point in scale.points]
    yield from _repeated(path + ".points[{}].code", codes, "I026", "code")
    yield from _repeated(path + ".points[{}].value", values, "I026", "value")


def _label_problems(scale: ResponseScale, path: str) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for position, point in enumerate(scale.points):
        for where, label in point_labels(point):
            owner = taken.setdefault(normalise_label(label), point.code)
            if owner != point.code:
                place = f"{path}.points[{position}].{where}"
                yield problem("I027", place, value=repr(label), other=repr(owner))


def _named_code_problems(scale: ResponseScale, path: str) -> Iterator[Problem]:
    numeric = [point.code for point in scale.points if point.value is not None]
    allowed = f"codes with a value: {_listed(numeric)}"
    for field in ("neutral", "favourable"):
        for position, code in enumerate(getattr(scale, field)):
            if code not in numeric:
                where = f"{path}.{field}[{position}]"
                yield problem("I028", where, value=repr(code), allowed=allowed)
    for code in set(scale.neutral) & set(scale.favourable):
        value = f"{code!r}, which is also neutral"
        yield problem(
            "I028", f"{path}.favourable", value=value, allowed="neutral or favourable"
        )


# --- ids and references ------------------------------------------------------------


def _repeated(
    template: str, values: Iterable[object], code: str, what: str
) -> Iterator[Problem]:
    """Yield a problem for each value that an earlier place already has."""
    first: dict[object, int] = {}
    for position, value in enumerate(values):
        if value is None:
            continue
        earlier = first.setdefault(value, position)
        if earlier != position:
            yield problem(
                code,
                template.format(position),
                value=repr(value),
                other=template.format(earlier),
                what=what,
            )


def _id_problems(instrument: Instrument) -> Iterator[Problem]:
    """Treat all ids as one namespace: platforms do so with groups and items."""
    first: dict[str, str] = {}
    for path, identifier in _ids(instrument):
        earlier = first.setdefault(identifier, path)
        if earlier != path:
            yield problem("I020", path, value=repr(identifier), other=earlier)


def _ids(instrument: Instrument) -> Iterator[tuple[str, str]]:
    for i, subscale in enumerate(instrument.subscales):
        yield f"subscales[{i}].id", subscale.id
        for j, item in enumerate(subscale.items):
            yield f"subscales[{i}].items[{j}].id", item.id
    for i, item in enumerate(instrument.context_items):
        yield f"context_items[{i}].id", item.id
    for i, open_item in enumerate(instrument.open_items):
        yield f"open_items[{i}].id", open_item.id


def _scale_reference_problems(instrument: Instrument) -> Iterator[Problem]:
    known = [scale.id for scale in instrument.response_scales]
    for path, name in _scale_references(instrument):
        if name not in known:
            yield problem("I021", path, value=repr(name), allowed=_listed(known))


def _scale_references(instrument: Instrument) -> Iterator[tuple[str, str]]:
    for i, subscale in enumerate(instrument.subscales):
        yield f"subscales[{i}].response_scale", subscale.response_scale
        for j, item in enumerate(subscale.items):
            if item.response_scale is not None:
                yield f"subscales[{i}].items[{j}].response_scale", item.response_scale
    for i, context in enumerate(instrument.context_items):
        yield f"context_items[{i}].response_scale", context.response_scale


# --- scoring rules -----------------------------------------------------------------


def _subscale_problems(instrument: Instrument) -> Iterator[Problem]:
    for position, subscale in enumerate(instrument.subscales):
        path = f"subscales[{position}]"
        n_items = len(subscale.items)
        if subscale.min_answered > n_items:
            yield problem(
                "I022",
                f"{path}.min_answered",
                value=subscale.min_answered,
                allowed=f"1 to {n_items}",
            )
        if (subscale.method == "item") != (n_items == 1):
            method = repr(subscale.method)
            yield problem("I023", f"{path}.method", value=method, count=n_items)
        yield from _mixed_bound_problems(instrument, subscale, path)


def _mixed_bound_problems(
    instrument: Instrument, subscale: Subscale, path: str
) -> Iterator[Problem]:
    """Refuse a mean over different bounds: it weighs items by their scale's length."""
    scales = {scale.id: scale for scale in instrument.response_scales}
    shared = scales.get(subscale.response_scale)
    for position, item in enumerate(subscale.items):
        own = scales.get(item.response_scale or subscale.response_scale)
        if own is None or shared is None:
            continue
        if (own.lowest, own.highest) != (shared.lowest, shared.highest):
            where = f"{path}.items[{position}].response_scale"
            yield problem("I024", where, value=repr(own.id), other=repr(shared.id))


def _reporting_problems(instrument: Instrument) -> Iterator[Problem]:
    """Ask for larger groups the more an output tells about a person."""
    reporting = instrument.reporting
    fields = ("scores", "distributions", "comments")
    for smaller, larger in pairwise(fields):
        least, value = getattr(reporting, smaller), getattr(reporting, larger)
        if value < least:
            path = f"reporting.{larger}"
            yield problem("I034", path, value=value, other=smaller, count=least)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(repr(value) for value in values)


# --- dimensions --------------------------------------------------------------------


def _alternative_problems(instrument: Instrument) -> Iterator[Problem]:
    if instrument.dimensions is None:
        return
    kinds = {subscale.id: subscale.kind for subscale in instrument.subscales}
    for name, clusters in instrument.dimensions.alternatives.items():
        path = f"dimensions.alternatives.{name}"
        named = [code for codes in clusters.values() for code in codes]
        for code in named:
            if code not in kinds:
                allowed = _listed(list(kinds))
                yield problem("I037", path, value=repr(code), allowed=allowed)
        grouped = {kinds[code] for code in named if code in kinds}
        for code, kind in kinds.items():
            if kind in grouped and named.count(code) != 1:
                yield problem("I038", path, value=repr(code))
