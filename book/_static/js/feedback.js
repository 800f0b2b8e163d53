// The feedback page: fill in which page the reader came from.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var text = document.querySelector(".feedback-text");
    var found = /[?&]page=([^&#]*)/.exec(location.search);
    var page = "";
    try { page = found ? decodeURIComponent(found[1]) : ""; } catch (error) { page = ""; }
    if (!text || !/^[\w\/.-]{1,200}$/.test(page)) return;
    var lines = text.textContent.split("\n");
    lines[0] = text.dataset.page + ": " + page;
    text.textContent = lines.join("\n");
    var button = document.querySelector(".feedback-button");
    if (button) button.href = button.dataset.start + encodeURIComponent(text.textContent);
  });
})();
