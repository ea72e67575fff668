// Of the pages that update by themselves: times that count up, and a look every 15 seconds while
// nothing tells us of changes. Without it they show what they showed when they were loaded.
(() => {
  "use strict";
  const POLL_MS = 15000;
  const sources = new Set();
  const told = () => [...sources].some((source) => source.readyState === EventSource.OPEN);

  const state = () => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const text = told() ? "Live" : "Every 15 seconds";
      if (place.textContent !== text) place.textContent = text;
      place.classList.toggle("good", told());
      place.classList.toggle("warned", !told());
    }
  };
  for (const name of ["htmx:sseOpen", "htmx:sseError", "htmx:sseClose"]) {
    document.addEventListener(name, ({ detail }) => {
      if (detail.source) sources.add(detail.source);
      if (name === "htmx:sseClose") sources.delete(detail.source);
      for (const source of sources) {
        if (source.readyState === EventSource.CLOSED) sources.delete(source);
      }
      state();
    });
  }
  setInterval(() => {
    state();
    if (!told() && window.htmx) htmx.trigger(document.body, "poll");
  }, POLL_MS);

  // The server's time, as the browser's clock may be wrong.
  const server = document.querySelector("meta[name=server-time]");
  const ahead = server ? Number(server.content) - Date.now() : 0;
  const two = (number) => String(number).padStart(2, "0");
  const length = (seconds) =>
    seconds < 3600
      ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
      : `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

  // <time data-since="milliseconds since 1970" data-amber="15" data-red="30">
  const tick = () => {
    for (const place of document.querySelectorAll("[data-since]")) {
      const passed = (Date.now() + ahead - Number(place.dataset.since)) / 1000;
      const seconds = Math.max(0, Math.floor(passed));
      const text = length(seconds);
      if (place.textContent !== text) place.textContent = text;
      const { amber, red } = place.dataset;
      if (!red) continue;
      place.classList.toggle("bad", seconds >= Number(red));
      place.classList.toggle("warned", seconds >= Number(amber) && seconds < Number(red));
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("DOMContentLoaded", () => { tick(); state(); });
})();
