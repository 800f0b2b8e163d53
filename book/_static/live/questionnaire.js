// The scan to fill in, and the profile that is drawn of it. Answers stay in this page; with
// the reader's tick they stay in this browser. Scores are those of the package
// (tests/browser/test_live_forms_browser.py holds the two against each other).
(function () {
  "use strict";

  var KEY = "diagnose-scan", FILE = "scan-answers.csv", LINKED = "fill:var(--live-accent);text-decoration:underline";
  var html = Live.html, svg = Live.svg, fill = Live.fill, root = document.documentElement.dataset.content_root || "";

  function pointOf(scale, code) { return scale.points.find(function (point) { return point.code === code; }); }

  // An answer, of a reverse-keyed item turned round; null when there is none.
  function keyed(item, code, scale) {
    var point = pointOf(scale, code);
    if (!point || point.value === null) return null;
    return item.reverse ? scale.lowest + scale.highest - point.value : point.value;
  }
  function range(values) { return values.length ? Math.max.apply(null, values) - Math.min.apply(null, values) : 0; }

  // One row for each subscale: its items that were asked, keyed answers, and the mean.
  function score(data, answers, pulse) {
    return data.subscales.map(function (subscale) {
      var items = subscale.items.filter(function (item) { return !pulse || data.pulse.indexOf(item.id) >= 0; });
      var values = items.map(function (item) { return keyed(item, answers[item.id], data.scale); });
      var given = values.filter(function (value) { return value !== null; });
      var needed = pulse ? 1 : subscale.min_answered;
      return { subscale: subscale, items: items, values: values, given: given, needed: needed,
               mean: given.length >= needed ? LiveMaths.mean(given) : null };
    });
  }

  function byKind(rows, each) {
    ["condition", "outcome"].forEach(function (kind) {
      each(kind, rows.filter(function (row) { return row.subscale.kind === kind; }));
    });
  }

  // Blocks of statements: a subscale at a time, or four at a time in the short form.
  function blocksOf(rows, pulse) {
    if (!pulse) return rows.map(function (row) { return row.items; });
    var all = rows.map(function (row) { return row.items[0]; }), blocks = [];
    for (var k = 0; k < all.length; k += 4) blocks.push(all.slice(k, k + 4));
    return blocks;
  }

  function draw(data, rows, width, pulse) {
    var words = data.words, wide = width >= 560, left = wide ? 220 : 12, right = wide ? 60 : 54;
    var scale = data.scale, parts = [], y = 0;
    function x(value) { return left + (value - scale.lowest) / (scale.highest - scale.lowest) * (width - left - right); }
    function text(px, py, words_, more) { parts.push(svg("text", Object.assign({ x: px, y: py }, more), words_)); }

    function head(kind) {
      y += 26;
      text(wide ? 0 : left, y, words["profile." + kind], { "font-weight": 600 });
      if (!wide) y += 22;
      text(x(scale.lowest), y, words["profile.less"], { "text-anchor": wide ? "middle" : "start" });
      text(x(scale.highest), y, words["profile.more"], { "text-anchor": wide ? "middle" : "end" });
      y += 8;
    }
    function row(one) {
      if (!wide) y += 20;
      var base = y + 46, seen = {}, grid = "M" + x(scale.lowest) + " " + base + "H" + x(scale.highest);
      for (var tick = scale.lowest; tick <= scale.highest; tick++) grid += "M" + x(tick) + " " + (y + (wide ? 2 : 10)) + "V" + base;
      parts.push(svg("path", { d: grid, class: "scan-grid" }));
      parts.push(svg("a", { href: root + one.subscale.address }, svg("text", { x: wide ? 0 : left, y: wide ? base - 12 : y, style: LINKED }, one.subscale.title)));
      one.values.forEach(function (value, k) {
        if (value === null) return;
        seen[value] = (seen[value] || 0) + 1;
        parts.push(svg("circle", { cx: x(value), cy: base + 4 - 11 * seen[value], r: 4.5, class: "scan-dot" + (one.items[k].reverse ? " scan-turned" : "") }));
      });
      if (one.mean !== null && !pulse) {
        parts.push(svg("path", { d: "M" + x(one.mean) + " " + (base + 1) + "l7 11h-14z", class: "scan-mean" }));
        text(width, base - 12, Live.number(one.mean, 2, data.language), { "text-anchor": "end" });
      }
      y = base + 14;
    }
    byKind(rows, function (kind, own) { head(kind); own.forEach(row); y += 14; });
    return Live.picture(width, y, words["profile.picture"], parts, "group");   // an image could not hold links
  }

  Live.define("questionnaire", function (host, data) {
    var words = data.words, redraw = null, everything = [].concat.apply([], data.subscales.map(function (one) { return one.items; }));
    var title = html("h3", { tabindex: "-1" }), stage = html("div", {});
    host.append(title);
    host.classList.add("scan");
    var said = Live.sentence(host);
    said.id = "scan-said";
    host.append(stage);
    var state = kept() || fresh();
    function fresh() { return { keep: false, form: data.form, length: "full", change: "", answers: {} }; }
    function mine() { return state.answers[state.form] = state.answers[state.form] || {}; }   // each form apart
    function rows() { return score(data, mine(), state.length === "pulse"); }
    function asked() { return [].concat.apply([], rows().map(function (row) { return row.items; })); }
    function progress() {
      return { done: asked().filter(function (item) { return mine()[item.id]; }).length, total: asked().length };
    }
    function form() { return data.forms.find(function (one) { return one.id === state.form; }); }
    function blocks() { return blocksOf(rows(), state.length === "pulse"); }
    function openBlock() {
      return blocks().findIndex(function (items) { return items.some(function (item) { return !mine()[item.id]; }); });
    }
    function change() { return state.change.trim().replace(/\.+$/, "") || words.change; }

    // What was kept, as far as this version of the scan can use it.
    function kept() {
      var found = Live.memory.get(KEY), clean = fresh();
      if (!found || found.instrument !== data.instrument || !found.answers) return null;
      Object.assign(clean, { keep: true, change: String(found.change || ""), date: String(found.date || "") });
      if (found.length === "pulse") clean.length = "pulse";
      data.forms.forEach(function (one) {
        var answers = clean.answers[one.id] = {}, before = found.answers[one.id] || {};
        if (one.id === found.form) clean.form = one.id;
        everything.forEach(function (item) { if (pointOf(data.scale, before[item.id])) answers[item.id] = before[item.id]; });
      });
      return clean;
    }
    function today() { var now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); }
    function remember() {
      state.date = today();
      if (!state.keep) { Live.memory.forget(KEY); return true; }
      return Live.memory.set(KEY, Object.assign({ instrument: data.instrument }, state));
    }
    function show(heading, sentence) {
      redraw = null;
      said.setAttribute("aria-live", "polite");
      title.textContent = heading;
      said.textContent = sentence;
      Live.clear(stage);
    }
    function arrive() {
      title.focus({ preventScroll: true });
      host.scrollIntoView({ block: "start" });
    }
    function eraser(place) {
      var sure = false;
      var made = Live.button(place, words["tool.erase"], function () {
        if (!sure) { sure = true; made.textContent = words["tool.sure"]; return; }
        Live.memory.forget(KEY);
        state = fresh();
        begin(words["tool.erased"]);
        arrive();
      });
      made.addEventListener("blur", function () { sure = false; made.textContent = words["tool.erase"]; });
    }
    function begin(sentence) {
      if (!state.keep || !Object.keys(mine()).length) { choose(sentence); return; }
      var count = progress(), day = new Date(state.date).toLocaleDateString(data.language, { dateStyle: "long", timeZone: "UTC" });
      show(words.title, fill(words["start.found"], { n: count.done, total: count.total, date: day }));
      Live.button(stage, words["start.resume"], function () { ask(Math.max(0, openBlock())); }).classList.add("scan-main");
      Live.button(stage, words["step.last"], profile);
      eraser(stage);
    }
    function pick(key, options) {
      Live.choice(stage, { label: words["start." + key], value: state[key], options: options, change: function (value) { state[key] = value; } });
    }
    function choose(sentence) {
      show(words.title, sentence || "");
      pick("form", data.forms.map(function (one) { return [one.id, one.title]; }));
      pick("length", [["full", words["start.full"]], ["pulse", words["start.pulse"]]]);
      var named = html("input", { type: "text", id: "scan-change", maxlength: 120, autocomplete: "off" });
      named.value = state.change;
      named.addEventListener("input", function () { state.change = named.value; });
      var keep = html("input", { type: "checkbox", id: "scan-keep", "aria-describedby": "scan-keep-note" });
      keep.checked = state.keep;
      keep.addEventListener("change", function () {
        state.keep = keep.checked;
        if (remember()) return;
        state.keep = keep.checked = false;
        said.textContent = words["start.refused"];
      });
      stage.append(html("p", { class: "scan-field" }, [html("label", { for: "scan-change" }, words["start.change"]), named]),
        html("p", { class: "scan-keep" }, [keep, html("label", { for: "scan-keep" }, words["start.keep"])]),
        html("p", { class: "live-note", id: "scan-keep-note" }, words["start.keep_note"]));
      Live.button(stage, words["start.start"], function () { remember(); ask(0); }).classList.add("scan-main");
    }
    function ask(number) {
      var items = blocks()[number], n = blocks().length, last = number === n - 1;
      var place = { k: number + 1, n: n, letter: items[0].id.charAt(0).toUpperCase() };
      show(fill(words[state.length === "pulse" ? "step.part" : "step.block"], place), fill(words["step.progress"], progress()));
      said.setAttribute("aria-live", "off");            // not after every answer
      var bar = html("progress", { max: progress().total, "aria-labelledby": said.id });
      bar.value = progress().done;
      var meaning = html("details", {}, [html("summary", {}, words["step.introduction"]),
        html("p", {}, fill(form()[state.length], { unit: words.unit, change: change() }))]);
      meaning.open = number === 0;
      stage.append(bar, meaning);
      items.forEach(function (item) {
        Live.choice(stage, {
          label: item.text[state.form], value: mine()[item.id],
          options: data.scale.points.map(function (point) { return [point.code, point.label]; }),
          change: function (code) {
            mine()[item.id] = code;
            remember();
            said.textContent = fill(words["step.progress"], progress());
            bar.value = progress().done;
          }
        }).classList.add("scan-question");
      });
      stage.append(html("p", { class: "live-note" }, words["step.skip"]));
      Live.button(stage, words["step.back"], function () { if (number) ask(number - 1); else { choose(); arrive(); } });
      Live.button(stage, words[last ? "step.last" : "step.next"], function () { if (last) profile(); else ask(number + 1); }).classList.add("scan-main");
      eraser(stage);
      arrive();
    }
    function profile() {
      var all = rows(), pulse = state.length === "pulse";
      var done = all.reduce(function (sum, row) { return sum + row.given.length; }, 0);
      show(words["profile.title"], fill(words["profile.drawn"], { done: done, total: progress().total }));
      var frame = html("div", { class: "scan-profile" });
      stage.append(html("p", {}, fill(words["profile.about"], { form: form().title, change: change() })), html("p", {}, words["profile.one"]),
        html("p", { class: "live-note" }, words[pulse ? "profile.reading_pulse" : "profile.reading"]), frame);
      redraw = function () { Live.clear(frame).append(draw(data, all, Math.max(280, Math.min(frame.clientWidth || 640, 720)), pulse)); };
      redraw();
      if (!pulse) differ(all);
      var onward = [words["profile.now"], html("a", { href: root + data.conversation }, words["profile.conversation"]), "."];
      stage.append(table(all, pulse), html("p", {}, onward), html("p", { class: "live-note" }, data.status));
      tools(all, pulse);
      arrive();
    }
    function differ(all) {
      var widest = Math.max.apply(null, all.map(function (row) { return range(row.given); }));
      stage.append(html("h4", {}, words["profile.differ"]));
      if (widest < 2) { stage.append(html("p", {}, words["profile.differ_none"])); return; }
      var apart = all.filter(function (row) { return range(row.given) === widest; }), row = apart[0];
      stage.append(html("p", {}, words["profile.differ_note"]));
      var ends = [Math.min, Math.max].map(function (end) { return row.items[row.values.indexOf(end.apply(null, row.given))]; });
      stage.append(html("p", {}, html("strong", {}, row.subscale.title)), html("ul", {}, ends.map(function (item) {
        var label = pointOf(data.scale, mine()[item.id]).label;
        return html("li", {}, [html("q", {}, item.text[state.form]), item.reverse ? " ↺ " : " ", html("em", {}, label)]);
      })));
      var titles = apart.slice(1).map(function (one) { return one.subscale.title; });
      if (titles.length) stage.append(html("p", {}, fill(words["profile.differ_more"], { titles: titles.join("; ") })));
    }
    function shown(row) {
      return row.values.map(function (value, k) { return value === null ? "–" : value + (row.items[k].reverse ? " ↺" : ""); }).join(", ");
    }
    function meanOf(row) {
      if (row.mean !== null) return Live.number(row.mean, 2, data.language);
      return fill(words["profile.few"], { given: row.given.length, total: row.items.length, needed: row.needed });
    }
    function table(all, pulse) {
      var heads = [words[pulse ? "profile.row_pulse" : "profile.row"], words["profile.answers"]].concat(pulse ? [] : [words["profile.mean"]]);
      var made = html("table", { class: "scan-table" }, html("thead", {}, html("tr", {}, heads.map(function (head) { return html("th", { scope: "col" }, head); }))));
      byKind(all, function (kind, own) {
        var body = html("tbody", {}, html("tr", {}, html("th", { colspan: heads.length, scope: "rowgroup" }, words["profile." + kind])));
        own.forEach(function (row) {
          var link = html("a", { href: root + row.subscale.address }, row.subscale.title);
          var about = pulse ? row.items[0].text[state.form] : row.subscale.meaning;
          var cells = [html("th", { scope: "row" }, [link, html("span", { class: "scan-meaning" }, about)]), html("td", {}, shown(row))];
          if (!pulse) cells.push(html("td", {}, meanOf(row)));
          body.append(html("tr", { "data-subscale": row.subscale.id, "data-mean": row.mean === null ? "" : String(row.mean) }, cells));
        });
        made.append(body);
      });
      return made;
    }
    function asText(all, pulse) {
      var lines = [words["profile.title"] + ", " + today(), fill(words["profile.about"], { form: form().title, change: change() }), ""];
      byKind(all, function (kind, own) {
        lines = lines.concat(words["profile." + kind], own.map(function (row) {
          return "- " + row.subscale.title + ": " + (pulse ? shown(row) : meanOf(row) + " (" + shown(row) + ")");
        }), "");
      });
      return lines.concat([words["profile.one"], data.instrument + ": " + data.status]).join("\n");
    }
    // One row that the package reads: which form, and the answers in words.
    function asFile() {
      var columns = [["role", state.form], ["language", data.language], ["submitted", today()]].concat(asked().map(function (item) {
        return [item.id, (pointOf(data.scale, mine()[item.id]) || { label: "" }).label];
      }));
      return [0, 1].map(function (k) { return columns.map(function (column) { return '"' + column[k] + '"'; }).join(",") + "\r\n"; }).join("");
    }
    function tools(all, pulse) {
      var bar = html("div", { class: "scan-tools" }), area = html("textarea", { rows: 8, readonly: "", "aria-label": words["tool.text"] });
      stage.append(bar);
      var told = Live.sentence(stage);
      Live.button(bar, words["tool.again"], function () { ask(0); });
      Live.button(bar, words["tool.print"], function () { window.print(); });
      Live.button(bar, words["tool.copy"], function () {
        area.value = asText(all, pulse);
        stage.append(area);
        area.focus();
        area.select();
        told.textContent = words["tool.select"];
        if (navigator.clipboard) navigator.clipboard.writeText(area.value).then(function () { told.textContent = words["tool.copied"]; }, function () {});
      });
      Live.button(bar, words["tool.file"], function () {
        var address = URL.createObjectURL(new Blob([asFile()], { type: "text/csv" }));
        html("a", { href: address, download: FILE }).click();
        setTimeout(function () { URL.revokeObjectURL(address); }, 60000);
        told.textContent = fill(words["tool.saved"], { file: FILE });
      });
      eraser(bar);
    }

    window.addEventListener("resize", function () { if (redraw) redraw(); });
    begin();
  });
})();
