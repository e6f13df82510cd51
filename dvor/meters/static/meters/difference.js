// Shows beside each register how much was used since the reading before; the page works without it.
"use strict";

for (const input of document.querySelectorAll("input[data-previous]")) {
  const shown = document.querySelector(`output[for="${input.id}"]`);
  const places = (input.dataset.previous.split(".")[1] ?? "").length;
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: Math.max(places, 1) });
  const show = () => {
    const typed = input.value.replace(/[\s\u00a0]/g, "").replace(",", ".");
    let used = Number(typed) - Number(input.dataset.previous);
    const capacity = Number(input.dataset.capacity);
    // A register in its last tenth may have gone through zero.
    if (used < 0 && Number(input.dataset.previous) >= capacity * 0.9 && Number(typed) <= capacity * 0.1) used += capacity;
    const known = typed !== "" && Number.isFinite(used);
    shown.textContent = known ? (used < 0 ? "−" : "+") + format.format(Math.abs(used)) : "";
    shown.className = !known ? "numeric" : used < 0 ? "numeric minus" : "numeric plus";
  };
  input.addEventListener("input", show);
  show();
}
