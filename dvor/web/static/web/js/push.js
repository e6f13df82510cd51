// The settings of notifications: turns push on and off in this browser. Without this file the rest of the page works.
"use strict";

const place = document.querySelector("#push");
const adding = document.querySelector("#push-add");
const possible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function say(what) {
  for (const line of place.querySelectorAll("[data-push]")) line.hidden = line.dataset.push !== what;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function same(one, other) {
  const [left, right] = [new Uint8Array(one), new Uint8Array(other)];
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

// The page knows its browsers by a hash of their addresses.
async function mark(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(digest), (value) => value.toString(16).padStart(2, "0")).join("");
}

async function registration() {
  await navigator.serviceWorker.register(place.dataset.worker);
  const scope = new URL(".", new URL(place.dataset.worker, location.href)).href;
  const found = await navigator.serviceWorker.getRegistration(scope);
  if (found.active) return found;
  const worker = found.installing ?? found.waiting;
  await new Promise((resolve) => worker.addEventListener("statechange", () => worker.state === "activated" && resolve()));
  return found;
}

async function subscribed() {
  const found = await navigator.serviceWorker.getRegistration(place.dataset.worker);
  return found?.pushManager.getSubscription();
}

async function subscribe() {
  const key = bytes(place.dataset.key);
  const { pushManager } = await registration();
  const known = await pushManager.getSubscription();
  if (known && !same(known.options.applicationServerKey, key)) await known.unsubscribe(); // the site has a new key
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function look() {
  if (!possible) return say("impossible");
  const known = Notification.permission === "granted" ? await subscribed() : null;
  const name = known && same(known.options.applicationServerKey, bytes(place.dataset.key)) && (await mark(known.endpoint));
  const row = name && place.querySelector(`[data-device="${name}"]`);
  adding.hidden = Boolean(row);
  if (!row) return;
  row.querySelector("[data-here]").hidden = false;
  row.querySelector("form").addEventListener("submit", () => known.unsubscribe());
}

// The browser is asked first; then the form, filled with its answer, is sent like any other.
adding?.addEventListener("submit", async (event) => {
  if (adding.elements.endpoint.value) return;
  event.preventDefault();
  try {
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    const told = (await subscribe()).toJSON();
    adding.elements.endpoint.value = told.endpoint;
    adding.elements.p256dh.value = told.keys.p256dh;
    adding.elements.auth.value = told.keys.auth;
    adding.requestSubmit();
  } catch (error) {
    console.warn(error);
    say("failed");
  }
});

if (place) look();
