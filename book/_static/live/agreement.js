// How many of a team chose each answer to one question, and what each index makes of it.
(function () {
  "use strict";

  var M = window.LiveMaths;

  // The indices of counts per answer, lowest answer first.
  function read(counts, nulls) {
    var answers = [];
    counts.forEach(function (count, k) { for (var j = 0; j < count; j++) answers.push(k + 1); });
    if (answers.length < 2) return { n: answers.length };
    var found = M.agreement([answers], 1, counts.length, nulls);
    return { n: answers.length, mean: M.mean(answers), sd: M.sd(answers), rWg: found.rWg, aWg: found.aWg,
             deviation: found.deviation };
  }
  M.readCounts = read;

  // none, weak, moderate or strong, as LeBreton and Senter word r_wg; a_wg has words of its own
  function wordOfR(value, borders) {
    return value <= borders.none ? "none" : value <= borders.weak ? "weak" : value < borders.strong ? "moderate" : "strong";
  }
  function wordOfA(value, borders) {
    return value >= borders.acceptable ? "acceptable" : value >= borders.reasonable ? "reasonable" : "lacking";
  }

  function draw(width, counts, found, data, label) {
    var height = 160, floor = 118, most = Math.max.apply(null, counts.concat(4)), step = width / 5, parts = [];
    counts.forEach(function (count, k) {
      var tall = count / most * 90;
      parts.push(Live.svg("rect", { x: (k * step + step * 0.15).toFixed(1), y: (floor - tall).toFixed(1), width: (step * 0.7).toFixed(1),
                                    height: tall.toFixed(1), fill: "var(--live-soft)", stroke: "var(--live-accent)" }));
      parts.push(Live.svg("text", { x: ((k + 0.5) * step).toFixed(1), y: (floor - tall - 5).toFixed(1), "text-anchor": "middle" }, String(count)));
      parts.push(Live.svg("text", { x: ((k + 0.5) * step).toFixed(1), y: floor + 17, "text-anchor": "middle" }, String(k + 1)));
    });
    parts.push(Live.svg("line", { x1: 0, x2: width, y1: floor, y2: floor, stroke: "var(--live-line)" }));
    if (found.n > 1) {
      var x = (found.mean - 0.5) * step;
      parts.push(Live.svg("path", { d: "M" + x.toFixed(1) + "," + (floor + 20) + "l7,11h-14z", fill: "var(--live-second)" }));
      parts.push(Live.svg("text", { x: Math.min(Math.max(x, 45), width - 45).toFixed(1), y: floor + 46, "text-anchor": "middle" },
        data.words["name.mean"] + " " + Live.number(found.mean, 2, data.language)));
    }
    return Live.picture(width, height + 14, label, parts);
  }

  Live.define("agreement", function (host, data) {
    var words = data.words, speak = data.language, counts = data.presets[0].counts.slice();
    function number(value) { return Live.number(Math.round(value * 100) / 100 || 0, 2, speak).replace("-", "\u2212"); }

    host.append(Live.html("p", { class: "live-title" }, Live.html("strong", {}, words.title)));
    var row = Live.html("div", { role: "group", "aria-label": words.presets });
    data.presets.forEach(function (preset) {
      Live.button(row, words["preset." + preset.id], function () {
        preset.counts.forEach(function (count, k) { counts[k] = count; sliders[k].set(count); });
        show();
      });
    });
    host.append(row);
    var sliders = counts.map(function (count, k) {
      return Live.slider(host, { label: (k + 1) + " – " + data.labels[k], min: 0, max: data.most, value: count,
                                 show: function (v) { return Live.fill(v === 1 ? words.person : words.people, { n: v }); },
                                 change: function (value) { counts[k] = value; show(); } });
    });
    var place = Live.html("div", {}), says = Live.sentence(host), table = Live.html("div", {});
    host.append(place, table, Live.html("p", { class: "live-note" }, words.note));

    function line(name, value, meaning) {
      var head = [words["name." + name], Live.html("span", { style: "display:block;font-weight:400" }, meaning)];
      return Live.html("tr", {}, [Live.html("th", { scope: "row" }, head), Live.html("td", {}, value)]);
    }
    function ofR(value) { return words["r." + wordOfR(value, data.borders)]; }
    function rows(found) {
      var undefinedA = isNaN(found.aWg), a = undefinedA ? null : wordOfA(found.aWg, data.borders);
      return [
        line("mean", number(found.mean), words.about_mean),
        line("sd", number(found.sd), words.about_sd),
        line("ad", number(found.deviation), Live.fill(words.about_ad, { ad: number(found.deviation) })),
        line("r_uniform", number(found.rWg[0]), ofR(found.rWg[0])),
        line("r_skew", number(found.rWg[1]), ofR(found.rWg[1])),
        line("a", undefinedA ? "–" : number(found.aWg),
             undefinedA ? words.a_undefined : words["a." + a] + (found.n < data.fewest ? " " + words.a_few : ""))
      ];
    }
    function verdict(found) {
      var lenient = wordOfR(found.rWg[0], data.borders), strict = wordOfR(found.rWg[1], data.borders);
      if (isNaN(found.aWg)) return words.verdict_no_a;
      var yes = [found.aWg >= data.borders.acceptable, lenient === "strong", strict === "strong"];
      var n = yes.filter(Boolean).length;
      return n === 3 ? words.verdict_all : n === 0 ? words.verdict_none : Live.fill(words.verdict_some, {
        yes: names(yes, true), no: names(yes, false) });
    }
    function names(yes, wanted) {
      var listed = ["short.a", "short.r_uniform", "short.r_skew"].filter(function (key, k) { return yes[k] === wanted; });
      return listed.map(function (key) { return words[key]; }).join(" " + words.and + " ");
    }
    function show() {
      var found = read(counts, data.nulls), width = Live.room(host, 520);
      Live.clear(table);
      says.textContent = found.n < 2 ? words.too_few : Live.fill(words.sentence, {
        n: found.n, mean: number(found.mean), ad: number(found.deviation), verdict: verdict(found) });
      Live.clear(place).append(draw(width, counts, found, data, words.picture + " " + counts.join(", ") + "."));
      if (found.n < 2) return;
      var head = ["index", "value"].map(function (key) { return Live.html("th", { scope: "col" }, words[key]); });
      table.append(Live.html("table", { class: "table" }, [Live.html("thead", {}, Live.html("tr", {}, head)),
                                                           Live.html("tbody", {}, rows(found))]));
    }
    show();
  });
})();
