"""What can be typed: commands, options, and help with an example each."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from diagnose.cli.plan_options import add_plan_options
from diagnose.language import Language, default_language, load_catalogue

_Add = Callable[[argparse.ArgumentParser, Callable[[str], str]], None]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands, in the language of the reader."""
    from diagnose import __version__

    speak = default_language()

    def words_of(section: str) -> Callable[[str], str]:
        return lambda key: load_catalogue(section).text(key, speak)

    word = words_of("cli")

    parser = argparse.ArgumentParser(
        prog="diagnose",
        description=word("description"),
        epilog=word("epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(speak=speak)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar=word("command"), title=word("commands")
    )
    for name, add in _COMMANDS.items():
        told = words_of(_SECTIONS.get(name, "cli"))
        own = commands.add_parser(
            name,
            help=told(f"{name}.help"),
            description=told(f"{name}.description"),
            epilog=told(f"{name}.example"),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        add(own, told)
    return parser


def _whole(lowest: int, highest: int = 2**32) -> Callable[[str], int]:
    """Return a check for whole numbers; argparse tells the user what was wrong."""

    def number(text: str) -> int:
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"{text!r}: {lowest} … {highest}")
        return int(text)

    return number


def _folder(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    parser.add_argument("folder", help=word("option.folder"))


def _languages(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    parser.add_argument(
        "--language",
        action="append",
        choices=("en", "nl"),
        help=word("option.languages"),
    )


def _instrument(
    parser: argparse.ArgumentParser, word: Callable[[str], str], default: str | None
) -> None:
    parser.add_argument("--instrument", default=default, help=word("option.instrument"))


def _init(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _folder(parser, word)
    _instrument(parser, word, "bottom-up")
    _language(parser, word)


def _language(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    default: Language = default_language()
    parser.add_argument(
        "--language",
        choices=("en", "nl"),
        default=default,
        help=word("option.language"),
    )


def _run(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _folder(parser, word)
    _languages(parser, word)
    for name in ("handbook", "teams"):
        parser.add_argument(
            f"--no-{name}", action="store_true", help=word(f"option.no_{name}")
        )


def _release(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _folder(parser, word)
    parser.add_argument(
        "--withdraw", type=_whole(1), metavar="N", help=word("option.withdraw")
    )
    parser.add_argument("--reason", help=word("option.reason"))
    parser.add_argument("--list", action="store_true", help=word("option.releases"))


def _report(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _folder(parser, word)
    _languages(parser, word)
    parser.add_argument(
        "--format",
        action="append",
        choices=("html", "xlsx", "pptx", "pdf", "docx", "figures"),
        dest="formats",
        help=word("option.formats"),
    )
    parser.add_argument("--teams", action="store_true", help=word("option.teams_too"))


def _export(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    parser.add_argument("source", help=word("option.source"))
    _instrument(parser, word, None)
    for name in ("mapping", "platform", "definition", "organisation", "levels"):
        parser.add_argument(f"--{name}", help=word(f"option.{name}"))
    _language(parser, word)


def _check(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _export(parser, word)
    parser.add_argument("--privacy", action="store_true", help=word("option.privacy"))
    parser.add_argument("--propose", metavar="FILE", help=word("option.propose"))
    parser.add_argument("--output", metavar="FILE", help=word("option.intake_file"))


def _comments(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _export(parser, word)
    parser.add_argument("--output", metavar="FILE", help=word("option.review_file"))


def _handbook(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    parser.add_argument("folder", nargs="?", help=word("option.client"))
    parser.add_argument("--output", help=word("option.output"))
    parser.add_argument(
        "--formats",
        type=_formats,
        default=("html",),
        metavar="html,epub,pdf",
        help=word("option.book_formats"),
    )
    _languages(parser, word)


def _formats(text: str) -> tuple[str, ...]:
    """Return the forms of the handbook that were asked for."""
    known = ("html", "epub", "pdf")
    asked = tuple(part.strip() for part in text.split(","))
    for part in asked:
        if part not in known:
            raise argparse.ArgumentTypeError(f"{part!r}: {', '.join(known)}")
    return asked


def _survey(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    parser.add_argument(
        "action",
        choices=("list", "show", "check", "codebook", "export", "schema"),
        help=word("option.action"),
    )
    parser.add_argument(
        "instrument", nargs="?", default="bottom-up", help=word("option.instrument")
    )
    parser.add_argument("--to", metavar="TOOL", help=word("option.to"))
    parser.add_argument("--form", action="append", help=word("option.form"))
    parser.add_argument("--in", dest="languages", help=word("option.in"))
    parser.add_argument("--organisation", help=word("option.organisation"))
    parser.add_argument("--levels", help=word("option.levels"))
    parser.add_argument("--output", help=word("option.output_file"))
    _language(parser, word)


def _simulate(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    _folder(parser, word)
    _instrument(parser, word, "bottom-up")
    parser.add_argument("--seed", type=_whole(0), default=1, help=word("option.seed"))
    parser.add_argument(
        "--teams", type=_whole(1, 2000), default=20, help=word("option.teams")
    )
    _language(parser, word)


def _plan(parser: argparse.ArgumentParser, word: Callable[[str], str]) -> None:
    add_plan_options(parser, word)
    _language(parser, word)


_COMMANDS: dict[str, _Add] = {
    "init": _init,
    "run": _run,
    "check": _check,
    "comments": _comments,
    "score": _export,
    "report": _report,
    "release": _release,
    "handbook": _handbook,
    "survey": _survey,
    "simulate": _simulate,
    "plan": _plan,
}

_SECTIONS = {"plan": "plan"}
"""Commands whose words stand in a catalogue of their own."""
