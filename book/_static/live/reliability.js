// What the number of items and their likeness do to alpha, its interval, and one person's score.
(function () {
  "use strict";

  var M = window.LiveMaths;

  function alpha(items, r) { return items * r / (1 + (items - 1) * r); }
  // reliability of a score of `factor` times as many such items (Spearman and Brown)
  function longer(reliability, factor) { return factor * reliability / (1 + (factor - 1) * reliability); }
  function feldt(estimate, n, items, level) {
    var df1 = n - 1, df2 = df1 * (items - 1), tail = (1 - level) / 2;
    return [1 - (1 - estimate) * M.fQuantile(1 - tail, df1, df2), 1 - (1 - estimate) * M.fQuantile(tail, df1, df2)];
  }
  function errorOf(sd, reliability) { return sd * Math.sqrt(1 - reliability); }

  M.reliability = { alpha: alpha, longer: longer, feldt: feldt, errorOf: errorOf };

  // alpha against the number of items, with the interval at the chosen number
  function curve(width, state, found, data) {
    var left = 30, right = width - 10, top = 10, floor = 180, most = data.items.max, least = data.items.min, parts = [];
    function x(k) { return left + (k - least) / (most - least) * (right - left); }
    function y(a) { return floor - Math.max(a, 0) * (floor - top); }
    [0, 0.5, 1].forEach(function (a) {
      parts.push(Live.svg("line", { x1: left, x2: right, y1: y(a), y2: y(a), stroke: "var(--live-line)", "stroke-width": 0.6 }));
      parts.push(Live.svg("text", { x: left - 5, y: y(a) + 5, "text-anchor": "end" }, Live.number(a, a % 1 ? 1 : 0, data.language)));
    });
    [2, 5, 10, 15, 20].forEach(function (k) {
      parts.push(Live.svg("text", { x: x(k), y: floor + 18, "text-anchor": "middle" }, String(k)));
    });
    var points = [];
    for (var k = least; k <= most; k++) points.push(x(k).toFixed(1) + "," + y(alpha(k, state.r)).toFixed(1));
    parts.push(Live.svg("polyline", { points: points.join(" "), fill: "none", stroke: "var(--live-accent)", "stroke-width": 2 }));
    parts.push(Live.svg("line", { x1: x(state.items), x2: x(state.items), y1: y(found.low), y2: y(found.high),
                                  stroke: "var(--live-second)", "stroke-width": 4 }));
    parts.push(Live.svg("circle", { cx: x(state.items), cy: y(found.alpha), r: 6, fill: "var(--live-accent)" }));
    parts.push(Live.svg("text", { x: (left + right) / 2, y: floor + 36, "text-anchor": "middle" }, data.words.axis_items));
    return parts;
  }
  // where the 3.0 of one person may truly lie
  function person(width, found, data) {
    var left = 12, right = width - 12, row = 262, parts = [];
    function x(score) { return left + (score - 1) / 4 * (right - left); }
    parts.push(Live.svg("line", { x1: left, x2: right, y1: row, y2: row, stroke: "var(--live-line)" }));
    [1, 2, 3, 4, 5].forEach(function (score) {
      parts.push(Live.svg("line", { x1: x(score), x2: x(score), y1: row - 4, y2: row + 4, stroke: "var(--live-line)" }));
      parts.push(Live.svg("text", { x: x(score), y: row + 24, "text-anchor": "middle" }, String(score)));
    });
    parts.push(Live.svg("line", { x1: x(found.from), x2: x(found.to), y1: row, y2: row, stroke: "var(--live-second)", "stroke-width": 8 }));
    parts.push(Live.svg("circle", { cx: x(data.score), cy: row, r: 6, fill: "var(--live-accent)" }));
    parts.push(Live.svg("text", { x: 0, y: row - 18 }, data.words.axis_person));
    return parts;
  }

  Live.define("reliability", function (host, data) {
    var words = data.words, speak = data.language;
    var state = { items: data.items.value, r: data.r.value, n: data.n.value };
    function number(value, digits) { return Live.number(value, digits === undefined ? 2 : digits, speak).replace("-", "\u2212"); }

    host.append(Live.html("p", { class: "live-title" }, Live.html("strong", {}, words.title)));
    ["items", "r", "n"].forEach(function (key) {
      var one = data[key];
      Live.slider(host, { label: words["slider." + key], min: one.min, max: one.max, step: one.step, value: one.value,
                          show: key === "r" ? function (v) { return number(v); } : String,
                          change: function (value) { state[key] = value; show(); } });
    });
    var says = Live.sentence(host), more = Live.html("p", { class: "live-says" }), place = Live.html("div", {});
    host.append(more, place, Live.html("p", { class: "live-note" }, words.note));

    function show() {
      var a = alpha(state.items, state.r), limits = feldt(a, state.n, state.items, data.level);
      var error = errorOf(data.sd, a), reach = M.normalQuantile((1 + data.level) / 2) * error;
      var found = { alpha: a, low: limits[0], high: limits[1], from: Math.max(data.score - reach, 1),
                    to: Math.min(data.score + reach, 5) };
      says.textContent = Live.fill(words.sentence, {
        items: state.items, r: number(state.r), alpha: number(a), n: state.n, low: number(found.low), high: number(found.high) });
      more.textContent = Live.fill(words.more, {
        twice: 2 * state.items, longer: number(longer(a, 2)), error: number(error), score: number(data.score, 1),
        from: number(found.from, 1), to: number(found.to, 1) });
      var width = Live.room(host, 560);
      Live.clear(place).append(Live.picture(width, 292, words.picture + " " + says.textContent + " " + more.textContent,
        curve(width, state, found, data).concat(person(width, found, data))));
    }
    show();
  });
})();
