// Asks, with both pictures, whether a file is to replace the picture of this page.

export function ask(zone, file, replace) {
  const question = zone.querySelector("[data-question]");
  const picture = question.querySelector("[data-new]");
  const unseen = question.querySelector("[data-unseen]");
  const close = () => {
    URL.revokeObjectURL(picture.src);
    question.hidden = true;
  };
  // Not every browser shows all that the gallery takes.
  const seen = (is) => {
    picture.hidden = !is;
    unseen.hidden = is;
  };
  picture.onload = () => seen(true);
  picture.onerror = () => seen(false);
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(file);
  question.querySelector("[data-name]").textContent = file.name;
  question.querySelector("[name=keep]").onclick = close;
  question.querySelector("[name=replace]").onclick = () => {
    close();
    replace();
  };
  question.hidden = false;
  question.querySelector("[name=replace]").focus();
}
