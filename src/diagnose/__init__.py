"""Diagnosing Change: from survey answers to a diagnosis that may be shown.

The public names are loaded when they are first used, so that importing the package
and asking for help stay instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PUBLIC = {
    "language": ("default_language",),
    "instrument": (
        "Instrument",
        "codebook",
        "list_instruments",
        "load_actions",
        "load_instrument",
    ),
    "instrument.export.write": ("export_survey",),
    "instrument.export": ("FieldingDetails",),
    "responses": ("Responses", "combine_waves", "read_responses"),
    "responses.account": ("intake_page", "intake_record"),
    "responses.comments": ("read_comments", "read_review", "write_review"),
    "responses.definition": ("read_definition",),
    "responses.privacy": ("privacy_check",),
    "responses.columns.proposal": ("propose_mapping",),
    "scoring": ("Scores", "score"),
    "simulation": ("Design", "Truth", "Unit", "simulate"),
    "simulation.export": ("write_export",),
    "diagnosis": ("Diagnosis", "Finding", "diagnose"),
    "disclosure": (
        "Ledger",
        "Publication",
        "Thresholds",
        "check_ledger",
        "derivable_groups",
        "publish",
        "read_ledger",
    ),
    "disclosure.files": ("audit_files", "check_files"),
    "plots": (
        "alt_text",
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
    ),
    "plots.style": ("HouseStyle",),
    "report": ("list_report_tables", "render_packs", "report_table", "write_report"),
    "report.shown": ("show_plot",),
    "handbook": (
        "coverage_table",
        "evidence_table",
        "plot_curves",
        "refusal",
        "show_actions",
        "simulated_table",
        "verdict_table",
    ),
    "handbook.exercises": ("check", "exercise_data"),
    "widgets": (
        "explore",
        "explore_movement",
        "explore_plan",
        "explore_team_size",
    ),
    "assessment": (
        "Assessment",
        "load_assessment",
        "project_folder",
        "publish_assessment",
        "read_assessment",
    ),
    "statistics.reliability": (
        "average_variance_extracted",
        "composite_reliability",
        "convergent_validity",
        "cronbach_alpha",
        "guttman_lambda_2",
        "guttman_lambda_6",
        "htmt",
        "omega_categorical",
        "omega_hierarchical_bifactor",
        "omega_ordinal",
        "omega_total",
        "ordinal_alpha",
        "standard_error_of_measurement",
        "standardised_alpha",
    ),
    "statistics.bounds": ("bound_groups",),
    "statistics.keyness": ("keyness",),
    "statistics.correlation": ("polychoric", "polyserial", "smooth_correlation"),
    "statistics.dimensionality": (
        "CorrelationMatrix",
        "bartlett_sphericity",
        "kmo",
        "parallel_analysis",
        "velicer_map",
    ),
    "statistics.factor": ("exploratory_factor_analysis", "factor_scores"),
    "statistics.schmid_leiman": ("omega_hierarchical",),
    "statistics.cfa": (
        "FactorModel",
        "bifactor_model",
        "fit_cfa",
        "second_order_model",
    ),
    "statistics.invariance": ("longitudinal_invariance", "measurement_invariance"),
    "statistics.irt": (
        "eap_scores",
        "graded_response",
        "item_fit",
        "local_dependence",
        "person_fit",
    ),
    "statistics.dif": ("ordinal_dif",),
    "statistics.mokken": ("mokken_h", "monotonicity"),
    "statistics.missing": (
        "em_covariance",
        "missing_patterns",
        "multiple_imputation",
        "person_mean",
        "pool_estimates",
        "pool_over_imputations",
    ),
    "statistics.items": ("item_analysis",),
    "statistics.means": ("mean_interval",),
    "statistics.agreement": (
        "a_wg",
        "agreement_cutoffs",
        "answer_shares",
        "average_deviation",
        "cutoff_table",
        "icc",
        "r_wg",
        "r_wg_j",
        "r_wg_j_star",
        "team_agreement",
    ),
    "statistics.pooling": (
        "difference_from_rest",
        "differences_within",
        "nested_means",
        "rank_probabilities",
        "really_different",
        "shrunken_means",
        "simulate_shrinkage",
    ),
    "statistics.comparison": ("compare_groups", "compare_two", "equivalence_test"),
    "statistics.clustered": ("clustered_regression",),
    "statistics.ordinal_comparison": ("ordinal_logit",),
    "statistics.response_surface": ("response_surface",),
    "statistics.multiplicity": ("adjust_families", "adjust_p_values"),
    "statistics.drivers": (
        "collinearity",
        "common_method",
        "importance_and_headroom",
        "relative_importance",
        "relative_importance_from_correlations",
    ),
    "statistics.change": (
        "attrition",
        "compare_linked_waves",
        "compare_waves",
        "composition_shift",
        "regression_to_the_mean",
        "reliable_change",
        "smallest_detectable_change",
        "wave_cells",
        "wave_trend",
    ),
    "statistics.weights": (
        "compare_early_late",
        "effective_sample_size",
        "margins_of_error",
        "nonresponse_bounds",
        "poststratified_mean",
        "rake",
        "response_rates",
        "weighted_mean",
    ),
    "statistics.carelessness": (
        "even_odd_consistency",
        "intra_individual_variability",
        "longstring",
        "mahalanobis_distance",
        "psychometric_antonyms",
        "psychometric_synonyms",
        "response_time_per_item",
        "reversed_pair_contradiction",
        "screen_careless",
        "with_and_without",
    ),
    "statistics.planning": (
        "PlanAssumptions",
        "chance_of_enough",
        "design_effect",
        "margin_of_answers",
        "margin_of_error",
        "plan_change",
        "plan_drivers",
        "plan_gap",
        "plan_mean",
        "plan_table",
        "plan_team",
        "power_two_groups",
        "respondents_needed",
        "simulate_plan",
        "smallest_detectable_difference",
    ),
    "statistics.movement": (
        "Conditions",
        "cascade_condition",
        "compare_settings",
        "count_threshold",
        "fixed_threshold",
        "given_thresholds",
        "measure_network",
        "movement_chance",
        "naming_game_tipping",
        "network_from_graph",
        "network_from_ties",
        "normal_thresholds",
        "option_thresholds",
        "organisation_network",
        "random_network_equilibrium",
        "spread",
        "threshold_equilibrium",
        "thresholds_from_intentions",
        "tipping_share",
        "uniform_thresholds",
        "watts_window",
    ),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'diagnose' has no attribute {name!r}")
    value = getattr(import_module(f"diagnose.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)


if TYPE_CHECKING:
    from diagnose.assessment import (  # noqa: F401
        Assessment,
        load_assessment,
        project_folder,
        publish_assessment,
        read_assessment,
    )
    from diagnose.diagnosis import Diagnosis, Finding, diagnose  # noqa: F401
    from diagnose.disclosure import Publication, Thresholds, publish  # noqa: F401
    from diagnose.instrument import (  # noqa: F401
        Instrument,
        codebook,
        list_instruments,
        load_instrument,
    )
    from diagnose.responses import (  # noqa: F401
        Responses,
        combine_waves,
        read_responses,
    )
    from diagnose.scoring import Scores, score  # noqa: F401
