// Of an operator's pages: an incoming call is in the title, heard, and shown by the desktop where
// that is allowed; once, however many pages are open. [data-rings] is the call that rings.
(() => {
  "use strict";
  const AGAIN_MS = 3000, TITLE_MS = 1000;
  const QUIET = "tango-quiet", HEARD = "tango-heard";
  const title = document.title;
  let rings = null, notice = null, audio = null, timers = [];

  // A browser lets a page be heard only after somebody has pressed something on it.
  const wake = () => {
    if (navigator.userActivation?.hasBeenActive === false) return;
    audio ??= window.AudioContext ? new AudioContext() : null;
    audio?.resume();
  };
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, wake, { passive: true });
  const tone = (at) => {
    const sound = audio.createOscillator(), loud = audio.createGain();
    sound.frequency.value = 660;
    loud.gain.value = 0.08;
    sound.connect(loud).connect(audio.destination);
    sound.start(audio.currentTime + at);
    sound.stop(audio.currentTime + at + 0.25);
  };
  const isQuiet = () => localStorage.getItem(QUIET) === "yes";
  const isOurs = () => { // the page that is heard says so; another takes over where it is gone
    const [id, at, page] = (localStorage.getItem(HEARD) || "").split(" ");
    if (id === rings && page !== String(performance.timeOrigin) && Date.now() - Number(at) < 2 * AGAIN_MS) return false;
    localStorage.setItem(HEARD, `${rings} ${Date.now()} ${performance.timeOrigin}`);
    return true;
  };
  const sound = () => {
    if (isQuiet() || audio?.state !== "running" || !isOurs()) return;
    tone(0);
    tone(0.4);
  };
  const show = (words) => {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    notice = new Notification(words, { tag: rings, requireInteraction: true });
    notice.onclick = () => { window.focus(); notice?.close(); };
  };
  const end = () => {
    timers.forEach(clearInterval);
    timers = [];
    notice?.close();
    notice = null;
    document.title = title;
  };
  const look = () => {
    const place = document.querySelector("[data-rings]");
    const now = place?.dataset.rings || null;
    if (now === rings) return;
    end();
    rings = now;
    if (!rings) return;
    const words = `Call for ${place.dataset.ringsFor}`;
    const turn = () => { document.title = document.title === title ? `☎ ${words}` : title; };
    turn();
    timers = [setInterval(turn, TITLE_MS), setInterval(sound, AGAIN_MS)];
    sound();
    show(words);
  };
  document.addEventListener("htmx:afterSettle", () => { look(); switches(); });

  // Keys of the card; the operators' own screen has keys of its own.
  const pressed = ({ key, shiftKey }) => `${shiftKey ? "Shift+" : ""}${key}`;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const button = document.querySelector(`#incoming [data-key="${CSS.escape(pressed(event))}"]`);
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it means nothing else meanwhile
    button.click();
  });

  // The switches on the operators' screen.
  const switches = () => {
    const say = (place, words, on) => {
      place.textContent = words;
      place.setAttribute("aria-pressed", String(on));
      place.hidden = false;
    };
    for (const place of document.querySelectorAll("[data-sound]")) {
      say(place, isQuiet() ? "Sound is off" : "Sound is on", !isQuiet());
    }
    for (const place of document.querySelectorAll("[data-notify]")) {
      place.hidden = !("Notification" in window) || Notification.permission !== "default";
    }
  };
  document.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-sound]")) {
      localStorage.setItem(QUIET, isQuiet() ? "no" : "yes");
    } else if (target.closest("[data-notify]")) {
      await Notification.requestPermission();
    } else return;
    switches();
  });
  switches();
  look();
})();
