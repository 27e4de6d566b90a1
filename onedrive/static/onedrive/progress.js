"use strict";

// Shows how far an import is, while it is open; then what its page says in the end, but
// for the messages that stand above: these were told already, and stay.
const EVERY = 2000;
const place = document.getElementById("import-progress");

function isOpen() {
  return place.querySelector("[data-open]") !== null;
}

// What is at the address; nothing, and a word about it, when the site does not answer.
async function ask(address) {
  let answer = null;
  try {
    answer = await fetch(address);
  } catch {
    // It is asked again.
  }
  document.getElementById("import-lost").hidden = answer?.ok ?? false;
  if (answer?.redirected) {
    location.reload(); // signed out meanwhile
  }
  return answer?.ok && !answer.redirected ? answer.text() : null;
}

async function look() {
  const text = await ask(place.dataset.address);
  if (text !== null) {
    place.innerHTML = text;
  }
  if (isOpen() || text === null) {
    setTimeout(look, EVERY);
  } else {
    end();
  }
}

async function end() {
  const text = await ask(location.href);
  if (text === null) {
    setTimeout(end, EVERY);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  document.getElementById("import").replaceWith(page.getElementById("import"));
}

if (place && isOpen()) {
  setTimeout(look, EVERY);
}
