"use strict";

// Reloads how far an import is, while it is open; then the page, for its folders.
const EVERY = 2000;
const place = document.getElementById("import-progress");

function isOpen() {
  return place.querySelector("[data-open]") !== null;
}

async function look() {
  let answer = null;
  try {
    answer = await fetch(place.dataset.address);
  } catch {
    // The site does not answer: it is asked again.
  }
  if (answer && answer.redirected) {
    location.reload(); // signed out meanwhile
    return;
  }
  if (answer && answer.ok) {
    place.innerHTML = await answer.text();
  }
  if (isOpen()) {
    setTimeout(look, EVERY);
  } else {
    location.reload();
  }
}

if (place && isOpen()) {
  setTimeout(look, EVERY);
}
