// Times in a page's words, and the clocks of tickets: what is left of them, and bars that fill.
"use strict";

const body = document.body;
const units = body.dataset.language === "id" ? ["hari", "jam", "mnt", "dtk"] : ["d", "h", "min", "s"];

function wib(ms) {
  return new Date(ms + 7 * 3600e3).toISOString().slice(11, 19);
}

function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
  if (d) return `${d} ${units[0]} ${h} ${units[1]}`;
  if (h) return `${h} ${units[1]} ${m} ${units[2]}`;
  return m ? `${m} ${units[2]}` : `${s} ${units[3]}`;
}

function tick(t) { // ms since 1970, by the service's clock
  for (const it of document.querySelectorAll("[data-left]")) {
    const left = it.dataset.left - t;
    it.textContent = (left >= 0 ? body.dataset.wordLeft : body.dataset.wordOver).replace("{}", span(Math.abs(left)));
    it.closest(".timer")?.classList.toggle("late", left < 0);
  }
  for (const it of document.querySelectorAll("progress[data-due]")) {
    const from = Number(it.dataset.from), due = Number(it.dataset.due);
    it.value = Math.max(0, Math.min(1000, 1000 * (t - from) / Math.max(1, due - from)));
  }
}
