// A league table of teams that hardly differ, or not at all: ask again and watch it reshuffle.
(function () {
  "use strict";

  var M = window.LiveMaths;
  var HIGHEST = 60;                                  // teams for which levels are drawn

  // What one round of asking gives: mean and variance of each team. Teams keep their level.
  function ask(given, round) {
    var levels = Live.chance(given.seed), chance = Live.chance(given.seed + 7919 * (round + 1)), drawn = [], k;
    for (k = 0; k < HIGHEST; k++) drawn.push(levels.normal());
    var teams = [];
    for (k = 0; k < given.teams; k++) {
      var level = given.mean + given.sd * Math.sqrt(given.share) * drawn[k], scores = [];
      for (var j = 0; j < given.size; j++) scores.push(level + given.sd * Math.sqrt(1 - given.share) * chance.normal());
      teams.push({ number: k + 1, level: level, mean: M.mean(scores), sd: M.sd(scores) });
    }
    return teams;
  }

  // Shrunken means of teams of one size: REML has a closed form then.
  function shrink(means, sds, size) {
    var middle = M.mean(means), within = M.mean(sds.map(function (sd) { return sd * sd; }));
    var between = size * Math.pow(M.sd(means), 2);
    var weight = between > 0 ? Math.max(0, 1 - within / between) : 0;
    return { weight: weight, means: means.map(function (mean) { return middle + weight * (mean - middle); }) };
  }

  // How far the largest and the smallest of k normal values lie apart, on average.
  var ranges = {};
  function expectedRange(k) {
    if (ranges[k]) return ranges[k];
    var sum = 0, step = 0.01;
    for (var x = -8; x <= 8; x += step) {
      var below = M.normalCdf(x);
      sum += step * (1 - Math.pow(below, k) - Math.pow(1 - below, k));
    }
    ranges[k] = sum;
    return sum;
  }
  // Between the means of teams without any difference, and the share of chance in their variance.
  function chanceOf(given) {
    var sampling = (1 - given.share) * given.sd * given.sd / given.size;
    return { range: expectedRange(given.teams) * given.sd / Math.sqrt(given.size),
             share: sampling / (sampling + given.share * given.sd * given.sd) };
  }
  M.noise = { ask: ask, shrink: shrink, expectedRange: expectedRange, chanceOf: chanceOf };

  function ranked(teams) { return teams.slice().sort(function (a, b) { return b.mean - a.mean; }); }

  function draw(width, table, places, shown, data, label) {
    var words = data.words, left = 70, right = width - 74, row = 22, parts = [];
    function x(value) { return left + (Math.min(Math.max(value, data.low), data.high) - data.low) / (data.high - data.low) * (right - left); }
    data.ticks.forEach(function (value) {
      parts.push(Live.svg("line", { x1: x(value), x2: x(value), y1: 24, y2: 28 + table.length * row, stroke: "var(--live-line)", "stroke-width": 0.5 }));
      parts.push(Live.svg("text", { x: x(value), y: 16, "text-anchor": "middle" }, String(value)));
    });
    table.forEach(function (team, k) {
      var y = 28 + k * row + row / 2, end = k === 0 || k === table.length - 1;
      parts.push(Live.svg("text", { x: 0, y: y + 5, "font-weight": end ? 700 : 400 }, words.team + " " + team.number));
      if (shown === "both") {
        parts.push(Live.svg("line", { x1: x(team.mean), x2: x(team.shrunken), y1: y, y2: y, stroke: "var(--live-line)" }));
        parts.push(Live.svg("rect", { x: x(team.shrunken) - 4.5, y: y - 4.5, width: 9, height: 9, class: "shrunken", fill: "var(--live-second)" }));
      }
      parts.push(Live.svg("circle", { cx: x(team.mean), cy: y, r: end ? 7 : 5, class: "raw", fill: "var(--live-accent)" }));
      if (places) parts.push(Live.svg("text", { x: width, y: y + 5, "text-anchor": "end" }, Live.fill(words.was, { place: places[team.number] })));
    });
    return Live.picture(width, 34 + table.length * row, label, parts);
  }

  function listed(table, places, data) {
    var words = data.words;
    function cells(tag, values) { return Live.html("tr", {}, values.map(function (v) { return Live.html(tag, { scope: tag === "th" ? "col" : null, style: "padding:0.25rem" }, v); })); }
    var rows = table.map(function (team, k) {
      return cells("td", [String(k + 1), words.team + " " + team.number, Live.number(team.mean, 2, data.language),
                          Live.number(team.shrunken, 2, data.language), places ? String(places[team.number]) : "–"]);
    });
    return Live.html("details", {}, [Live.html("summary", {}, words.as_table), Live.html("table", { class: "table", "data-labelled": "yes", style: "font-size:0.9rem" }, [
      Live.html("thead", {}, cells("th", [words.place, words.team, words.mean, words.shrunken, words.before])), Live.html("tbody", {}, rows)])]);
  }

  Live.define("noise", function (host, data) {
    var words = data.words, speak = data.language, state = { shown: "raw", open: false };
    ["seed", "mean", "sd"].forEach(function (key) { state[key] = data[key]; });
    ["teams", "size", "share"].forEach(function (key) { state[key] = data.sliders[key].value; });
    var round, last, table, places;

    host.append(Live.html("p", { class: "live-title" }, Live.html("strong", {}, words.title)));
    ["teams", "size", "share"].forEach(function (key) {
      var one = data.sliders[key];
      Live.slider(host, { label: words["slider." + key], min: one.min, max: one.max, step: one.step, value: one.value,
                          show: key === "share" ? function (v) { return Live.share(v, speak); } : String,
                          change: function (value) { state[key] = value; restart(); } });
    });
    Live.choice(host, { label: words.shown, value: "raw", options: [["raw", words.raw], ["both", words.both]],
                        change: function (value) { state.shown = value; show(); } });
    Live.button(host, words.again, function () { next(1); });
    Live.button(host, words.hundred, function () { next(100); });
    var says = Live.sentence(host), count = Live.html("p", { class: "live-says" });
    var place = Live.html("div", {}), below = Live.html("div", {});
    host.append(count, place, below, Live.html("p", { class: "live-note" }, words.note));

    function number(value) { return Live.number(value, 2, speak); }
    function oneRound() {
      if (table) {
        places = {};
        table.forEach(function (team, k) { places[team.number] = k + 1; });
      }
      var teams = ask(state, round++), pulled = shrink(teams.map(function (t) { return t.mean; }), teams.map(function (t) { return t.sd; }), state.size);
      teams.forEach(function (team, k) { team.shrunken = pulled.means[k]; });
      table = ranked(teams);
      var lowest = table[table.length - 1].number;
      last[lowest] = (last[lowest] || 0) + 1;
    }
    function next(times) { for (var k = 0; k < times; k++) oneRound(); show(); }
    function restart() { round = 0; last = {}; table = null; places = null; next(1); }

    function counted() {
      if (round < 2) return words.counter_one;
      var numbers = Object.keys(last), most = numbers.reduce(function (a, b) { return last[b] > last[a] ? b : a; });
      var truly = table.reduce(function (a, b) { return b.level < a.level ? b : a; });
      return Live.fill(words.counter, { rounds: round, different: numbers.length, team: words.team + " " + most, times: last[most] }) + " " +
        (state.share === 0 ? Live.fill(words.counter_equal, { expected: Live.number(round / state.teams, 1, speak) })
                           : Live.fill(words.counter_true, { team: words.team + " " + truly.number, times: last[truly.number] || 0, rounds: round }));
    }
    function show() {
      var first = table[0], lowest = table[table.length - 1], chance = chanceOf(state);
      says.textContent = Live.fill(words.sentence, {
        first: words.team + " " + first.number, last: words.team + " " + lowest.number, difference: number(first.mean - lowest.mean),
        range: number(chance.range), share: Live.share(chance.share, speak) }) +
        (state.shown === "both" ? " " + Live.fill(words.sentence_shrunken, { difference: number(first.shrunken - lowest.shrunken) }) : "");
      count.textContent = counted();
      var width = Live.room(host, 600), old = below.firstChild;
      Live.clear(place).append(draw(width, table, places, state.shown, data, words.picture + " " + says.textContent));
      var open = old && old.open, fresh = listed(table, places, data);
      fresh.open = Boolean(open);
      Live.clear(below).append(fresh);
    }
    restart();
  });
})();
