"""Can anybody work out what a few people answered, from everything that is written?

Random organisations (see `attacker_organisations`) are put through the product itself:
diagnosed, published, written. The attacker (`attacker_algebra`) reads the written
workbook, and of every twentieth organisation the page as well, knows the head counts,
who is in which unit and who skipped what, and looks for any group below the threshold
of which something follows. Run it from the repository's folder:

    python benchmarks/attacker.py

Ways in which something follows, one row of the table each:

``scores``
    By rank, from the scores of roles, waves, units, rests, people who can be followed.
``items``
    By rank, with the items beside them.
``counts``
    By rank, from the numbers of people who answered.
``extreme``
    A group with a mean so close to an end that everybody's score is known.
``narrow``
    By linear programming, the sum of scores of a small unit to less than one step.
``staff``
    By integer programming with head counts, how many of a small unit answered.
``any``
    Any of them except ``staff``, which tells who answered and not what.
``refused``
    No publication: the audit found something that the rules had let through.

The control is the rule that most tools have: hide what is below the threshold, and
nothing else. Same organisations, same attacker. An organisation has many parents, and
one that leaks is enough; ``parents`` is the share of parents, each by itself, in which
the total minus the units that are shown is a group below the threshold.

Respondents without a line of their own are counted beside the fewest that could be
without one, by integer programs over the whole tree (`attacker_optimum`): ``any_tree``
where units may be shown below hidden ones, as in the product, and ``optimum`` where
they may not. The product counts lines at every level, these programs at the lowest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from attacker_algebra import THRESHOLD, Attacker, Leak
from attacker_files import NOW, Reader, Told, read_page, read_workbook
from attacker_optimum import fewest_in_any_tree, fewest_without_line
from attacker_organisations import draw_organisation, items_of
from repeated_runs import repeat, wilson_interval, write_table

from diagnose.diagnosis import Diagnosis, diagnose
from diagnose.disclosure import publish
from diagnose.errors import DisclosureError
from diagnose.report import write_report
from diagnose.responses import Responses

RESULTS = Path(__file__).parent / "results" / "attacker.csv"
WAYS = ("scores", "items", "counts", "extreme", "narrow", "staff")
ABOUT_ANSWERS = tuple(way for way in WAYS if way != "staff")
EVERY_PAGE = 20
Outcome = dict[str, Any]


def attack(run: int) -> Outcome:
    """Draw, publish, write, read and attack one organisation."""
    warnings.simplefilter("ignore")
    responses = draw_organisation(np.random.default_rng((2026, run)))
    diagnosis = diagnose(responses)
    attacker = Attacker(responses)
    control = tell_threshold_only(diagnosis)
    page, refused = run % EVERY_PAGE == 0, ""
    told: list[Told] = []
    from_page: list[Told] = []
    try:
        told, from_page = _write_and_read(responses, diagnosis, page=page)
    except DisclosureError as error:
        refused = str(error)
    leaks = attacker.leaks(told) + attacker.leaks(from_page, rounded=True)
    return {
        "run": run,
        "n_people": len(responses),
        "n_told": len(told),
        "n_from_page": len(from_page),
        "refused": refused,
        "wrong": attacker.check_numbers(told) + attacker.check_numbers(from_page),
        "published": leaks,
        "control": attacker.leaks(control),
        "parents": count_parents(attacker),
        "without_line": count_without_line(attacker, told, control),
    }


def _write_and_read(
    responses: Responses, diagnosis: Diagnosis, *, page: bool
) -> tuple[list[Told], list[Told]]:
    levels = list(responses.hierarchy)
    reader = Reader(
        sorted(set(responses.people[levels].itertuples(index=False, name=None)))
    )
    formats = ("xlsx", "html") if page else ("xlsx",)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_report(publish(diagnosis), folder, formats=formats)
        told = reader.tell(read_workbook((folder / "tables.xlsx").read_bytes()))
        if not page:
            return told, []
        text = (folder / "report.html").read_text(encoding="utf-8")
        return told, reader.tell(read_page(text))


def tell_threshold_only(diagnosis: Diagnosis) -> list[Told]:
    """Return what a tool would tell that hides small groups and nothing else."""
    told: list[Told] = []
    for row in _enough(diagnosis.profile):
        told.append(_cell(row, role=row["role"]))
    for row in _enough(diagnosis.trend):
        told.append(_cell(row, wave=row["wave"]))
    for role, cells in (
        ("floor", diagnosis.units.cells),
        ("leader", diagnosis.units.leaders),
    ):
        told += [_cell(row, role=role, path=row["path"]) for row in _enough(cells)]
    for row in _enough(diagnosis.measurement.items):
        told.append(_cell(row, kind="item", item=row["item"]))
    for row in _enough(diagnosis.participation.roles):
        told.append(_people(row, role=row["role"]))
    told += [
        _people(row, path=row["path"]) for row in _enough(diagnosis.participation.units)
    ]
    return list(dict.fromkeys(told))


def _enough(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.loc[frame["n_respondents"] >= THRESHOLD].to_dict("records")


def _cell(row: dict[Any, Any], *, kind: str = "cell", **about: Any) -> Told:
    return Told(
        kind=kind,
        n_respondents=row["n_respondents"],
        mean=row["mean"],
        subscale=row["subscale"],
        **about,
    )


def _people(row: dict[Any, Any], **about: Any) -> Told:
    return Told(kind="people", n_respondents=row["n_respondents"], **about)


def count_parents(attacker: Attacker) -> tuple[int, int]:
    """Return how many parents are shown, and in how many the control leaks."""
    sizes = attacker.unit_sizes(next(iter(items_of())))
    below: dict[tuple[str, ...], list[int]] = {}
    for path, n in sizes.items():
        below.setdefault(path[:-1], []).append(n)
    shown = [own for own in below.values() if sum(own) >= THRESHOLD]
    left = [sum(n for n in own if n < THRESHOLD) for own in shown]
    return len(shown), sum(0 < rest < THRESHOLD for rest in left)


def count_without_line(
    attacker: Attacker, told: Sequence[Told], control: Sequence[Told]
) -> Outcome:
    """Count people of the smallest units without a line of their own, four ways."""
    subscale = next(iter(items_of()))
    sizes = attacker.unit_sizes(subscale)
    depth = max(map(len, sizes), default=0)
    smallest = {path: n for path, n in sizes.items() if len(path) == depth and path[-1]}
    everybody = sum(smallest.values())

    limits: Outcome = {
        "depth": depth,
        "threshold": THRESHOLD,
        "barred": attacker.alike(subscale, list(sizes)),
    }

    def without(statements: Sequence[Told]) -> int:
        shown = {
            one.path
            for one in statements
            if one.kind == "cell"
            and (one.role, one.wave) == ("floor", NOW)
            and one.subscale == subscale
        }
        return sum(n for path, n in smallest.items() if path not in shown)

    return {
        "everybody": everybody,
        "published": without(told),
        "threshold": without(control),
        "optimum": fewest_without_line(sizes, **limits),
        "any_tree": fewest_in_any_tree(sizes, **limits),
    }


def summarise(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the shares of organisations in which something follows."""
    rows: list[Outcome] = []
    for rule in ("published", "control"):
        for way in (*WAYS, "any"):
            n_leaking = sum(_follows(one[rule], way) for one in outcomes)
            low, high = wilson_interval(n_leaking / len(outcomes), len(outcomes))
            rows.append(
                {
                    "rule": rule,
                    "measure": way,
                    "n_organisations": len(outcomes),
                    "n_found": n_leaking,
                    "share": n_leaking / len(outcomes),
                    "conf_low": max(low, 0.0),
                    "conf_high": high,
                }
            )
    n_parents, n_leaking = (sum(one["parents"][i] for one in outcomes) for i in (0, 1))
    rows.append(
        {
            "rule": "control",
            "measure": "parents",
            "n_organisations": len(outcomes),
            "n_found": n_leaking,
            "share": n_leaking / max(n_parents, 1),
        }
    )
    n_refused = sum(bool(one["refused"]) for one in outcomes)
    refused = {"rule": "published", "measure": "refused", "n_found": n_refused}
    rows.append({**refused, "n_organisations": len(outcomes)})
    return pd.DataFrame([*rows, *_lost(outcomes)])


def _follows(leaks: Sequence[Leak], way: str) -> bool:
    ways = ABOUT_ANSWERS if way == "any" else (way,)
    return any(leak.way in ways for leak in leaks)


def _lost(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the share of people without a line of their own, over organisations."""
    solved = [o["without_line"] for o in outcomes if not o["refused"]]
    solved = [one for one in solved if None not in one.values()]
    everybody = sum(one["everybody"] for one in solved)
    return [
        {
            "rule": rule,
            "measure": "without_line",
            "n_organisations": len(solved),
            "n_found": sum(one[rule] for one in solved),
            "share": sum(one[rule] for one in solved) / max(everybody, 1),
        }
        for rule in ("threshold", "published", "optimum", "any_tree")
    ]


def main() -> int:
    """Run the attack and write the table; 1 when anything was found."""
    parser = argparse.ArgumentParser(description="Attack what is written.")
    parser.add_argument("--organisations", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULTS)
    chosen = parser.parse_args()
    run_once = partial(_attack_from, first=chosen.first)
    outcomes = repeat(run_once, chosen.organisations, processes=chosen.processes)
    for one in outcomes:
        found = [leak for leak in one["published"] if leak.way in ABOUT_ANSWERS]
        if found or one["wrong"] or one["refused"]:
            wrong = one["wrong"][:2]
            print(one["run"], found, wrong, one["refused"], file=sys.stderr)
    write_table(summarise(outcomes), chosen.output)
    leaking = any(_follows(one["published"], "any") for one in outcomes)
    return int(leaking or any(one["wrong"] or one["refused"] for one in outcomes))


def _attack_from(run: int, *, first: int) -> Outcome:
    return attack(first + run)


if __name__ == "__main__":
    raise SystemExit(main())
