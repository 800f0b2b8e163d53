"""Where respondents stand on the latent variable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose.statistics.irt.likelihood import Data, posterior_moments
from diagnose.statistics.irt.respondents import patterns_of
from diagnose.statistics.irt.result import GradedResponse


def eap_scores(result: GradedResponse, items: pd.DataFrame) -> pd.DataFrame:
    """Return expected a posteriori scores: posterior mean and standard deviation.

    The prior is the standard normal population of the model, so scores are shrunken
    towards 0, the more so the fewer items are answered. The item parameters are taken
    as known; their uncertainty is not in `std_error`.

    Parameters
    ----------
    result : GradedResponse
        The fitted model.
    items : DataFrame, shape (n_respondents, any)
        Keyed answers with a column for each item of the model, missing answers as NaN.
        Other columns are not looked at. Not modified.

    Returns
    -------
    DataFrame
        With the index of `items`: `estimate` and `std_error`, in standard deviations
        of the population; `n_answered`, items answered; `reason`, empty or
        ``"no_answer"`` where both numbers are NaN because nothing was answered.

    Raises
    ------
    ValueError
        An item of the model has no column, or an answer is no category of its item.

    References
    ----------
    Bock and Mislevy, 1982, Applied Psychological Measurement.
    """
    patterns = patterns_of(result, items)
    data = Data(layout=result.layout, patterns=patterns, quadrature=result.quadrature)
    mean, deviation = posterior_moments(data, result.parameters)
    n_answered = patterns.n_answered
    none = n_answered == 0
    of_pattern = pd.DataFrame(
        {
            "estimate": np.where(none, np.nan, mean),
            "std_error": np.where(none, np.nan, deviation),
            "n_answered": n_answered,
            "reason": np.where(none, "no_answer", ""),
        }
    )
    return of_pattern.iloc[patterns.of_row].set_axis(items.index, axis=0)
