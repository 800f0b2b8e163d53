(function () {
  "use strict";

  // No 0, 1, l or o, which look alike; 32 signs, so that every one is as likely.
  const SIGNS = "23456789abcdefghijkmnpqrstuvwxyz";
  const RIGHT_TO_LEFT = ["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"];
  const KEYS_THAT_CLEAR = ["Delete", "Backspace"];

  const find = (id) => document.getElementById(id);
  const survey = JSON.parse(find("data").textContent);
  const several = survey.languages.length > 1;
  const pages = [
    ...(several ? [{ kind: "language" }] : []),
    { kind: "privacy" },
    { kind: "introduction" },
    ...survey.questions,
    { kind: "end" },
  ];
  const numbered = several ? pages.length - 1 : pages.length;
  let state = fresh();

  // ---- one respondent -------------------------------------------------------------

  function fresh() {
    const rows = new Map();
    survey.questions.filter((one) => one.kind === "matrix").forEach((one) => {
      rows.set(one, survey.random ? shuffled(one.rows) : one.rows);
    });
    return {
      id: randomSigns(16),
      language: survey.languages[0],
      page: 0,
      agreed: false,
      given: new Map(), // id of item or question to answer
      rows,
      told: new Set(), // pages of which we said that answers are missing
      saved: true,
      warned: false,
      spent: 0,
      since: null,
    };
  }

  function randomSigns(count) {
    const bytes = crypto.getRandomValues(new Uint8Array(count));
    return Array.from(bytes, (byte) => SIGNS[byte % SIGNS.length]).join("");
  }

  function randomBelow(limit) {
    const draw = new Uint32Array(1);
    const fair = 2 ** 32 - (2 ** 32 % limit);
    do {
      crypto.getRandomValues(draw);
    } while (draw[0] >= fair);
    return draw[0] % limit;
  }

  function shuffled(rows) {
    const order = rows.slice();
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = randomBelow(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  function keep(id, answer) {
    if (answer) {
      state.given.set(id, answer);
    } else {
      state.given.delete(id);
    }
    state.saved = false;
    state.warned = false;
  }

  // Time counts from the agreement to the last question, while the page is in sight.
  function runClock() {
    const kind = pages[state.page].kind;
    const now = performance.now();
    if (state.since !== null) {
      state.spent += now - state.since;
    }
    const counts = !["language", "privacy", "end"].includes(kind) && !document.hidden;
    state.since = counts ? now : null;
  }

  // ---- what is saved --------------------------------------------------------------

  function today() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  function answersOf(matrix) {
    // An item that nobody answered must not look like one that was never asked.
    const answers = {};
    matrix.rows.forEach((row) => {
      answers[row.id] = state.given.has(row.id) ? state.given.get(row.id) : null;
    });
    return answers;
  }

  function record() {
    const kept = Object.assign(
      { format: survey.format, response: state.id },
      survey.hidden,
      {
        language: state.language,
        submitted: today(),
        seconds: Math.round(state.spent / 1000),
      },
    );
    const answers = {};
    const comments = {};
    survey.questions.forEach((one) => {
      if (one.kind === "matrix") {
        answers[one.id] = answersOf(one);
      } else if (state.given.has(one.id)) {
        (one.comment ? comments : kept)[one.id] = state.given.get(one.id);
      }
    });
    return JSON.stringify(Object.assign(kept, { answers, comments }), null, 1) + "\n";
  }

  function fileName() {
    return `${survey.name}-${state.id.slice(0, 8)}.json`;
  }

  function save() {
    const content = new Blob([record()], { type: "application/json" });
    const address = URL.createObjectURL(content);
    const link = make("a", { href: address, download: fileName() });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    state.saved = true;
    tell("saved", { file: fileName() });
  }

  async function copy() {
    const area = find("copied");
    area.focus();
    area.select();
    if (await copied(area.value)) {
      state.saved = true;
      tell("copied");
    } else {
      tell("not_copied");
    }
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return document.execCommand("copy");
    }
  }

  // ---- building blocks ------------------------------------------------------------

  // Texts become text nodes and nothing else, so that none of them can be markup.
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (value !== null && value !== false) node.setAttribute(name, value);
    });
    node.append(...children);
    return node;
  }

  function on(node, event, handler) {
    node.addEventListener(event, handler);
    return node;
  }

  function word(key, values) {
    const filled = values || {};
    return survey.words[state.language][key].replace(/\{(\w+)\}/g, (all, name) =>
      name in filled ? String(filled[name]) : all,
    );
  }

  // Words around the questions may be in another language than the questions are.
  function said(tag, key, values, attributes) {
    const spoken = survey.speaks[state.language];
    const own = spoken === state.language ? {} : { lang: spoken, dir: "auto" };
    return make(tag, Object.assign(own, attributes), word(key, values));
  }

  function text(words) {
    return words[state.language] || "";
  }

  function paragraph(words, attributes) {
    return make("p", Object.assign({ class: "text", dir: "auto" }, attributes), words);
  }

  function button(key, handler, attributes) {
    const given = Object.assign({ type: "button" }, attributes);
    return on(said("button", key, {}, given), "click", handler);
  }

  function tell(key, values) {
    const message = find("message");
    message.replaceChildren(...(key ? [said("span", key, values)] : []));
    // A cleared answer is seen where it was, so the page stays where it is.
    if (key && key !== "cleared") message.scrollIntoView({ block: "nearest" });
  }

  // ---- pages ----------------------------------------------------------------------

  const headings = {
    language: () => "",
    privacy: () => text(survey.privacyTitle),
    introduction: () => text(survey.formTitle),
    matrix: (one) => text(one.title),
    choice: (one) => text(one.title),
    written: (one) => text(one.title),
    end: () => word("end"),
  };

  const drawn = {
    language: () => [drawLanguages("choose")],
    privacy: drawPrivacy,
    introduction: drawIntroduction,
    matrix: drawMatrix,
    choice: drawChoice,
    written: drawWritten,
    end: drawEnd,
  };

  function drawLanguages(name) {
    const list = make("ul", { class: `languages ${name}` });
    survey.languages.forEach((one) => {
      const current = name === "switch" && one === state.language;
      const face = { type: "button", lang: one, "aria-current": current && "true" };
      const pick = make("button", face, nameOf(one));
      list.append(make("li", {}, on(pick, "click", () => speak(one, name))));
    });
    return list;
  }

  function nameOf(language) {
    if (survey.names[language]) return survey.names[language];
    try {
      return new Intl.DisplayNames([language], { type: "language" }).of(language);
    } catch {
      return language;
    }
  }

  function drawPrivacy() {
    const parts = survey.privacy[state.language].map(drawParagraph);
    const box = make("input", { type: "checkbox", id: "agreed", autocomplete: "off" });
    box.required = true;
    box.checked = state.agreed;
    on(box, "change", () => {
      state.agreed = box.checked;
      box.removeAttribute("aria-invalid");
      tell();
    });
    const sentence = make("span", {}, text(survey.agree));
    const label = make("label", { class: "agree" }, box, sentence);
    return [...parts, label, said("p", "refuse", {}, { class: "hint" })];
  }

  function drawParagraph(part) {
    return make("section", {}, make("h2", {}, part.heading), paragraph(part.text));
  }

  function drawIntroduction() {
    return [
      paragraph(text(survey.introduction)),
      said("p", "skip"),
      said("p", "local"),
    ];
  }

  function drawMatrix(one) {
    const kind = one.options.length > 7 ? "many" : "few";
    const grid = make("div", { class: `matrix ${kind}` });
    grid.style.setProperty("--options", one.options.length);
    grid.append(drawHead(one), ...state.rows.get(one).map((row) => drawRow(one, row)));
    return [paragraph(text(one.text)), ...drawExplanation(), grid];
  }

  // What "we" means may differ between blocks, and is told on a page far back.
  function drawExplanation() {
    const words = text(survey.introduction);
    if (!words) return [];
    return [make("details", {}, said("summary", "explanation"), paragraph(words))];
  }

  // Every radio button has its label; the head repeats them for the eye.
  function drawHead(one) {
    const labels = one.options.map((option) =>
      make("span", { class: option.apart ? "apart" : null }, text(option.label)),
    );
    const attributes = { class: "head", "aria-hidden": "true" };
    return make("div", attributes, make("span"), ...labels, make("span"));
  }

  function drawRow(one, row) {
    const legend = make("legend", { id: `text-${row.id}`, dir: "auto" }, text(row.text));
    const clear = button("clear", () => clearRow(set, row.id), {
      class: "clear",
      "aria-describedby": legend.id,
    });
    const options = one.options.map((option) => drawOption(option, row.id));
    const set = make("fieldset", { id: `row-${row.id}` }, legend, ...options, clear);
    on(set, "change", (event) => {
      keep(row.id, event.target.value);
      set.classList.remove("open");
      showClear(set, row.id);
    });
    on(set, "keydown", (event) => {
      if (event.target.checked && KEYS_THAT_CLEAR.includes(event.key)) {
        event.preventDefault();
        clearRow(set, row.id);
      }
    });
    showClear(set, row.id);
    return set;
  }

  function drawOption(option, id) {
    const radio = make("input", {
      type: "radio",
      name: id,
      value: option.code,
      autocomplete: "off",
    });
    radio.checked = state.given.get(id) === option.code;
    const words = make("span", { class: "words" }, text(option.label));
    return make("label", { class: option.apart ? "option apart" : "option" }, radio, words);
  }

  function showClear(set, id) {
    set.classList.toggle("given", state.given.has(id));
  }

  function clearRow(set, id) {
    const radios = Array.from(set.querySelectorAll("input"));
    const chosen = radios.find((radio) => radio.checked) || radios[0];
    radios.forEach((radio) => {
      radio.checked = false;
    });
    keep(id, "");
    chosen.focus();
    showClear(set, id);
    tell("cleared");
  }

  function asked(one, field) {
    const hint = text(one.hint);
    field.id = "answer";
    field.autocomplete = "off";
    const label = make("label", { for: "answer", class: "asked" }, text(one.text));
    if (!hint) return [label, field];
    field.setAttribute("aria-describedby", "hint");
    return [label, paragraph(hint, { id: "hint", class: "text hint" }), field];
  }

  function drawChoice(one) {
    const list = make("select", {}, said("option", "pick", {}, { value: "" }));
    one.options.forEach((option) => {
      list.append(make("option", { value: option.code }, text(option.label)));
    });
    list.value = state.given.get(one.id) || "";
    on(list, "change", () => keep(one.id, list.value));
    return asked(one, list);
  }

  function drawWritten(one) {
    const field = one.long
      ? make("textarea", { rows: 6 })
      : make("input", { type: "text", maxlength: 64, spellcheck: "false" });
    if (!one.long) field.setAttribute("autocapitalize", "none");
    field.value = state.given.get(one.id) || "";
    on(field, "input", () => keep(one.id, field.value.trim()));
    return asked(one, field);
  }

  function drawEnd() {
    const rows = survey.questions.flatMap((one) => one.rows || []);
    const answered = rows.filter((row) => state.given.has(row.id)).length;
    return [
      said("p", "answered", { number: answered, total: rows.length }),
      said("p", "unsent", {}, { class: "note" }),
      said("p", "goes", { file: fileName() }),
    ];
  }

  function drawAfter() {
    const contact = survey.privacy[state.language].slice(-1);
    return [
      said("p", "send"),
      drawCopy(),
      ...contact.map(drawParagraph),
      paragraph(text(survey.thanks)),
      button("again", again),
    ];
  }

  function drawCopy() {
    const area = make("textarea", { id: "copied", rows: 6, lang: "en", dir: "ltr" });
    area.readOnly = true;
    area.value = record();
    const label = said("label", "as_text", {}, { for: "copied" });
    return make(
      "details",
      {},
      said("summary", "no_file"),
      said("p", "copy_how"),
      label,
      area,
      button("copy", copy),
    );
  }

  // ---- moving about ---------------------------------------------------------------

  function show() {
    const page = pages[state.page];
    document.documentElement.lang = state.language;
    const [primary] = state.language.toLowerCase().split("-");
    document.documentElement.dir = RIGHT_TO_LEFT.includes(primary) ? "rtl" : "ltr";
    runClock();
    find("title").replaceChildren(text(survey.title));
    find("about").replaceChildren(
      `${survey.edition} · ${text(survey.status)} · ${survey.licence}`,
    );
    showHeading(page);
    showProgress(page);
    find("page").replaceChildren(...drawn[page.kind](page));
    find("buttons").replaceChildren(...buttonsOf(page));
    find("after").replaceChildren(...(page.kind === "end" ? drawAfter() : []));
    tell();
  }

  function showHeading(page) {
    const heading = find("heading");
    heading.replaceChildren(headings[page.kind](page));
    if (page.kind === "language") {
      const lines = survey.languages.map((one) =>
        make("span", { lang: survey.speaks[one] }, survey.words[one].choose),
      );
      heading.replaceChildren(...distinct(lines));
    }
  }

  function distinct(lines) {
    const seen = new Set();
    return lines.filter((one) => !seen.has(one.lang) && seen.add(one.lang));
  }

  function showProgress(page) {
    const number = state.page + numbered - pages.length + 1;
    const where = word("page", { number, pages: numbered });
    const started = page.kind !== "language";
    find("progress").hidden = !started;
    find("where").replaceChildren(said("span", "page", { number, pages: numbered }));
    find("bar").max = numbered;
    find("bar").value = number;
    find("bar").setAttribute("aria-label", where);
    find("languages").hidden = !(several && started);
    find("languages").setAttribute("aria-label", word("languages"));
    find("languages").replaceChildren(...(started ? [drawLanguages("switch")] : []));
    document.title = started
      ? `${where} – ${text(survey.title)}`
      : survey.languages.map((one) => survey.title[one]).join(" / ");
  }

  function buttonsOf(page) {
    const back = button("back", () => go(state.page - 1), { class: "back" });
    const next = button("next", forward, { class: "main" });
    if (page.kind === "language") return [];
    if (isPrivacy(page)) return [next];
    if (page.kind === "end") return [back, button("save", save, { class: "main" })];
    return [back, next];
  }

  function go(page) {
    turn(page);
    remember("pushState");
  }

  function turn(page) {
    state.page = page;
    state.warned = false;
    show();
    window.scrollTo(0, 0);
    find("heading").focus();
  }

  // The browser's own way back leads to the page before, not out of the questionnaire.
  function remember(how) {
    try {
      history[how]({ page: state.page }, "");
    } catch {
      // Some browsers refuse this for files; our own buttons work all the same.
    }
  }

  function returned(event) {
    const page = event.state && event.state.page;
    if (!pages[page]) return;
    turn(state.agreed ? page : Math.min(page, pages.findIndex(isPrivacy)));
  }

  function isPrivacy(page) {
    return page.kind === "privacy";
  }

  function forward() {
    const page = pages[state.page];
    if (isPrivacy(page) && !state.agreed) {
      tell("agree_first");
      find("agreed").setAttribute("aria-invalid", "true");
      find("agreed").focus();
      return;
    }
    const open = openOf(page);
    if (open.length && !state.told.has(page)) {
      state.told.add(page);
      open.forEach((id) => {
        const set = find(`row-${id}`);
        if (set) set.classList.add("open");
      });
      tell(open.length === 1 ? "open_one" : "open_many", { number: open.length });
      return;
    }
    go(state.page + 1);
  }

  function openOf(page) {
    const ids = page.kind === "choice" ? [page.id] : [];
    if (page.kind === "matrix") ids.push(...page.rows.map((row) => row.id));
    return ids.filter((id) => !state.given.has(id));
  }

  function speak(language, name) {
    state.language = language;
    if (name === "choose") {
      go(1);
      return;
    }
    show();
    find("languages").querySelector("[aria-current]").focus();
  }

  function again() {
    if (!state.saved && !state.warned) {
      state.warned = true;
      tell("again_unsaved");
      return;
    }
    const { language } = state;
    state = fresh();
    if (!several) state.language = language;
    go(0);
  }

  on(window, "beforeunload", (event) => {
    if (state.saved || !state.given.size) return;
    event.preventDefault();
    event.returnValue = "";
  });
  on(document, "visibilitychange", runClock);
  on(window, "popstate", returned);
  show(); // A browser that is too old stops here, and says so instead.
  remember("replaceState");
  find("needs").remove();
  find("survey").hidden = false;
})();
