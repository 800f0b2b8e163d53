"""The figures of the measurement: what they say, draw, and keep to themselves."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Ellipse, FancyArrowPatch, Rectangle

from diagnose.errors import InsufficientDataError
from diagnose.plots import (
    alt_text,
    figure_svg,
    plot_comparisons,
    plot_correlations,
    plot_information,
    plot_loadings,
    plot_path,
)
from diagnose.plots.information import reliable_stretches
from diagnose.plots.measurement_rows import Block
from published import NAN, make_publication

PLOTS = {
    "path": plot_path,
    "loadings": plot_loadings,
    "correlations": plot_correlations,
    "information": plot_information,
    "comparisons": plot_comparisons,
}
FRAMES = {
    "path": "loadings",
    "loadings": "loadings",
    "correlations": "pairs",
    "information": "information",
    "comparisons": "comparisons",
}
SVG = "{http://www.w3.org/2000/svg}"
N = 412.0
HIDDEN_ITEM = "p3"
HIDDEN_PAIR = ("v", "o")
WITHOUT_CURVE = "f"
HIGH_PAIRS = {
    ("l", "e"): (0.91, "merge"),
    ("v", "l"): (0.83, "unsure"),
    ("r", "f"): (0.74, "apart"),
}


def loadings_frame(instrument) -> pd.DataFrame:
    found = []
    for subscale in instrument.subscales:
        for place, item in enumerate(subscale.items):
            estimate = 0.31 if item.id == "v3" else 0.55 + 0.08 * place
            numbers = np.array([estimate, 0.03, estimate - 0.06, estimate + 0.06, N])
            away = item.id == HIDDEN_ITEM
            known = (0.95, "mlr", "", "hidden" if away else "shown")
            numbers = numbers * (NAN if away else 1)
            found.append((subscale.id, item.id, *numbers, *known))
    names = ["subscale", "item", "estimate", "std_error", "conf_low", "conf_high"]
    names += ["n_respondents", "conf_level", "estimator", "flag", "status"]
    return pd.DataFrame(found, columns=names)


def pairs_frame(instrument) -> pd.DataFrame:
    ids = [subscale.id for subscale in instrument.subscales]
    found = []
    for place, first in enumerate(ids):
        for step, second in enumerate(ids[place + 1 :]):
            plain = (0.65 - 0.04 * step, "apart")
            estimate, verdict = HIGH_PAIRS.get((first, second), plain)
            away = (first, second) == HIDDEN_PAIR
            found.append(
                {
                    "first": first,
                    "second": second,
                    "estimate": NAN if away else estimate,
                    "conf_low": NAN if away else estimate - 0.07,
                    "conf_high": NAN if away else estimate + 0.07,
                    "conf_level": 0.95,
                    "htmt": NAN if away else estimate - 0.02,
                    "n_respondents": NAN if away else N,
                    "estimator": "mlr",
                    "verdict": "" if away else verdict,
                    "status": "hidden" if away else "shown",
                }
            )
    return pd.DataFrame(found)


def information_frame(instrument) -> pd.DataFrame:
    theta = np.linspace(-3, 3, 25)
    parts = []
    for place, subscale in enumerate(instrument.subscales):
        peak = 2.2 + 0.35 * place
        information = peak * np.exp(-(((theta + 0.8) / 1.8) ** 2))
        curve = pd.DataFrame(
            {
                "subscale": subscale.id,
                "theta": theta,
                "score": 1 + 4 / (1 + np.exp(-0.5 - 1.1 * theta)),
                "information": information,
                "std_error": information**-0.5,
                "reliability": information / (information + 1),
                "n_respondents": N,
                "note": "",
                "status": "shown",
            }
        )
        if subscale.id == WITHOUT_CURVE:
            curve = curve.iloc[:1].assign(status="hidden", reliability=NAN, score=NAN)
            curve[["theta", "information", "std_error", "n_respondents"]] = NAN
        parts.append(curve)
    return pd.concat(parts, ignore_index=True)


def comparisons_frame(instrument) -> pd.DataFrame:
    verdicts = ["means", "means_partial", "relations", "form", "none", "not_tested"]
    found = []
    for column, across in enumerate(("role", "wave")):
        for place, subscale in enumerate(instrument.subscales):
            verdict = verdicts[(place * (1 + 3 * column)) % len(verdicts)]
            item = [one.id for one in subscale.items[1:3]]
            for level in ("configural", "metric", "scalar"):
                free = verdict == "means_partial" and level != "configural"
                found.append(
                    {
                        "across": across,
                        "subscale": subscale.id,
                        "level": level,
                        "n_respondents": N,
                        "holds": "yes",
                        "released": ", ".join(item) if free else "",
                        "verdict": verdict,
                        "status": "shown",
                    }
                )
    return pd.DataFrame(found)


def models_frame() -> pd.DataFrame:
    fit = {"cfi": 0.951, "tli": 0.944, "srmr": 0.041, "rmsea": 0.043}
    limits = {"rmsea_low": 0.04, "rmsea_high": 0.047, "n_respondents": N}
    row = {"scope": "all", "model": "intended", "estimator": "mlr", "status": "shown"}
    return pd.DataFrame([{**row, **fit, **limits}])


def with_frames(publication, **frames):
    """Return a publication with other frames, without an audit of what is made up."""
    changed = copy(publication)
    measurement = replace(publication.measurement, **frames)
    object.__setattr__(changed, "measurement", measurement)
    return changed


@pytest.fixture(scope="module")
def publication():
    made = make_publication()
    return with_frames(
        made,
        models=models_frame(),
        loadings=loadings_frame(made.instrument),
        pairs=pairs_frame(made.instrument),
        information=information_frame(made.instrument),
        comparisons=comparisons_frame(made.instrument),
    )


@pytest.fixture(params=PLOTS.keys())
def name(request):
    return request.param


def words_in(figure) -> list[str]:
    root = ElementTree.fromstring(figure_svg(figure))
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def title(figure) -> str:
    return figure.texts[0].get_text().replace("\n", " ").replace("\u00a0", " ")


def patches(figure, kind) -> list:
    return [p for axes in figure.axes for p in axes.patches if isinstance(p, kind)]


def shown_rows(frame) -> pd.DataFrame:
    """Return the rows of a frame that are shown."""
    return frame.loc[frame["status"] == "shown"]


class TestEveryFigure:
    def test_anything_but_a_publication_is_refused(self, name):
        with pytest.raises(TypeError, match="must be a Publication; got dict"):
            PLOTS[name]({"loadings": 0.7})

    def test_a_wrong_language_is_named(self, name, publication):
        with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'"):
            PLOTS[name](publication, language="fr")

    @pytest.mark.parametrize("language", ["en", "nl"])
    def test_two_runs_give_the_same_bytes(self, name, publication, language):
        first, second = (
            figure_svg(PLOTS[name](publication, language=language)) for _ in "12"
        )

        assert first == second

    def test_it_names_who_how_many_and_the_status(self, name, publication):
        text = " ".join(words_in(PLOTS[name](publication, language="en")))

        assert re.search("wave 2026-1 · (work floor|everyone), n = 412 · ", text)
        assert "no norms" in text

    def test_dutch_figures_write_a_decimal_comma(self, name, publication):
        text = " ".join(words_in(PLOTS[name](publication, language="nl")))

        assert not re.search(r"\d\.\d\d", text)
        assert "geen normen" in text

    def test_its_text_alternative_ends_with_its_title(self, name, publication):
        figure = PLOTS[name](publication, language="en")

        said = alt_text(figure).replace("\u00a0", " ")
        assert said.endswith(f". {title(figure)}.")
        assert len(said) > len(title(figure)) + 50

    def test_without_rows_there_is_nothing_to_draw(self, name, publication):
        frame = getattr(publication.measurement, FRAMES[name])
        bare = with_frames(publication, **{FRAMES[name]: frame.iloc[:0]})

        with pytest.raises(InsufficientDataError, match="`publication` holds no"):
            PLOTS[name](bare)

    def test_hidden_rows_alone_are_nothing_to_draw(self, name, publication):
        frame = getattr(publication.measurement, FRAMES[name]).copy()
        numbers = frame.select_dtypes("number").columns.drop(
            "conf_level", errors="ignore"
        )
        frame[numbers] = NAN
        hidden = with_frames(
            publication, **{FRAMES[name]: frame.assign(status="hidden")}
        )

        with pytest.raises(InsufficientDataError):
            PLOTS[name](hidden)

    @pytest.mark.parametrize("language", ["en", "nl"])
    def test_no_label_leaves_the_sheet(self, name, publication, language):
        figure = PLOTS[name](publication, language=language)
        figure_svg(figure)
        width, height = figure.get_size_inches() * figure.dpi

        for axes in figure.axes:
            for text in axes.texts:
                box = text.get_window_extent()
                assert box.x0 > -2 and box.x1 < width + 2, text.get_text()
                assert box.y0 > -2 and box.y1 < height + 2, text.get_text()


@pytest.mark.parametrize("plot", [plot_path, plot_loadings, plot_information])
class TestChosenSubscales:
    def test_only_they_are_drawn(self, plot, publication):
        text = " ".join(
            words_in(plot(publication, subscales=["o", "l"], language="en"))
        )

        assert "Ownership" in text
        assert "Letting go and" in text
        assert "Voice and signal" not in text

    @pytest.mark.parametrize("wrong", [["v", "q"], "v", []])
    def test_others_are_refused(self, plot, publication, wrong):
        with pytest.raises(ValueError, match="must be a list of ids out of 'v', 'o'"):
            plot(publication, subscales=wrong)


class TestPath:
    def test_every_loading_has_an_arrow_and_its_number(self, publication):
        frame = publication.measurement.loadings
        shown = shown_rows(frame)
        text = words_in(plot_path(publication, language="en"))

        for value, n_items in shown["estimate"].round(2).value_counts().items():
            assert text.count(f"{value:.2f}") >= n_items

    def test_a_stronger_loading_has_a_wider_arrow_and_a_weak_one_is_dashed(
        self, publication
    ):
        figure = plot_path(publication, subscales=["v"], language="en")

        arrows = patches(figure, FancyArrowPatch)
        own = publication.measurement.loadings.query("subscale == 'v'")
        assert np.argsort([a.get_linewidth() for a in arrows]).tolist() == (
            np.argsort(own["estimate"]).tolist()
        )
        dashed = [arrow.get_linestyle() not in ("-", "solid") for arrow in arrows]
        assert dashed == [item == "v3" for item in own["item"]]

    def test_only_close_subscales_are_linked(self, publication):
        figure = plot_path(publication, language="en")
        n_loadings = len(shown_rows(publication.measurement.loadings))

        links = patches(figure, FancyArrowPatch)[n_loadings:]
        assert len(links) == len(HIGH_PAIRS)
        assert sorted(link.get_linewidth() for link in links) == [0.9, 1.2, 2.1]
        assert len(patches(figure, Ellipse)) == 12

    def test_too_many_links_are_left_out_and_counted(self, publication):
        pairs = publication.measurement.pairs.copy()
        shown = pairs["status"] == "shown"
        pairs.loc[shown, "estimate"] = np.linspace(0.71, 0.84, shown.sum())
        pairs["verdict"] = np.where(shown, "apart", "")

        figure = plot_path(with_frames(publication, pairs=pairs), language="en")

        n_loadings = len(shown_rows(publication.measurement.loadings))
        assert len(patches(figure, FancyArrowPatch)) - n_loadings == 12
        assert f"weaker than those drawn: {shown.sum() - 12}" in " ".join(
            words_in(figure)
        )

    def test_a_hidden_item_is_absent_and_counted(self, publication):
        text = words_in(plot_path(publication, language="en"))

        assert HIDDEN_ITEM.upper() not in text
        assert "P2" in text
        assert "Items not shown, to protect respondents: 1." in " ".join(text)

    def test_the_fit_of_the_model_is_said_when_it_may_be(self, publication):
        hidden = with_frames(publication, models=models_frame().iloc[:0])

        said = "Fit of this model: CFI 0.951, TLI 0.944, RMSEA 0.043 (0.040 to 0.047)"
        assert said in " ".join(words_in(plot_path(publication, language="en")))
        assert "CFI" not in " ".join(words_in(plot_path(hidden, language="en")))

    def test_its_title_joins_items_and_subscales(self, publication):
        said = title(plot_path(publication, language="en"))

        assert said == (
            "Weak loadings on the intended subscale (below 0.40): V3; the rest from "
            "0.55 to 0.79. Too alike to tell apart: Letting go and trust – Enabling "
            "leadership (0.91); 1 more undecided"
        )


class TestLoadings:
    def test_points_and_intervals_are_those_of_the_frame(self, publication):
        lines = plot_loadings(publication).axes[0].lines
        shown = shown_rows(publication.measurement.loadings)

        points = [line for line in lines if line.get_marker() in ("o", "D")]
        assert [line.get_xdata()[0] for line in points] == list(shown["estimate"])
        low_high = list(zip(shown["conf_low"], shown["conf_high"], strict=True))
        drawn = [tuple(line.get_xdata()) for line in lines if line.get_lw() == 1.6]
        assert drawn == low_high

    def test_a_weak_one_differs_in_shape_and_in_words(self, publication):
        figure = plot_loadings(publication, language="en")

        hollow = [x for x in figure.axes[0].lines if x.get_marker() == "D"]
        assert [line.get_xdata()[0] for line in hollow] == [0.31]
        assert hollow[0].get_markerfacecolor() == "white"
        assert words_in(figure).count("◇ weak") == 1

    def test_a_negative_one_is_called_what_it_is(self, publication):
        frame = publication.measurement.loadings.copy()
        own = frame["item"] == "v3"
        frame.loc[own, ["estimate", "conf_low", "conf_high"]] = [-0.35, -0.45, -0.25]

        figure = plot_loadings(with_frames(publication, loadings=frame), language="en")

        assert "◇ against" in words_in(figure)
        assert figure.axes[0].get_xlim()[0] < -0.45

    @pytest.mark.parametrize(
        ("weak", "said"),
        [
            (
                [],
                "No item loads below 0.40 on its intended subscale: loadings from 0.55",
            ),
            (["v1", "o2"], "(below 0.40): V1 and O2; the rest from 0.55 to 0.79"),
            (["v1", "v2", "v3", "v4", "o1"], "(below 0.40): 5 of 44 items"),
        ],
    )
    def test_its_title_names_what_is_weak(self, publication, weak, said):
        frame = publication.measurement.loadings.copy()
        frame.loc[frame["item"] == "v3", "estimate"] = 0.6
        frame.loc[frame["item"].isin(weak), "estimate"] = 0.2

        figure = plot_loadings(with_frames(publication, loadings=frame), language="en")

        assert said in title(figure)

    def test_a_loading_without_an_interval_is_a_point(self, publication):
        frame = publication.measurement.loadings.assign(conf_low=NAN, conf_high=NAN)

        figure = plot_loadings(with_frames(publication, loadings=frame), language="en")

        assert not [line for line in figure.axes[0].lines if line.get_lw() == 1.6]


class TestCorrelations:
    def test_numbers_are_those_of_the_frame(self, publication):
        text = words_in(plot_correlations(publication, language="en"))
        shown = shown_rows(publication.measurement.pairs)

        for column, template in (("estimate", "{:.2f}"), ("htmt", "({:.2f})")):
            written = shown[column].map(template.format)
            for number, n_pairs in written.value_counts().items():
                assert text.count(number) == n_pairs

    def test_pairs_of_the_rule_are_outlined(self, publication):
        outlines = [
            (p.get_linewidth(), p.get_linestyle() in ("-", "solid"))
            for p in patches(plot_correlations(publication), Rectangle)
            if not p.get_fill() or p.get_facecolor()[3] == 0
        ]

        assert sorted(outlines) == [(1.3, False), (2.0, True)]

    def test_stronger_is_darker_and_black_is_read_on_it(self, publication):
        cells = patches(plot_correlations(publication), Rectangle)
        shades = {c.get_facecolor()[0] for c in cells if c.get_facecolor()[3] == 1}

        assert len(shades) > 5
        assert min(shades) > 0.4

    def test_a_hidden_pair_is_hatched_and_said(self, publication):
        figure = plot_correlations(publication, language="en")

        assert sum(bool(p.get_hatch()) for p in patches(figure, Rectangle)) == 1
        assert "Hatched: not shown, to protect" in " ".join(words_in(figure))

    @pytest.mark.parametrize(
        ("verdicts", "said"),
        [
            (["merge"] * 3, "3 pairs of subscales are too alike to tell apart"),
            (["unsure"] * 3, "3 pairs of subscales are possibly too alike"),
            (
                ["unsure", "apart", "apart"],
                "Possibly too alike to tell apart: Letting go and trust – Enabling",
            ),
            (["apart"] * 3, "The subscales can be told apart: correlations from 0.25"),
            ([""] * 3, "Correlations between the subscales run from 0.25 to 0.91"),
        ],
    )
    def test_its_title_says_what_the_rule_says(self, publication, verdicts, said):
        pairs = publication.measurement.pairs.copy()
        for pair, verdict in zip(HIGH_PAIRS, verdicts, strict=True):
            own = (pairs["first"] == pair[0]) & (pairs["second"] == pair[1])
            pairs.loc[own, "verdict"] = verdict

        figure = plot_correlations(with_frames(publication, pairs=pairs), language="en")

        assert said in title(figure)

    def test_the_rule_is_printed(self, publication):
        text = " ".join(words_in(plot_correlations(publication, language="en")))

        assert (
            "a correlation above 0.85 or a ratio above 0.90, among at least 300" in text
        )


class TestInformation:
    def curves(self, figure) -> list:
        return [x for a in figure.axes for x in a.lines if x.get_lw() == 1.8]

    def test_curves_are_those_of_the_frame(self, publication):
        drawn = self.curves(plot_information(publication))
        shown = shown_rows(publication.measurement.information)

        by_subscale = shown.groupby("subscale", sort=False)
        assert len(drawn) == by_subscale.ngroups == 11
        for line, (_, curve) in zip(drawn, by_subscale, strict=True):
            assert list(line.get_xdata()) == list(curve["score"])
            assert list(line.get_ydata()) == list(curve["reliability"])

    def test_axes_are_the_response_scale(self, publication):
        axes = [a for a in plot_information(publication).axes if a.lines]

        for one in axes:
            assert list(one.get_xticks()) == [1, 2, 3, 4, 5]
            assert one.get_ylim() == (0, 1)

    def test_the_convention_is_drawn_and_called_one(self, publication):
        figure = plot_information(publication, language="en")
        text = words_in(figure)

        dashed = [
            x for a in figure.axes for x in a.lines if list(x.get_ydata()) == [0.7] * 2
        ]
        assert len(dashed) == 11
        assert "convention" in text
        assert "0.70 or more, a convention" in " ".join(text)

    def test_the_mean_of_the_floor_is_marked_where_it_is_shown(self, publication):
        figure = plot_information(publication)
        profile = publication.profile.query("role == 'floor'").set_index("subscale")

        marks = [x for a in figure.axes for x in a.lines if x.get_marker() == "^"]
        drawn = [mark.get_xdata()[0] for mark in marks]
        ids = publication.measurement.information["subscale"].drop_duplicates()
        assert drawn == [profile.loc[s, "mean"] for s in ids if s != WITHOUT_CURVE]

    def test_a_subscale_without_a_curve_is_named(self, publication):
        figure = plot_information(publication, language="en")

        assert "may not be shown: Foundation and rhythm." in " ".join(words_in(figure))

    @pytest.mark.parametrize(
        ("factor", "said"),
        [
            (0.0, "No subscale reaches a reliability of 0.70 at any score"),
            (1.0, "Voice and signal: nowhere a reliability of 0.70; the rest reaches"),
            (0.5, "7 of 11 subscales reach a reliability of 0.70 at no score"),
            (2.0, "Every subscale reaches a reliability of 0.70: Intention to take"),
        ],
    )
    def test_its_title_counts_where_it_is_reached(self, publication, factor, said):
        frame = publication.measurement.information
        information = frame["information"] * factor
        changed = frame.assign(reliability=information / (information + 1))

        figure = plot_information(
            with_frames(publication, information=changed), language="en"
        )

        assert said in title(figure)

    @pytest.mark.parametrize(
        ("reliability", "expected"),
        [
            ([0.6, 0.65, 0.6, 0.5], []),
            ([0.8, 0.8, 0.8, 0.8], [(1.0, 4.0)]),
            ([0.6, 0.8, 0.8, 0.6], [(1.5, 3.5)]),
            ([0.8, 0.6, 0.6, 0.9], [(1.0, 1.5), (pytest.approx(10 / 3), 4.0)]),
            ([0.6, 0.7, 0.6, 0.5], [(2.0, 2.0)]),
        ],
    )
    def test_stretches_end_where_the_line_crosses(
        self, publication, reliability, expected
    ):
        points = tuple(
            {"theta": float(x), "score": float(x), "reliability": y}
            for x, y in enumerate(reliability, start=1)
        )
        block = Block(subscale=publication.instrument.subscales[0], rows=points)

        found = reliable_stretches(block)

        assert [pytest.approx(one) for one in found] == expected


class TestComparisons:
    def test_each_verdict_has_its_symbol_and_words(self, publication):
        text = words_in(plot_comparisons(publication, language="en"))
        verdicts = publication.measurement.comparisons.drop_duplicates(
            ["across", "subscale"]
        )["verdict"].value_counts()

        for verdict, symbol, said in (
            ("means", "●", "means"),
            ("means_partial", "◕", "means, with care"),
            ("relations", "◐", "relations only"),
            ("form", "○", "neither means nor relations"),
            ("none", "✕", "nothing"),
            ("not_tested", "–", "not tested"),
        ):
            assert text.count(symbol) == verdicts[verdict], verdict
            assert text.count(said) == verdicts[verdict], verdict

    def test_only_what_was_compared_has_a_column(self, publication):
        text = words_in(plot_comparisons(publication, language="en"))

        assert "Roles" in text
        assert "Waves" in text
        assert "Languages" not in text

    def test_released_items_are_named_once(self, publication):
        text = words_in(plot_comparisons(publication, language="en"))
        frame = publication.measurement.comparisons

        free = frame.loc[frame["released"] != ""].drop_duplicates(
            ["across", "subscale"]
        )
        assert sum(line.startswith("except ") for line in text) == len(free)
        assert "except O2 and O3" in text

    def test_its_title_counts_the_subscales_that_were_tested(self, publication):
        assert title(plot_comparisons(publication, language="en")) == (
            "Subscales whose means may be compared: roles 2 of 10 (and 2 with care); "
            "waves 4 of 12"
        )

    def test_a_hidden_comparison_is_absent(self, publication):
        frame = publication.measurement.comparisons.copy()
        waves = frame["across"] == "wave"
        frame.loc[waves, ["status", "verdict", "released", "holds"]] = [
            "hidden",
            "",
            "",
            "",
        ]
        frame.loc[waves, "n_respondents"] = NAN

        figure = plot_comparisons(
            with_frames(publication, comparisons=frame), language="en"
        )

        assert "Waves" not in words_in(figure)
        assert "waves" not in title(figure)

    @pytest.mark.parametrize("language", ["en", "nl"])
    def test_words_of_three_columns_keep_apart(self, publication, language):
        frame = publication.measurement.comparisons
        roles = frame.loc[frame["across"] == "role"]
        third = pd.concat([frame, roles.assign(across="language")])

        figure = plot_comparisons(
            with_frames(publication, comparisons=third), language=language
        )
        figure_svg(figure)

        for axes in figure.axes:
            boxes = sorted(
                (text.get_window_extent() for text in axes.texts),
                key=lambda box: box.x0,
            )
            for place, box in enumerate(boxes):
                right = [b for b in boxes[place + 1 :] if abs(b.y0 - box.y0) < 1]
                assert all(box.x1 < other.x0 for other in right)

    def test_leaders_take_part_when_roles_are_compared(self, publication):
        frame = publication.measurement.comparisons
        waves = with_frames(publication, comparisons=frame.query("across == 'wave'"))

        both = " ".join(words_in(plot_comparisons(publication, language="en")))
        floor = " ".join(words_in(plot_comparisons(waves, language="en")))

        assert "everyone, n = 412" in both
        assert "work floor, n = 412" in floor

    def test_released_residuals_do_not_count(self, publication):
        frame = publication.measurement.comparisons.copy()
        frame["level"] = frame["level"].replace("metric", "strict")
        own = (frame["level"] == "strict") & (frame["released"] != "")
        frame.loc[own, "released"] += ", o4"

        figure = plot_comparisons(
            with_frames(publication, comparisons=frame), language="en"
        )

        assert "except O2 and O3" in words_in(figure)

    def test_nothing_tested_is_nothing_to_draw(self, publication):
        frame = publication.measurement.comparisons.assign(verdict="not_tested")

        with pytest.raises(InsufficientDataError, match="no comparison of measurement"):
            plot_comparisons(with_frames(publication, comparisons=frame))
