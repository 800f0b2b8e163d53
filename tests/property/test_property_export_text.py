"""Whatever the texts of a survey hold, both text formats carry them whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.instrument.export.limesurvey import LIMESURVEY
from diagnose.instrument.export.qualtrics import QUALTRICS
from diagnose.responses.read.layout import split_code
from grammar import limesurvey_tsv, qualtrics_txt
from grammar.fielded import FORMS, expected, fielded, reworded, seen, statements

SURVEYS = [
    fielded(name, form, ("en", "nl"), link=True, order=order)
    for name, form in FORMS
    for order in ("written", "shuffled", "random")
]
SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "[]{}$&<>\"'#;:|,\t\r\n\\=\u2028\u0085\u200f\ufeff🙂"
)
TEXTS = st.lists(
    st.text(SIGNS, min_size=1, max_size=12).filter(seen)
    | st.sampled_from(
        ["[[ID:x]]", "{SID}", "${e://x}", "&#123;", "<br />", "]]]", '"a"']
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(survey=st.sampled_from(SURVEYS), texts=TEXTS)
def test_limesurvey_carries_any_text(survey, texts):
    worded = reworded(survey, tuple(texts))
    (content,) = LIMESURVEY.write(worded).values()

    parsed = limesurvey_tsv.parse(content)

    for language in worded.languages:
        found = [
            (
                q.code,
                limesurvey_tsv.plain(q.text[language]),
                [(c, limesurvey_tsv.plain(t[language])) for c, t in q.rows.items()],
                [(c, limesurvey_tsv.plain(t[language])) for c, t in q.answers.items()],
            )
            for q in parsed.questions()
            if q.code not in worded.hidden
        ]
        assert found == [
            (name, text, rows, [(code, label) for code, _, label in options])
            for name, text, rows, options in expected(worded, language)
        ]


@settings(max_examples=60, deadline=None)
@given(survey=st.sampled_from(SURVEYS), texts=TEXTS)
def test_qualtrics_carries_any_text_under_the_name_of_its_item(survey, texts):
    worded = reworded(survey, tuple(texts))
    (content,) = QUALTRICS.write(worded).values()

    parsed = qualtrics_txt.parse(content)

    wanted = statements(worded, "en")
    found = {}
    for name, text in parsed.exported().items():
        for item in [code for code in split_code(name) if code in wanted][:1]:
            found[item] = qualtrics_txt.plain(text)
    assert found == wanted


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_the_grammars_refuse_nonsense_in_their_own_words(content):
    for grammar, head in (
        (limesurvey_tsv, b"\xef\xbb\xbf"),
        (qualtrics_txt, b"[[AdvancedFormat]]\n"),
    ):
        for candidate in (content, head + content):
            try:
                grammar.parse(candidate)
            except grammar.GrammarError:
                continue
            raise AssertionError("nonsense was taken for a survey")
