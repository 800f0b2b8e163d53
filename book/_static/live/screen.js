// Seven questions about a change; the rule is that of diagnose.instrument.screen, and a test
// compares the two over every set of answers (tests/browser/test_live_forms_browser.py).
(function () {
  "use strict";

  var ANSWERS = ["yes", "no", "unknown"];

  // What the answers say so far; a question without an answer is only counted.
  function sort(questions, answers) {
    var found = { stops: [], postpones: [], unknownStops: [], unknownPostpones: [], left: 0 };
    questions.forEach(function (question) {
      var answer = answers[question.id], stop = question.if_not === "do-not-field";
      if (!answer) found.left += 1;
      else if (answer === question.go_if) return;
      else if (answer === "unknown") (stop ? found.unknownStops : found.unknownPostpones).push(question);
      else (stop ? found.stops : found.postpones).push(question);
    });
    return found;
  }

  // The gravest first; nothing while answers are missing, unless they cannot matter.
  function statusOf(found) {
    if (found.stops.length) return "do-not-field";
    if (found.left) return "";
    if (found.unknownStops.length) return "open";
    if (found.postpones.length) return "postpone";
    return found.unknownPostpones.length ? "open" : "go";
  }

  Live.define("screen", function (host, data) {
    var words = data.words, answers = {}, boxes = [];
    host.append(Live.html("p", { class: "live-note" }, words.note));
    data.questions.forEach(function (question, k) {
      var box = Live.choice(host, {
        label: (k + 1) + ". " + question.text,
        options: ANSWERS.map(function (answer) { return [answer, words["answer." + answer]]; }),
        change: function (answer) { answers[question.id] = answer; show(); }
      });
      box.classList.add("form-question");
      boxes.push(box);
    });
    var said = Live.sentence(host);
    var reasons = Live.html("div", {});
    host.append(reasons);
    Live.button(host, words.restart, function () {
      answers = {};
      boxes.forEach(function (box) { box.querySelectorAll("input").forEach(function (one) { one.checked = false; }); });
      show();
      boxes[0].querySelector("input").focus();
    });

    function reason(kind, questions) {
      if (!questions.length) return;
      var texts = questions.map(function (question) { return "“" + question.text + "”"; });
      reasons.append(Live.html("p", { "data-kind": kind }, Live.fill(data.reasons[kind], { questions: texts.join(" ") })));
    }

    function show() {
      var found = sort(data.questions, answers), status = statusOf(found);
      said.dataset.status = status;
      Live.clear(reasons);
      if (!status) {
        said.textContent = Live.fill(words.todo, { n: found.left, total: data.questions.length });
        return;
      }
      said.textContent = status === "go" ? words.go : data.verdicts[status];
      if (found.left) said.textContent += " " + words.early;
      reason("stops", found.stops);
      reason("unknown", found.unknownStops.concat(found.unknownPostpones));
      reason("postpones", found.postpones);
    }
    show();
  });
})();
