"""Open answers: whatever was written and tagged, a reader derives no few people."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.disclosure import derivable_groups
from diagnose.disclosure.comment_keyness import add_keyness
from diagnose.disclosure.comment_themes import count_themes
from diagnose.disclosure.comments import order_quotes, plain_quote

SMALLEST = 5
sizes = st.lists(st.integers(0, 14), min_size=1, max_size=7)
tagged = st.lists(
    st.lists(st.sampled_from("abcdef"), max_size=3, unique=True).map(tuple),
    min_size=10,
    max_size=40,
)


def counted(texts, item="first"):
    return count_themes(texts, SMALLEST, wave="2", item=item)


def one_each(numbers):
    """Return texts with one theme each; the last number has none."""
    themes = [(name,) for name in "abcdefg"[: len(numbers) - 1]] + [()]
    return tuple(t for t, n in zip(themes, numbers, strict=True) for _ in range(n))


@given(numbers=sizes)
@settings(max_examples=150, deadline=None)
def test_no_group_of_a_few_follows_where_themes_divide_the_people(numbers):
    texts = one_each(numbers)
    if len(texts) < 10:
        return
    shown = counted(texts)
    names = [*"abcdefg"[: len(numbers) - 1], ""]
    published = [np.ones(len(names))]
    published += [np.array([n == theme for n in names]) for theme in shown.counts]
    if shown.n_other:
        lines = {*shown.counts, *shown.common}
        published.append(np.array([name not in lines for name in names]))
    groups = [
        np.array([bool(bits >> at & 1) for at in range(len(names))])
        for bits in range(1, 2 ** len(names))
    ]
    few = [g for g in groups if 0 < np.array(numbers)[g].sum() < SMALLEST]
    if not few:
        return
    # groups whose themes nobody named are not told apart by any reader
    present = np.array(numbers) > 0
    derivable = derivable_groups(
        np.array(published, dtype=float)[:, present],
        np.array(few, dtype=float)[:, present],
    )
    assert not derivable.any()


@given(texts=tagged)
@settings(max_examples=100, deadline=None)
def test_every_count_leaves_enough_on_both_sides(texts):
    shown = counted(texts)
    n = len(texts)

    told = [*shown.counts.values(), *([shown.n_other] if shown.n_other else [])]
    assert all(SMALLEST <= count <= n - SMALLEST for count in told)
    assert not told or not 0 < n - sum(told) < SMALLEST
    for theme, count in shown.counts.items():
        assert count == sum(theme in own for own in texts)
    for theme in shown.common:
        assert n - sum(theme in own for own in texts) < SMALLEST
    if shown.n_unlisted is not None:
        listed = {*shown.counts, *shown.common}
        for theme in set("abcdef") - listed:
            assert sum(theme in own for own in texts) <= shown.n_unlisted


@given(texts=tagged, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_texts_is_irrelevant(texts, seed):
    order = np.random.default_rng(seed).permutation(len(texts))

    assert counted(texts) == counted([texts[at] for at in order])


@given(first=tagged, n_one=st.integers(0, 4), n_two=st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_a_hidden_count_elsewhere_changes_nothing_that_is_shown(first, n_one, n_two):
    one, two = (
        counted([*[("a",)] * n, *[("b",)] * 9, *[()] * (20 - n)], item="keep")
        for n in (n_one, n_two)
    )
    here = counted(first)

    frames = [add_keyness([here, other], SMALLEST, 0.95) for other in (one, two)]

    own = [f.loc[f["item"] == "first"].reset_index(drop=True) for f in frames]
    assert own[0].equals(own[1])


@given(quotes=st.lists(st.text(max_size=12), max_size=20), seed=st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_quotes_come_out_whole_and_in_one_order(quotes, seed):
    plain = [one for text in quotes if (one := plain_quote(text))]
    order = np.random.default_rng(seed).permutation(len(plain))

    assert order_quotes(plain) == order_quotes([plain[at] for at in order])
    assert all(plain_quote(one) == one for one in plain)
    assert sorted(order_quotes(plain)) == sorted(plain)
