// A mood colours the answers to two questions: what seems to go together, and what does.
(function () {
  "use strict";
  var PAD = 30, REACH = 3.6;

  // Correlation that is expected when a mood of this strength colours both answers.
  function expected(link, mood) { return (link + mood * mood) / (1 + mood * mood); }

  function people(n, link, mood, seed) {
    var random = Live.chance(seed), found = [], scale = Math.sqrt(1 + mood * mood);
    for (var k = 0; k < n; k++) {
      var own = random.normal(), other = link * own + Math.sqrt(1 - link * link) * random.normal(), m = random.normal();
      found.push({ condition: (own + mood * m) / scale, will: (other + mood * m) / scale, mood: m });
    }
    return found;
  }
  function seen(found) {
    return window.LiveMaths.correlation(found.map(function (p) { return p.condition; }), found.map(function (p) { return p.will; }));
  }

  Live.parts.halo = { expected: expected, people: people, seen: seen };
  Live.define("halo", function (host, data) {
    var w = data.words, lang = data.language, W = Live.room(host, 420), seed = 1, given = { link: 0.2, mood: 0.6 }, shown = "plain";
    function two(v) { return (v < 0 ? "−" : "") + Live.number(Math.abs(v), 2, lang); }
    function control(key, high) {
      Live.slider(host, { label: w[key], min: 0, max: high, step: 0.1, value: given[key],
                          show: function (v) { return Live.number(v, 1, lang); },
                          change: function (v) { given[key] = v; draw(); } });
    }
    control("link", 0.6);
    control("mood", 1.2);
    Live.choice(host, { label: w.show, value: shown, options: [["plain", w.plain], ["mood", w.by_mood]],
                        change: function (v) { shown = v; draw(); } });
    Live.button(host, w.again, function () { seed += 1; draw(); });
    var says = Live.sentence(host), place = host.appendChild(Live.html("div"));
    host.append(Live.html("p", { class: "live-note" }, w.note));

    function at(v) { return PAD + (Math.max(-REACH, Math.min(REACH, v)) + REACH) / (2 * REACH) * (W - PAD - 10); }
    function draw() {
      W = Live.room(host, 420);
      var found = people(data.people, given.link, given.mood, seed), r = seen(found);
      says.textContent = Live.fill(w.says, { seen: two(r), explained: Live.share(r * r, lang), truth: two(given.link),
                                             true_share: Live.share(given.link * given.link, lang) });
      var parts = [Live.svg("rect", { x: PAD, y: 10, width: W - PAD - 10, height: W - PAD - 10, fill: "none", stroke: "var(--live-line)" })];
      found.forEach(function (one) {
        var open = shown === "mood" && one.mood < 0;
        parts.push(Live.svg("circle", { cx: at(one.condition), cy: W - at(one.will), r: 4, "fill-opacity": 0.75,
          fill: open ? "none" : "var(--live-accent)", stroke: shown === "mood" && open ? "var(--live-second)" : "var(--live-accent)" }));
      });
      parts.push(Live.svg("text", { x: W / 2 + 10, y: W - 8, "text-anchor": "middle" }, w.condition + " →"));
      parts.push(Live.svg("text", { x: 16, y: W / 2 - 10, "text-anchor": "middle", transform: "rotate(-90 16 " + (W / 2 - 10) + ")" }, w.will + " →"));
      Live.clear(place).append(Live.picture(W, W, Live.fill(w.picture, { n: data.people, says: says.textContent }), parts));
    }
    draw();
  });
})();
