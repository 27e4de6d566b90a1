// A group's page: the order of its pictures, its cover, and which are chosen.
import { call, tell } from "./calls.js";

const wall = document.getElementById("wall");
const more = document.getElementById("more");
const bar = document.getElementById("chosen");
const all = document.getElementById("all");

// --- More of a large group ---------------------------------------------------------

let loading = null;

function next() {
  return wall.querySelector("[data-more]");
}

function loadMore() {
  loading ??= load().finally(() => {
    loading = null;
  });
  return loading;
}

async function load() {
  const mark = next();
  const answer = await fetch(mark.dataset.more);
  if (!answer.ok || answer.redirected) {
    tell("The other pictures did not come. Reload the page.", true);
    throw new Error("no more pictures");
  }
  const piece = document.createElement("template");
  piece.innerHTML = await answer.text();
  mark.replaceWith(...piece.content.children);
  shown();
}

async function loadAll() {
  while (next()) {
    await loadMore();
  }
}

function shown() {
  more.hidden = !next();
  showCover();
  former = [...wall.children];
}

// --- Order -------------------------------------------------------------------------

// So that what the site refuses can be taken back.
let former = [...wall.children];
let placing = Promise.resolve();

// Tells the site where these cards, which have just moved, stand now.
async function place(cards) {
  const before = former;
  former = [...wall.children];
  showCover();
  if (cards.at(-1).nextElementSibling?.dataset.more) {
    await loadMore();
  }
  const next = cards.at(-1).nextElementSibling?.dataset.number ?? "";
  const fields = cards.map((card) => ["numbers", card.dataset.number]);
  placing = placing.then(() => send([...fields, ["before", next]], before));
}

// One call after the other, as each says where a picture is by where others are.
async function send(fields, before) {
  try {
    await call(wall.dataset.place, fields);
    tell("Saved the new order.");
  } catch (refusal) {
    wall.prepend(...before.filter((card) => card.isConnected));
    former = [...wall.children];
    showCover();
    tell(`The order is as it was: ${refusal.message}`, true);
  }
}

wall.addEventListener("dropped", (event) => {
  place([wall.querySelector(`[data-number="${event.detail}"]`)]);
});

function step(button) {
  const card = button.closest("li");
  if (button.dataset.step === "earlier") {
    card.previousElementSibling?.before(card);
  } else {
    card.nextElementSibling?.after(card);
  }
  button.focus();
  card.scrollIntoView({ block: "nearest" });
  place([card]);
}

function chosen() {
  return [...wall.querySelectorAll("li:has(input:checked)")];
}

async function toEnd(where) {
  const cards = chosen();
  if (where === "first") {
    wall.prepend(...cards);
  } else {
    await loadAll();
    wall.append(...cards);
  }
  place(cards);
}

// --- Cover -------------------------------------------------------------------------

// The one that was chosen, or else the first.
function showCover() {
  const stars = [...wall.querySelectorAll("[data-cover]")];
  const chosen = wall.dataset.chosenCover || stars[0]?.value;
  for (const star of stars) {
    star.setAttribute("aria-pressed", String(star.value === chosen));
  }
}

async function cover(button) {
  const isChosen = button.value === wall.dataset.chosenCover;
  const number = isChosen ? "" : button.closest("li").dataset.number;
  try {
    await call(wall.dataset.cover, { cover: number });
  } catch (refusal) {
    tell(`The cover is as it was: ${refusal.message}`, true);
    return;
  }
  wall.dataset.chosenCover = isChosen ? "" : button.value;
  showCover();
  tell(isChosen ? "The first picture is the cover." : "Saved the new cover.");
}

// --- Choosing ----------------------------------------------------------------------

function count() {
  const number = chosen().length;
  bar.hidden = !number;
  bar.querySelector("[data-count]").textContent = `${number} chosen`;
  all.checked = number > 0 && number === wall.querySelectorAll("input[type=checkbox]").length;
}

async function chooseAll(checked) {
  if (checked) {
    await loadAll();
  }
  for (const box of wall.querySelectorAll("input[type=checkbox]")) {
    box.checked = checked;
  }
  count();
}

// --- What happens ------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.step) {
    step(button);
  } else if (button && "cover" in button.dataset) {
    cover(button);
  } else if (button?.dataset.place) {
    toEnd(button.dataset.place);
  } else if (button && "clear" in button.dataset) {
    chooseAll(false);
  }
});
wall.addEventListener("change", count);
all?.addEventListener("change", () => chooseAll(all.checked));
more.addEventListener("click", loadMore);
new IntersectionObserver(([entry]) => {
  if (entry.isIntersecting && next()) {
    loadMore();
  }
}, { rootMargin: "600px" }).observe(more);

// The page is called by its group's title, in its head too.
document.addEventListener("saved", ({ target }) => {
  const { untitled } = target.dataset;
  if (untitled) {
    const name = target.defaultValue || untitled;
    document.querySelector("h1 a:last-of-type").textContent = name;
    document.title = `${name} | ${document.title.split(" | ").at(-1)}`;
  }
});

document.addEventListener("uploaded", async ({ detail }) => {
  const total = document.getElementById("count");
  total.textContent = Number(total.textContent) + 1;
  if (!next()) {
    wall.insertAdjacentHTML("beforeend", detail.picture);
    shown();
  }
});
document.addEventListener("ordered", ({ detail }) => {
  for (const number of detail.numbers) {
    const card = wall.querySelector(`[data-number="${number}"]`);
    if (card) {
      wall.append(card);
    }
  }
  shown();
});
// Back from a question: browsers tick again what was ticked.
window.addEventListener("pageshow", count);
shown();
