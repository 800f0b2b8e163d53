"use strict";
(function () {
  var body = document.body;
  var folds = document.querySelectorAll("details");

  function setAll(open) {
    folds.forEach(function (fold) { fold.open = open; });
  }
  document.querySelector(".tools").hidden = folds.length === 0;
  document.getElementById("open-all").addEventListener("click", function () { setAll(true); });
  document.getElementById("close-all").addEventListener("click", function () { setAll(false); });

  // A long table gets a field above it; without scripts the table is simply whole.
  document.querySelectorAll("table[data-long]").forEach(function (table, place) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    var box = document.createElement("p");
    var label = document.createElement("label");
    var field = document.createElement("input");
    var told = document.createElement("span");
    box.className = "search";
    field.type = "search";
    field.id = "search-" + place;
    label.htmlFor = field.id;
    label.textContent = body.dataset.search;
    told.setAttribute("role", "status");
    field.addEventListener("input", function () {
      var asked = field.value.trim().toLocaleLowerCase();
      var found = 0;
      rows.forEach(function (row) {
        var here = row.textContent.toLocaleLowerCase().indexOf(asked) >= 0;
        row.hidden = !here;
        found += here ? 1 : 0;
      });
      told.textContent = asked
        ? body.dataset.found.replace("{n}", found).replace("{of}", rows.length)
        : "";
    });
    box.append(label, " ", field, " ", told);
    table.closest(".scroll").before(box);
  });

  addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (part) {
      part.open = true;
      part.dataset.closed = "";
    });
    // On paper a table is whole, whatever was searched for.
    document.querySelectorAll("tbody tr[hidden]").forEach(function (row) {
      row.hidden = false;
      row.dataset.unfound = "";
    });
  });
  addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-closed]").forEach(function (part) {
      part.open = false;
      delete part.dataset.closed;
    });
    document.querySelectorAll("tbody tr[data-unfound]").forEach(function (row) {
      row.hidden = true;
      delete row.dataset.unfound;
    });
  });
})();
