"""The literature behind the method notes, in the language in which it was written."""

REFERENCES = (
    "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A "
    "practical and powerful approach to multiple testing. Journal of the Royal "
    "Statistical Society: Series B, 57, 289–300.",
    "Brown, R. D., & Hauenstein, N. M. A. (2005). Interrater agreement reconsidered: "
    "An alternative to the r_wg indices. Organizational Research Methods, 8, 165–184.",
    "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. "
    "Psychometrika, 16, 297–334.",
    "Curran, P. G. (2016). Methods for the detection of carelessly invalid responses "
    "in survey data. Journal of Experimental Social Psychology, 66, 4–19.",
    "Efron, B., & Morris, C. (1975). Data analysis using Stein's estimator and its "
    "generalizations. Journal of the American Statistical Association, 70, 311–319.",
    "Feldt, L. S. (1965). The approximate sampling distribution of Kuder–Richardson "
    "reliability coefficient twenty. Psychometrika, 30, 357–370.",
    "Heiberger, R. M., & Robbins, N. B. (2014). Design of diverging stacked bar charts "
    "for Likert scales and other applications. Journal of Statistical Software, 57(5).",
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. "
    "Scandinavian Journal of Statistics, 6, 65–70.",
    "James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group "
    "interrater reliability with and without response bias. Journal of Applied "
    "Psychology, 69, 85–98.",
    "LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater "
    "reliability and interrater agreement. Organizational Research Methods, 11, "
    "815–852.",
    "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.",
    "Weiner, B. J. (2009). A theory of organizational readiness for change. "
    "Implementation Science, 4, 67.",
)
