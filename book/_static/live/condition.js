// A made-up team of twelve answers one subscale; what may be concluded, and what to ask.
(function () {
  "use strict";

  var M = window.LiveMaths;
  var MOVED = ["level", "apart", "unknown"];
  var OF_A_PERSON = 0.3, OF_AN_ITEM = 0.55;            // spread within a half of the team, in points

  // Keyed answers 1-5, one row a person; null is "don't know". Two halves lie `apart` points apart.
  function answers(given) {
    var chance = Live.chance(given.seed), own = [], order = [], p, j;
    for (p = 0; p < given.people; p++) own.push(chance.normal());
    var middle = M.mean(own);
    var rows = own.map(function (value, k) {
      var level = given.level + (k % 2 ? 0.5 : -0.5) * given.apart + OF_A_PERSON * (value - middle), row = [];
      for (j = 0; j < given.items; j++) row.push(Math.min(Math.max(Math.round(level + OF_AN_ITEM * chance.normal()), 1), 5));
      return row;
    });
    for (p = 0; p < given.people; p++) for (j = 0; j < given.items; j++) order.push([chance.uniform(), p, j]);
    order.sort(function (a, b) { return a[0] - b[0]; });
    order.slice(0, Math.round(given.unknown * order.length)).forEach(function (cell) { rows[cell[1]][cell[2]] = null; });
    return rows;
  }
  function known(values) { return values.filter(function (v) { return v !== null; }); }

  // Scores, mean with its t interval, agreement, and the word for it all.
  function read(rows, given) {
    var scores = rows.map(known).filter(function (row) { return row.length >= given.minAnswered; }).map(M.mean);
    var items = rows[0].map(function (_, j) { return known(rows.map(function (row) { return row[j]; })); });
    var given_ = items.reduce(function (sum, item) { return sum + item.length; }, 0);
    var found = { scores: scores, unknown: 1 - given_ / (rows.length * rows[0].length),
                  respondents: rows.filter(function (row) { return known(row).length; }).length };
    if (scores.length > 1) {
      found.mean = M.mean(scores);
      found.sd = M.sd(scores);
      var margin = M.tQuantile(0.975, scores.length - 1) * found.sd / Math.sqrt(scores.length);
      found.low = found.mean - margin;
      found.high = found.mean + margin;
      found.agreement = M.agreement(items, 1, 5, given.nulls);
    }
    found.reading = wordOf(found, given);
    return found;
  }
  function wordOf(found, given) {
    var borders = given.borders;
    if (found.scores.length < borders.threshold) return "hidden";
    if (found.unknown >= borders.unknown) return "unknown";
    if (given.individual ? wide(found.scores, borders.few) : divided(found, borders)) return "divided";
    return found.low > borders.middle ? "high" : found.high < borders.middle ? "low" : "middle";
  }
  function divided(found, borders) {
    return found.respondents >= borders.smallestTeam && found.agreement.aWg < borders.divided && found.agreement.rWg[0] <= borders.weak;
  }
  function wide(scores, few) {
    return scores.filter(function (s) { return s > 3.5; }).length >= few && scores.filter(function (s) { return s < 2.5; }).length >= few;
  }
  M.condition = { answers: answers, read: read };

  function draw(width, found, data, label) {
    var left = 14, right = width - 14, floor = 104, parts = [], stacks = {};
    function x(score) { return left + (score - 1) / 4 * (right - left); }
    [1, 2, 3, 4, 5].forEach(function (score) {
      parts.push(Live.svg("line", { x1: x(score), x2: x(score), y1: score === 3 ? 4 : floor - 4, y2: floor + 4, stroke: "var(--live-line)",
                                    "stroke-dasharray": score === 3 ? "3 3" : null }));
      parts.push(Live.svg("text", { x: x(score), y: floor + 22, "text-anchor": "middle" }, String(score)));
    });
    parts.push(Live.svg("line", { x1: left, x2: right, y1: floor, y2: floor, stroke: "var(--live-line)" }));
    parts.push(Live.svg("text", { x: x(3), y: floor + 40, "text-anchor": "middle" }, data.words.middle));
    if (found.reading === "hidden") return Live.picture(width, 150, label, parts);
    var step = Math.max((right - left) / 16, 16);     // one column of dots
    found.scores.forEach(function (score) {
      var column = Math.round((x(score) - left) / step), place = left + column * step;
      stacks[column] = (stacks[column] || 0) + 1;
      parts.push(Live.svg("circle", { cx: place.toFixed(1), cy: (floor - 22 - (stacks[column] - 1) * 13).toFixed(1), r: 5.5,
                                      class: "person", fill: "var(--live-accent)" }));
    });
    parts.push(Live.svg("line", { x1: x(Math.max(found.low, 1)), x2: x(Math.min(found.high, 5)), y1: floor - 7, y2: floor - 7,
                                  class: "interval", stroke: "var(--live-second)", "stroke-width": 4 }));
    parts.push(Live.svg("path", { d: "M" + x(found.mean).toFixed(1) + "," + (floor - 14) + "l6,7l-6,7l-6,-7z", fill: "var(--live-second)" }));
    var tallest = Math.max.apply(null, Object.keys(stacks).map(function (c) { return stacks[c]; }));
    var picture = Live.picture(width, 150, label, parts), rise = Math.max(0, (tallest - 6) * 13);
    picture.setAttribute("viewBox", "0 " + -rise + " " + width + " " + (150 + rise));
    return picture;
  }

  // Counts of each answer to each item; the statement stands above its row.
  function table(rows, data) {
    var words = data.words, heads = ["1", "2", "3", "4", "5", words.unknown_head];
    function cells(tag, values, scope) { return values.map(function (v) { return Live.html(tag, { scope: scope }, v); }); }
    var body = [];
    data.items.forEach(function (item, j) {
      var counts = [1, 2, 3, 4, 5, null].map(function (a) { return rows.filter(function (row) { return row[j] === a; }).length; });
      var most = Math.max.apply(null, counts);
      body.push(Live.html("tr", {}, Live.html("th", { scope: "rowgroup", colspan: 6, style: "font-weight:400;border-bottom:0" },
        item.text + (item.reverse ? " ↺" : ""))));
      body.push(Live.html("tr", {}, counts.map(function (count) {
        return Live.html("td", { style: "text-align:center" + (count && count === most ? ";background:var(--live-soft);color:var(--live-ink)" : "") },
          count ? String(count) : "·");
      })));
    });
    return Live.html("table", { class: "table", "data-labelled": "yes", style: "table-layout:fixed;width:100%" }, [
      Live.html("caption", { style: "caption-side:top" }, words.items),
      Live.html("thead", {}, Live.html("tr", {}, heads.map(function (v) { return Live.html("th", { scope: "col", style: "text-align:center" }, v); }))),
      Live.html("tbody", {}, body)]);
  }

  Live.define("condition", function (host, data) {
    var words = data.words, speak = data.language, state = {}, made = {};
    var given = { seed: data.seed, people: data.people, items: data.items.length, minAnswered: data.minAnswered,
                  individual: data.individual, borders: data.borders, nulls: data.nulls };
    function number(value, digits) { return Live.number(Math.round(value * 100) / 100 || 0, digits, speak).replace("-", "\u2212"); }
    var shows = { level: function (v) { return number(v, 1); }, apart: function (v) { return Live.fill(words.points, { x: number(v, 2) }); },
                  unknown: function (v) { return Live.share(v, speak); } };

    host.append(Live.html("p", { class: "live-title" }, Live.html("strong", {}, words.title)),
                Live.html("p", {}, words.means));
    var row = Live.html("div", { role: "group", "aria-label": words.presets });
    data.presets.forEach(function (preset) {
      Live.button(row, words["preset." + preset.id], function () {
        MOVED.forEach(function (key) { state[key] = preset[key]; made[key].set(preset[key]); });
        show();
      });
    });
    host.append(row);
    MOVED.forEach(function (key) {
      var one = data.sliders[key];
      state[key] = one.value;
      made[key] = Live.slider(host, { label: words["slider." + key], min: one.min, max: one.max, step: one.step, value: one.value,
                                      show: shows[key], change: function (value) { state[key] = value; show(); } });
    });
    var place = Live.html("div", {});
    host.append(place);
    var says = Live.sentence(host), ask = Live.html("p", { class: "live-says" }), below = Live.html("div", {});
    host.append(ask, below);
    if (data.items.some(function (item) { return item.reverse; })) host.append(Live.html("p", { class: "live-note" }, words.turned));
    var note = [words.note], root = document.documentElement.dataset.content_root || "";
    if (!data.individual) note.push(Live.html("a", { href: root + data.details }, words.details), ".");
    host.append(Live.html("p", { class: "live-note" }, note));

    function numbersOf(found) {
      if (found.reading === "hidden") return "";
      var a = found.agreement.aWg;
      var spread = data.individual ? Live.fill(words["spread.sd"], { sd: number(found.sd, 2) })
                                   : Live.fill(words["spread.agreement"], { a: isNaN(a) ? "–" : number(a, 2) });
      return Live.fill(words.numbers, { n: found.scores.length, people: data.people, mean: number(found.mean, 2),
                                        low: number(found.low, 2), high: number(found.high, 2), spread: spread });
    }
    function show() {
      given.level = state.level; given.apart = state.apart; given.unknown = state.unknown;
      var rows = answers(given), found = read(rows, given), width = Live.room(host, 520);
      var numbers = numbersOf(found);
      var verdict = found.reading === "hidden" ? "" : words["verdict." + found.reading];
      Live.clear(says).append(Live.html("span", { class: "live-note", style: "display:block" }, numbers),
        Live.html("strong", {}, verdict), verdict ? " " : "", Live.fill(
        words[found.reading + ".says"], { n: found.scores.length, threshold: data.borders.threshold,
                                          share: Live.share(found.unknown, speak) }));
      Live.clear(place).append(draw(width, found, data, words.picture + " " + numbers));
      Live.clear(ask).append(Live.html("strong", {}, words.ask), " " + words[found.reading + ".ask"]);
      Live.clear(below);
      if (found.reading !== "hidden") below.append(table(rows, data));
    }
    show();
  });
})();
