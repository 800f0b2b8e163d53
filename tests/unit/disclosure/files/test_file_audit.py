"""The rules that written files are held against, each with what breaks it."""

import json
from dataclasses import replace

import pytest

from diagnose.disclosure.files import (
    Numbers,
    Secrets,
    audit_files,
    check_files,
    published_numbers,
    read_bytes,
    secrets_of,
)
from diagnose.disclosure.files.finder import Finder
from diagnose.disclosure.files.rules import Rules
from diagnose.errors import DisclosureError
from diagnose.language.problems import problems_in_words
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication

FOREIGN = 2.7183345
"""No publication holds it, nor anything that rounds to it."""


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture
def problems_of(publication, tmp_path):
    """Return a function from the content of a file to what the audit says of it."""

    def audit(content, name="a.html", **options):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        done = audit_files(tmp_path, publication, **options)
        return [(p.code, dict(p.values).get("told")) for p in done.problems]

    return audit


def mean_of(publication, name, subscale="v"):
    cells = publication.units.cells
    last = cells["path"].map(lambda path: path[-1] == name)
    (mean,) = cells.loc[last & (cells["subscale"] == subscale), "mean"]
    return float(mean)


def row_page(*cells):
    return f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"


def test_published_mean_may_stand_anywhere(publication, problems_of):
    mean = mean_of(publication, "Day shift")

    assert problems_of(f"<p>Mean {mean:.2f}, exactly {mean}.</p>") == []
    assert problems_of(json.dumps([mean, round(mean, 3), -mean]), "a.json") == []


def test_share_may_stand_as_percentage(publication, problems_of):
    share = publication.distributions["share"].dropna().iloc[0]

    assert problems_of(json.dumps([100 * share]), "a.json") == []
    assert problems_of(f"<p>{100 * share:.1f}%</p>") == []


@pytest.mark.parametrize("value", [FOREIGN, 3.00049, 17.25, 1e-7])
def test_foreign_typed_number_is_found(problems_of, value):
    assert problems_of(json.dumps({"a": [value]}), "a.json") == [("D040", str(value))]


@pytest.mark.parametrize("text", ["2.71833", "2,71833", "0,27183"])
def test_foreign_number_in_words_is_found(problems_of, text):
    assert problems_of(f"<p>It is {text} now.</p>") == [("D041", text)]


def test_foreign_percentage_is_found(problems_of):
    assert problems_of("<p>It is 23.4567 % now.</p>") == [("D041", "23.4567")]


def test_foreign_count_in_a_table_with_types_is_found(problems_of):
    assert problems_of("name;count\nothers;98765\n", "a.csv") == [("D040", "98765.0")]


def test_numbers_of_fixed_texts_may_stand(problems_of):
    text = f"<p>Simulated: {FOREIGN}.</p>"

    assert problems_of(text, allowed=[f"A known value, {FOREIGN}"]) == []
    assert problems_of(text) != []


def test_numbers_of_fixed_files_may_stand_rounded(problems_of, tmp_path):
    known = tmp_path.parent / "simulated.csv"
    known.write_text(f"coverage\n{FOREIGN}\n", encoding="utf-8")

    assert problems_of("<p>Simulated: 2.71833.</p>", allowed=[known]) == []


def test_numbers_along_an_axis_may_stand(problems_of):
    def axis(*ticks):
        texts = (f'<text x="{20 * at}" y="9">{t}</text>' for at, t in enumerate(ticks))
        return f"<svg>{''.join(texts)}</svg>"

    assert problems_of(axis("2.71111", "2.72222", "2.73333"), "a.svg") == []
    assert len(problems_of(axis("2.71111", "2.72222", "2.74444"), "a.svg")) == 3


@pytest.mark.parametrize("name", [TOO_SMALL, HIDDEN_WITH_IT])
@pytest.mark.parametrize("number", ["3.42", "n 4", "12%"])
def test_number_in_the_row_of_a_hidden_unit_is_found(problems_of, name, number):
    found = problems_of(row_page(f"{name}<small>Care</small>", "Care", number))

    assert [code for code, _ in found if code == "D042"] == ["D042"]


def test_number_of_another_unit_in_a_row_is_found(publication, problems_of):
    own, other = (mean_of(publication, name) for name in ("Day shift", "Finance"))

    assert problems_of(row_page("Day shift", f"{own:.4f}")) == []
    (found,) = problems_of(row_page("Day shift", f"{other:.4f}"))
    assert found == ("D042", f"{other:.4f}")


def test_number_of_another_subscale_in_a_row_is_found(publication, problems_of):
    subscale = publication.instrument.subscale("o").title["en"]
    wrong = mean_of(publication, "Day shift", "v")

    found = problems_of(row_page("Day shift", subscale, f"{wrong:.5f}"))

    assert [code for code, _ in found] == ["D042"]


def test_typed_number_beside_a_hidden_unit_is_found(publication, problems_of):
    mean = mean_of(publication, "Day shift")

    found = problems_of(json.dumps({TOO_SMALL: mean}), "a.json")

    assert [code for code, _ in found] == ["D042"]


def test_mean_in_a_row_that_names_a_hidden_unit_later_is_found(problems_of):
    assert problems_of(row_page("concern", TOO_SMALL, "3.4")) == [("D042", "3.4")]
    assert problems_of(row_page("too small", TOO_SMALL, "12 decisions")) == []


def test_threshold_beside_a_hidden_unit_is_no_offence(problems_of):
    assert problems_of(row_page(TOO_SMALL, "hidden: fewer than 5 answers")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The Night shift scored 3.1 on average.",
        "Among the Night shift 40% agree.",
        "Night shift (n = 4) is small.",
    ],
)
def test_number_in_a_sentence_with_a_hidden_unit_is_found(problems_of, sentence):
    assert "D042" in {code for code, _ in problems_of(f"<p>{sentence}</p>")}


def test_sentence_beside_one_with_a_hidden_unit_is_no_offence(publication, problems_of):
    mean = mean_of(publication, "Day shift")
    text = f"Night shift is not shown. The mean is {mean:.2f}."

    assert problems_of(f"<p>{text}</p>") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ask jan@example.org now", "jan@example.org"),
        ("from 192.168.10.77 on", "192.168.10.77"),
        ("number 123456782 of", "123456782"),
    ],
)
def test_address_or_number_of_somebody_is_found(problems_of, text, told):
    assert ("D044", told) in problems_of(f"<p>{text}</p>")


def test_secret_text_is_found_however_it_is_spaced(problems_of):
    secrets = ["- nooit genoeg tijd", "RESP-0042"]

    found = problems_of("<p>quote: -  nooit\ngenoeg tijd</p>", secrets=secrets)

    assert found == [("D043", "- nooit genoeg tijd")]
    assert problems_of("<p>nooit genoeg</p>", secrets=secrets) == []


@pytest.mark.parametrize("text", ["2.7183345", "2.718335", "2,7183"])
def test_secret_number_is_found_in_words(problems_of, text):
    found = problems_of(f"<p>It is {text}.</p>", allowed=[text], secrets=[FOREIGN])

    assert found == [("D043", text)]


def test_secret_typed_number_is_found(problems_of):
    found = problems_of(json.dumps([FOREIGN]), "a.json", secrets=[FOREIGN])

    assert found == [("D043", str(FOREIGN))]


def test_published_number_is_no_secret(publication, problems_of):
    mean = mean_of(publication, "Day shift")

    assert problems_of(f"<p>{mean}</p>", secrets=[mean + 1e-12]) == []


def test_short_secret_is_refused(publication, tmp_path):
    with pytest.raises(ValueError, match="got 1 shorter"):
        audit_files(tmp_path, publication, secrets=["ab"])


def test_secrets_never_tell_what_they_are():
    assert repr(Secrets(texts=frozenset({"a name"}), numbers=(1.5,))) == (
        "Secrets(1 texts, 1 numbers)"
    )


def test_secrets_are_what_the_publication_left_out(publication):
    cells = publication.units.cells.copy()
    hidden = cells["status"] == "hidden"
    cells.loc[hidden, "mean"] = FOREIGN
    cells.loc[hidden, "n_respondents"] = 4.0
    before = replace(publication.units, cells=cells)

    found = secrets_of(before, publication, texts=["RESP-0042", "ja"])

    assert hidden.any()
    assert found.numbers == (FOREIGN,)
    assert found.texts == {"RESP-0042"}


def test_unknown_and_broken_files_are_refused(problems_of):
    assert problems_of(b"\0", "a.pkl") == [("D045", None)]
    assert ("D046", None) in problems_of(b"\0", "a.xlsx")


def test_check_tells_every_offence_with_its_place(publication, tmp_path):
    (tmp_path / "a.html").write_text(row_page(TOO_SMALL, "3.42"), encoding="utf-8")
    (tmp_path / "b.json").write_text(f"[{FOREIGN}]", encoding="utf-8")

    with pytest.raises(DisclosureError) as caught:
        check_files(tmp_path, publication)

    codes = [(p.code, p.place) for p in caught.value.problems]
    assert ("D042", "a.html line 1") in codes
    assert ("D040", "b.json[0]") in codes


def test_offences_are_told_in_both_languages(publication, tmp_path):
    (tmp_path / "a.json").write_text(f"[{FOREIGN}]", encoding="utf-8")
    problems = audit_files(tmp_path, publication).problems

    english, dutch = (
        problems_in_words(problems, speak)[0].message for speak in ("en", "nl")
    )

    assert str(FOREIGN) in english
    assert str(FOREIGN) in dutch
    assert english != dutch


def test_audit_accounts_for_each_file(publication, tmp_path):
    (tmp_path / "a.json").write_text(f'["word", {FOREIGN}]', encoding="utf-8")
    (tmp_path / "b.txt").write_text("words", encoding="utf-8")

    frame = audit_files(tmp_path, publication).to_frame()

    assert list(frame["name"]) == ["a.json", "b.txt"]
    assert list(frame["n_numbers"]) == [1, 0]
    assert list(frame["n_offences"]) == [1, 0]
    assert frame["sha256"].str.len().eq(64).all()


def test_nothing_written_gives_an_empty_account(publication, tmp_path):
    done = audit_files(tmp_path, publication)

    assert done.passed
    assert list(done.to_frame().columns)[:2] == ["name", "sha256"]


@pytest.mark.parametrize("tag", ["h2", "caption", "summary"])
def test_part_that_is_named_after_a_hidden_unit_is_found(problems_of, tag):
    assert problems_of(f"<{tag}>Night  shift</{tag}>") == [("D047", TOO_SMALL)]
    assert problems_of(f"<{tag}>Day shift</{tag}>") == []


def test_folder_that_is_named_after_a_hidden_unit_is_found(publication, tmp_path):
    for name in ("night-shift", "day-shift"):
        (tmp_path / "teams" / "care" / name).mkdir(parents=True)
        (tmp_path / "teams" / "care" / name / "a.txt").write_text("words")

    (problem,) = audit_files(tmp_path, publication).problems

    assert (problem.code, problem.place) == ("D047", "teams/care/night-shift/a.txt")


def test_number_of_another_unit_in_the_files_of_a_unit_is_found(publication, tmp_path):
    folder = tmp_path / "teams" / "care" / "day-shift"
    folder.mkdir(parents=True)
    title = publication.instrument.subscale("v").title["nl"]

    def found(number):
        (folder / "a.html").write_text(row_page(title, f"{number:.4f}"), "utf-8")
        return [p.code for p in audit_files(tmp_path, publication).problems]

    for known in ("Day shift", "Care"):
        assert found(mean_of(publication, known)) == []
    assert found(mean_of(publication, "Finance")) == ["D042"]


def test_name_of_a_file_is_read_too(problems_of):
    found = problems_of("<p>words</p>", "RESP-0042.html", secrets=["RESP-0042"])

    assert found == [("D043", "RESP-0042")]


def test_unit_named_like_a_number_is_no_number(publication):
    published = replace(published_numbers(publication), labels=("Team 3.14159",))
    rules = Rules(
        published=published,
        fixed=frozenset(),
        further=Numbers([]),
        secret_texts=Finder([]),
        secret_numbers=Numbers([]),
    )

    assert not list(rules.offences(read_bytes(b"In Team 3.14159 too.", "a.txt")))
    assert list(rules.offences(read_bytes(b"In Team 3.14158 too.", "a.txt")))


def test_numbers_round_as_they_are_written():
    numbers = Numbers([3.4249, -0.125, 26128.7, 12.0])

    assert numbers.exact(-3.4249)
    assert numbers.exact(12.5)  # the percentage of a share
    assert numbers.rounded(3.42, 2)
    assert not numbers.rounded(3.43, 2)
    assert numbers.rounded(12, 0)
    assert not numbers.rounded(3, 0)  # a count is one, not a rounded mean
    assert numbers.rounded(26129, 0)
    assert numbers.rounded(13, 0, percent=True)


def test_hidden_units_are_known_by_name(publication):
    published = published_numbers(publication)

    assert set(published.hidden.find(f"{TOO_SMALL} and Day shift")) == {TOO_SMALL}


def test_a_page_of_made_up_units_may_use_their_names_and_keeps_no_secret(tmp_path):
    fixed = ["3.17", "2.7183345"]
    for name in ("example.md", "report.md"):
        (tmp_path / name).write_text(f"{TOO_SMALL} 3.17, and 2.7183345", "utf-8")

    found = audit_files(
        tmp_path,
        make_publication(),
        allowed=fixed,
        secrets=[2.7183345],
        made_up=("example",),
    )

    codes = {(p.place.split()[0], p.code) for p in found.problems}
    assert {("report.md", "D042"), ("example.md", "D043")} <= codes
    assert ("example.md", "D042") not in codes
