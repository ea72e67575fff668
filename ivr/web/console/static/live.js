// Of the pages that update by themselves: times that count up, and a look every 15 seconds while
// nothing tells us of changes. Without it they show what they showed when they were loaded.
(() => {
  "use strict";
  // Where an operator's call may come in, sooner: it rings for twenty seconds only.
  const POLL_MS = document.body.dataset.seen ? 5000 : 15000;
  const isLost = () => "lost" in document.documentElement.dataset;
  const sources = new Set();
  const told = () => [...sources].some((source) => source.readyState === EventSource.OPEN);

  const state = () => {
    for (const place of document.querySelectorAll("[data-live]")) {
      const text = isLost() ? "Not connected" : told() ? "Live" : `Every ${POLL_MS / 1000} seconds`;
      if (place.textContent !== text) place.textContent = text;
      place.classList.toggle("good", told() && !isLost());
      place.classList.toggle("warned", !told() && !isLost());
      place.classList.toggle("bad", isLost());
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
  for (const name of ["tango:lost", "tango:back"]) document.addEventListener(name, state);
  setInterval(() => {
    state();
    if (!isLost() && !told() && window.htmx) htmx.trigger(document.body, "poll");
  }, POLL_MS);

  // The server's time, as the browser's clock may be wrong.
  const server = document.querySelector("meta[name=server-time]");
  const ahead = server ? Number(server.content) - Date.now() : 0;
  const two = (number) => String(number).padStart(2, "0");
  const length = (seconds) =>
    seconds < 3600
      ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
      : `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;

  // <time data-until="milliseconds since 1970">: what is left.
  const left = (place) => {
    const seconds = Math.ceil((Number(place.dataset.until) - Date.now() - ahead) / 1000);
    const text = length(Math.max(0, seconds));
    if (place.textContent !== text) place.textContent = text;
    if (seconds === -1 && window.htmx) htmx.trigger(document.body, "poll");
  };

  // <time data-since="milliseconds since 1970" data-amber="15" data-red="30">
  // Nobody knows how a call goes on while there is no connection: its clock stands still.
  const tick = () => {
    if (isLost()) return;
    document.querySelectorAll("[data-until]").forEach(left);
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
