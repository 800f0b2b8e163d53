"""The client's house style, as ``assessment.yaml`` asks for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from diagnose.assessment.config import FILE_NAME, Assessment
from diagnose.errors import AssessmentError, Problem
from diagnose.plots.style import PLAIN, HouseStyle, check_style

_LOGOS: dict[str, Literal["png", "svg"]] = {".png": "png", ".svg": "svg"}


def read_house_style(setting: Assessment) -> HouseStyle:
    """Return the house style of a client; the project's own where it asks for nothing.

    Raises
    ------
    AssessmentError
        Everything that keeps it from being used: colour (A045 to A047), logo (A026,
        A048, A049), template (A040 and further).
    """
    from diagnose.report.deck import check_template

    asked = setting.branding
    place = f"{setting.folder.name}/{FILE_NAME}: branding"
    kind: Literal["", "png", "svg"] = _LOGOS.get(
        Path(asked.logo or "").suffix.lower(), ""
    )
    style = HouseStyle(
        name=asked.name or "",
        accent=(asked.accent or PLAIN.accent).lower(),
        logo=_content(setting, asked.logo),
        logo_kind=kind,
        template=_content(setting, asked.template),
    )
    problems = check_style(style, place=place)
    if asked.logo and not kind:
        problems = check_style(replace(style, logo=b""), place=place)
        problems.append(
            Problem(
                code="A026",
                place=f"{place}.logo",
                message=f"is {asked.logo!r}",
                allowed="a .png or .svg file",
                remedy="save the logo as one of these",
            )
        )
    if asked.template:
        problems += check_template(style.template, place=f"{place}.template")
    if problems:
        raise AssessmentError(problems)
    return style


def _content(setting: Assessment, name: str | None) -> bytes:
    """Return what a file holds; nothing of a folder, which is then refused as empty."""
    path = setting.folder / (name or "")
    return path.read_bytes() if name and path.is_file() else b""
