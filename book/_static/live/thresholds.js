// What stays visible of the reader's own teams. LiveThresholds holds the arithmetic.
(function () {
  "use strict";

  // The chance of at least k answers of n people, each answering with chance p.
  function atLeast(k, n, p) {
    if (k <= 0) return 1;
    if (k > n) return 0;
    return p >= 1 ? 1 : LiveMaths.beta(p, k, n - k + 1);
  }

  // "9, 6 14" -> [9, 6, 14]; null when anything in it is no size of a team.
  function sizesOf(text, data) {
    var parts = text.split(/[\s,;]+/).filter(function (part) { return part !== ""; }).slice(0, data.most_teams);
    var sizes = parts.map(function (part) { return /^\d+$/.test(part) ? +part : NaN; });
    var fit = sizes.every(function (size) { return size >= 1 && size <= data.largest_team; });
    return sizes.length && fit ? sizes : null;
  }

  function chances(sizes, response, smallest, data) {
    return sizes.map(function (size) {
      var staffed = size >= data.group;
      return { size: size, mean: staffed ? atLeast(smallest, size, response) : 0,
               answers: staffed ? atLeast(Math.max(smallest, data.distributions), size, response) : 0 };
    });
  }

  function lost(teams, kind) {
    return teams.reduce(function (sum, team) { return sum + team.size * (1 - team[kind]); }, 0);
  }

  window.LiveThresholds = { atLeast: atLeast, sizesOf: sizesOf, chances: chances, lost: lost };

  // --- what the reader sees -------------------------------------------------------------

  var CELL = "padding:.2rem .6rem .2rem 0;text-align:";

  Live.define("thresholds", function (host, data) {
    var words = data.words, language = data.language, response = data.response, smallest = data.smallest[0];
    function whole(value) { return Live.number(value, 0, language); }

    host.append(Live.html("h3", {}, words.title));
    var id = "live-thresholds-" + document.querySelectorAll(".live-host").length;
    var field = Live.html("input", { type: "text", id: id, inputmode: "numeric", autocomplete: "off", "aria-describedby": id + "-says",
      style: "box-sizing:border-box;font:inherit;width:100%;max-width:34rem;padding:.4rem;border:1px solid var(--live-line);border-radius:.35rem;background:transparent;color:inherit" });
    field.value = data.presets[1][1].join(", ");
    field.addEventListener("input", draw);
    host.append(Live.html("label", { for: id, style: "display:block" }, words.sizes), field);
    var row = Live.html("div", { role: "group", "aria-label": words.presets, style: "margin:.5rem 0" }, words.presets + ": ");
    host.append(row);
    data.presets.forEach(function (one) {
      Live.button(row, words["preset_" + one[0]], function () { field.value = one[1].join(", "); draw(); });
    });
    Live.slider(host, { label: words.response, min: 20, max: 100, step: 5, value: 100 * response,
      show: function (value) { return Live.share(value / 100, language); },
      change: function (value) { response = value / 100; draw(); } });
    Live.choice(host, { label: words.smallest, value: smallest, options: data.smallest.map(function (n) { return [n, String(n)]; }),
      change: function (value) { smallest = value; draw(); } });
    var says = Live.sentence(host), place = Live.html("div");
    says.id = id + "-says";
    host.append(place, Live.html("p", { class: "live-note" }, Live.fill(words.note, { group: data.group })));

    function bar(chance, ink) {
      return Live.html("td", { style: CELL + "left;white-space:nowrap" }, [
        Live.html("span", { "aria-hidden": "true", style: "display:inline-block;vertical-align:middle;height:.9rem;width:min(9rem,13vw);border:1px solid var(--live-line);background:linear-gradient(90deg," +
          ink + " " + 100 * chance + "%,transparent 0)" }),
        Live.html("span", { style: "display:inline-block;min-width:3.1rem;text-align:right;font-variant-numeric:tabular-nums" }, Live.share(chance, language))]);
    }

    function draw() {
      var sizes = sizesOf(field.value, data);
      field.setAttribute("aria-invalid", String(!sizes));
      Live.clear(place);
      if (!sizes) {
        says.textContent = Live.fill(words.unclear, { largest: whole(data.largest_team), most: data.most_teams });
        return;
      }
      var teams = chances(sizes, response, smallest, data), people = sizes.reduce(function (a, b) { return a + b; }, 0);
      var without = lost(teams, "mean");
      says.textContent = Live.fill(words.sentence, { people: whole(people), teams: sizes.length, lost: whole(without),
        share: Live.share(without / people, language), lost_answers: whole(lost(teams, "answers")) });
      var more = Math.max(smallest, data.distributions);
      var head = [words.team, Live.fill(words.means, { n: smallest }), Live.fill(words.answers, { n: more })].map(function (text) {
        return Live.html("th", { scope: "col", style: CELL + "left" }, text);
      });
      var lines = teams.slice().sort(function (a, b) { return a.size - b.size; }).map(function (team) {
        return Live.html("tr", {}, [Live.html("th", { scope: "row", style: CELL + "right;padding-right:1.2rem" }, whole(team.size)),
          bar(team.mean, "var(--live-accent)"), bar(team.answers, "var(--live-second)")]);
      });
      place.append(Live.html("table", { style: "border-collapse:collapse;margin:0" }, [
        Live.html("caption", { style: "caption-side:top;text-align:left;color:inherit;font-weight:600" }, words.caption),
        Live.html("thead", {}, Live.html("tr", {}, head)), Live.html("tbody", {}, lines)]));
    }
    draw();
  });
})();
