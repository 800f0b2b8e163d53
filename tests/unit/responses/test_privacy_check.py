"""What an export holds, told in counts: no cell of it may ever show."""

from __future__ import annotations

import csv
import io
import json

import pytest

from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses.privacy import privacy_check
from diagnose.responses.privacy.headings import COLUMN_KINDS, kind_of
from diagnose.responses.privacy.model import PrivacyColumn
from diagnose.responses.read.layout import column_of
from exports import SECRETS, drawn_answers, limesurvey, qualtrics

ASKED = load_instrument("pulse")
SEEDED = {
    "E-mail": ["p.zeldzaam{i}@example.org", 12],
    "IP address": ["192.0.2.{i}", 12],
    "Naam": ["Henk Zeldzaamman{i}", 12],
    "Telefoon": ["06-123456{i:02}", 12],
    "LocationLatitude": ["52.09{i:04}", 12],
    "User agent": ["Mozilla/5.0 (zeldzaamding {i})", 12],
    "Rekening": ["NL91ABNA0417164300", 12],
    "Leeftijd": ["{i}9 zeldzaamjaar", 12],
    "team": ["zeldzaamteam{i}", 12],
    "Opmerkingen": [
        "mail zeldzaam{i}@example.org of vraag mevrouw Zeldzaam erover",
        12,
    ],
    "link": ["zeldzaam{i}@example.org", 12],
    "first": ["Vraag zeldzame Truus{i} of bel 0612345678 dat helpt vast wel", 12],
}


def saved(tmp_path, headings, rows, name="export.csv"):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *rows])
    path = tmp_path / name
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def seeded(tmp_path):
    rows = [[text.format(i=i) for text, _ in SEEDED.values()] for i in range(12)]
    return saved(tmp_path, list(SEEDED), rows), rows


def column(report, heading):
    return next(one for one in report.columns if one.heading == heading)


def warnings(report):
    return {(one.code, one.heading): one.n for one in report.warnings}


def test_no_cell_of_a_seeded_export_occurs_anywhere(tmp_path):
    path, rows = seeded(tmp_path)

    for asked in (None, ASKED):
        report = privacy_check(path, instrument=asked)
        told = "\n".join(
            (
                repr(report),
                report.to_frame().to_csv(),
                json.dumps(report.to_dict()),
                report.in_words("en"),
                report.in_words("nl"),
            )
        ).casefold()
        assert "zeldza" not in told
        for cell in {cell for row in rows for cell in row}:
            assert cell.casefold() not in told


def test_kinds_by_heading_and_by_content_agree_on_a_seeded_export(tmp_path):
    report = privacy_check(seeded(tmp_path)[0], instrument=ASKED)
    found = {one.heading: (one.kind, one.content) for one in report.columns}

    assert found["E-mail"] == ("email", "email")
    assert found["IP address"] == ("ip", "ip")
    assert found["Naam"] == ("name", "name")
    assert found["Telefoon"] == ("location", "phone")
    assert found["LocationLatitude"] == ("location", "coordinates")
    assert found["User agent"] == ("device", "device")
    assert found["Rekening"] == ("other", "iban")
    assert found["Leeftijd"] == ("demographic", "")
    assert found["team"] == ("unit", "")
    assert found["first"][0] == "open"


def test_the_fate_of_each_column_is_told(tmp_path):
    report = privacy_check(seeded(tmp_path)[0], instrument=ASKED)
    fates = {one.heading: one.fate for one in report.columns}

    assert fates["team"] == "read"
    assert fates["link"] == "hashed"
    assert fates["first"] == "on_request"
    assert {fates[name] for name in ("E-mail", "Naam", "Opmerkingen")} == {"left_out"}


def test_content_that_the_heading_does_not_announce_is_warned_of(tmp_path):
    report = privacy_check(seeded(tmp_path)[0], instrument=ASKED)

    found = warnings(report)

    assert found["open_personal", "Opmerkingen"] == 12
    assert found["open_personal", "first"] == 12
    assert found["unexpected", "Rekening"] == 12
    assert found["link_personal", "link"] == 12
    assert not any(heading == "E-mail" for _, heading in found)


def test_identifiers_in_a_column_that_is_read_are_warned_of(tmp_path):
    rows = [["Noord" if i else "j.jansen@example.org", "4"] for i in range(12)]

    report = privacy_check(saved(tmp_path, ["team", "v1"], rows), instrument=ASKED)

    assert warnings(report)["read_personal", "team"] == 1
    assert column(report, "team").n_email == 1


def test_small_units_are_counted_and_not_named(tmp_path):
    teams = ["Noord"] * 6 + ["Zuid"] * 4 + ["West"] + [""]

    path = saved(tmp_path, ["team", "v1"], [[team, "4"] for team in teams])
    report = privacy_check(path, instrument=ASKED)

    assert warnings(report)["small_units", "team"] == 2
    assert "Zuid" not in report.in_words("nl")


def test_background_questions_are_warned_of_with_the_rows_they_single_out(tmp_path):
    rows = [["Noord", "30-40", "v"]] * 6 + [
        ["Noord", "50-60", "m"],
        ["Zuid", "30-40", "v"],
    ]

    report = privacy_check(saved(tmp_path, ["team", "Leeftijd", "Geslacht"], rows))

    assert warnings(report)["demographics", "Leeftijd, Geslacht"] == 2
    assert "koppel ze niet samen met het team" in report.in_words("nl")


def test_items_are_known_only_with_an_instrument(tmp_path):
    path = tmp_path / "l.csv"
    path.write_bytes(limesurvey(drawn_answers(ASKED, 12), ASKED))
    items = {item.id for item in ASKED.closed_items}

    without, known = privacy_check(path), privacy_check(path, instrument=ASKED)

    assert sum(one.kind == "item" for one in known.columns) == len(items)
    assert sum(one.fate == "unknown" for one in without.columns) >= len(items)
    assert not any(one.fate == "unknown" for one in known.columns)


def test_system_columns_of_qualtrics_decide_or_are_left_out(tmp_path):
    path = tmp_path / "q.csv"
    path.write_bytes(qualtrics(drawn_answers(ASKED, 12), ASKED))

    report = privacy_check(path, instrument=ASKED)
    fates = {one.heading: (one.kind, one.fate) for one in report.columns}

    assert report.platform == "qualtrics" and report.n_rows == 12
    assert fates["IPAddress"] == ("ip", "left_out")
    assert fates["RecipientEmail"] == ("email", "left_out")
    assert fates["ResponseId"] == ("response", "decides")
    assert SECRETS["email"] not in report.in_words("en")


def test_a_mapping_decides_what_is_read(tmp_path):
    rows = [["Noord", "4", "x"] for _ in range(12)]
    path = saved(tmp_path, ["Waar werk je?", "v1", "Vrij"], rows)
    mapping = {"units": {"team": "Waar werk je?"}, "open_items": {"first": "Vrij"}}

    report = privacy_check(path, instrument=ASKED, mapping=mapping)

    assert column(report, "Waar werk je?").kind == "unit"
    assert column(report, "Waar werk je?").fate == "read"
    assert column(report, "Vrij").fate == "on_request"
    with pytest.raises(ValueError, match="`mapping` needs an `instrument`"):
        privacy_check(path, mapping=mapping)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("IPAddress", "ip"),
        ("ipaddr", "ip"),
        ("IP-adres", "ip"),
        ("IP-Adresse", "ip"),
        ("Email Address", "email"),
        ("E-mailadres", "email"),
        ("E-Mail", "email"),
        ("What is your e-mail address, so that we can reply to you?", "email"),
        ("RecipientFirstName", "name"),
        ("Naam", "name"),
        ("Name2", "name"),
        ("Nachname", "name"),
        ("_submitted_by", "name"),
        ("token", "token"),
        ("Toegangscode", "token"),
        ("ExternalReference", "token"),
        ("ExternalDataReference", "token"),
        ("LocationLatitude", "location"),
        ("Breedtegraad", "location"),
        ("Telefoonnummer", "location"),
        ("refurl", "device"),
        ("Browser Meta Info - Operating System", "device"),
        ("deviceid", "device"),
        ("Tijdstempel", "moment"),
        ("submitdate", "moment"),
        ("Begintijd", "moment"),
        ("Startzeit", "moment"),
        ("RecordedDate", "moment"),
        ("_submission_time", "moment"),
        ("interviewtime", "timing"),
        ("groupTime12", "timing"),
        ("Duration (in seconds)", "timing"),
        ("ID", "response"),
        ("Respondent ID", "response"),
        ("_uuid", "response"),
        ("lastpage", "status"),
        ("Finished", "status"),
        ("startlanguage", "language"),
        ("Taal", "language"),
        ("Leeftijd", "demographic"),
        ("Geschlecht", "demographic"),
        ("Geboortedatum", "demographic"),
        ("Hoe lang is je dienstverband?", "demographic"),
        ("Afdeling", "unit"),
        ("In welk team werk je?", "unit"),
        ("Abteilung", "unit"),
        ("Rol", "role"),
        ("Opmerkingen", "open"),
        ("Q3_4_TEXT", "open"),
        ("v1", "other"),
        ("Managers respond to what we send them, also in busy times of year", "other"),
    ],
)
def test_headings_of_all_platforms_tell_what_they_hold(heading, kind):
    assert kind_of(column_of(heading, 0)) == kind


def test_an_identifier_as_heading_is_not_shown(tmp_path):
    rows = [["a", "b", "c"]] * 3

    report = privacy_check(saved(tmp_path, ["id", "j.jansen@example.org", "x"], rows))

    assert [one.heading for one in report.columns] == ["id", "#2", "x"]


def test_a_file_without_headings_is_refused_and_not_shown(tmp_path):
    rows = [["j.jansen@example.org", "192.0.2.1", "4"]] * 4

    with pytest.raises(ResponseError) as error:
        privacy_check(saved(tmp_path, rows[0], rows[1:]))

    assert [p.code for p in error.value.problems] == ["R006"]
    assert "jansen" not in str(error.value)


def test_a_clean_file_says_that_nothing_is_proven(tmp_path):
    path = saved(tmp_path, ["v1", "v2"], [["4", "5"]] * 9)

    report = privacy_check(path, instrument=ASKED)

    assert not report.warnings
    assert "prove nothing" in report.in_words("en")
    with pytest.raises(ValueError, match="`language` must be one of"):
        report.in_words("de")
    with pytest.raises(ResponseError, match=r"\[R083\] platform: is papier"):
        privacy_check(path, platform="papier")


def test_the_frame_has_the_fields_of_a_column(tmp_path):
    frame = privacy_check(seeded(tmp_path)[0]).to_frame()

    assert list(frame.columns) == list(PrivacyColumn.__dataclass_fields__)
    assert set(frame["kind"]) <= set(COLUMN_KINDS)
    assert len(frame) == len(SEEDED)
