// The desk's pages work without a script; with it their clocks run, by the service's own time.
"use strict";

if (body.dataset.now) {
  const behind = Number(body.dataset.now) - Date.now();
  setInterval(() => tick(Date.now() + behind), 1000);
}

for (const all of document.querySelectorAll("[data-all]")) {
  all.parentElement.hidden = false;
  all.addEventListener("change", () => {
    for (const one of all.form.querySelectorAll(`[name=${all.dataset.all}]`)) one.checked = all.checked;
  });
}
