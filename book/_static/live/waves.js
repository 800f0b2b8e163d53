// Two waves of teams of which none changes more than another.
(function () {
  "use strict";
  var PAD = 46, LOW = 2, HIGH = 4.8;

  // Reliability of a team's mean, and what the lowest are expected to rise beyond the rest.
  function reliability(size, share) { return share === 0 ? 0 : share / (share + (1 - share) / size); }
  function expectedRise(distance, size, share) { return (1 - reliability(size, share)) * distance; }

  function measure(given, seed) {
    var random = Live.chance(seed), teams = [], within = given.sd * Math.sqrt((1 - given.share) / given.size);
    for (var k = 0; k < given.teams; k++) {
      var level = given.mean + given.sd * Math.sqrt(given.share) * random.normal();
      teams.push({ first: level + within * random.normal(), second: level + given.change + within * random.normal() });
    }
    teams.sort(function (a, b) { return a.first - b.first; });
    var few = Math.max(1, Math.round(teams.length / 5)), mean = window.LiveMaths.mean;
    function of(list, key) { return mean(list.map(function (t) { return t[key]; })); }
    var lowest = teams.slice(0, few), rest = teams.slice(few);
    return { teams: teams, few: few, rise: of(lowest, "second") - of(lowest, "first"),
             all: of(teams, "second") - of(teams, "first"),
             chance: expectedRise(of(rest, "first") - of(lowest, "first"), given.size, given.share) };
  }

  Live.parts.waves = { reliability: reliability, measure: measure };
  Live.define("waves", function (host, data) {
    var w = data.words, lang = data.language, W = Live.room(host, 420), seed = 1;
    var given = { size: 8, teams: 30, share: 0.1, change: 0, mean: data.mean, sd: data.sd };
    function signed(v, digits) {
      var text = Live.number(Math.abs(v), digits, lang);
      return (/[1-9]/.test(text) ? (v > 0 ? "+" : "−") : "") + text;
    }
    function control(key, low, high, step, show) {
      Live.slider(host, { label: w[key], min: low, max: high, step: step, value: given[key], show: show,
                          change: function (v) { given[key] = v; draw(); } });
    }
    control("size", 4, 60, 1);
    control("teams", 10, 80, 5);
    control("share", 0, 0.4, 0.05, function (v) { return Live.share(v, lang); });
    control("change", -0.4, 0.4, 0.1, function (v) { return signed(v, 1); });
    Live.button(host, w.again, function () { seed += 1; draw(); });
    var says = Live.sentence(host), place = host.appendChild(Live.html("div"));
    host.append(Live.html("p", { class: "live-note" }, w.note));

    function at(v) { return PAD + (Math.max(LOW, Math.min(HIGH, v)) - LOW) / (HIGH - LOW) * (W - PAD - 14); }
    function down(v) { return W - at(v); }
    function draw() {
      W = Live.room(host, 420);
      var seen = measure(given, seed);
      says.textContent = Live.fill(w.says, { k: seen.few, rise: signed(seen.rise, 2), all: signed(seen.all, 2),
                                             chance: signed(seen.chance, 2) });
      var parts = [Live.svg("line", { x1: at(LOW), y1: down(LOW), x2: at(HIGH), y2: down(HIGH), stroke: "var(--live-line)" })];
      [2, 3, 4].forEach(function (v) {
        parts.push(Live.svg("text", { x: at(v), y: W - PAD + 18, "text-anchor": "middle" }, String(v)));
        parts.push(Live.svg("text", { x: PAD - 8, y: down(v) + 5, "text-anchor": "end" }, String(v)));
        parts.push(Live.svg("line", { x1: at(v), x2: at(v), y1: down(LOW), y2: down(HIGH), stroke: "var(--live-line)", opacity: 0.25 }));
        parts.push(Live.svg("line", { x1: at(LOW), x2: at(HIGH), y1: down(v), y2: down(v), stroke: "var(--live-line)", opacity: 0.25 }));
      });
      seen.teams.forEach(function (team, k) {
        var cx = at(team.first), cy = down(team.second);
        parts.push(k < seen.few
          ? Live.svg("path", { d: "M" + cx + " " + (cy - 7) + "l6.5 11.5h-13z", fill: "var(--live-second)" })
          : Live.svg("circle", { cx: cx, cy: cy, r: 4.5, fill: "none", stroke: "var(--live-accent)", "stroke-width": 2 }));
      });
      parts.push(Live.svg("text", { x: W / 2 + 16, y: W - 4, "text-anchor": "middle" }, w.first));
      parts.push(Live.svg("text", { x: 14, y: W / 2 - 16, "text-anchor": "middle", transform: "rotate(-90 14 " + (W / 2 - 16) + ")" }, w.second));
      Live.clear(place).append(Live.picture(W, W, Live.fill(w.picture, { says: says.textContent }), parts));
    }
    draw();
  });
})();
