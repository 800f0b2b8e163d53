"""Late answers that are many enough, and all alike: their difference tells all."""

from dataclasses import replace

import pytest

from diagnose.disclosure import Ledger, check_ledger, extend_ledger, publish
from diagnose.disclosure.ledger import PublishedCell, Release
from diagnose.disclosure.ledger.compare import Limits, compare_releases
from diagnose.disclosure.ledger.difference import subtract
from diagnose.disclosure.ledger.renamed import with_waves_of
from diagnose.errors import DisclosureError
from unit.disclosure.organisations import diagnose_people, people_of

FILES = {"report.html": "0" * 64}
FIRST = [2.0, 2.25, 2.5, 3.0, 3.5, 3.75, 4.0, 4.25, 2.75]


def published(team):
    teams = {("A",): team, ("B",): [*FIRST, 3.25]}
    return publish(diagnose_people(people_of(teams)))


@pytest.fixture(scope="module")
def ledger():
    return extend_ledger(Ledger(), published(FIRST), FILES)


def differ(late, ledger):
    """Return the codes of what is refused when these answers come late."""
    try:
        check_ledger(ledger, published([*FIRST, *late]))
    except DisclosureError as error:
        return {problem.code for problem in error.problems}
    return set()


def test_late_answers_that_differ_may_be_released(ledger):
    assert differ([2.0, 3.0, 3.5, 4.0, 4.5], ledger) == set()


@pytest.mark.parametrize(
    "late", [[3.5] * 5, [5.0] * 6, [5.0, 5.0, 5.0, 5.0, 4.25], [1.0] * 4 + [2.0]]
)
def test_late_answers_that_are_alike_are_refused(ledger, late):
    assert differ(late, ledger) == {"D020"}


def test_what_is_left_has_the_number_mean_and_spread_of_the_others():
    def cell(n, mean, sd):
        return PublishedCell(
            kind="scores", wave="1", role="floor", n_respondents=n, mean=mean, sd=sd
        )

    left = subtract(cell(5, 3.0, 2.5**0.5), [cell(2, 1.5, 0.5**0.5)])

    assert left.n_respondents == 3
    assert left.mean == pytest.approx(4.0)
    assert left.sd == pytest.approx(1.0)


def release_of(wave, sizes, *, shift=0.0, number=1):
    """Return a release of one wave with a team of each size."""
    teams = [("A",), ("B",), ("C",), ("D",)]
    cells = [
        PublishedCell(
            kind="scores",
            wave=wave,
            role="floor",
            subscale="v",
            path=path,
            n_respondents=n,
            mean=3 + shift + place / 7,
            sd=0.8 + place / 11,
        )
        for place, (path, n) in enumerate(
            zip([(), *teams], [sum(sizes), *sizes], strict=True)
        )
    ]
    return Release(
        number=number,
        wave=wave,
        publication=str(number),
        instrument="i",
        hierarchy=("team",),
        thresholds={"scores": 5.0},
        files=FILES,
        units={wave: tuple(teams)},
        cells=tuple(cells),
        answers=(),
    )


LIMITS = Limits(scores=5, distributions=8, comments=10)


def test_one_late_answer_in_a_wave_with_another_name_is_seen():
    old = release_of("2026", (8, 9, 10, 11))
    new = release_of("2026, final", (8, 9, 10, 12), number=2)

    assert compare_releases(old, new, LIMITS)[0] == []
    problems, _ = compare_releases(with_waves_of(new, old), new, LIMITS)
    assert [problem.code for problem in problems] == ["D020"]
    assert "2026, final" in problems[0].place


def test_another_wave_keeps_its_name():
    old = release_of("2025", (8, 9, 10, 11))

    assert with_waves_of(release_of("2026", (8, 9, 10, 11), shift=0.1), old) is old
    assert with_waves_of(release_of("2026", (7, 10, 9, 12)), old) is old


def test_a_wave_that_stands_in_both_releases_keeps_its_name():
    old = release_of("2025", (8, 9, 10, 11))
    more = release_of("2026", (8, 9, 10, 11))
    both = replace(more, cells=(*old.cells, *more.cells))

    assert with_waves_of(both, old) is old
