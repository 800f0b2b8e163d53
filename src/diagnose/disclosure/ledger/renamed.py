"""A wave that was released under another name.

Answers of different waves are different answers, so releases are compared wave by wave.
A wave that got another name after it was released would not be compared at all, and one
late answer in it would be told. Names can be changed, results hardly: two groups that
really answered twice have the same number, mean and spread once in some hundreds.
Where several groups have, it is the same wave, and is compared as such.

What it does not see: a wave of which everybody is in one group, when late answers came
with the new name. Then no group is the same.
"""

from __future__ import annotations

from dataclasses import replace

from diagnose.disclosure.ledger.model import PublishedCell, Release

_FEWEST = 3
_SHARE = 0.1
_DIGITS = 9

Group = tuple[object, ...]


def with_waves_of(new: Release, old: Release) -> Release:
    """Return an earlier release with its waves called as they are called now.

    Parameters
    ----------
    new : Release
        What would be released.
    old : Release
        What was. Not modified.
    """
    now, then = _groups_of(new), _groups_of(old)
    names: dict[str, str] = {}
    for wave in sorted(then.keys() - now.keys()):
        for other in sorted(now.keys() - then.keys() - set(names.values())):
            if _is_same_wave(then[wave], now[other]):
                names[wave] = other
                break
    if not names:
        return old

    def name(wave: str) -> str:
        return names.get(wave, wave)

    return replace(
        old,
        wave=name(old.wave),
        units={name(wave): paths for wave, paths in old.units.items()},
        cells=tuple(replace(cell, wave=name(cell.wave)) for cell in old.cells),
        answers=tuple(replace(own, wave=name(own.wave)) for own in old.answers),
    )


def _groups_of(release: Release) -> dict[str, dict[Group, Group]]:
    """Return what is told of each group on each subscale, wave by wave."""
    waves: dict[str, dict[Group, Group]] = {}
    for cell in release.cells:
        told = waves.setdefault(cell.wave, {})
        if cell.mean is not None:
            place = cell.kind, cell.role, cell.subscale, cell.item, cell.path
            told[*place, cell.status] = _told(cell)
    return waves


def _told(cell: PublishedCell) -> Group:
    numbers = (cell.mean, cell.sd)
    return cell.n_respondents, *(x and round(x, _DIGITS) for x in numbers)


def _is_same_wave(one: dict[Group, Group], other: dict[Group, Group]) -> bool:
    both = one.keys() & other.keys()
    same = sum(one[group] == other[group] for group in both)
    return same >= max(_FEWEST, _SHARE * len(both))
