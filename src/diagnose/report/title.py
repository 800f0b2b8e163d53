"""What stands at the head of every output: who, when, with what, under which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnose.plots.words import Words, rows
from diagnose.report.build import plots


def title_lines(words: Words) -> list[tuple[str, str]]:
    """Return the facts of the title block, each with its name."""
    publication = words.publication
    instrument = publication.instrument
    thresholds = publication.thresholds
    values = {
        "organisation": words.translated(publication.title),
        "wave": publication.wave,
        "date": wave_date(words) or words.text("title_block.no_date"),
        "instrument": words.text(
            "title_block.instrument_value",
            title=words.translated(instrument.title),
            version=instrument.version,
            hash=instrument.content_hash[:12],
        ),
        "status": words.translated(instrument.status),
        "respondents": _respondents(words),
        "rules": words.text(
            "title_block.rules_value",
            scores=thresholds.scores,
            distributions=thresholds.distributions,
            comments=thresholds.comments,
        ),
    }
    return [(words.text(f"title_block.{key}"), value) for key, value in values.items()]


def report_title(words: Words) -> str:
    """Return the title of the report."""
    organisation = words.translated(words.publication.title)
    return words.text("document.title", organisation=organisation)


def wave_date(words: Words) -> str:
    """Return the date of the wave as the input gave it; "" when it gave none."""
    waves = words.publication.provenance.get("waves")
    if isinstance(waves, Sequence) and not isinstance(waves, str):
        for wave in waves:
            if (
                isinstance(wave, Mapping)
                and wave.get("label") == words.publication.wave
            ):
                return str(wave.get("date", ""))
    return ""


def _respondents(words: Words) -> str:
    parts = [
        words.text(
            "title_block.respondents_value",
            n=words.number(row["n_respondents"], 0),
            role=plots(words).text(f"role.{row['role']}"),
        )
        for row in rows(words.publication.participation.roles)
        if row["n_respondents"] == row["n_respondents"]
    ]
    return ", ".join(parts)
