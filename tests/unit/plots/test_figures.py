"""Every figure: what it accepts, what it says, and that it is the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib import rc_context, rcParams

from diagnose.plots import (
    alt_text,
    figure_svg,
    plot_distributions,
    plot_gap,
    plot_heat_map,
    plot_profile,
    plot_trend,
    plot_units,
)
from diagnose.plots.diverging import colours, sides
from diagnose.plots.sheet import drawing
from diagnose.plots.titles import profile_title
from diagnose.plots.words import rows, words_for
from published import NAN, make_publication, without_units, without_waves

PLOTS = {
    "profile": plot_profile,
    "distributions": lambda p, **options: plot_distributions(p, "v", **options),
    "units": lambda p, **options: plot_units(p, "v", **options),
    "gap": plot_gap,
    "trend": plot_trend,
    "heat_map": plot_heat_map,
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(params=PLOTS.values(), ids=PLOTS.keys())
def plot(request):
    return request.param


def words_in(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_anything_but_a_publication_is_refused(plot):
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        plot({"mean": 3.4})


def test_figures_stand_apart_from_pyplot(plot, publication):
    figure = plot(publication, language="en")

    assert not hasattr(figure, "number")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_two_runs_give_the_same_bytes(plot, publication, language):
    first, second = (figure_svg(plot(publication, language=language)) for _ in "12")

    assert first == second


def test_figures_drawn_together_are_those_drawn_alone(plot, publication):
    alone = figure_svg(plot(publication, language="en"))

    with drawing():
        together = figure_svg(plot(publication, language="en"))

    assert together == alone


def test_the_style_of_the_user_comes_back_and_is_not_drawn_in(publication):
    with rc_context({"font.size": 31.0}):
        figure = figure_svg(plot_gap(publication, language="en"))
        assert rcParams["font.size"] == 31.0
    assert figure == figure_svg(plot_gap(publication, language="en"))


def test_svg_needs_nothing_from_outside(plot, publication):
    svg = figure_svg(plot(publication, language="en"))

    addresses = set(re.findall(r"https?://[^\"' ]+", svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<style" not in svg
    assert "<metadata" not in svg


def test_svg_carries_its_text_alternative(plot, publication):
    figure = plot(publication, language="nl")
    root = ElementTree.fromstring(figure_svg(figure))

    assert root.get("role") == "img"
    assert root.get("aria-label") == alt_text(figure)
    assert len(alt_text(figure)) > 60


def test_every_figure_names_instrument_wave_n_and_status(plot, publication):
    text = " ".join(words_in(figure_svg(plot(publication, language="en"))))

    assert "Bottom-up change readiness scan 0.1.0" in text
    assert "wave 2026-1" in text
    assert re.search(r"n = \d", text)
    assert "no norms" in text


def test_dutch_figures_write_a_decimal_comma(plot, publication):
    text = " ".join(words_in(figure_svg(plot(publication, language="nl"))))

    assert not re.search(r"\d\.\d\d", text)
    assert "geen normen" in text


def test_names_inside_differ_between_figures(publication):
    together = "".join(
        figure_svg(plot(publication, language="en")) for plot in PLOTS.values()
    )
    names = re.findall(r' id="([^"]+)"', together)

    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:url\(#|href="#)([\w.-]+)', together)) <= set(names)


def test_the_language_of_the_edition_is_the_default(publication, monkeypatch):
    monkeypatch.setenv("DIAGNOSE_LANG", "nl")

    assert "Stippengrafiek" in alt_text(plot_profile(publication))


def test_a_wrong_option_is_named(publication):
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'"):
        plot_profile(publication, language="fr")
    with pytest.raises(ValueError, match="`role` must be one of 'floor', 'leader'"):
        plot_profile(publication, role="boss")
    with pytest.raises(ValueError, match="`level` must be one of 'division', 'team'"):
        plot_units(publication, "v", "squad")


def test_what_is_not_there_is_said(publication):
    alone = without_units(publication)
    with pytest.raises(ValueError, match="has no units"):
        plot_heat_map(alone)
    with pytest.raises(ValueError, match="holds no gap"):
        plot_gap(replace(publication, gap=publication.gap.iloc[:0]))
    with pytest.raises(ValueError, match="one wave only"):
        plot_trend(without_waves(publication))


ODD_LABELS = {
    "Day shift": "$\\frac{1}{2}$",
    "Evening shift": "<script>x</script>",
    "Finance": "a\x00b\n",
}


@pytest.mark.parametrize("label", ODD_LABELS.values())
def test_odd_names_of_units_are_drawn_as_they_are(label):
    publication = make_publication(ODD_LABELS)

    for figure in (plot_units(publication, "v"), plot_heat_map(publication)):
        text = words_in(figure_svg(figure))
        assert any(label.replace("\x00", " ").strip() in line for line in text)


def test_hidden_units_are_named_without_a_number(publication):
    svg = figure_svg(plot_units(publication, "v", language="en"))
    text = words_in(svg)

    assert text.count("not shown, to protect respondents") == 2  # Kitchen, Night shift
    assert "Other units in Care, together" in text


def test_a_hidden_item_says_so_and_shows_no_share(publication):
    text = words_in(figure_svg(plot_distributions(publication, "p", language="en")))

    assert text.count("not shown, to protect respondents") == 1


def test_a_gap_without_an_interval_is_drawn_without_one(publication):
    gap = publication.gap.assign(conf_low=NAN, conf_high=NAN, direction="unclear")

    svg = figure_svg(plot_gap(replace(publication, gap=gap), language="en"))

    assert "(– to –)" in words_in(svg)


class TestSides:
    def test_declared_codes_decide(self, publication):
        scale = publication.instrument.response_scale("agree5")

        assert sides(scale) == ([1, 2], [3], [4, 5])

    def test_without_them_the_middle_is_neutral(self, publication):
        scale = publication.instrument.response_scale("agree5")
        bare = scale.model_copy(update={"neutral": (), "favourable": ()})

        assert sides(bare) == ([1, 2], [3], [4, 5])

    def test_every_answer_has_a_colour_of_its_own(self, publication):
        scale = publication.instrument.response_scale("agree5")

        assert len(set(colours(scale).values())) == 5

    def test_where_neutral_answers_stand_is_said(self, publication):
        apart = plot_distributions(publication, "v", language="en")
        centred = plot_distributions(publication, "v", neutral="centred", language="en")

        assert "apart on the right" in " ".join(words_in(figure_svg(apart)))
        assert "centred on zero" in " ".join(words_in(figure_svg(centred)))


class TestTitles:
    def title(self, figure) -> str:
        return figure.texts[0].get_text().replace("\n", " ")

    def test_profile_names_ends_only_when_intervals_are_apart(self, publication):
        words = words_for(publication, "en", "plots")
        low = {"subscale": "o", "mean": 3.0, "conf_low": 2.8, "conf_high": 3.2}
        near = {"subscale": "v", "mean": 3.3, "conf_low": 3.1, "conf_high": 3.5}
        far = {"subscale": "v", "mean": 4.0, "conf_low": 3.8, "conf_high": 4.2}

        assert "no clear difference among" in profile_title(words, "all", [low, near])
        assert profile_title(words, "all", [low, far]).startswith(
            "All: Voice and signal (4.0) stands clearly above Ownership (3.0)"
        )

    @pytest.mark.parametrize(
        ("directions", "words"),
        [
            (["unclear"] * 5, "no unit differs clearly"),
            (["higher", *["unclear"] * 4], "Day shift clearly higher; the other"),
            (["lower"] * 5, "0 units lie clearly above the others, 5 clearly below"),
        ],
    )
    def test_units_are_named_when_they_differ_clearly(
        self, publication, directions, words
    ):
        estimates = publication.units.estimates
        own = (estimates["subscale"] == "v") & (estimates["level"] == "team")
        changed = estimates.copy()
        changed.loc[own, "direction"] = directions
        units = replace(publication.units, estimates=changed)

        figure = plot_units(replace(publication, units=units), "v", language="en")

        assert words in self.title(figure)

    def test_gap_and_trend_say_when_nothing_is_clear(self, publication):
        quiet = replace(
            publication,
            gap=publication.gap.assign(direction="unclear"),
            trend=publication.trend.assign(direction=""),
        )

        assert "no clear difference" in self.title(plot_gap(quiet, language="en"))
        assert "No clear change since 2025-1" in self.title(
            plot_trend(quiet, language="en")
        )

    def test_heat_map_counts_what_is_clear(self, publication):
        estimates = publication.units.estimates.assign(direction="unclear")
        units = replace(publication.units, estimates=estimates)

        title = self.title(plot_heat_map(replace(publication, units=units)))

        assert "no unit differs clearly" in title or "geen enkele" in title

    def test_names_are_listed_in_the_language(self, publication):
        words = words_for(publication, "nl", "plots")

        assert words.listed(["A", "B", "C"]) == "A, B en C"


def test_rows_are_chosen_by_what_their_columns_equal():
    frame = pd.DataFrame(
        {
            "path": [("A",), ("A", "B"), ("C",)],
            "level": ["top", "team", None],
            "mean": [3.5, NAN, 2.0],
            "n": [4, 5, 6],
        }
    )

    assert rows(frame, level="top") == [
        {"path": ("A",), "level": "top", "mean": 3.5, "n": 4}
    ]
    assert [type(value) for value in rows(frame)[0].values()] == [
        tuple,
        str,
        float,
        int,
    ]
    assert rows(frame, level="team", n=4) == []
    assert rows(pd.DataFrame(), level="top") == []
