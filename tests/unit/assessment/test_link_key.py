"""The client's key: outside the folder, long enough, and the only way to link waves."""

from __future__ import annotations

import pytest

from diagnose.assessment import load_assessment, read_assessment
from diagnose.assessment.link_key import FEWEST_SIGNS, read_link_key
from diagnose.errors import AssessmentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import edition_of
from diagnose.language.problems import problems_in_words

PULSE = load_instrument("pulse")
KEY = "a long key that is kept by the client"
LINKS = {
    "1": ["AN12RT", "be07at", "", "CO30EG"],
    "2": ["an12rt ", "BE07AT", "", "DI01ZZ"],
}
SETTINGS = """
title: {{en: "Acme"}}
instrument: pulse
{link_key}
waves:
  - {{label: "1", file: wave1.csv, date: "2025-01-31"}}
  - {{label: "2", file: wave2.csv, date: "2026-01-31"}}
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder with two waves of the same people."""
    base = tmp_path / "acme"
    base.mkdir()
    items = [item.id for item in PULSE.closed_items]
    for label, links in LINKS.items():
        rows = [",".join([*items, "link", "role", "edition"])]
        rows += [
            ",".join([*["4"] * len(items), link, "floor", edition_of(PULSE)])
            for link in links
        ]
        (base / f"wave{label}.csv").write_text("\n".join(rows), encoding="utf-8")
    return base


def setting(base, name, content=None):
    if content is not None:
        path = base / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    line = f"link_key: {name!r}" if name else ""
    text = SETTINGS.format(link_key=line)
    (base / "assessment.yaml").write_text(text, encoding="utf-8")
    return load_assessment(base)


def links_of(base, key):
    people = read_assessment(setting(base, "../client.key", key.encode())).people
    return [people.loc[people["wave"] == w, "link"].tolist() for w in ("1", "2")]


def refused(given):
    with pytest.raises(AssessmentError) as caught:
        read_link_key(given)
    (found,) = caught.value.problems
    return found


def test_no_key_is_asked_for_when_none_is_named(folder):
    responses = read_assessment(setting(folder, ""))

    assert read_link_key(setting(folder, "")) is None
    assert set(responses.people["link"]) == {""}
    assert "R070" in [note.code for note in responses.report.notes]


def test_the_same_person_is_found_in_both_waves(folder):
    first, second = links_of(folder, KEY)

    assert first[:2] == second[:2]
    assert len({*first, *second} - {""}) == 4
    assert (first[2], second[2]) == ("", "")


def test_no_code_of_anyone_survives(folder):
    people = read_assessment(setting(folder, "../client.key", KEY.encode())).people

    text = people.to_csv().casefold()
    assert not [one for one in ("an12rt", "be07at", "co30eg") if one in text]


def test_another_key_links_nobody(folder):
    right, wrong = links_of(folder, KEY), links_of(folder, KEY + "!")

    assert not {*right[0], *right[1]} & {*wrong[0], *wrong[1]} - {""}


@pytest.mark.parametrize(
    "written",
    [KEY + "\n", KEY + "\r\n", "\ufeff" + KEY, f"  {KEY}\n\n"],
)
def test_an_editor_does_not_change_the_key(folder, written):
    given = setting(folder, "../client.key", written.encode("utf-8"))

    assert read_link_key(given) == KEY


def test_a_key_that_is_no_text_keeps_all_its_signs(folder):
    one = bytes(range(128, 160)) + b"x" * 16
    other = bytes(range(160, 192)) + b"x" * 16

    keys = {read_link_key(setting(folder, "../client.key", k)) for k in (one, other)}

    assert len(keys) == 2
    assert all(len(key) == 48 for key in keys)


def test_an_absolute_path_will_do(folder, tmp_path):
    place = tmp_path / "elsewhere.key"
    place.write_text(KEY, encoding="utf-8")

    assert read_link_key(setting(folder, str(place))) == KEY


@pytest.mark.parametrize(
    "name", ["client.key", "./a/../client.key", "../acme/client.key"]
)
def test_a_key_inside_the_folder_is_refused(folder, name):
    (folder / "a").mkdir()
    given = setting(folder, name, KEY.encode())

    assert refused(given).code == "A020"


def test_a_link_that_leads_into_the_folder_is_refused(folder, tmp_path):
    (folder / "inside.key").write_text(KEY, encoding="utf-8")
    (tmp_path / "client.key").symlink_to(folder / "inside.key")

    assert refused(setting(folder, "../client.key")).code == "A020"


@pytest.mark.parametrize("name", ["../none.key", "..", "~nobody-is-called-so/key"])
def test_what_is_no_file_is_refused(folder, name):
    found = refused(setting(folder, name))

    assert found.code == "A019"
    assert str(FEWEST_SIGNS) in found.remedy


@pytest.mark.parametrize("key", [b"", b" \n", b"8 signs!", b"a" * (FEWEST_SIGNS - 1)])
def test_a_short_key_is_refused_and_not_shown(folder, key):
    found = refused(setting(folder, "../client.key", key))

    assert found.code == "A021"
    if key.strip():
        assert key.decode() not in str(found)


def test_refusals_speak_dutch(folder):
    found = refused(setting(folder, "../none.key"))
    (dutch,) = problems_in_words([found], "nl")

    assert "er is geen bestand ../none.key" in dutch.message


def test_the_key_stands_in_no_settings_and_no_report(folder):
    given = setting(folder, "../client.key", KEY.encode())
    responses = read_assessment(given)

    assert KEY not in repr(given)
    assert KEY not in repr(responses.reports)
    assert KEY not in repr(responses.people)
