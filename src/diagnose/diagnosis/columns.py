"""The columns of every frame of a diagnosis, in order; `model` says what they mean."""

from __future__ import annotations

ROLES = (
    "role",
    "n_respondents",
    "status",
)
UNIT_COUNTS = (
    "level",
    "path",
    "parent",
    "n_respondents",
    "n_members",
    "response_rate",
    "status",
)
RELIABILITY = (
    "subscale",
    "method",
    "estimate",
    "conf_low",
    "conf_high",
    "conf_level",
    "n_respondents",
    "n_items",
    "note",
)
ITEMS = (
    "subscale",
    "item",
    "n_respondents",
    "mean",
    "sd",
    "skew",
    "floor",
    "ceiling",
    "item_rest_r",
    "alpha_if_dropped",
    "share_missing",
    "share_not_applicable",
    "flag",
)
VERDICTS = (
    "subscale",
    "verdict",
    "reason",
)
CARELESS = (
    "hurdle",
    "n_screened",
    "n_flagged",
)
SENSITIVITY = (
    "subscale",
    "n_all",
    "mean_all",
    "n_without",
    "mean_without",
    "difference",
)
PROFILE = (
    "role",
    "subscale",
    "n_respondents",
    "mean",
    "sd",
    "conf_low",
    "conf_high",
    "status",
)
DISTRIBUTIONS = (
    "role",
    "item",
    "subscale",
    "value",
    "count",
    "share",
    "n_respondents",
    "n_not_applicable",
    "n_unanswered",
    "status",
)
CELLS = (
    "level",
    "path",
    "parent",
    "subscale",
    "n_respondents",
    "mean",
    "sd",
    "status",
)
AGREEMENT = (
    "level",
    "path",
    "parent",
    "subscale",
    "n_respondents",
    "r_wg_j_uniform",
    "r_wg_j_slight_skew",
    "a_wg",
    "ad_mean",
    "reading",
)
ESTIMATES = (
    "level",
    "path",
    "parent",
    "subscale",
    "n_respondents",
    "mean",
    "estimate",
    "conf_low",
    "conf_high",
    "reliability",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "p_adjusted",
    "direction",
)
MODELS = (
    "level",
    "subscale",
    "n_teams",
    "n_respondents",
    "mu",
    "tau2",
    "sigma2",
    "icc1",
    "icc1_low",
    "icc1_high",
    "icc2",
    "statistic",
    "df",
    "df2",
    "p_value",
)
GAP = (
    "subscale",
    "n_floor",
    "mean_floor",
    "n_leader",
    "mean_leader",
    "difference",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "hedges_g",
    "g_low",
    "g_high",
    "direction",
)
TREND = (
    "wave",
    "subscale",
    "n_respondents",
    "mean",
    "sd",
    "conf_low",
    "conf_high",
    "change",
    "change_low",
    "change_high",
    "p_value",
    "p_adjusted",
    "direction",
    "status",
)
