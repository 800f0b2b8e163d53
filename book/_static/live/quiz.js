// Self-test questions: every option says why it is right or not, once it has been chosen.
(function () {
  "use strict";

  var serial = 0;

  Live.define("quiz", function (host, data) {
    var words = data.words, parts = [];
    host.append(Live.html("p", { class: "live-title" }, words.title));
    data.questions.forEach(function (question, k) { parts.push(ask(question, k)); });
    var said = Live.sentence(host);
    Live.button(host, words.restart, function () {
      parts.forEach(function (part) { part.reset(); });
      said.textContent = words.restarted;
      parts[0].first.focus();
    });

    function count() {
      var right = parts.filter(function (part) { return part.right; }).length, n = parts.length;
      said.textContent = Live.fill(right === n ? words.done : words.score, { right: right, n: n });
    }

    function ask(question, k) {
      var name = "quiz-" + (++serial), part = { right: false };
      var number = Live.fill(words.question, { k: k + 1, n: data.questions.length });
      var legend = Live.html("legend", {}, [Live.html("span", { class: "form-number" }, number), " ",
                                            question.ask + (question.several ? " " + words.several : "")]);
      var box = Live.html("fieldset", { class: "form-question" }, legend);
      var inputs = question.options.map(function (option, j) {
        var input = Live.html("input", { type: question.several ? "checkbox" : "radio", name: name, id: name + "-" + j });
        input.addEventListener("change", forget);
        box.append(Live.html("span", {}, [input, Live.html("label", { for: name + "-" + j }, option.text)]));
        return input;
      });
      host.append(box);
      Live.button(box, words.check, check);
      var told = Live.html("div", { class: "form-told", role: "status", "aria-live": "polite" });
      box.append(told);

      function forget() {
        if (part.right) { part.right = false; count(); }
        Live.clear(told);
        delete box.dataset.right;
      }

      function reason(option) {
        return Live.html("p", { class: option.right ? "form-right" : "form-wrong" },
          [Live.html("strong", {}, option.text), " ", Live.fill(option.right ? words.right : words.wrong, { why: option.why })]);
      }

      function check() {
        forget();
        var chosen = question.options.filter(function (option, j) { return inputs[j].checked; });
        if (!chosen.length) { told.append(Live.html("p", {}, words.none)); return; }
        var wrong = chosen.some(function (option) { return !option.right; });
        var missed = question.options.some(function (option, j) { return option.right && !inputs[j].checked; });
        part.right = !wrong && !missed;
        box.dataset.right = part.right ? "yes" : "no";
        chosen.forEach(function (option) { told.append(reason(option)); });
        if (part.right) others();
        else told.append(Live.html("p", {}, wrong ? words.again : words.left));
        count();
      }

      function others() {            // only now: before, they would give the answer away
        var rest = question.options.filter(function (option, j) { return !inputs[j].checked; });
        if (!rest.length) return;
        told.append(Live.html("details", {}, [Live.html("summary", {}, words.others)].concat(rest.map(reason))));
      }

      part.first = inputs[0];
      part.reset = function () {
        inputs.forEach(function (input) { input.checked = false; });
        forget();
      };
      return part;
    }
  });
})();
