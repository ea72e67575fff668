// The list of the client's page is not renewed under the hands of somebody who writes in it or
// listens to it; a line says then that there is something new.
const list = document.querySelector("#list");
const news = document.querySelector("#news");

const isBusy = () =>
  list.querySelector("details[open]") !== null ||
  list.contains(document.activeElement) ||
  [...list.querySelectorAll("audio")].some((audio) => !audio.paused);

// One recording at a time.
list.addEventListener("play", ({ target }) => {
  for (const audio of list.querySelectorAll("audio")) if (audio !== target) audio.pause();
}, true);

const words = (place) => place.textContent.replace(/\s+/g, " ").trim();

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target !== list) return;
  const sent = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const isNew = words(sent.body) !== words(list);
  event.detail.shouldSwap = isNew && !isBusy();
  news.hidden = !isNew || !isBusy();
});
