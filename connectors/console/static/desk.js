// The desk's pages work without a script; with it their clocks run, by the service's own time (with times.js, where that
// came too).
"use strict";

for (const all of document.querySelectorAll("[data-all]")) {
  all.parentElement.hidden = false;
  all.addEventListener("change", () => {
    for (const one of all.form.querySelectorAll(`[name=${all.dataset.all}]`)) one.checked = all.checked;
  });
}

if (document.body.dataset.now && window.tick) {
  const behind = Number(document.body.dataset.now) - Date.now();
  setInterval(() => tick(Date.now() + behind), 1000);
}
