// A slider and its number show the same, whichever of the two is moved.
"use strict";

for (const slider of document.querySelectorAll("[data-moves]")) {
  const number = document.getElementById(slider.dataset.moves);
  slider.value = number.value;
  slider.addEventListener("input", () => (number.value = slider.value));
  number.addEventListener("input", () => {
    if (number.value !== "") slider.value = number.value;
  });
}

// What was unfolded stays so when the next answer comes.
const answer = document.getElementById("tried");
const open = new Set();
answer.addEventListener(
  "toggle",
  ({ target }) => (target.open ? open.add(target.dataset.name) : open.delete(target.dataset.name)),
  true,
);
new MutationObserver(() => {
  for (const one of answer.querySelectorAll("[data-name]")) one.open = open.has(one.dataset.name);
}).observe(answer, { childList: true });
