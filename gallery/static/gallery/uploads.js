// Uploads of pictures: [data-upload] is a place to drop files on and says where they
// go. Each is a request of its own; the events `uploaded` and `ended` tell of them.
import { Refusal, call, read, token } from "./calls.js";
import { ask } from "./replacing.js";

const AT_ONCE = 2;

class Uploads {
  constructor(zone) {
    this.zone = zone;
    this.list = zone.querySelector("ul");
    this.waiting = [];
    this.running = 0;
    this.begun = 0;
    this.stored = []; // [which it was, its number]
  }

  get failed() {
    return this.list.querySelectorAll(".bad");
  }

  take(files) {
    if (!this.zone.hasAttribute("data-replaces")) {
      this.add(files);
    } else if (files.length && !this.running) {
      this.failed.forEach((row) => row.remove()); // Another file is tried instead.
      ask(this.zone, files[0], () => this.add(files.slice(0, 1)));
    }
  }

  add(files) {
    for (const file of files) {
      const row = this.row(file);
      if (file.size > Number(this.zone.dataset.limit)) {
        this.fail(file, row, new Refusal("The file is too large.", false));
      } else {
        this.begun += 1;
        this.waiting.push([file, row, this.begun]);
      }
    }
    this.goOn();
  }

  // The first picture makes the new group, and only then is it known.
  get atOnce() {
    return this.zone.hasAttribute("data-makes-group") ? 1 : AT_ONCE;
  }

  goOn() {
    while (this.waiting.length && this.running < this.atOnce) {
      this.send(...this.waiting.shift());
    }
  }

  async send(file, row, turn) {
    this.running += 1;
    try {
      const answer = await this.post(file, row);
      row.remove();
      this.stored.push([turn, answer.number]);
      this.place = answer.place;
      this.zone.dispatchEvent(
        new CustomEvent("uploaded", { bubbles: true, detail: answer }),
      );
    } catch (refusal) {
      this.fail(file, row, refusal);
    }
    this.running -= 1;
    this.goOn();
    if (!this.running) {
      await this.order();
    }
    if (!this.running) {
      this.zone.dispatchEvent(
        new CustomEvent("ended", { bubbles: true, detail: { failed: this.failed.length } }),
      );
    }
  }

  // Of two at once the smaller comes first: they are put as they were given.
  async order() {
    const given = this.stored.toSorted(([one], [other]) => one - other);
    const numbers = given.map(([, number]) => number);
    this.stored = [];
    if (numbers.some((number, index) => number < numbers[index - 1])) {
      const fields = numbers.map((number) => ["numbers", number]);
      await call(this.place, [...fields, ["before", ""]]).catch(() => {});
    }
    this.zone.dispatchEvent(
      new CustomEvent("ordered", { bubbles: true, detail: { numbers } }),
    );
  }

  // By the older way to call, as only that one tells how much was sent.
  post(file, row) {
    const form = new FormData();
    const title = this.zone.querySelector("[name=title]")?.value;
    form.set("title", title ?? "");
    form.set("picture", file);
    form.set("name", file.name); // Browsers write some signs of a file's name as %22.
    const request = new XMLHttpRequest();
    const bar = row.querySelector("progress");
    request.upload.onprogress = (event) => {
      bar.value = event.loaded / event.total;
    };
    request.upload.onload = () => {
      bar.removeAttribute("value"); // The picture is being made.
    };
    return new Promise((resolve, reject) => {
      request.onloadend = () => {
        try {
          resolve(read(request.status || 599, request.responseText));
        } catch (refusal) {
          reject(refusal);
        }
      };
      request.open("POST", this.zone.dataset.upload);
      request.setRequestHeader("X-CSRFToken", token());
      request.send(form);
    });
  }

  row(file) {
    const template = this.zone.querySelector("template");
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    this.list.append(row);
    return row;
  }

  fail(file, row, refusal) {
    row.classList.add("bad");
    row.querySelector("progress").hidden = true;
    row.querySelector("[data-reason]").textContent = refusal.message;
    const button = row.querySelector("button");
    button.hidden = !refusal.retry;
    button.onclick = () => {
      row.remove();
      this.add([file]);
    };
  }
}

function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

for (const zone of document.querySelectorAll("[data-upload]")) {
  const uploads = new Uploads(zone);
  const input = zone.querySelector("input[type=file]");
  input.hasChangeListener = true; // Unfold would look for a field of its own beside it.
  input.addEventListener("change", () => {
    uploads.take([...input.files]);
    input.value = "";
  });
  // Wherever on the page: who misses the place must not leave the page.
  document.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) {
      event.preventDefault();
      zone.classList.add("over");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      zone.classList.remove("over");
    }
  });
  document.addEventListener("drop", (event) => {
    if (holdsFiles(event)) {
      event.preventDefault();
      zone.classList.remove("over");
      uploads.take([...event.dataTransfer.files]);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (uploads.running) {
      event.preventDefault();
    }
  });
}

// What follows on pages without more of a script: a new group, or the replaced picture.
document.addEventListener("uploaded", ({ target, detail }) => {
  if (target.hasAttribute("data-makes-group")) {
    target.dataset.upload = detail.upload;
    target.dataset.page = detail.group;
    target.removeAttribute("data-makes-group");
    target.querySelector("[name=title]").disabled = true;
  }
});
document.addEventListener("ended", ({ target, detail }) => {
  const link = target.querySelector("a[data-open]");
  if (link && target.dataset.page) {
    link.href = target.dataset.page;
    link.hidden = false;
    if (!detail.failed) {
      location.assign(link.href);
    }
  }
  if (target.hasAttribute("data-replaces") && !detail.failed) {
    location.reload();
  }
});
