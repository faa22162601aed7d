// What the frame of every page needs. Pages work without it; nothing here decides anything.
"use strict";

// Print buttons, and rows that open as a whole would go here by data attribute: no inline handlers exist.
document.addEventListener("click", function (event) {
  const button = event.target.closest("[data-print]");
  if (button) window.print();

  // A menu closes when something else is pressed.
  document.querySelectorAll(".qs-top details[open]").forEach(function (menu) {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", function (event) {
  if (event.key !== "Escape") return;
  document.querySelectorAll(".qs-top details[open]").forEach(function (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A filter applies as soon as it is chosen.
document.addEventListener("change", function (event) {
  const field = event.target.closest("form[data-autosubmit] select");
  if (field) field.form.requestSubmit();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", function (event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", function () {
  document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
});
