"""Real exports: LimeSurvey, Qualtrics and a plain table, against figures from R."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from builders import instrument, number_scale
from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.scoring import score

HERE = Path(__file__).resolve().parent / "instruments"


@pytest.fixture(scope="session")
def figures(reference_data):
    text = (reference_data / "reference_figures.json").read_text(encoding="utf-8")
    return json.loads(text)


def alpha(responses, subscale):
    """Return alpha on complete cases and their number, from the covariance matrix."""
    items = [item.id for item in responses.instrument.subscale(subscale).items]
    covariance = np.cov(responses.answers[items].dropna().to_numpy(), rowvar=False)
    k = len(items)
    complete = responses.answers[items].notna().all(axis="columns").sum()
    return k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()), complete


def rse(reference_data, year, **options):
    options.setdefault("mapping", HERE / "rse-uk" / f"mapping-{year}.yaml")
    return read_responses(
        reference_data / "limesurvey_rse_uk" / f"public_data_{year}_uk.csv",
        load_instrument(HERE / "rse-uk"),
        wave=str(year),
        **options,
    )


@pytest.mark.parametrize(
    ("year", "n_rows", "n_empty"), [(2016, 273, 0), (2017, 253, 28)]
)
@pytest.mark.parametrize("name", ["affRec", "affSat", "percEmp"])
def test_limesurvey_reliability_is_that_of_r(
    reference_data, figures, year, n_rows, n_empty, name
):
    responses = rse(reference_data, year)
    expected = figures[f"rse_alpha_{year}uk"][name]

    estimate, n_complete = alpha(responses, name.lower())

    assert n_complete == expected["n_complete"]
    # The reference was printed with 11 decimals.
    assert estimate == pytest.approx(expected["alpha_listwise"], abs=1e-10)
    assert responses.report.n_rows == n_rows
    assert responses.report.excluded == ({"empty": n_empty} if n_empty else {})


def test_limesurvey_means_of_both_years_are_those_of_r(reference_data, figures):
    for name, expected in figures["rse_uk_2016_vs_2017"].items():
        for year in (2016, 2017):
            column = score(rse(reference_data, year)).frame[name.lower()]
            assert column.mean() == pytest.approx(expected[f"mean{year}"], abs=1e-9)
            assert column.notna().sum() == expected[f"n{year}"]


@pytest.mark.parametrize("year", [2016, 2017])
def test_limesurvey_headings_are_recognised_without_a_mapping(reference_data, year):
    told = rse(reference_data, year)

    found = rse(
        reference_data,
        year,
        mapping={"labels": {"agree5": {"Neither agree or disagree": "3"}}},
    )

    assert found.report.platform == "limesurvey"
    assert found.answers.equals(told.answers)
    assert {m.how for m in found.report.mapped} == {"code"}


def test_limesurvey_label_that_the_instrument_lacks_blocks_scoring(reference_data):
    responses = rse(reference_data, 2016, mapping=None)

    (problem,) = responses.report.problems
    assert problem.code == "R042"
    assert '{"Neither agree or disagree": "3"}' in problem.remedy
    with pytest.raises(ResponseError, match="Neither agree or disagree"):
        score(responses)


@pytest.mark.parametrize("year", [2016, 2017])
def test_limesurvey_columns_that_are_not_mapped_are_gone(reference_data, year):
    responses = rse(reference_data, year)

    n_columns = len(responses.report.dropped) + len(responses.report.mapped)
    assert n_columns == {2016: 67, 2017: 245}[year]
    assert "socio3. Please select your age" in responses.report.dropped
    assert responses.hierarchy == ()


def test_plain_table_of_companies(reference_data, figures):
    responses = read_responses(
        reference_data / "lq2002" / "lq2002.csv",
        load_instrument(HERE / "lq2002"),
        mapping=HERE / "lq2002" / "mapping.yaml",
    )

    assert responses.report.platform == "plain"
    assert not responses.report.blocks_scoring
    assert len(responses) == 2042
    assert responses.people["team"].nunique() == 49
    assert "LEAD" in responses.report.dropped
    for name in ("LEAD", "TSIG", "HOSTIL"):
        estimate, n_complete = alpha(responses, name.lower())
        expected = figures["lq2002_alpha"][name]
        assert n_complete == expected["n"]
        assert estimate == pytest.approx(expected["raw_alpha"], abs=1e-10)


def browsers():
    names = ["Chrome", "Chrome iPhone", "Edge", "Firefox", "Safari"]
    points = [
        {"code": str(i), "value": float(i), "label": {"en": name, "nl": name}}
        for i, name in enumerate(names, start=1)
    ]
    scale = {"id": "browser", "lowest": 1.0, "highest": 5.0, "points": tuple(points)}
    return instrument({"b": "b1"}, scales={"b": scale})


@pytest.mark.parametrize(
    ("partials", "excluded"),
    [("drop", {"preview": 2, "partial": 6}), ("keep", {"preview": 2})],
)
def test_qualtrics_previews_and_partials_are_counted(
    reference_data, partials, excluded
):
    responses = read_responses(
        reference_data / "qualtrics_sample" / "metadata_with_previews.csv",
        browsers(),
        mapping={"items": {"b1": "Browser"}},
        partials=partials,
    )

    assert responses.report.platform == "qualtrics"
    assert responses.report.n_rows == 100
    assert {
        k: v for k, v in responses.report.excluded.items() if k != "empty"
    } == excluded
    assert set(responses.people["language"]) <= {"en", "de"}
    assert responses.people["seconds"].notna().all()
    assert "IPAddress" in responses.report.dropped


def metadata(reference_data):
    """Return path, and the rows that are neither preview nor partial."""
    path = reference_data / "qualtrics_sample" / "metadata_with_previews.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[2:]
    real = [
        r for r in rows if r["Status"] != "Survey Preview" and r["Finished"] == "TRUE"
    ]
    assert (len(rows), len(real)) == (100, 92)
    return path, real


def test_an_address_in_an_office_is_no_person(reference_data):
    """Every response id occurs once; the same IP address does not make a duplicate."""
    path, real = metadata(reference_data)
    assert len({row["ResponseId"] for row in real}) == len(real)
    assert len({row["IPAddress"] for row in real}) < len(real)

    read = read_responses(path, browsers(), mapping={"items": {"b1": "Browser"}})

    assert "duplicate" not in read.report.excluded
    assert len(read) == len(real) - read.report.excluded.get("empty", 0)


@pytest.mark.parametrize("keep", ["last", "first"])
def test_duplicates_are_counted_by_what_a_person_names(reference_data, keep):
    """Whoever knows that an address is one person's can say so: then it is a link."""
    path, real = metadata(reference_data)
    addresses = [row["IPAddress"] for row in real if row["IPAddress"]]
    n_again = len(addresses) - len(set(addresses))
    assert n_again > 0

    read = read_responses(
        path,
        browsers(),
        mapping={"items": {"b1": "Browser"}, "link": "IPAddress"},
        link_key="a key of the client",
        duplicates=keep,
    )

    assert read.report.excluded["duplicate"] == n_again
    assert read.report.excluded["preview"] == 2
    assert not any(address in repr(read.people.to_dict()) for address in addresses)


def test_equal_answers_in_one_minute_are_told_and_kept(reference_data):
    path, real = metadata(reference_data)
    twins = [(row["StartDate"][:16], row["Browser"]) for row in real if row["Browser"]]
    n_again = len(twins) - len(set(twins))

    read = read_responses(path, browsers(), mapping={"items": {"b1": "Browser"}})

    told = [note.message for note in read.report.notes if note.code == "R067"]
    assert n_again > 0
    assert [message.split()[0] for message in told] == [str(n_again)]


@pytest.mark.parametrize("file", ["sample.csv", "sample_legacy.csv"])
def test_qualtrics_samples_with_three_and_two_heading_rows(reference_data, file):
    asked = instrument({"q": "q1"}, scales={"q": number_scale("choice", 1, 3)})

    responses = read_responses(reference_data / "qualtrics_sample" / file, asked)

    assert responses.report.platform == "qualtrics"
    assert responses.report.n_rows == len(responses) == 1
    assert responses.answers["q1"].tolist() == [2.0]
    assert "Q2" in responses.report.dropped
    assert "Hello World!" not in repr(responses)


MATRIX = instrument({"m": "m1 m2 m3"}, scales={"m": number_scale("four", 1, 4)})
TEXT = (
    "Click to write the question text This question has variables given for its "
    "Question Export Tags,...-Click to write Statement {}"
)


@pytest.mark.parametrize(
    ("file", "n_header_rows", "columns"),
    [
        ("three_header_rows.csv", 3, ["Q3_question_one", "Q3_question_two", "QID3-3"]),
        ("legacy_two_header_rows.csv", 2, [TEXT.format(i) for i in (1, 2, 3)]),
    ],
)
def test_qualtrics_matrix_with_repeated_names(
    reference_data, tmp_path, file, n_header_rows, columns
):
    source = reference_data / "qualtrics_legacy_matrix" / file
    mapping = {"items": dict(zip(("m1", "m2", "m3"), columns, strict=True))}
    with pytest.raises(ResponseError, match="no response remains: 5 test"):
        read_responses(source, MATRIX, mapping=mapping)

    answered = tmp_path / file
    _as_real_responses(source, answered, n_header_rows)
    responses = read_responses(answered, MATRIX, mapping=mapping)

    assert responses.report.platform == "qualtrics"
    assert responses.answers.to_numpy().tolist() == [
        [1, 1, 4],
        [1, 4, 1],
        [2, 2, 3],
        [3, 4, 1],
        [4, 4, 4],
    ]


def _as_real_responses(source, target, n_header_rows):
    """Copy an export whose rows are all tests, with the status of real responses."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    names = rows[0] if n_header_rows == 3 else rows[1]
    status = names.index("Status")
    for row in rows[n_header_rows:]:
        row[status] = "0"
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_a_name_that_fits_several_columns_is_refused(reference_data):
    with pytest.raises(ResponseError, match='"question_one" fits 3 columns'):
        read_responses(
            reference_data / "qualtrics_legacy_matrix" / "legacy_two_header_rows.csv",
            MATRIX,
            mapping={"items": {"m1": "question_one"}},
        )


@pytest.mark.parametrize("file", ["StarWars.csv", "steak-risk-survey.csv"])
def test_an_export_of_another_platform_is_refused_in_words(reference_data, file):
    with pytest.raises(ResponseError) as caught:
        read_responses(
            reference_data / "surveymonkey" / file, load_instrument("bottom-up")
        )

    assert {p.code for p in caught.value.problems} == {"R039"}
