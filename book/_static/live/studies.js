// Studies of one intervention: what is published, and what all of them found.
(function () {
  "use strict";
  var H = 300, LEFT = 56, TOP = 14, BOTTOM = 250, LOW = -0.8, HIGH = 1.4;

  // Standardised differences of two groups of n people, with their usual standard error.
  function conduct(given, seed) {
    var random = Live.chance(seed), found = [];
    for (var k = 0; k < given.studies; k++) {
      var n = Math.max(4, Math.round(given.size * Math.pow(2, 2 * random.uniform() - 1)));
      var error = Math.sqrt(2 / n + given.effect * given.effect / (4 * n)), effect = given.effect + error * random.normal();
      var clear = Math.abs(effect) > 1.96 * error;
      found.push({ n: n, effect: effect, published: random.uniform() < (clear ? 1 : given.share) });
    }
    return found;
  }
  // Average weighted by size, as a review would do it.
  function average(list) {
    var people = list.reduce(function (sum, s) { return sum + s.n; }, 0);
    return list.reduce(function (sum, s) { return sum + s.n * s.effect; }, 0) / people;
  }

  Live.parts.studies = { conduct: conduct, average: average };
  Live.define("studies", function (host, data) {
    var w = data.words, lang = data.language, seed = data.seed, W = Live.room(host, 520), given = { effect: 0.2, size: 25, share: 0.1, studies: data.studies };
    function two(v) { return (v < 0 ? "−" : "") + Live.number(Math.abs(v), 2, lang); }
    function control(key, low, high, step, show) {
      Live.slider(host, { label: w[key], min: low, max: high, step: step, value: given[key], show: show,
                          change: function (v) { given[key] = v; draw(); } });
    }
    control("effect", 0, 0.5, 0.05, two);
    control("size", 10, 150, 5);
    control("share", 0, 1, 0.1, function (v) { return Live.share(v, lang); });
    Live.button(host, w.again, function () { seed += 1; draw(); });
    var says = Live.sentence(host), place = host.appendChild(Live.html("div"));
    host.append(Live.html("p", { class: "live-note" }, w.note));

    function x(v) { return LEFT + (Math.max(LOW, Math.min(HIGH, v)) - LOW) / (HIGH - LOW) * (W - 14 - LEFT); }
    function y(n) { return BOTTOM - (Math.log(n / given.size) / Math.log(4) + 0.5) * (BOTTOM - TOP - 10) - 5; }
    function upright(v, ink, dashes) {
      return Live.svg("line", { x1: x(v), x2: x(v), y1: TOP, y2: BOTTOM + 6, stroke: ink, "stroke-width": 2.5, "stroke-dasharray": dashes });
    }
    function draw() {
      W = Live.room(host, 520);
      var found = conduct(given, seed), out = found.filter(function (s) { return s.published; });
      says.textContent = Live.fill(out.length ? w.says : w.says_none, { n: data.studies, k: out.length, all: two(average(found)),
        published: out.length ? two(average(out)) : "", truth: two(given.effect) });
      var parts = [Live.svg("line", { x1: LEFT, x2: W - 14, y1: BOTTOM + 6, y2: BOTTOM + 6, stroke: "var(--live-line)" }),
                   upright(given.effect, "var(--live-second)", "6 4")];
      if (out.length) parts.push(upright(average(out), "var(--live-accent)", null));
      found.forEach(function (s) {
        parts.push(Live.svg("circle", { cx: x(s.effect), cy: y(s.n), r: 5, stroke: "var(--live-accent)", "stroke-width": 1.5,
                                        fill: s.published ? "var(--live-accent)" : "none" }));
      });
      [-0.5, 0, 0.5, 1].forEach(function (v) {
        parts.push(Live.svg("text", { x: x(v), y: BOTTOM + 24, "text-anchor": "middle" }, (v < 0 ? "−" : "") + Live.number(Math.abs(v), 1, lang)));
      });
      parts.push(Live.svg("text", { x: 4, y: TOP + 8 }, w.large), Live.svg("text", { x: 4, y: BOTTOM }, w.small));
      parts.push(Live.svg("text", { x: (LEFT + W - 14) / 2, y: H - 8, "text-anchor": "middle" }, w.axis));
      Live.clear(place).append(Live.picture(W, H, Live.fill(w.picture, { n: data.studies, says: says.textContent }), parts));
    }
    draw();
  });
})();
