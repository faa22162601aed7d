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

// What a page shows beside its text: the rows behind a figure close again, filters of a phone open.
document.addEventListener("click", function (event) {
  const close = event.target.closest("[data-close]");
  if (close) document.querySelector(close.dataset.close).replaceChildren();
  const more = event.target.closest("[data-more]");
  if (more) more.form.classList.add("open");
  if (event.target.closest("[data-again]")) location.reload();
});

// A part of the page that could not be fetched says so; the rest stays as it is.
["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
  document.addEventListener(name, function () {
    const failed = document.getElementById("failed");
    if (failed) failed.hidden = false;
  });
});
document.addEventListener("htmx:afterSwap", function () {
  const failed = document.getElementById("failed");
  if (failed) failed.hidden = true;
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
