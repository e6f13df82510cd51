// The little that pages do in the browser; every page works without it.
"use strict";

// A form is sent once: the second press of an impatient thumb finds the button busy.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  const button = event.submitter;
  if (!button) return;
  window.setTimeout(() => {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  });
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// Coming back with the browser's button shows the form fresh again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  }
});

// <button data-copy="#code" data-copied="Copied">: copies the text of what it names and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  const label = button.querySelector("[data-label]") ?? button;
  label.textContent = button.dataset.copied;
});

// Filters apply as soon as they are chosen; their button stays for those without scripts and for screen readers.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-apply-on-change]");
  if (form) form.requestSubmit();
});

// <button data-print hidden>: there is a printer only where there are scripts.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Focus goes to the summary of errors, so that it is read first.
document.querySelector("[data-focus]")?.focus();
