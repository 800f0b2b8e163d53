"""The literature behind the method notes, in the language in which it was written."""

REFERENCES = (
    "Armstrong, J. S., & Overton, T. S. (1977). Estimating nonresponse bias in mail "
    "surveys. Journal of Marketing Research, 14, 396–402.",
    "Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for "
    "linear regression with multi-stage samples. Survey Methodology, 28, 169–181.",
    "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A "
    "practical and powerful approach to multiple testing. Journal of the Royal "
    "Statistical Society: Series B, 57, 289–300.",
    "Brown, R. D., & Hauenstein, N. M. A. (2005). Interrater agreement reconsidered: "
    "An alternative to the r_wg indices. Organizational Research Methods, 8, 165–184.",
    "Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement "
    "invariance. Structural Equation Modeling, 14, 464–504.",
    "Cheung, G. W., & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for "
    "testing measurement invariance. Structural Equation Modeling, 9, 233–255.",
    "Cohen, A., Doveh, E., & Nahum-Shani, I. (2009). Testing agreement for multi-item "
    "scales with the indices rWG(J) and ADM(J). Organizational Research Methods, 12, "
    "148–164.",
    "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. "
    "Psychometrika, 16, 297–334.",
    "Curran, P. G. (2016). Methods for the detection of carelessly invalid responses "
    "in survey data. Journal of Experimental Social Psychology, 66, 4–19.",
    "Davis, C. E. (1976). The effect of regression to the mean in epidemiologic and "
    "clinical studies. American Journal of Epidemiology, 104, 493–498.",
    "Dunning, T. (1993). Accurate methods for the statistics of surprise and "
    "coincidence. Computational Linguistics, 19, 61–74.",
    "Efron, B., & Morris, C. (1975). Data analysis using Stein's estimator and its "
    "generalizations. Journal of the American Statistical Association, 70, 311–319.",
    "Feldt, L. S. (1965). The approximate sampling distribution of Kuder–Richardson "
    "reliability coefficient twenty. Psychometrika, 30, 357–370.",
    "Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using "
    "structural equation modeling: An alternative to coefficient alpha. Psychometrika, "
    "74, 155–167.",
    "Heiberger, R. M., & Robbins, N. B. (2014). Design of diverging stacked bar charts "
    "for Likert scales and other applications. Journal of Statistical Software, 57(5).",
    "Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing "
    "discriminant validity in variance-based structural equation modeling. Journal of "
    "the Academy of Marketing Science, 43, 115–135.",
    "Hesterberg, T. C. (2015). What teachers should know about the bootstrap: "
    "Resampling in the undergraduate statistics curriculum. The American "
    "Statistician, 69, 371–386.",
    "Holm, S. (1979). A simple sequentially rejective multiple test procedure. "
    "Scandinavian Journal of Statistics, 6, 65–70.",
    "Holt, D., & Smith, T. M. F. (1979). Post stratification. Journal of the Royal "
    "Statistical Society: Series A, 142, 33–46.",
    "Hu, L., & Bentler, P. M. (1999). Cutoff criteria for fit indexes in covariance "
    "structure analysis: Conventional criteria versus new alternatives. Structural "
    "Equation Modeling, 6, 1–55.",
    "Jacobson, N. S., & Truax, P. (1991). Clinical significance: A statistical "
    "approach to defining meaningful change in psychotherapy research. Journal of "
    "Consulting and Clinical Psychology, 59, 12–19.",
    "James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group "
    "interrater reliability with and without response bias. Journal of Applied "
    "Psychology, 69, 85–98.",
    "Johnson, J. W. (2000). A heuristic method for estimating the relative weight of "
    "predictor variables in multiple regression. Multivariate Behavioral Research, "
    "35, 1–19.",
    "Kish, L. (1965). Survey sampling. Wiley.",
    "Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of "
    "the American Statistical Association, 50, 1168–1194.",
    "Laird, N. M., & Louis, T. A. (1989). Empirical Bayes ranking methods. Journal "
    "of Educational Statistics, 14, 29–46.",
    "LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater "
    "reliability and interrater agreement. Organizational Research Methods, 11, "
    "815–852.",
    "Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human "
    "Resources, 24, 343–360.",
    "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.",
    "Muthén, B. (1984). A general structural equation model with dichotomous, ordered "
    "categorical, and continuous latent variable indicators. Psychometrika, 49, "
    "115–132.",
    "Pustejovsky, J. E., & Tipton, E. (2018). Small-sample methods for cluster-robust "
    "variance estimation and hypothesis testing in fixed effects models. Journal of "
    "Business & Economic Statistics, 36, 672–683.",
    "Samejima, F. (1969). Estimation of latent ability using a response pattern of "
    "graded scores. Psychometrika Monograph Supplement, 17.",
    "Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test "
    "statistic for moment structure analysis. Psychometrika, 66, 507–514.",
    "Scott, A., & Smith, T. M. F. (1969). Estimation in multi-stage surveys. Journal "
    "of the American Statistical Association, 64, 830–840.",
    "Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing "
    "differential expression in microarray experiments. Statistical Applications in "
    "Genetics and Molecular Biology, 3, 3.",
    "Weiner, B. J. (2009). A theory of organizational readiness for change. "
    "Implementation Science, 4, 67.",
    "Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis "
    "models of different levels of invariance for ordered categorical outcomes. "
    "Psychometrika, 81, 1014–1045.",
    "Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and "
    "covariance structure analysis with nonnormal missing data. Sociological "
    "Methodology, 30, 165–200.",
)
