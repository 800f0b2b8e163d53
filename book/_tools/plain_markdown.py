"""Turn the Markdown of the book into Markdown that JupyterLab shows.

JupyterLab knows no directives and no roles; fences become a bold line above their text,
and roles become the words that a reader of the book would see, in either language.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "book" / "locale" / "nl" / "LC_MESSAGES"
WORDS = {
    "exercise": {"en": "Exercise", "nl": "Opgave"},
    "solution": {"en": "Solution", "nl": "Uitwerking"},
    "live": {
        "en": "*In the book you can move this: \u201c{page}\u201d.*",
        "nl": "*In het boek kun je dit bewegen: \u201c{page}\u201d.*",
    },
    "answer": {"en": "*Your answer:*", "nl": "*Jouw antwoord:*"},
}
FENCE = re.compile(r"^(?P<mark>`{3,}|:{3,})\s*(?P<rest>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
ROLE = re.compile(r"\{(?P<role>[a-z:]+)\}`(?P<text>[^`]+)`")
PIECE = re.compile(r"^(?P<lead>\s*(?:#{1,6} |[-*] |\d+\. |> )?)(?P<text>.*)$")
Translate = Callable[[str], str]


@cache
def messages(page: str) -> dict[str, str]:
    """Return the Dutch texts of a page, such as ``notebooks/03_compare_teams``."""
    with (LOCALE / f"{page}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def translator(page: str, language: str) -> Translate:
    """Return what turns a paragraph into the language of the edition."""
    known = messages(page) if language == "nl" else {}
    return lambda text: known.get(text, text)


def readable(source: str, page: str, language: str) -> str:
    """Return one Markdown cell without directives and roles."""
    translate, lines, out = translator(page, language), source.split("\n"), []
    paragraph: list[str] = []
    verbatim, formula = "", False

    for line in lines:
        fence = None if formula else FENCE.match(line)
        if verbatim:
            out.append(line)
            verbatim = "" if line.strip() == verbatim else verbatim
        elif fence:
            out.extend(taken(paragraph, translate))
            opened = opening(fence["rest"], page, language, translate)
            verbatim = fence["mark"] if opened is None else ""
            out.extend([line] if opened is None else opened)
        elif line.startswith("$$") or formula:
            out.extend(taken(paragraph, translate))
            out.append(line)
            formula = formula != (line.count("$$") == 1)
        elif re.match(r"^:[a-z]+:", line):
            label = line.partition("label:")[2].strip()
            out.extend([f"`{label}`", ""] if label else [])
        elif not line.strip():
            out.extend(taken(paragraph, translate))
            out.append("")
        else:
            paragraph.append(line)
    out.extend(taken(paragraph, translate))
    text = "\n".join(out)
    text = ROLE.sub(lambda role: words_of(role, page, language), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def taken(paragraph: list[str], translate: Translate) -> list[str]:
    """Return the paragraph that was gathered, translated, and begin a new one."""
    lines = translated(paragraph, translate) if paragraph else []
    paragraph.clear()
    return lines


def opening(
    rest: str, page: str, language: str, translate: Translate
) -> list[str] | None:
    """Return what stands for the first or last line of a fence; None keeps it."""
    if not rest:
        return [""]
    directive = DIRECTIVE.match(rest)
    if directive is None:
        return None
    name = directive["name"].removesuffix("-start").removesuffix("-end")
    if directive["name"].endswith("-end"):
        return [""]
    if name == "live":
        return ["", WORDS["live"][language].format(page=title_of(page, language)), ""]
    if name in WORDS:
        return [f"**{WORDS[name][language]}**", ""]
    return [f"**{translate(directive['title'])}**", ""] if directive["title"] else [""]


def translated(lines: list[str], translate: Translate) -> list[str]:
    """Translate a paragraph, a heading, a list or a table."""
    if lines[0].lstrip().startswith("|"):
        return [row(line, translate) for line in lines]
    out, pieces = [], split(lines)
    for lead, text in pieces:
        out.append(lead + translate(text))
    return out


def row(line: str, translate: Translate) -> str:
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return "| " + " | ".join(translate(cell) for cell in cells) + " |"


def split(lines: list[str]) -> list[tuple[str, str]]:
    """Join the lines of each paragraph or list item; a heading stands alone."""
    pieces: list[tuple[str, str]] = []
    for line in lines:
        piece = PIECE.match(line)
        continues = pieces and not piece["lead"].strip()
        if continues and not pieces[-1][0].startswith("#"):
            lead, before = pieces.pop()
            pieces.append((lead, f"{before} {line.strip()}"))
        else:
            pieces.append((piece["lead"], piece["text"]))
    return pieces


def words_of(role: re.Match, page: str, language: str) -> str:
    """Return the words that a reader of the book sees for a role."""
    name, text = role["role"], role["text"]
    said = re.match(r"(.*?)\s*<([^>]+)>$", text, re.S)
    if name.startswith("cite"):
        return "(" + "; ".join(cited(key.strip()) for key in text.split(",")) + ")"
    if said:
        return said[1]
    if name == "doc":
        base = ROOT / page
        target = (base.parent / text).resolve().relative_to(ROOT).as_posix()
        return f"\u201c{title_of(target, language)}\u201d"
    return text


@cache
def title_of(page: str, language: str) -> str:
    """Return the first heading of a page of the book."""
    path = ROOT / f"{page}.md"
    source = path if path.is_file() else path.with_suffix(".ipynb")
    found = re.search(
        r'^\s*"?# (.+?)(?:\\n)?",?$|^# (.+)$', source.read_text("utf-8"), re.M
    )
    title = (found[1] or found[2]).strip()
    return translator(page, language)(title)


@cache
def cited(key: str) -> str:
    """Return author and year of an entry of the bibliography."""
    text = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    entry = re.search(rf"^@\w+\{{{re.escape(key)},.*?(?=^@|\Z)", text, re.M | re.S)[0]
    names = re.search(r"author\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}", entry)[1]
    year = re.search(r"year\s*=\s*\{?(\d{4})", entry)[1]
    last = [
        re.sub(r"[{}\\'\"^`~]", "", one).split(",")[0] for one in names.split(" and ")
    ]
    who = last[0] if len(last) == 1 else f"{last[0]} & {last[1]}"
    return f"{who if len(last) < 3 else last[0] + ' et al.'}, {year}"
