"""The platforms, in the order in which they are tried, and what overrides may do."""

from __future__ import annotations

from dataclasses import replace

from diagnose.responses.files.tabular import Table
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read.google_forms import GOOGLE_FORMS
from diagnose.responses.read.kobo import KOBO
from diagnose.responses.read.layout import Layout, Platform
from diagnose.responses.read.limesurvey import LIMESURVEY
from diagnose.responses.read.microsoft_forms import MICROSOFT_FORMS
from diagnose.responses.read.plain import PLAIN
from diagnose.responses.read.qualtrics import QUALTRICS
from diagnose.responses.read.redcap import REDCAP
from diagnose.responses.read.spss import SPSS
from diagnose.responses.read.surveyjs import SURVEYJS
from diagnose.responses.read.surveymonkey import SURVEYMONKEY

_BY_KIND = (SURVEYJS, SPSS)
"""Platforms whose files are no tables of text; nothing else can read these."""

_IN_ORDER = (
    QUALTRICS,
    SURVEYMONKEY,
    MICROSOFT_FORMS,
    REDCAP,
    KOBO,
    GOOGLE_FORMS,
    LIMESURVEY,
    *_BY_KIND,
    PLAIN,
)
"""Those with heading rows of their own first; LimeSurvey near the end, as it also takes
headings in which a code stands before the text; plain takes the rest."""


def _checked(platform: Platform) -> Platform:
    """Return the platform with a layout that refuses the export of another one."""

    def layout(table: Table) -> Layout:
        found = _first(table)
        if found is platform:
            return platform.layout(table)
        if platform is PLAIN:
            return _as_plain(table, found)
        sure = found in _BY_KIND or not platform.detect(table)
        if found is not PLAIN and sure:
            raise refuse("R120", table.name, platform=platform.name, found=found.name)
        return platform.layout(table)

    return replace(platform, layout=layout)


def _as_plain(table: Table, found: Platform) -> Layout:
    """Read the export of a platform as any table, when its headings allow that."""
    if found.layout(table).n_header_rows > 1:
        raise refuse("R120", table.name, platform=PLAIN.name, found=found.name)
    layout = PLAIN.layout(table)
    note = problem("R122", table.name, found=found.name)
    return replace(layout, notes=(*layout.notes, note))


def _first(table: Table) -> Platform:
    """Return whose export it is: by the kind of file, else the first in order."""
    ordered = (*_BY_KIND, *_IN_ORDER)
    return next(platform for platform in ordered if platform.detect(table))


PLATFORMS: dict[str, Platform] = {
    platform.name: _checked(platform) for platform in _IN_ORDER
}
"""Name to platform; the last one takes all."""


def detect_platform(table: Table) -> Platform:
    """Return the first platform that recognises the table as its own."""
    return PLATFORMS[_first(table).name]
