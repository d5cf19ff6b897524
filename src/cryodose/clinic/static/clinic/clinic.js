// What all pages share. No inline script anywhere: the browser would refuse it.
"use strict";

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

document.getElementById("theme")?.addEventListener("click", () => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  localStorage.setItem("theme", next);
});

// Alarms of rooms: a page that stays open asks for them again. Without an answer the old ones stay.
const roomAlarms = document.getElementById("room-alarms");
async function askForRoomAlarms() {
  try {
    const answer = await fetch(roomAlarms.dataset.from, { headers: { "HX-Request": "true" } });
    // Who has logged out in the meantime asks no more.
    if (answer.status === 401 || answer.status === 403) clearInterval(askingForRoomAlarms);
    if (!answer.ok || answer.redirected) return;
    const fresh = document.createElement("div");
    fresh.innerHTML = (await answer.json()).alarms;
    // What has not changed is left alone, so that it is not read aloud again.
    if (fresh.innerHTML.trim() !== roomAlarms.innerHTML.trim()) {
      roomAlarms.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // No server: pages of live sessions say so.
  }
}
const askingForRoomAlarms = roomAlarms && setInterval(askForRoomAlarms, 10000);
