// The live page: takes sections as they change, keeps clocks running by the service's own time, and says when it has
// lost touch. Without this script the page still loads anew by itself (see noscript).
"use strict";

const SILENT_MS = 4000; // the service speaks every second
const pulse = document.getElementById("pulse");
const said = pulse.lastElementChild;
const live = said.textContent;
const shown = new Map();
let behind = 0; // service's time minus this machine's, ms
let heard = performance.now();
let known = false;

function now() {
  return Date.now() + behind;
}

function put(name, html) {
  const section = document.getElementById(name);
  if (!section || shown.get(name) === html) return;
  shown.set(name, html);
  const open = new Map();
  for (const details of section.querySelectorAll("article[id] details")) {
    if (details.dataset.touched) open.set(details.closest("article").id, details.open);
  }
  section.innerHTML = html; // made by the service, every value escaped; the policy lets no inline script run
  for (const [id, was] of open) {
    const details = document.getElementById(id)?.querySelector("details");
    if (details) { details.open = was; details.dataset.touched = "1"; }
  }
}

function run() {
  if (!known) return;
  const t = now();
  document.getElementById("now").textContent = wib(t);
  for (const it of document.querySelectorAll("[data-since]")) it.textContent = span(t - it.dataset.since);
  tick(t);
}

function hear(ms) {
  behind = ms - Date.now();
  heard = performance.now();
  known = true;
  if (body.classList.contains("lost")) {
    body.classList.remove("lost");
    said.textContent = live;
  }
  run();
}

function watch() {
  if (performance.now() - heard > SILENT_MS && !body.classList.contains("lost")) {
    body.classList.add("lost");
    said.textContent = known ? `${body.dataset.lost} ${wib(now() - (performance.now() - heard))}` : body.dataset.lost;
  }
}

let source = null;

function listen() {
  source?.close();
  source = new EventSource(`/live?lang=${body.dataset.language}`);
  source.addEventListener("board", (event) => {
    const { now: ms, sections } = JSON.parse(event.data);
    for (const [name, html] of Object.entries(sections)) put(name, html);
    hear(ms);
  });
  source.addEventListener("tick", (event) => hear(JSON.parse(event.data).now));
  source.addEventListener("gone", () => location.reload());
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(again, 2000);
  });
}

async function again() { // refused: signed out, or the service is starting
  try {
    const answer = await fetch("/", { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return location.reload();
  } catch { /* not there yet */ }
  listen();
}

document.addEventListener("click", (event) => {
  const details = event.target.closest?.("summary")?.parentElement;
  if (details) details.dataset.touched = "1";
});
setInterval(watch, 500);
listen();
