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

// What was unfolded stays so when the next answer comes; a protocol's form has no answer.
const answer = document.getElementById("tried");
if (answer) keepOpen(answer);

function keepOpen(box) {
  const open = new Set();
  box.addEventListener(
    "toggle",
    ({ target }) =>
      target.open ? open.add(target.dataset.name) : open.delete(target.dataset.name),
    true,
  );
  new MutationObserver(() => {
    for (const one of box.querySelectorAll("[data-name]")) one.open = open.has(one.dataset.name);
  }).observe(box, { childList: true });
}
