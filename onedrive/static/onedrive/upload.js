// Files that are dropped on a folder's page or chosen there, each with its progress.

import { Refusal, Sending, parsed } from "./sending.js";

const AT_ONCE = 2;
const NAMED = 3; // of more it is said how many
const zone = document.getElementById("upload");
const rows = document.getElementById("uploads");
const summary = document.getElementById("uploads-told");
const anew = document.getElementById("uploads-anew");
const empty = document.getElementById("empty");
const waiting = [];
const all = new Set();
let running = 0;

class Row {
  constructor(file) {
    this.file = file;
    this.state = "waiting";
    const row = document.getElementById("upload-row").content.cloneNode(true);
    this.element = row.querySelector("li");
    this.bar = row.querySelector("progress");
    this.told = row.querySelector("[data-told]");
    row.querySelector("[data-name]").textContent = file.name;
    this.bar.setAttribute("aria-label", file.name);
    this.buttons = {
      cancel: row.querySelector("[data-cancel]"),
      again: row.querySelector("[data-again]"),
    };
    this.buttons.cancel.addEventListener("click", () => this.cancel());
    this.buttons.again.addEventListener("click", () => queue(this));
    rows.append(row);
  }

  async run() {
    this.sending = new Sending(this.file, {
      begin: (again) => begin(this.file, again),
      relay: (send) => relay(this.file, send),
      tell: (bytes) => this.show("running", `${percent(bytes, this.file.size)}%`, bytes),
    });
    this.show("running", "0%", 0);
    try {
      const name = await this.sending.run();
      this.name = name || this.wanted;
      this.show("stored", this.renamed || "Stored in OneDrive");
    } catch (error) {
      const known = error instanceof Refusal;
      this.show("failed", known ? error.message : "It could not be read.");
    }
  }

  // As OneDrive keeps it.
  get wanted() {
    return this.file.name.normalize("NFC").trim();
  }

  get renamed() {
    return this.name === this.wanted
      ? ""
      : `${this.wanted} was there already, so it is called ${this.name}.`;
  }

  cancel() {
    this.sending?.cancel();
    if (this.state === "waiting") {
      waiting.splice(waiting.indexOf(this), 1);
      this.show("failed", "Canceled.");
      tell();
    }
  }

  show(state, told, bytes = 0) {
    this.state = state;
    this.element.dataset.state = state;
    this.told.textContent = told;
    this.bar.value = state === "stored" ? 100 : percent(bytes, this.file.size);
    this.buttons.cancel.hidden = state === "stored" || state === "failed";
    this.buttons.again.hidden = state !== "failed";
  }
}

function percent(bytes, size) {
  return size ? Math.floor((bytes * 100) / size) : 0;
}

function queue(row) {
  all.add(row);
  waiting.push(row);
  row.show("waiting", "Waits");
  work();
}

function work() {
  tell();
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    waiting.shift().run().finally(() => {
      running -= 1;
      work();
    });
  }
}

// When all are stored, the folder is shown with them, and says so.
function tell() {
  const stored = [...all].filter((row) => row.state === "stored").length;
  const failed = [...all].filter((row) => row.state === "failed").length;
  summary.textContent = `${stored} of ${all.size} stored${failed ? `, ${failed} failed` : ""}`;
  if (stored === all.size) {
    history.replaceState({ stored: toldOf([...all]) }, "");
    location.reload();
  }
  if (empty && stored) {
    empty.hidden = true;
  }
  anew.hidden = stored === 0 || stored + failed < all.size;
}

function toldOf(rows) {
  const renamed = rows.map((row) => row.renamed).filter(Boolean);
  const names = rows.map((row) => row.name).join(", ");
  return [
    rows.length > NAMED ? `${rows.length} files are stored.` : `Stored: ${names}.`,
    ...(renamed.length > NAMED
      ? [`${renamed.length} were there already, so these have new names.`]
      : renamed),
  ].join(" ");
}

// --- What our server is asked for ----------------------------------------------------

function form(file, more = {}) {
  const data = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const fields = { csrfmiddlewaretoken: token, name: file.name, size: file.size, ...more };
  for (const [name, value] of Object.entries(fields)) {
    data.append(name, value);
  }
  return data;
}

async function begin(file, again) {
  const body = form(file, again ? { again: "yes" } : {});
  let answer;
  try {
    answer = await fetch(zone.dataset.begin, { method: "POST", body });
  } catch {
    throw new Refusal("The site did not answer.");
  }
  const content = parsed(await answer.text());
  if (!answer.ok || !(content.url || content.stored)) {
    throw new Refusal(content.detail || "You may have been signed out.");
  }
  return content;
}

async function relay(file, send) {
  const answer = await send(zone.dataset.relay, form(file, { file }));
  if (answer.status !== 200) {
    throw new Refusal(answer.content.detail || "OneDrive can't be reached.");
  }
  return answer.content.name;
}

// --- Files come in -------------------------------------------------------------------

function isFolder(item) {
  return item.webkitGetAsEntry?.()?.isDirectory;
}

function take(transfer) {
  const folders = [...transfer.items].filter(isFolder).length;
  const names = [...transfer.items]
    .filter((item) => item.kind === "file" && !isFolder(item))
    .map((item) => item.getAsFile());
  names.forEach((file) => queue(new Row(file)));
  if (folders) {
    summary.textContent = "Folders can't be dropped: drop the files that are in them.";
  }
}

if (zone) {
  if (history.state?.stored) {
    summary.textContent = history.state.stored;
    history.replaceState(null, "");
  }
  const input = zone.querySelector("input");
  input.hasChangeListener = true; // or Unfold looks for a text beside it, in vain
  input.addEventListener("change", () => {
    [...input.files].forEach((file) => queue(new Row(file)));
    input.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
  for (const name of ["dragleave", "drop", "dragend"]) {
    addEventListener(name, () => delete zone.dataset.over);
  }
  addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer);
  });
  addEventListener("beforeunload", (event) => {
    if (running || waiting.length) {
      event.preventDefault();
    }
  });
}
