// Plays a recording from the word that is chosen, and shows which one is being said.
const audio = document.querySelector("audio");
const words = [...document.querySelectorAll("button[data-start]")];

for (const word of words) {
  word.addEventListener("click", () => {
    audio.currentTime = Number(word.dataset.start);
    audio.play();
  });
}

audio?.addEventListener("timeupdate", () => {
  const now = audio.currentTime;
  for (const word of words) {
    const said = Number(word.dataset.start) <= now && now < Number(word.dataset.end);
    word.toggleAttribute("data-now", said && !audio.paused);
  }
});
