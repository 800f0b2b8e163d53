"""Draws published values on axes; computes nothing."""

from diagnose.plots.agreement import plot_agreement
from diagnose.plots.comparisons import plot_comparisons
from diagnose.plots.correlations import plot_correlations
from diagnose.plots.distributions import plot_distributions
from diagnose.plots.divided import plot_divided
from diagnose.plots.drivers import plot_drivers
from diagnose.plots.funnel import plot_funnel
from diagnose.plots.gap import plot_gap
from diagnose.plots.heat_map import plot_heat_map
from diagnose.plots.information import plot_information
from diagnose.plots.loadings import plot_loadings
from diagnose.plots.movement import plot_movement
from diagnose.plots.paths import plot_path
from diagnose.plots.profile import plot_profile
from diagnose.plots.ranks import plot_ranks
from diagnose.plots.response import plot_response
from diagnose.plots.show import show_figure
from diagnose.plots.suitability import plot_suitability
from diagnose.plots.svg import alt_text, figure_svg
from diagnose.plots.trend import plot_trend
from diagnose.plots.unit_profile import plot_unit_profile
from diagnose.plots.units import plot_units

__all__ = [
    "alt_text",
    "figure_svg",
    "plot_agreement",
    "plot_comparisons",
    "plot_correlations",
    "plot_distributions",
    "plot_divided",
    "plot_drivers",
    "plot_funnel",
    "plot_gap",
    "plot_heat_map",
    "plot_information",
    "plot_loadings",
    "plot_movement",
    "plot_path",
    "plot_profile",
    "plot_ranks",
    "plot_response",
    "plot_suitability",
    "plot_trend",
    "plot_unit_profile",
    "plot_units",
    "show_figure",
]
