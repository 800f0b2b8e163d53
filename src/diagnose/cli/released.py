"""The command ``diagnose release``: what reached the client."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from diagnose.cli.terminal import progress, say, show_table
from diagnose.language import Language, load_catalogue

if TYPE_CHECKING:
    from diagnose.disclosure import Ledger


def run(chosen: Namespace) -> int:
    """Do what is asked."""
    from diagnose.assessment.release import (
        release_assessment,
        released,
        withdraw_assessment,
    )

    if chosen.list:
        _show(released(chosen.folder), chosen.speak)
        return 0
    if chosen.withdraw:
        withdraw_assessment(chosen.folder, chosen.withdraw, chosen.reason or "")
        say("release.withdrawn", chosen.speak, number=chosen.withdraw)
        return 0
    with progress(chosen.speak) as step:
        done = release_assessment(chosen.folder, progress=step)
    key = "release.done" if done.new else "release.known"
    said = {"number": done.number, "wave": done.wave, "n_files": done.n_files}
    say(key, chosen.speak, **said)
    return 0


def _show(ledger: Ledger, language: Language) -> None:
    words = load_catalogue("cli")
    if not ledger.releases:
        say("release.none", language)
        return
    heads = [
        words.text(f"release.{key}", language)
        for key in ("number", "wave", "cells", "files", "state")
    ]
    rows = []
    for one in ledger.releases:
        state = words.text("release.released", language)
        if one.number in ledger.withdrawn:
            reason = ledger.withdrawn[one.number]
            state = words.text("release.taken_back", language, reason=reason)
        rows.append(
            (
                str(one.number),
                one.wave,
                str(len(one.cells) + len(one.answers)),
                str(len(one.files)),
                state,
            )
        )
    show_table(heads, rows)
