// Plays a recording from the word that is chosen, and shows which one is being said. The words of a
// recording are those of its own section.
for (const audio of document.querySelectorAll("section audio")) {
  const words = [...audio.closest("section").querySelectorAll("button[data-start]")];

  for (const word of words) {
    word.addEventListener("click", () => {
      audio.currentTime = Number(word.dataset.start);
      audio.play();
    });
  }

  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    for (const word of words) {
      const said = Number(word.dataset.start) <= now && now < Number(word.dataset.end);
      word.toggleAttribute("data-now", said && !audio.paused);
    }
  });
}
