"""Rows that are no respondents, and answers that were damaged on the way."""

from __future__ import annotations

import pandas as pd
import pytest

from builders import instrument, number_scale
from diagnose.errors import ResponseError
from diagnose.instrument.export import edition_of
from diagnose.responses import read_responses
from diagnose.responses.definition.proof import prove_codes
from diagnose.responses.files.summary import is_summary
from diagnose.responses.rows.check import has_damaged_letters

ASKED = instrument({"v": "v1 v2 v3", "c": "c1 c2 c3"})
ITEMS = ["v1", "v2", "v3", "c1", "c2", "c3"]
CODES = {"answers": "codes"}


def people(n: int, *, first: int = 1, **columns: list[str]) -> pd.DataFrame:
    """Return rows that all differ, with a number and a language."""
    rows = [[str(1 + (i // 5**place) % 5) for place in range(6)] for i in range(n)]
    frame = pd.DataFrame(rows, columns=ITEMS)
    frame.insert(0, "who", [f"k{first + i}" for i in range(n)])
    frame.insert(1, "language", ["nl"] * n)
    frame.insert(2, "seconds", [str(100 + i) for i in range(n)])
    return frame.assign(**columns)


def write(tmp_path, frame: pd.DataFrame, name: str = "export.csv"):
    """Return the path of a file with these rows."""
    path = tmp_path / name
    frame.to_csv(path, index=False)
    return path


def codes_of(found) -> list[str]:
    """Return the codes of problems."""
    return [one.code for one in found]


@pytest.mark.parametrize("text", ["Total", " gemiddelde: ", "TOTAAL", "Grand total"])
def test_words_that_sum_up_are_known(text):
    assert is_summary(text)


@pytest.mark.parametrize("text", ["", "Total Care", "Somers", "k1", "7"])
def test_other_words_do_not_sum_up(text):
    assert not is_summary(text)


@pytest.mark.parametrize("column", ["who", "language"])
def test_a_total_below_a_text_file_is_refused_with_its_row(tmp_path, column):
    frame = people(20)
    below = frame.iloc[[3]].assign(who="", language="", seconds="")
    below[column] = "Gemiddelde"

    with pytest.raises(ResponseError) as caught:
        read_responses(write(tmp_path, pd.concat([frame, below])), ASKED, mapping=CODES)

    assert codes_of(caught.value.problems) == ["R115"]
    assert "22" in caught.value.problems[0].message


def test_a_unit_with_the_name_of_a_total_is_a_unit(tmp_path):
    frame = people(30)[ITEMS]
    frame.insert(0, "team", ["Total"] * 30)

    read = read_responses(write(tmp_path, frame), ASKED, mapping=CODES)

    assert set(read.people["team"]) == {"Total"}
    assert not read.report.problems


def test_the_first_column_is_looked_at_and_not_kept(tmp_path):
    read = read_responses(write(tmp_path, people(20)), ASKED, mapping=CODES)

    assert "who" in read.report.dropped
    assert "k7" not in repr(read.people.to_dict())


def test_answers_without_anything_beside_them_need_a_person(tmp_path):
    frame = people(20)
    frame.loc[4, ["who", "language", "seconds"]] = ""

    read = read_responses(write(tmp_path, frame), ASKED, mapping=CODES)

    (found,) = read.report.problems
    assert found.code == "R170"
    assert "row 6" in found.message


def test_a_file_without_such_facts_raises_no_question(tmp_path):
    frame = people(20)[ITEMS].assign(team="a")
    frame.loc[4, "team"] = ""

    read = read_responses(write(tmp_path, frame), ASKED, mapping=CODES)

    assert not read.report.problems


def test_a_block_pasted_twice_needs_a_person(tmp_path):
    frame = pd.concat([people(30), people(12, first=31)])

    read = read_responses(write(tmp_path, frame), ASKED, mapping=CODES)

    (found,) = read.report.problems
    assert found.code == "R172"
    assert "rows 32-43" in found.place
    assert "12 rows" in found.message


def test_people_who_answer_alike_were_not_pasted(tmp_path):
    frame = people(60)
    frame[ITEMS] = "4"
    frame.loc[10:20, "v1"] = "5"

    read = read_responses(write(tmp_path, frame), ASKED, mapping=CODES)

    assert not read.report.problems


def surveyjs(tmp_path, numbers: list[int]) -> object:
    """Return responses with these numbers, all with other answers."""
    frame = people(len(numbers))[ITEMS].astype(int)
    records = [
        {"InstanceId": number, **row}
        for number, row in zip(numbers, frame.to_dict("records"), strict=True)
    ]
    path = tmp_path / "answers.json"
    path.write_text(pd.Series(records).to_json(orient="values"), encoding="utf-8")
    return path


def test_two_exports_in_one_file_need_a_person(tmp_path):
    path = surveyjs(tmp_path, [*range(20), *range(20)])

    read = read_responses(path, ASKED, mapping=CODES)
    kept = read_responses(path, ASKED, mapping=CODES, duplicates="keep")

    assert codes_of(read.report.problems) == ["R171"]
    assert len(kept) == 40
    assert not kept.report.problems


def test_one_number_twice_is_told_and_counted(tmp_path):
    path = surveyjs(tmp_path, [*range(20), 7])

    read = read_responses(path, ASKED, mapping=CODES)

    assert not read.report.problems
    assert "R176" in codes_of(read.report.notes)
    assert read.report.excluded == {"duplicate": 1}


def test_na_in_capitals_is_not_the_code_for_dont_know(tmp_path):
    path = write(tmp_path, people(20, v1=["NA"] * 6 + ["na"] * 4 + ["3"] * 10))

    read = read_responses(path, ASKED, mapping=CODES)
    blank = read_responses(path, ASKED, mapping={**CODES, "missing": ["NA"]})
    scale = {"labels": {"agree5": {"NA": "na"}}}
    unsure = read_responses(path, ASKED, mapping={**CODES, **scale})

    assert codes_of(read.report.problems) == ["R042"]
    assert '"NA" (6×)' in read.report.problems[0].message
    assert not blank.report.problems
    assert blank.not_applicable["v1"].sum() == 4
    assert not unsure.report.problems
    assert unsure.not_applicable["v1"].sum() == 10


def test_codes_among_words_of_one_scale_are_not_believed(tmp_path):
    words = people(20).replace({"3": "Agree"})
    words["edition"] = edition_of(ASKED)

    mixed = read_responses(write(tmp_path, words), ASKED)
    pure = read_responses(write(tmp_path, people(20, edition=words["edition"])), ASKED)

    assert codes_of(mixed.report.problems) == ["R175"]
    assert not pure.report.problems


def test_a_scale_of_words_beside_one_of_numbers_is_fine(tmp_path):
    asked = instrument(
        {"v": "v1 v2 v3", "h": "h1 h2"}, scales={"h": number_scale("zero4", 0, 4)}
    )
    frame = people(20)[["v1", "v2", "v3"]].replace(
        dict(zip("12345", ("Disagree", "Agree") * 2 + ("Agree",), strict=True))
    )
    frame = frame.assign(h1="0", h2="4", edition=edition_of(asked))

    assert not read_responses(write(tmp_path, frame), asked).report.problems


@pytest.mark.parametrize("text", ["Ã«", "CoÃ¶rdinatie", "Co�rdinatie", "cafÃ©"])
def test_damaged_letters_are_seen(text):
    assert has_damaged_letters(text)
    twice = text.encode("utf-8").decode("cp1252", "replace")
    assert has_damaged_letters(twice)


@pytest.mark.parametrize(
    "text",
    ["", "Zorg", "Coördinatie", "São Paulo", "Ã", "Zażółć", "日本", "naïve – “x”"],
)
def test_sound_letters_are_sound(text):
    assert not has_damaged_letters(text)


def test_units_with_damaged_letters_need_a_person(tmp_path):
    path = write(tmp_path, people(20, team=["CoÃ¶rdinatie"] * 6 + ["Zorg"] * 14))
    names = {"unit_names": {"CoÃ¶rdinatie": "Coördinatie"}}

    read = read_responses(path, ASKED, mapping=CODES)
    told = read_responses(path, ASKED, mapping={**CODES, **names})

    assert codes_of(read.report.problems) == ["R174"]
    assert read.report.problems[0].place == "export.csv: team"
    assert not told.report.problems
    assert set(told.people["team"]) == {"Coördinatie", "Zorg"}


def test_blank_rows_do_not_hide_the_edition(tmp_path):
    frame = people(20, edition=[edition_of(ASKED)] * 20)
    frame.loc[20] = ["", "", "", *[""] * 6, ""]

    read = read_responses(write(tmp_path, frame), ASKED)

    assert read.report.codes_by == "edition"
    assert read.report.excluded == {"empty": 1}
    assert not read.report.problems


def qualtrics_rows(status: list[str], finished: list[str]) -> str:
    """Return an export with states of responses."""
    heads = ["ResponseId", "Status", "Progress", "Finished", "StartDate", *ITEMS]
    lines = [",".join(heads), ",".join(heads)]
    names = ["_recordId", "status", "progress", "finished", "startDate"]
    names += [f"QID1_{number}" for number in range(6)]
    lines.append(",".join(f"{{'ImportId':'{name}'}}" for name in names))
    for number, (state, end) in enumerate(zip(status, finished, strict=True)):
        moment = f"2026-01-05 08:{number:02}:00"
        facts = [f"R_{number}", state, "100", end, moment]
        lines.append(",".join([*facts, *["Agree"] * 6]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("status", "finished", "place"),
    [
        (["IP Address"] * 9 + ["Proefversie"], ["True"] * 10, "status"),
        (["IP Address"] * 10, ["True"] * 9 + ["perhaps"], "finished"),
    ],
)
def test_a_state_that_is_not_known_needs_a_person(tmp_path, status, finished, place):
    path = tmp_path / "export.csv"
    path.write_text(qualtrics_rows(status, finished), encoding="utf-8")

    read = read_responses(path, ASKED, platform="qualtrics")

    (found,) = read.report.problems
    assert found.code == "R173"
    assert found.place == f"export.csv: {place}"
    assert "row 13" in found.message


def test_the_usual_state_may_be_in_any_language(tmp_path):
    path = tmp_path / "export.csv"
    text = qualtrics_rows(["Adresse IP"] * 10, ["True"] * 10)
    path.write_text(text, encoding="utf-8")

    read = read_responses(path, ASKED, platform="qualtrics")

    assert len(read) == 10
    assert not read.report.problems


def test_two_codes_with_the_label_of_one_answer_prove_nothing():
    scale = ASKED.response_scale_of("v1")
    answers = {
        "1": ("Disagree",),
        "2": ("Mee oneens",),
        "9": ("Weet niet / niet van toepassing",),
    }

    proof = prove_codes(answers, scale, extra={})
    told = prove_codes(answers, scale, extra={"Disagree": "2"})

    assert proof.doubled == {"2": ("1", "2")}
    assert told.doubled == {}
