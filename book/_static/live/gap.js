// A difference between leaders and work floor, asked again and again.
(function () {
  "use strict";
  var ROW = 12, MOST = 20, EDGE = 20, WIDEST = 2, FIRST = 8;

  // Welch's interval of mean(first) - mean(second).
  function welch(first, second) {
    var M = window.LiveMaths, a = Math.pow(M.sd(first), 2) / first.length, b = Math.pow(M.sd(second), 2) / second.length;
    var df = (a + b) * (a + b) / (a * a / (first.length - 1) + b * b / (second.length - 1));
    var half = M.tQuantile(0.975, df) * Math.sqrt(a + b), estimate = M.mean(first) - M.mean(second);
    return { estimate: estimate, low: estimate - half, high: estimate + half, df: df };
  }

  Live.parts.gap = { welch: welch };
  Live.define("gap", function (host, data) {
    var w = data.words, lang = data.language, at = { leaders: 1, floor: 2, difference: 11 }, asked = [], seed = 1;
    function signed(v) { return (v > 0 ? "+" : v < 0 ? "−" : "") + Live.number(Math.abs(v), 1, lang); }
    function precise(v) { return (v < 0 ? "−" : "") + Live.number(Math.abs(v), 2, lang); }

    function draws(n, mean) {
      var values = [];
      for (var k = 0; k < n; k++) values.push(mean + data.sd * random.normal());
      return values;
    }
    var random = Live.chance(seed);
    function ask() {
      random = Live.chance(seed++);
      var truth = data.differences[at.difference];
      asked.unshift(welch(draws(data.floor[at.floor], truth), draws(data.leaders[at.leaders], 0)));
      draw();
    }

    function index(key, label, values, show) {
      Live.slider(host, { label: label, min: 0, max: values.length - 1, value: at[key],
        show: function (k) { return show(values[k]); },
        change: function (k) { at[key] = k; restart(); } });
    }
    function whole(v) { return Live.number(v, 0, lang); }
    index("leaders", w.leaders, data.leaders, whole);
    index("floor", w.floor, data.floor, whole);
    index("difference", w.difference, data.differences, signed);
    Live.button(host, w.again, ask);
    var says = Live.sentence(host), last = host.appendChild(Live.html("p", {})), place = host.appendChild(Live.html("div"));
    host.append(Live.html("p", { class: "live-note" }, w.note));

    function draw() {
      var here = data.table[at.leaders][at.floor], truth = data.differences[at.difference];
      var found = asked.filter(function (one) { return one.low > 0 || one.high < 0; }).length;
      says.textContent = Live.fill(truth === 0 ? w.says_none : w.says, {
        leaders: data.leaders[at.leaders], floor: data.floor[at.floor], half: Live.number(here.half, 2, lang),
        difference: signed(truth), power: Live.share(here.power[at.difference], lang) });
      last.textContent = Live.fill(w.last, { n: asked.length, estimate: precise(asked[0].estimate),
        low: precise(asked[0].low), high: precise(asked[0].high), found: found });
      Live.clear(place).append(picture(truth));
    }

    function picture(truth) {
      var wide = Live.room(host, 520);
      function x(value) {
        var inside = Math.max(-WIDEST, Math.min(WIDEST, value));
        return EDGE + (inside + WIDEST) / (2 * WIDEST) * (wide - 2 * EDGE);
      }
      var height = 50 + ROW * MOST + 34, parts = [], bottom = 34 + ROW * MOST + 6;
      parts.push(Live.svg("text", { x: 0, y: 16 }, "◀ " + w.leaders_higher));
      parts.push(Live.svg("text", { x: wide, y: 16, "text-anchor": "end" }, w.floor_higher + " ▶"));
      parts.push(Live.svg("line", { x1: x(0), x2: x(0), y1: 24, y2: bottom, stroke: "var(--live-line)" }));
      parts.push(Live.svg("line", { x1: x(truth), x2: x(truth), y1: 24, y2: bottom, stroke: "var(--live-second)",
                                    "stroke-width": 2, "stroke-dasharray": "6 4" }));
      asked.slice(0, MOST).forEach(function (one, k) {
        var y = 34 + ROW * k, clear = one.low > 0 || one.high < 0;
        parts.push(Live.svg("line", { x1: x(one.low), x2: x(one.high), y1: y, y2: y, stroke: "var(--live-accent)",
                                      "stroke-width": clear ? 5 : 1.5 }));
        parts.push(Live.svg("circle", { cx: x(one.estimate), cy: y, r: 4, fill: "var(--live-accent)" }));
      });
      [-2, -1, 0, 1, 2].forEach(function (v) {
        parts.push(Live.svg("text", { x: x(v), y: bottom + 16, "text-anchor": "middle" }, signed(v).replace(/[.,]0$/, "")));
      });
      parts.push(Live.svg("text", { x: wide / 2, y: bottom + 34, "text-anchor": "middle" }, w.axis));
      return Live.picture(wide, height + 10, says.textContent + " " + last.textContent, parts);
    }
    function restart() { asked = []; for (var k = 0; k < FIRST; k++) ask(); }
    restart();
  });
})();
