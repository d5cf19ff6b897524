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
