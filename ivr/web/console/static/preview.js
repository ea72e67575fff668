// What callers will hear is asked for again as one types. Where the answer is the same, the preview
// stays as it is: somebody may be about to press its button, and a form that has just been taken
// out of the page is not sent.
const words = (place) => place.textContent.replace(/\s+/g, " ").trim();

document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.id !== "preview") return;
  const sent = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (words(sent.body) === words(target)) detail.shouldSwap = false;
});
