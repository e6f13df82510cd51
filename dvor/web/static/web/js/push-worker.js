// Shows what is pushed and opens what it speaks of. It keeps nothing, answers no request and controls no page.
"use strict";

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  // Every push must be shown, or the browser takes the permission away. The same tag shows one notice once.
  event.waitUntil(
    self.registration.showNotification(told.title ?? "Двор", {
      body: told.text ?? "",
      tag: told.tag ?? "dvor",
      lang: told.lang ?? "ru",
      data: { url: told.url ?? "/notifications/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data.url, self.location.origin);
  if (target.origin !== self.location.origin) return; // only paths of our own are ever sent
  event.waitUntil(open(target.href));
});

async function open(address) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.url === address);
  return page ? page.focus() : self.clients.openWindow(address);
}
