"use strict";

// What stands before each cell on a phone begins with a capital, as headers do. Unfold
// speaks of records, which nobody here does.
document.addEventListener("DOMContentLoaded", () => {
  for (const { dataset } of document.querySelectorAll("[data-label]")) {
    dataset.label = dataset.label.replace(/^Select record$/, "Select");
    dataset.label = dataset.label.charAt(0).toUpperCase() + dataset.label.slice(1);
  }
});
