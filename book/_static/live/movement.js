// A start by a few, run in the page: the threshold model of diagnose.statistics.movement.
// The model stands apart from the page (LiveMovement), so that tests can feed both the same.
(function () {
  "use strict";

  var ROUNDING = 1e-9, MOST_ROUNDS = 200, FIRST_OF_MANY = 1000;

  function networkOf(data) {
    var net = { teams: data.teams, n: data.teams.length, nTeams: Math.max.apply(null, data.teams) + 1 };
    net.ties = data.ties;
    net.near = data.teams.map(function () { return []; });
    data.ties.forEach(function (tie) { net.near[tie[0]].push(tie[1]); net.near[tie[1]].push(tie[0]); });
    net.bridges = net.near.map(function (near, p) {
      return near.filter(function (q) { return net.teams[q] !== net.teams[p]; }).length;
    });
    return net;
  }

  function draw(count, rng) { var made = []; while (made.length < count) made.push(rng.uniform()); return made; }

  function thresholdAt(u, shares, limits) {
    for (var k = 0; k < shares.length - 1 && u >= shares[k]; k++) u -= shares[k];
    return limits[k][0] + u / shares[k] * (limits[k][1] - limits[k][0]);
  }

  // People in the order in which they become pioneers; more pioneers are the same and some more.
  function orderOf(net, place, luck, byTeam) {
    var rank = byTeam.map(function (v) { return byTeam.filter(function (w) { return w < v; }).length; });
    var people = net.teams.map(function (t, p) { return p; });
    var key = people.map(function (p) {
      if (place === "clustered") return rank[net.teams[p]] + luck[p];
      if (place === "bridges") return luck[p] - net.bridges[p];
      if (place !== "spread") return luck[p];
      var turn = people.filter(function (q) { return net.teams[q] === net.teams[p] && luck[q] < luck[p]; }).length;
      return turn + byTeam[net.teams[p]];
    });
    return people.sort(function (a, b) { return key[a] - key[b]; });
  }

  // Everything drawn before the start. The same luck meets every setting: draws come in a fixed order.
  function people(net, data, set, luck) {
    var rng = Live.chance(Math.imul(luck, 0x9E3779B1) + data.seed);
    var u = draw(net.n, rng), room = draw(net.n, rng), turn = draw(net.n, rng), byTeam = draw(net.nTeams, rng);
    var counted = set.counts !== "share";
    return {
      counts: counted, obstacles: set.obstacles,
      thresholds: u.map(function (v, p) {
        if (room[p] >= set.space) return Infinity;
        return counted ? +set.counts : thresholdAt(v, data.answers[set.answers], data.limits);
      }),
      pioneers: orderOf(net, set.place, turn, byTeam).slice(0, set.pioneers),
      sees: net.near.map(function (near) { return draw(near.length, rng).map(function (v) { return v < set.visibility; }); }),
      coin: rng.uniform
    };
  }

  function begin(net, world) {
    var active = net.teams.map(function () { return false; });
    world.pioneers.forEach(function (p) { active[p] = true; });
    return { active: active, shares: [world.pioneers.length], joined: [], left: [], done: false };
  }

  // One round: all look at once, then join or give up together.
  function step(net, world, run) {
    var joined = [], left = [], atRisk = 0;
    run.active.forEach(function (active, p) {
      var near = net.near[p], seen = 0;
      near.forEach(function (q, k) { if (run.active[q] && (!world.sees || world.sees[p][k])) seen += 1; });
      var enough = (world.counts ? seen : seen / Math.max(near.length, 1)) >= world.thresholds[p] - ROUNDING;
      if (!active && enough) joined.push(p);
      if (active && !enough) {
        atRisk += 1;
        if (world.coin() < world.obstacles) left.push(p);
      }
    });
    run.done = !joined.length && (!world.obstacles || !atRisk);
    if (run.done) return run;
    joined.forEach(function (p) { run.active[p] = true; });
    left.forEach(function (p) { run.active[p] = false; });
    run.joined = joined; run.left = left;
    run.shares.push(run.shares[run.shares.length - 1] + joined.length - left.length);
    return run;
  }

  function toTheEnd(net, world, run, most) {
    while (!run.done && run.shares.length <= (most || MOST_ROUNDS)) step(net, world, run);
    return run;
  }

  function isMovement(net, world, run, at) {
    var others = net.n - world.pioneers.length;
    var kept = world.pioneers.filter(function (p) { return run.active[p]; }).length;
    return others > 0 && run.shares[run.shares.length - 1] - kept >= at * others - ROUNDING;
  }

  window.LiveMovement = { networkOf: networkOf, people: people, begin: begin, step: step, toTheEnd: toTheEnd,
                          isMovement: isMovement };

  // --- what the reader sees -------------------------------------------------------------

  function circle(r) { return "M" + -r + " 0a" + r + " " + r + " 0 1 0 " + 2 * r + " 0a" + r + " " + r + " 0 1 0 " + -2 * r + " 0"; }
  function diamond(r) { return "M0 " + -r + "L" + r + " 0L0 " + r + "L" + -r + " 0Z"; }
  var PAPER = "var(--live-paper, var(--pst-color-surface))";
  var MARKS = {                                                   // shape, fill, stroke
    idle: [circle(5.5), PAPER, "var(--live-line)"],
    pioneer: [diamond(10), "var(--live-second)", "var(--live-ink)"],
    active: [circle(7.5), "var(--live-accent)", "var(--live-accent)"],
    stopped: [diamond(9), PAPER, "var(--live-second)"],
    stuck: ["M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5", "none", "var(--live-line)"]
  };
  function dress(path, kind, fresh) {
    path.setAttribute("d", MARKS[kind][0]);
    path.setAttribute("data-kind", kind);
    path.setAttribute("style", "fill:" + MARKS[kind][1] + ";stroke-width:" + (fresh ? 3 : 1.5) + ";stroke:" +
      (fresh ? "var(--live-ink)" : MARKS[kind][2]));
  }

  function drawNetwork(host, net) {
    var columns = 5, wide = 600, high = 440, places = [], inTeam = [];
    net.teams.forEach(function (t, p) {
      var k = inTeam[t] = (inTeam[t] === undefined ? 0 : inTeam[t] + 1), turn = 2 * Math.PI * k / 10;
      places[p] = [60 + 120 * (t % columns) + 38 * Math.sin(turn), 56 + 109 * Math.floor(t / columns) - 38 * Math.cos(turn)];
    });
    var lines = net.ties.map(function (tie) { return "M" + places[tie[0]].map(Math.round) + "L" + places[tie[1]].map(Math.round); });
    var marks = places.map(function (at) { return Live.svg("path", { transform: "translate(" + at.map(Math.round) + ")" }); });
    var picture = Live.picture(wide, high, "", [Live.svg("path", { d: lines.join(""), style: "stroke:var(--live-line);stroke-opacity:.3;fill:none" })].concat(marks));
    host.append(picture);
    return { picture: picture, marks: marks };
  }

  function legend(host, words) {
    var list = Live.html("p", { class: "live-note" });
    Object.keys(MARKS).forEach(function (kind) {
      var mark = Live.svg("path", {});
      dress(mark, kind);
      list.append(Live.html("span", { style: "display:inline-block;margin-right:1rem" },
        [Live.svg("svg", { viewBox: "-12 -12 24 24", width: 20, height: 20, "aria-hidden": "true", style: "vertical-align:-.3rem" }, mark),
         " " + words["legend_" + kind]]));
    });
    host.append(list);
  }

  var TEXT = "font-size:16px";
  function drawCurve(host, shares, n, words, language) {
    var wide = Live.room(host, 480), last = Math.max(shares.length - 1, 6), every = Math.ceil(last * 36 / (wide - 76));
    var x = function (k) { return 60 + (wide - 76) * k / last; }, y = function (v) { return 150 - 136 * v / n; };
    var points = shares.map(function (v, k) { return x(k) + " " + y(v); }), parts = [];
    [0, 0.5, 1].forEach(function (v) {
      parts.push(Live.svg("path", { d: "M60 " + y(v * n) + "H" + (wide - 16), style: "stroke:var(--live-line);stroke-opacity:.5" }),
        Live.svg("text", { x: 54, y: y(v * n) + 5, "text-anchor": "end", style: TEXT }, Live.share(v, language)));
    });
    for (var k = 0; k <= last; k += every) parts.push(Live.svg("text", { x: x(k), y: 170, "text-anchor": "middle", style: TEXT }, String(k)));
    parts.push(Live.svg("text", { x: wide - 16, y: 190, "text-anchor": "end", style: TEXT }, words.round),
      Live.svg("path", { d: "M" + points.join("L"), style: "stroke:var(--live-accent);stroke-width:3;fill:none" }));
    shares.forEach(function (v, at) { parts.push(Live.svg("circle", { cx: x(at), cy: y(v), r: 4, style: "fill:var(--live-accent)" })); });
    var said = shares.slice(-12).map(function (v) { return Live.share(v / n, language); }).join(", ");
    Live.clear(host).append(Live.html("h4", {}, words.curve_title),
      Live.picture(wide, 196, Live.fill(words.curve_label, { values: said }), parts));
  }

  function drawTally(host, ends, said, words, language) {
    Live.clear(host);
    if (!ends.length) return;
    var wide = Live.room(host, 480) - 60, bins = [], most = 1, parts = [Live.svg("path", { d: "M30 112h" + wide, style: "stroke:var(--live-line)" })];
    ends.forEach(function (v) { var k = Math.min(Math.floor(v * 20 + ROUNDING), 19); bins[k] = (bins[k] || 0) + 1; most = Math.max(most, bins[k]); });
    bins.forEach(function (count, k) {
      var high = 88 * count / most, left = 30 + wide / 20 * k;
      parts.push(Live.svg("rect", { x: left + 1, y: 112 - high, width: wide / 20 - 2, height: high, style: "fill:var(--live-accent)" }),
        Live.svg("text", { x: left + wide / 40, y: 106 - high, "text-anchor": "middle", style: "font-size:" + (wide < 300 ? 10 : 13) + "px" }, String(count)));
    });
    [0, 0.5, 1].forEach(function (v) {
      parts.push(Live.svg("text", { x: 30 + wide * v, y: 132, "text-anchor": "middle", style: TEXT }, Live.share(v, language)));
    });
    host.append(Live.html("h4", {}, words.tally_title), Live.picture(wide + 60, 140, said, parts));
  }

  Live.define("movement", function (host, data) {
    var words = data.words, language = data.language, net = networkOf(data), luck = 1, timer = null, world, run;
    var set = { pioneers: Math.round(0.1 * net.n), place: "random", counts: "share", answers: "mixed", visibility: 0.8, space: 0.8, obstacles: 0.1 };
    var ends = [], movements = 0;
    var still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var percent = function (value) { return Live.share(value, language); };

    host.append(Live.html("h3", {}, words.title));
    var controls = Live.html("div", { style: "display:grid;gap:0 1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));align-items:start" });
    host.append(controls);
    function turn(name, change) { return function (value) { set[name] = change ? change(value) : value; changed(); }; }
    function hundredth(value) { return value / 100; }
    function percentSlider(name, min, max) {
      Live.slider(controls, { label: words[name], min: min, max: max, step: 5, value: 100 * set[name], change: turn(name, hundredth),
                              show: function (v) { return percent(v / 100); } });
    }
    function options(name, values) {
      return Live.choice(controls, { label: words[name], value: set[name], change: turn(name),
        options: values.map(function (value) { return [value, words[name + "_" + value]]; }) });
    }
    function peopleOf(share) { return Math.max(1, Math.round(share * net.n / 100)); }
    Live.slider(controls, { label: words.pioneers, min: 1, max: 40, value: 10, change: turn("pioneers", peopleOf),
      show: function (v) { return Live.fill(words.pioneers_value, { share: percent(v / 100), n: peopleOf(v) }); } });
    options("place", ["random", "spread", "clustered", "bridges"]);
    options("counts", ["share", "1", "2", "3"]);
    var drive = options("answers", ["wary", "mixed", "keen"]);
    percentSlider("visibility", 20, 100);
    percentSlider("space", 20, 100);
    percentSlider("obstacles", 0, 50);

    var buttons = Live.html("div");
    host.append(buttons);
    var goes = [["play", play], ["step", function () { stop(); oneRound(); say(); }], ["finish", finish]].map(function (one) {
      return Live.button(buttons, words[one[0]], one[1]);
    });
    Live.button(buttons, words.reset, function () { restart(); });
    Live.button(buttons, words.chance, function () { luck += 1; restart(); });
    var says = Live.sentence(host), drawn = drawNetwork(host, net);
    legend(host, words);
    var many = Live.fill(words.many, { n: data.n_runs });
    var curve = Live.html("div");
    host.append(curve);
    Live.button(host, many, runMany);
    var tallied = Live.sentence(host), strip = Live.html("div");
    host.append(strip, Live.html("p", { class: "live-note" }, Live.fill(words.note, { n: net.n, teams: net.nTeams })));

    function stop() {
      if (timer) clearInterval(timer);
      timer = null;
      says.setAttribute("aria-live", "polite");
      goes[0].textContent = words.play;
    }
    function bring(picture) {                // what starts to move must be in sight
      if (picture.getBoundingClientRect().bottom > window.innerHeight) picture.scrollIntoView({ block: "center" });
    }
    function over() { return run.done || run.shares.length > MOST_ROUNDS; }
    function oneRound() { if (!over()) { step(net, world, run); render(); } }
    function finish() { stop(); toTheEnd(net, world, run); render(); say(); }
    function play() {                        // from the start again when the run has ended
      var playing = timer;
      stop();
      if (playing) { say(); return; }
      if (over()) restart();
      if (still) { finish(); return; }
      goes[0].textContent = words.pause;
      says.setAttribute("aria-live", "off");   // seen every round, announced at the end
      bring(drawn.picture);
      timer = setInterval(function () { oneRound(); if (over()) stop(); say(); }, 500);
    }
    function restart() {
      stop();
      world = people(net, data, set, luck);
      run = begin(net, world);
      render(); say();
    }
    function changed() { ends = []; movements = 0; drive.disabled = set.counts !== "share"; restart(); tell(); }

    function kindOf(p) {
      var first = world.pioneers.indexOf(p) >= 0;
      if (run.active[p]) return first ? "pioneer" : "active";
      if (first) return "stopped";
      return world.thresholds[p] === Infinity ? "stuck" : "idle";
    }
    function render() {
      var counts = [], total = run.shares[run.shares.length - 1];
      net.teams.forEach(function (t, p) {
        counts[t] = (counts[t] || 0) + (run.active[p] ? 1 : 0);
        dress(drawn.marks[p], kindOf(p), run.joined.indexOf(p) >= 0);
      });
      drawn.picture.setAttribute("aria-label", Live.fill(words.network_label,
        { teams: net.nTeams, size: net.n / net.nTeams, active: total, counts: counts.join(", ") }));
      drawCurve(curve, run.shares, net.n, words, language);
      goes.slice(1).forEach(function (button) { button.setAttribute("aria-disabled", String(over())); });
    }
    function say() {
      var round = run.shares.length - 1, total = run.shares[round];
      var told = { round: round, active: total, n: net.n, share: percent(total / net.n), gained: run.joined.length,
                   lost: run.left.length, pioneers: world.pioneers.length };
      var key = over() ? (run.done ? "settled" : "unsettled") : round ? "going" : total === 1 ? "before_one" : "before";
      var end = over() ? " " + words[isMovement(net, world, run, data.movement_at) ? "moved" : "stayed"] : "";
      says.textContent = Live.fill(words[key], told) + end;
    }
    function runMany() {
      for (var k = 0; k < data.n_runs; k++) {
        var others = people(net, data, set, FIRST_OF_MANY + ends.length), one = toTheEnd(net, others, begin(net, others));
        ends.push(one.shares[one.shares.length - 1] / net.n);
        movements += isMovement(net, others, one, data.movement_at) ? 1 : 0;
      }
      tell();
    }
    function tell() {
      var sorted = ends.slice().sort(function (a, b) { return a - b; });
      tallied.textContent = !ends.length ? Live.fill(words.tally_none, { many: many }) : Live.fill(words.tally,
        { moved: movements, runs: ends.length, share: percent(movements / ends.length), low: percent(sorted[0]),
          middle: percent(sorted[Math.floor(sorted.length / 2)]), high: percent(sorted[sorted.length - 1]) });
      drawTally(strip, ends, tallied.textContent, words, language);
    }
    changed();
  });
})();
