// What all live elements share: finding them on the page, controls, drawing, words, chance.
// A script of an element calls Live.define("name", function (host, data) { ... }) and draws
// into `host`; `data` holds language, words and numbers (see diagnose.handbook.live).
(function () {
  "use strict";

  var makers = {};
  var serial = 0;
  var SVG = "http://www.w3.org/2000/svg";

  function start(place) {
    var make = makers[place.dataset.live];
    if (!make || place.dataset.started) return;
    place.dataset.started = "yes";
    var data = JSON.parse(place.querySelector('script[type="application/json"]').textContent);
    var host = document.createElement("section");
    host.className = "live-host";
    if (data.words.title) host.setAttribute("aria-label", data.words.title);
    place.append(host);
    make(host, data);
    place.classList.add("live-ready");           // hides the printed form on the screen
  }

  function define(name, make) {
    makers[name] = make;
    document.querySelectorAll('.live[data-live="' + name + '"]').forEach(start);
  }

  // An HTML or SVG element with attributes, and children that are elements or text.
  function fillIn(made, attributes, children) {
    Object.keys(attributes || {}).forEach(function (key) {
      var value = attributes[key];
      if (key.slice(0, 2) === "on") made.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined) made.setAttribute(key, value);
    });
    [].concat(children === undefined ? [] : children).forEach(function (child) { made.append(child); });
    return made;
  }
  function html(tag, attributes, children) { return fillIn(document.createElement(tag), attributes, children); }
  function svg(tag, attributes, children) { return fillIn(document.createElementNS(SVG, tag), attributes, children); }
  function picture(width, height, label, children, role) {
    return svg("svg", { viewBox: "0 0 " + width + " " + height, role: role || "img", "aria-label": label,
                        class: "live-picture", style: "max-width:" + width + "px" }, children);
  }

  // How wide a drawing may be in this host, so that its letters keep their size on a phone.
  function room(place, most) {
    var host = place.closest(".live-host") || place;
    return Math.max(280, Math.min(most, host.clientWidth - 44 || most));
  }

  function clear(element) { while (element.firstChild) element.firstChild.remove(); return element; }

  // A range with its label and its value in words; calls change(value) on every move.
  function slider(host, given) {
    var id = "live-" + (++serial);
    var out = html("output", { for: id });
    var range = html("input", { type: "range", id: id, min: given.min, max: given.max, step: given.step || 1 });
    range.value = given.value;
    function show() {
      var text = given.show ? given.show(+range.value) : String(+range.value);
      out.textContent = text;
      range.setAttribute("aria-valuetext", text);
    }
    range.addEventListener("input", function () { show(); given.change(+range.value); });
    show();
    host.append(html("div", { class: "live-control" }, [html("label", { for: id }, given.label), range, out]));
    return { range: range, set: function (value) { range.value = value; show(); } };
  }

  // Radio buttons in one row; options are [value, words].
  function choice(host, given) {
    var name = "live-" + (++serial);
    var box = html("fieldset", { class: "live-choice" }, html("legend", {}, given.label));
    given.options.forEach(function (option, k) {
      var id = name + "-" + k;
      var input = html("input", { type: "radio", name: name, id: id, value: option[0] });
      input.checked = option[0] === given.value;
      input.addEventListener("change", function () { given.change(option[0]); });
      box.append(html("span", {}, [input, html("label", { for: id }, option[1])]));
    });
    host.append(box);
    return box;
  }

  function button(host, words, press) {
    var made = html("button", { type: "button", class: "live-button", onclick: press }, words);
    host.append(made);
    return made;
  }

  // The sentence that changes: screen readers hear it when it does.
  function sentence(host) {
    var made = html("p", { class: "live-says", role: "status", "aria-live": "polite" });
    host.append(made);
    return made;
  }

  // 1234.5 -> "1,234.5" or "1.234,5"
  function number(value, digits, language) {
    return value.toLocaleString(language === "nl" ? "nl-NL" : "en-GB",
      { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  function share(value, language) {
    return number(100 * value, 0, language) + (language === "nl" ? " %" : "%");
  }
  // "{n} answers" with {n: 5} -> "5 answers"
  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, function (whole, key) {
      if (!(key in values)) throw new Error("no value for " + whole);
      return values[key];
    });
  }

  // The same draws for the same seed, on every machine (mulberry32).
  function chance(seed) {
    var state = seed >>> 0;
    function uniform() {
      state = (state + 0x6D2B79F5) >>> 0;
      var t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }
    function normal() {
      return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    }
    return { uniform: uniform, normal: normal };
  }

  // Kept on this device only, and only where the reader allows it; never sent.
  var memory = {
    get: function (key) { try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; } },
    set: function (key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch (e) { return false; } },
    forget: function (key) { try { localStorage.removeItem(key); } catch (e) { /* nothing was kept */ } }
  };

  // Functions of an element that a test compares with the package stand in Live.parts.
  window.Live = { parts: {}, define: define, html: html, svg: svg, picture: picture, room: room, clear: clear, slider: slider, choice: choice,
                  button: button, sentence: sentence, number: number, share: share, fill: fill, chance: chance, memory: memory };
})();
