// Distributions for live elements. Every function here is compared with scipy on a grid
// (tests/browser/test_live_maths.py).
(function () {
  "use strict";

  var LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];

  function logGamma(x) {
    if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
    x -= 1;
    var sum = LANCZOS[0], t = x + 7.5;
    for (var k = 1; k < 9; k++) sum += LANCZOS[k] / (x + k);
    return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
  }

  // Regularised incomplete beta function by its continued fraction (Lentz).
  function beta(x, a, b) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
    var front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
    var c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d;
    for (var m = 1; m < 500; m++) {
      var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / (1 + even * d); c = 1 + even / c; value *= c * d;
      var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / (1 + odd * d); c = 1 + odd / c;
      value *= c * d;
      if (Math.abs(c * d - 1) < 1e-15) break;
    }
    return front * value;
  }

  function tCdf(t, df) {
    // near 0 the other way round, so that nothing small is lost in 1 - something
    var tail = t * t < df ? 0.5 - beta(t * t / (df + t * t), 0.5, df / 2) / 2
                          : beta(df / (df + t * t), df / 2, 0.5) / 2;
    return t > 0 ? 1 - tail : tail;
  }
  function fCdf(f, df1, df2) { return f <= 0 ? 0 : beta(df1 * f / (df1 * f + df2), df1 / 2, df2 / 2); }

  function erfc(x) {                     // by its series or its continued fraction
    var z = Math.abs(x), value, k;
    if (z < 2.5) {
      var term = z, sum = z;
      for (k = 1; k < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
        term *= -z * z / k;
        sum += term / (2 * k + 1);
      }
      value = 1 - 2 / Math.sqrt(Math.PI) * sum;
    } else {
      var fraction = 0;
      for (k = 120; k > 0; k--) fraction = k / 2 / (z + fraction);
      value = Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
    }
    return x < 0 ? 2 - value : value;
  }
  function normalCdf(x) { return erfc(-x / Math.SQRT2) / 2; }

  // The value below which a share p lies, by bisection between two ends.
  function quantile(cdf, p, low, high) {
    for (var k = 0; k < 200; k++) {
      var middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (cdf(middle) < p) low = middle; else high = middle;
    }
    return (low + high) / 2;
  }
  function tQuantile(p, df) { return quantile(function (t) { return tCdf(t, df); }, p, -1e8, 1e8); }
  function fQuantile(p, df1, df2) { return quantile(function (f) { return fCdf(f, df1, df2); }, p, 0, 1e6); }
  function normalQuantile(p) { return quantile(normalCdf, p, -40, 40); }

  function mean(values) { return values.reduce(function (a, b) { return a + b; }, 0) / values.length; }
  function sd(values) {
    var middle = mean(values);
    return Math.sqrt(values.reduce(function (sum, v) { return sum + (v - middle) * (v - middle); }, 0) / (values.length - 1));
  }
  function correlation(x, y) {
    var a = mean(x), b = mean(y), xy = 0, xx = 0, yy = 0;
    x.forEach(function (v, k) { xy += (v - a) * (y[k] - b); xx += (v - a) * (v - a); yy += (y[k] - b) * (y[k] - b); });
    return xy / Math.sqrt(xx * yy);
  }

  // Agreement of one group, as `diagnose.statistics.agreement` has it: `items` holds the answers
  // to each item (without the missing ones), `nulls` the variances of answers at random.
  function spreadOf(answers) {
    var n = answers.length, middle = n ? mean(answers) : NaN;
    var squares = answers.reduce(function (sum, v) { return sum + (v - middle) * (v - middle); }, 0);
    var apart = answers.reduce(function (sum, v) { return sum + Math.abs(v - middle); }, 0);
    return { n: n, mean: middle, variance: n > 1 ? squares / (n - 1) : NaN, deviation: n > 1 ? apart / n : NaN };
  }
  function aWgOf(one, lowest, highest) {
    if (one.n < 2) return NaN;
    if (one.variance === 0 && (one.mean === lowest || one.mean === highest)) return 1;
    var low = (lowest * (one.n - 1) + highest) / one.n, high = (highest * (one.n - 1) + lowest) / one.n;
    if (one.mean < low - 1e-9 || one.mean > high + 1e-9) return NaN;
    return 1 - 2 * one.variance / ((one.mean - lowest) * (highest - one.mean) * one.n / (one.n - 1));
  }
  function meanOfDefined(values) {
    var defined = values.filter(function (v) { return !isNaN(v); });
    return defined.length ? mean(defined) : NaN;
  }
  function agreement(items, lowest, highest, nulls) {
    var spreads = items.map(spreadOf);
    var used = spreads.filter(function (one) { return one.n > 1; });
    return {
      aWg: meanOfDefined(spreads.map(function (one) { return aWgOf(one, lowest, highest); })),
      deviation: meanOfDefined(spreads.map(function (one) { return one.deviation; })),
      rWg: nulls.map(function (variance) {
        var single = Math.max(1 - meanOfDefined(used.map(function (one) { return one.variance / variance; })), 0);
        return used.length * single / (used.length * single + 1 - single);
      })
    };
  }

  window.LiveMaths = { logGamma: logGamma, beta: beta, tCdf: tCdf, fCdf: fCdf, normalCdf: normalCdf,
                       tQuantile: tQuantile, fQuantile: fQuantile, normalQuantile: normalQuantile,
                       mean: mean, sd: sd, correlation: correlation, agreement: agreement };
})();
