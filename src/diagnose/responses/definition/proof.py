"""Does a platform's definition prove what its codes mean? By label, never by order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diagnose.instrument.labels import label_codes, normalise_label

if TYPE_CHECKING:
    from diagnose.instrument.model import ResponseScale


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a definition says about the codes of one item.

    Attributes
    ----------
    codes : mapping of str to str
        Code in the export to code of the response scale.
    unknown : mapping of str to str
        Code in the export to its label, where the instrument knows no such label.
    clashing : mapping of str to tuple of str
        Code in the export to labels that name different points.
    doubled : mapping of str to tuple of str
        Code of a point with a value to the codes in the export that have its labels,
        where there are several and no person said so: one of them is wrong.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    clashing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def reordered(self) -> Mapping[str, str]:
        """The codes that mean another code of the response scale."""
        return {ours: theirs for ours, theirs in self.codes.items() if ours != theirs}


def prove_codes(
    answers: Mapping[str, tuple[str, ...]],
    scale: ResponseScale,
    *,
    extra: Mapping[str, str],
) -> Proof:
    """Hold the labels of a definition against those of a response scale.

    Parameters
    ----------
    answers : mapping of str to tuple of str
        Code in the export to its labels in every language of the definition.
    scale : ResponseScale
        Labels and aliases of the instrument.
    extra : mapping of str to str
        Labels that a person confirmed, to codes of the scale.
    """
    known = label_codes(scale)
    known |= {normalise_label(label): code for label, code in extra.items()}
    codes, unknown, clashing = {}, {}, {}
    for theirs, labels in answers.items():
        plain = [normalise_label(label) for label in labels]
        found = {known[label] for label in plain if label in known}
        if len(found) == 1:
            codes[theirs] = found.pop()
        elif found:
            clashing[theirs] = labels
        elif any(plain):
            unknown[theirs] = next(label for label in labels if label.strip())
    doubled = {
        point.code: same
        for point in scale.points
        if point.value is not None
        and point.code not in extra.values()
        and len(same := tuple(t for t, ours in codes.items() if ours == point.code)) > 1
    }
    return Proof(codes=codes, unknown=unknown, clashing=clashing, doubled=doubled)
