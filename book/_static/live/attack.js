// A published table that the reader attacks by adding and subtracting its lines.
// LiveAttack holds the sums, so that tests can check them without the page.
(function () {
  "use strict";

  // How often a sum counts each of the smallest groups.
  function weights(rows, signs, nLeaves) {
    var found = [];
    for (var k = 0; k < nLeaves; k++) found.push(0);
    rows.forEach(function (row, r) { row.parts.forEach(function (leaf) { found[leaf] += signs[r]; }); });
    return found;
  }

  function totals(rows, signs) {
    var n = 0, points = 0;
    rows.forEach(function (row, r) { n += signs[r] * row.n; points += signs[r] * row.points; });
    return { n: n, points: points };
  }

  function isGroup(found) {
    return found.some(function (w) { return w === 1; }) && found.every(function (w) { return w === 0 || w === 1; });
  }

  // Every sum of lines, added, subtracted or left alone: the one that leaves the fewest people.
  function bestAttack(rows, nLeaves) {
    var tried = Math.pow(3, rows.length), best = null;
    for (var code = 1; code < tried; code++) {
      var rest = code, signs = [], terms = 0;
      for (var r = 0; r < rows.length; r++) {
        signs.push([0, 1, -1][rest % 3]);
        terms += rest % 3 ? 1 : 0;
        rest = Math.floor(rest / 3);
      }
      if (!isGroup(weights(rows, signs, nLeaves))) continue;
      var n = totals(rows, signs).n;
      if (!best || n < best.n || (n === best.n && terms < best.terms)) best = { n: n, terms: terms, signs: signs };
    }
    return best && { n: best.n, signs: best.signs, tried: tried - 1 };
  }

  // What a reader gets to see of a world.
  function visible(world, rule, threshold) {
    var own = world.shown[rule][threshold].map(function (k) { return world.rows[k]; });
    return own.concat(rule === "rule" ? world.rests[threshold] : []);
  }

  window.LiveAttack = { weights: weights, totals: totals, isGroup: isGroup, bestAttack: bestAttack, visible: visible };

  // --- what the reader sees -------------------------------------------------------------

  var CELL = "padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--pst-color-border);text-align:";

  Live.define("attack", function (host, data) {
    var words = data.words, language = data.language, state = { rule: "threshold", threshold: String(data.thresholds[0]) };
    var world = data.worlds[0], rows, signs, buttons, revealed = false;
    function say(key, values) { return Live.fill(words[key], values || {}); }
    function two(value) { return Live.number(value, 2, language); }

    host.append(Live.html("h3", {}, words.title));
    Live.choice(host, { label: words.world, value: world.id,
      options: data.worlds.map(function (one) { return [one.id, words["world_" + one.id]]; }),
      change: function (id) { world = data.worlds.filter(function (one) { return one.id === id; })[0]; publish(); } });
    Live.choice(host, { label: words.rule, value: state.rule,
      options: ["none", "threshold", "rule"].map(function (rule) { return [rule, words["rule_" + rule]]; }),
      change: function (rule) { state.rule = rule; publish(); } });
    Live.choice(host, { label: words.threshold, value: state.threshold,
      options: data.thresholds.map(function (one) { return [String(one), String(one)]; }),
      change: function (threshold) { state.threshold = threshold; publish(); } });
    var place = Live.html("div", { role: "region", "aria-label": words.caption, tabindex: "0", style: "overflow-x:auto" }), row = Live.html("div", { style: "margin-top:.75rem" });
    host.append(place, row);
    Live.button(row, words.find, find);
    Live.button(row, words.clear, function () { signs = rows.map(function () { return 0; }); answer(""); });
    var reveal = Live.button(row, words.reveal, function () { revealed = !revealed; table(); answer(""); });
    var says = Live.sentence(host);
    host.append(Live.html("p", { class: "live-note" }, words.note));

    function publish() {
      rows = visible(world, state.rule, state.threshold);
      signs = rows.map(function () { return 0; });
      revealed = false;
      table(); answer("");
    }

    function table() {
      var head = ["group", "sum", "people", "mean", "points"].map(function (key, k) {
        return Live.html("th", { scope: "col", style: CELL + (k > 1 ? "right" : "left") }, words[key]);
      });
      var body = Live.html("tbody"), shown = world.shown[state.rule][state.threshold];
      buttons = [];
      world.rows.forEach(function (one, k) { body.append(line(one, shown.indexOf(k) >= 0)); });
      if (state.rule === "rule") world.rests[state.threshold].forEach(function (one) { body.append(line(one, true)); });
      if (revealed) world.leaves.forEach(function (leaf) { if (isApart(leaf)) body.append(line(leaf, false)); });
      Live.clear(place).append(Live.html("table", { style: "border-collapse:collapse;margin:0;width:100%;max-width:40rem" },
        [Live.html("caption", { style: "caption-side:top;text-align:left;color:inherit" }, words.caption),
         Live.html("thead", {}, Live.html("tr", {}, head)), body]));
      reveal.textContent = revealed ? words.unreveal : words.reveal;
    }
    // A smallest group that has no line of its own, such as who came between two reports.
    function isApart(leaf) {
      return !world.rows.some(function (one) { return one.parts.length === 1 && one.parts[0] === leaf.parts[0]; });
    }

    function line(one, isShown) {
      var name = Live.html("th", { scope: "row", style: CELL + "left;font-weight:400;padding-left:" + 0.6 * one.depth + "rem" }, one.name);
      if (!isShown) {
        var told = revealed ? say("truth", { mean: two(one.points / one.n), n: one.n }) : words.hidden;
        return Live.html("tr", {}, [name, Live.html("td", { colspan: 4, style: CELL + "left;font-style:italic" }, told)]);
      }
      var at = rows.indexOf(one), numbers = [String(one.n), two(one.points / one.n), two(one.points)].map(function (text) {
        return Live.html("td", { style: CELL + "right;font-variant-numeric:tabular-nums" }, text);
      });
      var signed = Live.html("td", { style: CELL + "left;white-space:nowrap" });
      buttons[at] = [[1, "+", "add"], [-1, "−", "subtract"]].map(function (kind) {
        var made = Live.button(signed, kind[1], function () { signs[at] = signs[at] === kind[0] ? 0 : kind[0]; answer(""); });
        made.setAttribute("aria-label", say(kind[2], { name: one.name }));
        return made;
      });
      return Live.html("tr", {}, [name, signed].concat(numbers));
    }

    function press() {
      buttons.forEach(function (pair, r) {
        pair.forEach(function (made, k) {
          var on = signs[r] === (k ? -1 : 1);
          made.setAttribute("aria-pressed", String(on));
          made.setAttribute("style", "margin:0 .25rem 0 0;min-width:2.5rem;padding:.2rem .5rem" +
            (on ? ";background:var(--live-accent);color:var(--live-soft)" : ""));
        });
      });
    }

    // "18 − 9 − 6 = 3", what is added first
    function spelled(value, total) {
      var parts = rows.map(function (one, r) { return [signs[r], one]; }).filter(function (part) { return part[0]; });
      parts.sort(function (a, b) { return b[0] - a[0]; });
      var sum = parts.map(function (part, k) { return (part[0] < 0 ? (k ? " − " : "−") : k ? " + " : "") + value(part[1]); }).join("");
      return parts.length > 1 ? sum + " = " + total : sum;
    }

    function named(found) {
      var names = world.leaves.filter(function (leaf, k) { return found[k]; }).map(function (leaf) { return leaf.name; });
      if (names.length < 2) return names[0];
      return names.slice(0, -1).join(", ") + " " + words.and + " " + names[names.length - 1];
    }

    function verdict() {
      var found = weights(rows, signs, world.leaves.length), sum = totals(rows, signs);
      if (found.every(function (w) { return w === 0; })) return words.nobody;
      if (!isGroup(found)) return words.no_group;
      var told = { names: named(found), n: sum.n, mean: two(sum.points / sum.n), threshold: state.threshold };
      return say(sum.n === 1 ? "found_one" : sum.n < +state.threshold ? "found" : "safe", told);
    }

    function answer(before) {
      press();
      if (!rows.length) { says.textContent = words.all_hidden; return; }
      if (signs.every(function (sign) { return !sign; })) { says.textContent = words.empty; return; }
      var sum = totals(rows, signs);
      says.textContent = before + say("sum_is", { people: spelled(function (one) { return String(one.n); }, sum.n),
        points: spelled(function (one) { return two(one.points); }, two(sum.points)) }) + " " + verdict();
    }

    function find() {
      var best = bestAttack(rows, world.leaves.length);
      if (!best) { answer(""); return; }
      signs = best.signs;
      answer(say("best", { tried: Live.number(best.tried, 0, language) }) + " ");
    }

    publish();
  });
})();
