// Texts that are edited in place: [data-save] says where, [data-field] which. They are
// saved when they are left, and then read as they were stored; what could not be saved
// stays, and is tried again.
import { call, tell } from "./calls.js";

function isChanged(field) {
  return field.value !== field.defaultValue;
}

// One after the other, so that what was written last is what stays.
const turns = new WeakMap();

function saveInTurn(field) {
  const before = turns.get(field) ?? Promise.resolve();
  turns.set(field, before.then(() => save(field)));
}

async function save(field) {
  const name = field.dataset.field;
  const text = field.value;
  field.dataset.state = "saving";
  try {
    const stored = await call(field.dataset.save, { [name]: text });
    const isLast = field.value === text;
    field.defaultValue = stored[name];
    if (isLast) {
      field.value = stored[name];
    }
    field.dataset.state = "saved";
    field.removeAttribute("aria-invalid");
    tell("Saved.");
    field.dispatchEvent(new Event("saved", { bubbles: true }));
  } catch (refusal) {
    field.dataset.state = "failed";
    field.setAttribute("aria-invalid", "true");
    tell(`Not saved: ${refusal.message}`, true);
  }
}

document.addEventListener("focusout", (event) => {
  const field = event.target.closest("[data-save]");
  if (field && isChanged(field)) {
    saveInTurn(field);
  }
});

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-save]");
  // Enter and Escape end a word that is composed, as in Japanese, and not the text.
  if (!field || event.isComposing) {
    return;
  }
  if (event.key === "Escape") {
    field.value = field.defaultValue;
  }
  if (event.key === "Enter" || event.key === "Escape") {
    event.preventDefault();
    field.blur();
  }
});

window.addEventListener("beforeunload", (event) => {
  const fields = [...document.querySelectorAll("[data-save]")];
  if (fields.some((field) => isChanged(field) && field.dataset.state !== "saving")) {
    event.preventDefault();
  }
});
