import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.disclosure import (
    Ledger,
    Thresholds,
    check_ledger,
    derivable_groups,
    extend_ledger,
    ledger_bytes,
    publish,
    read_ledger,
    withdraw_release,
)
from diagnose.disclosure.ledger import PublishedAnswers, PublishedCell, Release
from diagnose.disclosure.ledger.compare import Limits, compare_releases
from diagnose.disclosure.ledger.record import record_release
from diagnose.disclosure.ledger.together import find_combinations, find_remainders
from diagnose.errors import DisclosureError
from published import TOO_SMALL, make_publication
from unit.disclosure.organisations import diagnose_people, people_of

FILES = {"report.html": "0" * 64}
BOUNDS = {"v": (1.0, 5.0)}
TEAMS = {"A": 9, "B": 8, "C": 6, "D": 3}


def scores(number, first=0):
    """Return scores that differ within every group of two or more."""
    return [2.0 + 0.25 * ((first + i) % 9) for i in range(number)]


def published(teams, *, thresholds=None):
    """Return a publication of one wave with teams of these scores."""
    people = people_of({(team,): list(own) for team, own in teams.items()})
    return publish(diagnose_people(people), thresholds=thresholds)


def teams_of(**changes):
    return {team: scores(n, first=n) for team, n in {**TEAMS, **changes}.items()}


@pytest.fixture(scope="module")
def first():
    return published(teams_of())


@pytest.fixture(scope="module")
def ledger(first):
    return extend_ledger(Ledger(), first, FILES)


def codes(ledger, publication):
    with pytest.raises(DisclosureError) as caught:
        check_ledger(ledger, publication)
    return [problem.code for problem in caught.value.problems]


def test_nothing_released_stands_in_no_way(first):
    check_ledger(Ledger(), first)


def test_what_was_released_may_be_released_again(ledger, first):
    check_ledger(ledger, published(teams_of()))

    assert extend_ledger(ledger, first, FILES) is ledger


def test_other_files_of_the_same_numbers_are_written_down(ledger, first):
    longer = extend_ledger(ledger, first, {"deck.pptx": "1" * 64})

    assert [release.number for release in longer.releases] == [1, 2]
    assert longer.releases[0].publication == longer.releases[1].publication


@pytest.mark.parametrize("team", ["A", "D"])
def test_a_late_answer_is_one_problem_with_its_way_out(ledger, team):
    late = published(teams_of(**{team: TEAMS[team] + 1}))

    with pytest.raises(DisclosureError, match="close the wave") as caught:
        check_ledger(ledger, late)

    (problem,) = caught.value.problems
    assert problem.code == "D020"
    assert "released with 26 people; now there are 27" in problem.message


def test_a_changed_answer_is_refused(ledger):
    teams = teams_of()
    teams["A"][0] += 0.25

    assert codes(ledger, published(teams)) == ["D020"]


def test_answers_that_change_places_are_seen_by_their_spread():
    before = published({"A": [2.0, 3.0, 3.0, 4.0, 3.5], "B": scores(7)})
    after = published({"A": [2.25, 2.75, 3.0, 4.0, 3.5], "B": scores(7)})

    assert codes(extend_ledger(Ledger(), before, FILES), after) == ["D020"]


def test_enough_late_answers_in_one_team_are_fine(ledger):
    teams = teams_of()
    teams["A"] += scores(5, first=3)

    check_ledger(ledger, published(teams))


def test_enough_late_answers_spread_over_teams_are_not(ledger):
    teams = teams_of()
    for team in ("A", "B"):
        teams[team] += scores(3, first=3)

    assert set(codes(ledger, published(teams))) == {"D021"}


def test_a_person_who_moved_to_another_team_is_noticed(ledger):
    teams = teams_of()
    teams["B"].append(teams["A"].pop())

    assert set(codes(ledger, published(teams))) == {"D021"}


def test_more_answers_and_other_units_at_once_are_refused(ledger):
    teams = teams_of()
    teams["D"] += scores(5, first=3)

    assert "D024" in codes(ledger, published(teams))


def test_teams_that_were_put_together_are_refused(ledger):
    teams = teams_of()
    teams["B and D"] = teams.pop("B") + teams.pop("D")

    assert "D025" in codes(ledger, published(teams))


def test_a_level_below_what_was_released_is_fine():
    teams = {("X", t): scores(n, n) for t, n in {"A": 9, "B": 8}.items()}
    teams |= {("Y", t): scores(n, n) for t, n in {"C": 7, "E": 6}.items()}
    above = {("X",): [*scores(9, 9), *scores(8, 8)]}
    above |= {("Y",): [*scores(7, 7), *scores(6, 6)]}
    people = people_of(above)
    divisions = replace(
        people,
        hierarchy=("department",),
        frame=people.frame.rename(columns={"team": "department"}),
    )
    released = publish(diagnose_people(divisions))
    ledger = extend_ledger(Ledger(), released, FILES)

    check_ledger(ledger, publish(diagnose_people(people_of(teams))))


def test_thresholds_may_be_raised_and_never_lowered(ledger, first):
    strict = published(teams_of(), thresholds=Thresholds(scores=8))
    check_ledger(ledger, strict)

    raised = extend_ledger(Ledger(), strict, FILES)

    assert "D026" in codes(raised, first)


def test_publish_refuses_what_the_ledger_refuses(ledger):
    late = people_of({(team,): own for team, own in teams_of(A=10).items()})

    with pytest.raises(DisclosureError, match="D020"):
        publish(diagnose_people(late), ledger=ledger)


def test_a_withdrawn_release_stays_and_is_not_checked(ledger):
    late = published(teams_of(A=10))
    gone = withdraw_release(ledger, 1, " wrong logo, not sent ")

    check_ledger(gone, late)

    assert gone.withdrawn == {1: "wrong logo, not sent"}
    assert len(gone.releases) == 1
    assert [r.number for r in extend_ledger(gone, late, FILES).standing] == [2]


@pytest.mark.parametrize(
    ("number", "reason", "message"),
    [
        (2, "a typo", "not in the ledger; allowed: 1"),
        (1, "  ", "without a reason"),
    ],
)
def test_withdrawing_needs_a_release_and_a_reason(ledger, number, reason, message):
    with pytest.raises(DisclosureError, match=message):
        withdraw_release(ledger, number, reason)


def test_nothing_is_withdrawn_twice(ledger):
    gone = withdraw_release(ledger, 1, "not sent")

    with pytest.raises(DisclosureError, match="withdrawn already"):
        withdraw_release(gone, 1, "not sent")


@pytest.mark.parametrize("files", [{}, {"a.html": "abc"}, {"a.html": "G" * 64}])
def test_files_without_a_hash_are_not_released(first, files):
    with pytest.raises(DisclosureError, match="D029"):
        extend_ledger(Ledger(), first, files)


# --- the file -----------------------------------------------------------------


@pytest.fixture(scope="module")
def whole():
    """Return the ledger of a publication with waves, leaders, items and units."""
    return extend_ledger(Ledger(), make_publication(), FILES)


def test_a_ledger_is_read_as_it_was_written(whole, tmp_path):
    ledger = withdraw_release(whole, 1, "“é” \u202e = 1")
    path = tmp_path / "ledger.json"
    path.write_bytes(ledger_bytes(ledger))

    assert read_ledger(path) == ledger
    assert ledger_bytes(read_ledger(path)) == path.read_bytes()


def test_a_file_that_is_not_there_is_an_empty_ledger(tmp_path):
    assert read_ledger(tmp_path / "ledger.json") == Ledger()


def test_no_number_of_a_hidden_unit_is_kept(whole):
    release = whole.releases[0]

    assert any(TOO_SMALL in path for path in release.units[release.wave])
    assert not any(TOO_SMALL in cell.path for cell in release.cells)
    assert all(cell.n_respondents >= 5 for cell in release.cells)
    assert all(own.n_respondents >= 8 for own in release.answers)


def edit(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["entries"])
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[0]["release"]["cells"][0].update(n_respondents=99),
        lambda entries: entries[0]["release"]["files"].update({"x.pdf": "2" * 64}),
        lambda entries: entries[1]["withdrawal"].update(reason="another"),
        lambda entries: entries.pop(0),
        lambda entries: entries.reverse(),
    ],
)
def test_an_edited_ledger_is_noticed(whole, tmp_path, change):
    path = tmp_path / "ledger.json"
    path.write_bytes(ledger_bytes(withdraw_release(whole, 1, "not sent")))
    edit(path, change)

    with pytest.raises(DisclosureError, match=r"D028.*edited"):
        read_ledger(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"entries": 3}',
        b'{"program":"diagnose","format":1,"entries":[{"chain":"","release":{}}]}',
        b'{"program":"diagnose","format":2,"entries":[]}',
    ],
)
def test_a_broken_ledger_is_a_clear_error(tmp_path, content):
    path = tmp_path / "ledger.json"
    path.write_bytes(content)

    with pytest.raises(DisclosureError, match=r"D028.*ledger\.json.*put back the file"):
        read_ledger(path)


# --- two releases, cell by cell ------------------------------------------------


def cell(n, mean=3.0, *, path=(), status="shown", kind="scores", sd=0.8, item=""):
    return PublishedCell(
        kind=kind,
        wave="1",
        role="floor",
        subscale="v",
        item=item,
        path=path,
        status=status,
        n_respondents=n,
        mean=mean,
        sd=sd,
    )


def release(*cells, number=1, answers=(), instrument="i", units=None):
    listed = units or {c.path for c in cells if c.path and c.status == "shown"}
    return Release(
        number=number,
        wave="1",
        publication=str(number),
        instrument=instrument,
        hierarchy=("team",),
        thresholds={"scores": 5.0},
        files=FILES,
        units={"1": tuple(sorted(listed))},
        cells=cells,
        answers=answers,
    )


LIMITS = Limits(scores=5, distributions=8, comments=10)


def compared(old, new):
    problems, _ = compare_releases(old, new, LIMITS)
    return [problem.code for problem in problems]


@pytest.mark.parametrize(("n", "found"), [(20, []), (21, ["D020"]), (25, [])])
def test_the_whole_floor_may_stay_or_grow_by_the_threshold(n, found):
    assert compared(release(cell(20)), release(cell(n))) == found


@pytest.mark.parametrize("apart", [1, 4, 5])
def test_fewer_people_than_released_count_alike(apart):
    expected = ["D020"] if apart < 5 else []

    assert compared(release(cell(20)), release(cell(20 - apart))) == expected


def test_other_scores_of_another_edition_are_one_problem():
    old = release(cell(20), cell(8, path=("A",)))
    new = release(cell(20, 3.1), cell(8, 2.9, path=("A",)), instrument="j")

    assert compared(old, new) == ["D022"]


def test_equal_scores_of_another_edition_are_fine():
    assert compared(release(cell(20)), release(cell(20), instrument="j")) == []


@pytest.mark.parametrize(("n", "found"), [(20, []), (27, ["D021"]), (28, [])])
def test_a_distribution_grows_by_its_own_threshold(n, found):
    def of(number):
        return PublishedAnswers(
            wave="1",
            role="floor",
            subscale="v",
            item="v1",
            n_respondents=number,
            counts=(5, number - 5),
        )

    old, new = (release(cell(40), answers=(of(number),)) for number in (20, n))

    assert compared(old, new) == found


@pytest.mark.parametrize(("n", "found"), [(20, []), (29, ["D021"]), (30, [])])
def test_open_answers_grow_by_their_own_threshold(n, found):
    def of(number):
        return cell(number, None, sd=None, kind="comments", item="open1")

    assert compared(release(cell(50), of(20)), release(cell(50), of(n))) == found


def test_a_rest_of_other_units_is_another_group():
    old = release(cell(30), cell(8, path=("A",)), cell(22, path=(), status="rest"))
    new = release(cell(30), cell(9, path=("B",)), cell(21, path=(), status="rest"))

    assert compared(old, new) == []


def remainders(*releases, skip=()):
    found = find_remainders(releases, set(skip), threshold=5, bounds=BOUNDS)
    return [problem.code for problem in found]


UNITS = {("A",), ("B",), ("C",)}


def test_another_choice_of_what_covers_gives_a_small_unit_away():
    whole = cell(20)
    hides_a = release(whole, cell(9, path=("B",)), units=UNITS)
    hides_b = release(whole, cell(8, path=("A",)), units=UNITS)

    assert remainders(hides_a, hides_b) == ["D023"]
    assert remainders(hides_a, hides_b, skip=[("1", "floor")]) == []
    assert remainders(hides_a, hides_a) == []


def test_a_unit_that_scores_alike_is_not_left_over_either():
    # 7 people who all scored 4; the whole is the sum of three teams
    groups = {"A": [2.0, 3.0, 3.0, 2.5, 4.0], "B": [1.5, 2.0, 2.5, 3.0, 3.5, 5.0]}
    groups["C"] = [4.0] * 7
    every = [score for own in groups.values() for score in own]

    def of(own, path=()):
        return cell(len(own), np.mean(own), sd=np.std(own, ddof=1), path=path)

    old = release(of(every), of(groups["A"], ("A",)), units=UNITS)
    new = release(of(every), of(groups["B"], ("B",)), units=UNITS)

    assert remainders(old, new) == ["D023"]


def test_units_that_only_one_release_lists_may_be_the_same_but_for_a_few():
    whole = cell(40)
    old = release(whole, cell(9, path=("B",)))
    near = release(whole, cell(12, path=("B and D",)))
    far = release(whole, cell(16, path=("B and E",)))

    assert remainders(old, near) == ["D025"]
    assert remainders(old, far) == []


@pytest.mark.parametrize("seed", range(40))
def test_remainders_agree_with_the_rank(seed):
    """A remainder is small if and only if some group below the threshold follows."""
    rng = np.random.default_rng(seed)
    sizes = {("A", str(i)): int(rng.integers(1, 9)) for i in range(4)}
    sizes |= {("B", str(i)): int(rng.integers(1, 9)) for i in range(3)}
    atoms = list(sizes)
    paths = [(), ("A",), ("B",), *atoms]
    rows = {p: np.array([a[: len(p)] == p for a in atoms], float) for p in paths}
    people = np.array(list(sizes.values()))
    big = [p for p in paths[1:] if rows[p] @ people >= 5]
    told = [[(), big[0], *(p for p in big[1:] if rng.random() < 0.5)] for _ in "12"]

    parts = [
        release(
            *(cell(int(rows[p] @ people), path=p) for p in own), units=set(paths[1:])
        )
        for own in told
    ]
    found = remainders(*(replace(part, hierarchy=("d", "team")) for part in parts))

    known = np.array([rows[p] for own in told for p in own])
    groups = np.array(
        [[int(bit) for bit in f"{i:0{len(atoms)}b}"] for i in range(1, 2 ** len(atoms))]
    )
    small = groups[groups @ people < 5]

    assert bool(found) == derivable_groups(known, small).any()


def combined(*releases):
    return [problem.code for problem in find_combinations(releases)]


def test_items_that_took_turns_were_never_shown_together():
    items = [cell(20, item=name, kind="item") for name in ("v1", "v2", "v3")]
    old, new = release(*items[:2]), release(*items[1:])

    assert combined(old, new) == ["D027"]
    assert combined(release(*items), new) == []


def test_people_divided_in_two_ways_were_never_shown_together():
    kept, followed = cell(15, kind="kept"), cell(12, kind="followed")
    units = [cell(8, path=("A",)), cell(12, path=("B",))]

    assert combined(release(kept), release(followed)) == ["D027"]
    assert combined(release(kept), release(*units)) == ["D027"]
    assert combined(release(*units), release(followed)) == []
    assert combined(release(kept, *units), release(*units)) == []


def test_a_second_wave_stands_beside_the_first():
    two = make_publication()
    assert len(two.waves) == 2
    record = record_release(two, number=1, files=FILES)
    of_first = [c for c in record.cells if c.wave == two.waves[0]]

    assert of_first
    assert compared(replace(record, cells=tuple(of_first)), record) == []


def test_the_ledger_says_what_it_found_as_a_table(ledger):
    with pytest.raises(DisclosureError) as caught:
        check_ledger(ledger, published(teams_of(A=10)))

    table = caught.value.to_frame()
    assert isinstance(table, pd.DataFrame)
    assert table["remedy"].str.len().gt(0).all()
