// An open chat: it asks for news only while somebody looks, begins where the new words do, and loses nothing typed.
"use strict";

const words = () => document.querySelector("#id_text");
const wake = () => !document.hidden && document.querySelector("#news") && htmx.trigger("#news", "wake");

// A page that nobody sees asks nothing: what comes then is not read yet.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "news" && document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", wake);
window.addEventListener("pageshow", (event) => event.persisted && wake());

document.querySelector("#new")?.scrollIntoView();

// Enter is a new line, with Ctrl it sends.
document.addEventListener("keydown", (event) => {
  if (event.target !== words() || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// Where browsers do not do it themselves the field grows with its lines.
document.addEventListener("input", (event) => {
  if (event.target !== words() || CSS.supports("field-sizing", "content")) return;
  event.target.rows = Math.min(5, event.target.value.split("\n").length);
});

// The button with the picture opens the gallery at once.
document.addEventListener(
  "toggle",
  (event) => event.target.matches(".write__pictures[open]") && event.target.querySelector("input").click(),
  true,
);

// A quote leads to what it quotes, without leaving the page when it stands there.
document.addEventListener("click", (event) => {
  const quote = event.target.closest("[data-shows]");
  const quoted = quote && document.getElementById(quote.dataset.shows);
  if (!quoted) return;
  event.preventDefault();
  quoted.scrollIntoView({ block: "center" });
});

// Choosing what to answer changes the form and keeps what was typed; a failure keeps the form as it is and says so.
let typed = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (xhr.status >= 500) event.detail.shouldSwap = false;
  if (target.id === "write") typed = requestConfig.verb === "get" ? words().value : "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "write") return;
  if (typed) words().value = typed;
  for (const menu of document.querySelectorAll(".said__menu[open]")) menu.open = false;
});
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const fine = event.detail.xhr.status >= 400 && event.detail.xhr.status < 500; // it says itself what is wrong
    const note = event.target.id === "write" && document.querySelector("[data-unsent]");
    if (note) note.hidden = fine;
  });
}

// Who reads above is not torn away. Most browsers see to it themselves.
const log = document.querySelector("#log");
let height = 0;
document.addEventListener("htmx:oobBeforeSwap", () => (height = log.scrollHeight));
document.addEventListener("htmx:oobAfterSwap", () => {
  if (log.scrollTop < -8 && !CSS.supports("overflow-anchor", "auto")) log.scrollTop -= log.scrollHeight - height;
});

// One's own words are at the end; whoever sends wants to see them there.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "write" && event.detail.successful) log.scrollTop = 0;
});
