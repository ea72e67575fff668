// One key for each act, on the board and on the page of a job. What has `data-key` is what the key
// presses, opens or goes to. Keys can be switched off, for those who speak to their computer.
const KEPT = "tango-keys";
const board = document.querySelector("[data-board]");
const list = document.querySelector("#list");

const off = () => localStorage.getItem(KEPT) === "off";
for (const button of document.querySelectorAll("[data-keys]")) {
  const say = () => {
    button.textContent = off() ? "Keys are off" : "Keys are on";
    button.setAttribute("aria-pressed", String(!off()));
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEPT, off() ? "on" : "off");
    say();
  });
  say();
  button.hidden = false;
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const chosen = () => document.querySelectorAll("input[name=job]:checked").length > 0;
const current = () => document.activeElement?.closest("li");
const box = () => current()?.querySelector("input[name=job]");

const go = (step) => {
  const links = rows();
  const at = links.findIndex((link) => link.closest("li") === current());
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
};

const press = (place) => {
  // An act on the board without a choice is for the job that has the focus.
  const one = board?.contains(place) && !chosen() ? box() : null;
  if (one) one.checked = true;
  if (place.tagName === "SUMMARY") {
    place.parentElement.open = true;
    place.parentElement.querySelector("select, input:not([type=hidden])")?.focus();
  } else if (place.tagName === "INPUT") {
    place.focus();
  } else if (place.tagName === "AUDIO") {
    if (place.paused) place.play();
    else place.pause();
  } else {
    place.click();
  }
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || off()) return;
  if (event.key === "Escape" && event.target.closest("details")) {
    const details = event.target.closest("details");
    details.open = false;
    details.querySelector("summary").focus();
    return;
  }
  const bulk = board && event.key === "Enter" && typing && event.target.closest(".bulk details");
  if (bulk) {
    bulk.querySelector("button").click();
    event.preventDefault();
  }
  if (typing) return;
  const place = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (board && event.key === "j") go(1);
  else if (board && event.key === "k") go(-1);
  else if (board && event.key === "x" && box()) box().checked = !box().checked;
  else if (place) press(place);
  else return;
  event.preventDefault();
});

// A list is not renewed under the hands of somebody who has chosen from it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target === list && chosen()) event.detail.shouldSwap = false;
});
