// What people, teams and response buy before a survey is held: the formulas of
// diagnose.statistics.planning (plan_mean, plan_team, plan_change), compared with it on a grid.
(function () {
  "use strict";

  var M = window.LiveMaths;
  var nodes = null;

  // Gauss-Legendre nodes and weights on -1..1.
  function legendre(n) {
    var found = [];
    for (var k = 0; k < n; k++) {
      var x = Math.cos(Math.PI * (k + 0.75) / (n + 0.5)), slope = 1;
      for (var round = 0; round < 50; round++) {
        var before = 1, value = x;
        for (var j = 2; j <= n; j++) {
          var next = ((2 * j - 1) * x * value - (j - 1) * before) / j;
          before = value; value = next;
        }
        slope = n * (x * value - before) / (x * x - 1);
        x -= value / slope;
        if (Math.abs(value / slope) < 1e-15) break;
      }
      found.push([x, 2 / ((1 - x * x) * slope * slope)]);
    }
    return found;
  }

  // P(|T| > critical) of a non-central t: the normal probability, averaged over the
  // distribution of the estimated standard deviation (written in the root of the ratio).
  function beyondCritical(critical, df, shift) {
    nodes = nodes || legendre(200);
    var low = Math.sqrt(Math.max(0, 1 - 8.5 / Math.sqrt(df))), high = Math.sqrt(1 + 8.5 / Math.sqrt(df));
    var constant = Math.LN2 + df / 2 * Math.log(df / 2) - M.logGamma(df / 2), total = 0;
    nodes.forEach(function (node) {
      var root = low + (node[0] + 1) / 2 * (high - low), ratio = root * root;
      var density = Math.exp(constant + (df - 1) * Math.log(ratio) - df * ratio * ratio / 2) * root;
      if (density < 1e-30) return;
      total += node[1] * density * (M.normalCdf(shift - critical * ratio) + M.normalCdf(-shift - critical * ratio));
    });
    return Math.min(total * (high - low), 1);
  }

  // The effect, in standard errors, that is found with probability `power`.
  function shiftForPower(df, power, level) {
    var critical = M.tQuantile((1 + level) / 2, df);
    function found(shift) { return beyondCritical(critical, df, shift); }
    if (found(0) >= power) return 0;
    var low = 0, high = 2 * critical + 2;
    while (found(high) < power) high *= 2;
    for (var k = 0; k < 60 && high - low > 1e-11 * high; k++) {
      var middle = (low + high) / 2;
      if (found(middle) < power) low = middle; else high = middle;
    }
    return (low + high) / 2;
  }

  // What everything below rests on: people a team, answers a team, variances.
  function assume(given) {
    var size = given.people / given.teams, m = size * given.response;
    return { teams: given.teams, m: m, response: given.response, icc: given.icc, sd: given.sd, cv2: given.cv * given.cv,
             chance: (1 - given.response) / m, between: given.icc * given.sd * given.sd,
             within: (1 - given.icc) * given.sd * given.sd, level: given.level, power: given.power,
             teamCorrelation: given.teamCorrelation };
  }
  function teamDf(a, teams) {
    return Math.max(teams / (1 + (a.cv2 + a.chance) * (teams - 1) / teams) - 1, 1);
  }
  function meanMargin(a, teams) {
    var variation = (a.cv2 + a.chance) * (teams - 1) / teams;
    var effect = Math.max(1 + ((1 + variation) * a.m - 1) * a.icc, 1);
    return M.tQuantile((1 + a.level) / 2, teamDf(a, teams)) * Math.sqrt(effect * a.sd * a.sd / (teams * a.m));
  }
  function teamMargin(a, answers) {
    return M.tQuantile((1 + a.level) / 2, answers - 1) * Math.sqrt(a.within / answers);
  }
  // One team against the others, after Benjamini-Hochberg over all teams (its worst case).
  function teamDifference(a, answers) {
    var others = (a.teams - 1) * a.m, level = 1 - a.level;
    var alpha = level / (a.teams - level * (a.teams - 1));
    var df = Math.max(others + answers - a.teams, 1);
    return shiftForPower(df, a.power, 1 - alpha) * Math.sqrt(a.within * (1 / answers + 1 / others));
  }
  // Two waves in which other people answer: only what is stable about the teams cancels.
  function change(a) {
    var few = (a.teams - 1) / a.teams;
    var between = 1 + few * (a.cv2 + a.chance) - a.teamCorrelation * (1 + few * a.cv2);
    var variance = between * a.between / a.teams + a.within / (a.teams * a.m);
    return shiftForPower(teamDf(a, a.teams), a.power, a.level) * Math.sqrt(2 * variance);
  }
  // The smallest whole number from `lowest` on at which `effect` is at most `target`.
  function smallest(effect, target, lowest) {
    var slack = target * (1 + 1e-12), upper = lowest, lower = lowest - 1;
    while (effect(upper) > slack) {
      if (upper >= 1e6) return null;
      lower = upper;
      upper = Math.min(2 * upper, 1e6);
    }
    while (upper - lower > 1) {
      var middle = Math.floor((lower + upper) / 2);
      if (effect(middle) > slack) lower = middle; else upper = middle;
    }
    return upper;
  }

  function plan(given) {
    var a = assume(given), answers = Math.floor(a.m + 1e-9), shown = answers >= given.threshold;
    return { perTeam: answers, expected: a.teams * a.m, organisation: meanMargin(a, a.teams),
             team: shown ? teamMargin(a, answers) : null, difference: shown ? teamDifference(a, answers) : null,
             change: change(a) };
  }
  function needed(given) {
    var a = assume(given);
    var teams = smallest(function (n) { return meanMargin(a, n); }, given.margin, 2);
    var answers = smallest(function (n) { return teamMargin(a, n); }, given.margin, 2);
    return { teams: teams, respondents: teams * a.m, answers: answers, members: Math.ceil(answers / a.response - 1e-9) };
  }
  M.planner = { plan: plan, needed: needed, shiftForPower: shiftForPower, beyondCritical: beyondCritical };

  var MOVED = ["people", "teams", "response", "icc", "sd"];
  var ROWS = ["organisation", "team", "difference", "change"];

  function draw(width, found, data, label) {
    var words = data.words, widest = data.widest, parts = [], right = width - 70;
    ROWS.forEach(function (name, k) {
      var top = 8 + k * 58, value = found[name];
      parts.push(Live.svg("text", { x: 0, y: top + 12 }, words["row." + name]));
      if (value === null) {
        parts.push(Live.svg("text", { x: 0, y: top + 34, class: "live-hidden" }, words.hidden));
        return;
      }
      var length = Math.min(value / widest, 1) * right;
      parts.push(Live.svg("rect", { x: 0, y: top + 20, width: length.toFixed(1), height: 16, "data-row": name,
                                    fill: "var(--live-soft)", stroke: "var(--live-accent)" }));
      parts.push(Live.svg("text", { x: (length + 7).toFixed(1), y: top + 33 },
        (k < 2 ? "± " : "") + Live.number(value, 2, data.language)));
    });
    return Live.picture(width, 8 + ROWS.length * 58, label, parts);
  }

  Live.define("planner", function (host, data) {
    var words = data.words, speak = data.language, number = Live.number;
    var state = { margin: data.margin.value };
    Object.keys(data.fixed).forEach(function (key) { state[key] = data.fixed[key]; });
    MOVED.forEach(function (key) { state[key] = data.sliders[key].value; });
    var says, place, wish, wishSays;

    function share(value) { return Live.share(value, speak); }
    var shows = { people: String, teams: String, response: share, icc: function (v) { return number(v, 2, speak); },
                  sd: function (v) { return number(v, 2, speak); } };
    var made = {};
    host.append(Live.html("p", { class: "live-title" }, Live.html("strong", {}, words.title)));
    MOVED.forEach(function (key) {
      var one = data.sliders[key];
      made[key] = Live.slider(host, { label: words["slider." + key], min: one.min, max: one.max, step: one.step,
                                      value: one.value, show: shows[key], change: function (value) { move(key, value); } });
    });
    function keepTeamsWhole() {               // a team holds two people or more
      var most = Math.min(data.sliders.teams.max, Math.floor(state.people / 2));
      made.teams.range.max = most;
      if (state.teams > most) state.teams = most;
      made.teams.set(state.teams);
    }
    function move(key, value) { state[key] = value; if (key === "people") keepTeamsWhole(); show(); }

    says = Live.sentence(host);
    place = Live.html("div", {});
    host.append(place);
    wish = Live.html("div", {});
    host.append(Live.html("p", {}, Live.html("strong", {}, words.wish_title)), wish);
    Live.slider(wish, { label: words["slider.margin"], min: data.margin.min, max: data.margin.max, step: data.margin.step,
                        value: state.margin, show: function (v) { return "± " + number(v, 2, speak); },
                        change: function (value) { state.margin = value; show(); } });
    wishSays = Live.sentence(host);
    host.append(Live.html("p", { class: "live-note" }, words.assumes));

    function show() {
      var found = plan(state), need = needed(state), small = found.team === null;
      var values = { teams: state.teams, size: number(state.people / state.teams, 1, speak), answers: found.perTeam,
                     n: number(found.expected, 0, speak), organisation: number(found.organisation, 2, speak),
                     change: number(found.change, 2, speak), threshold: state.threshold };
      if (!small) {
        values.team = number(found.team, 2, speak);
        values.difference = number(found.difference, 2, speak);
      }
      says.textContent = Live.fill(small ? words.sentence_small : words.sentence, values);
      var width = Live.room(host, 560);
      Live.clear(place).append(draw(width, found, data, words.picture + " " + says.textContent));
      wishSays.textContent = Live.fill(words.wish, {
        margin: number(state.margin, 2, speak), teams: number(need.teams, 0, speak),
        respondents: number(need.respondents, 0, speak), answers: number(need.answers, 0, speak),
        members: number(need.members, 0, speak) });
    }
    show();
  });
})();
