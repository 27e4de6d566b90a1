// Under a picture that is not to be had stands a sign. Runs before there are pictures,
// as they may fail while the page still loads.

document.addEventListener("error", ({ target }) => {
  if (target.matches(".drive-picture img, .drive-strip img")) {
    target.remove();
  }
}, true);
