// A folder of OneDrive: what is chosen, and the dialogs that ask for a name.

const boxes = [...document.querySelectorAll("[name=chosen]")];
const all = document.getElementById("choose-all");
const bar = document.getElementById("chosen");

function tell() {
  const count = boxes.filter((box) => box.checked).length;
  bar.querySelector("output").textContent = count ? `${count} chosen` : "";
  for (const button of bar.querySelectorAll("button[formaction]")) {
    button.disabled = count === 0;
  }
  all.checked = count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

function openDialog(button) {
  const dialog = document.getElementById(`${button.dataset.dialog}-dialog`);
  const form = dialog.querySelector("form");
  const name = form.querySelector("[name=name]");
  form.querySelector("[name=item]").value = button.dataset.item || "";
  name.value = button.dataset.name || "";
  dialog.showModal();
  // So that typing gives a new name and keeps what kind of file it is.
  const end = name.value.lastIndexOf(".");
  name.setSelectionRange(0, end > 0 ? end : name.value.length);
}

if (bar) {
  boxes.forEach((box) => box.addEventListener("change", tell));
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    tell();
  });
  // The browser may have kept what was chosen before one went back.
  addEventListener("pageshow", tell);
}

for (const button of document.querySelectorAll("[data-dialog]")) {
  button.addEventListener("click", () => openDialog(button));
}
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
