"""The titles of the figures of the measurement: what they show, by a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnose.diagnosis.factor_rows import WEAK_LOADING_BELOW
from diagnose.diagnosis.measurement import RELIABLE_FROM
from diagnose.plots.measurement_rows import is_weak
from diagnose.plots.words import Row, Words

_MOST_NAMES = 4
_MOST_PAIRS = 2
Stretches = Sequence[tuple[float, float]]


def loadings_title(words: Words, loadings: Sequence[Row]) -> str:
    """Name the items with a weak loading, or say that there are none."""
    weak = [row["item"].upper() for row in loadings if is_weak(row)]
    kept = [row["estimate"] for row in loadings if not is_weak(row)]
    bound = words.number(WEAK_LOADING_BELOW)
    if len(weak) > _MOST_NAMES or not kept:
        return words.text(
            "title.loadings_many", n_weak=len(weak), n=len(loadings), bound=bound
        )
    ends = {"low": words.number(min(kept)), "high": words.number(max(kept))}
    if not weak:
        return words.text("title.loadings_strong", bound=bound, **ends)
    names = words.listed(weak)
    return words.text("title.loadings_weak", names=names, bound=bound, **ends)


def pairs_title(words: Words, pairs: Sequence[Row]) -> str:
    """Name the subscales that the rule finds too alike, or say how far they go."""
    merge, unsure = (
        [row for row in pairs if row["verdict"] == verdict]
        for verdict in ("merge", "unsure")
    )
    if merge:
        more = words.text("title.pairs_more", n=len(unsure)) if unsure else ""
        return _named_pairs(words, "merge", merge) + more
    if unsure:
        return _named_pairs(words, "unsure", unsure)
    found = [row["estimate"] for row in pairs]
    judged = all(row["verdict"] == "apart" for row in pairs)
    return words.text(
        "title.pairs_apart" if judged else "title.pairs_unjudged",
        low=words.number(min(found)),
        high=words.number(max(found)),
    )


def _named_pairs(words: Words, verdict: str, pairs: Sequence[Row]) -> str:
    if len(pairs) > _MOST_PAIRS:
        return words.text(f"title.pairs_{verdict}_many", n=len(pairs))
    named = [
        f"{words.subscale(row['first'])} – {words.subscale(row['second'])} "
        f"({words.number(row['estimate'])})"
        for row in pairs
    ]
    return words.text(f"title.pairs_{verdict}", pairs=words.listed(named))


def path_title(words: Words, loadings: Sequence[Row], pairs: Sequence[Row]) -> str:
    """Say what the items do, and then what the subscales do."""
    said = [loadings_title(words, loadings)]
    return ". ".join([*said, pairs_title(words, pairs)] if pairs else said)


def information_title(words: Words, reached: Mapping[str, Stretches]) -> str:
    """Say on which subscales people are measured precisely, and how widely."""
    bound = words.number(RELIABLE_FROM)
    never = [name for name, stretches in reached.items() if not stretches]
    if len(never) == len(reached):
        return words.text("title.information_none", bound=bound)
    if len(never) > _MOST_NAMES:
        return words.text(
            "title.information_many", n_never=len(never), n=len(reached), bound=bound
        )
    if never:
        names = words.listed([words.subscale(name) for name in never])
        return words.text("title.information_some", names=names, bound=bound)
    widths = {
        name: sum(high - low for low, high in stretches)
        for name, stretches in reached.items()
    }
    ends = {
        "narrow": min(widths, key=lambda name: widths[name]),
        "wide": max(widths, key=lambda name: widths[name]),
    }
    values = {f"{end}_range": ranges(words, reached[n]) for end, n in ends.items()}
    names_of = {end: words.subscale(name) for end, name in ends.items()}
    key = "title.information_one" if len(reached) == 1 else "title.information_all"
    return words.text(key, bound=bound, **names_of, **values)


def ranges(words: Words, stretches: Stretches) -> str:
    """Write stretches of a response scale, ``1.8 to 4.2``."""
    written = [words.interval(low, high, 1) for low, high in stretches]
    return words.listed([text.replace(" ", "\u00a0") for text in written])


def comparisons_title(words: Words, verdicts: Mapping[str, Sequence[str]]) -> str:
    """Count the subscales on which means may be compared, for each comparison."""
    parts = []
    for across, found in verdicts.items():
        tested = [verdict for verdict in found if verdict != "not_tested"]
        if not tested:
            continue
        part = words.text(
            "title.comparisons_part",
            across=words.text(f"across.{across}"),
            n_means=tested.count("means"),
            n=len(tested),
        )
        n_care = tested.count("means_partial")
        care = words.text("title.comparisons_care", n=n_care) if n_care else ""
        parts.append(part + care)
    return words.text("title.comparisons", parts="; ".join(parts))
