// From the address to a view.

import { html, render } from "./vendor/lit/lit-html.js";
import "./player.js";
import "./timeline.js";
import { BatchView } from "./batch.js";
import { JobView } from "./job.js";
import { JobsView } from "./jobs.js";
import { NewView } from "./new.js";

const ROUTES = [
  [/^#\/jobs\/([\w-]+)$/, JobView],
  [/^#\/jobs$/, JobsView],
  [/^#\/batches\/([\w-]+)$/, BatchView],
  [/^/, NewView],
];
const main = document.getElementById("main");
let view = null;

function open() {
  view?.close();
  const [pattern, View] = ROUTES.find(([pattern]) => pattern.test(location.hash));
  let opened = null;
  const redraw = () => opened !== null && opened === view && draw();
  view = opened = new View(location.hash.match(pattern)[1], redraw);
  draw();
}

function draw() {
  render(view.template(), main);
  document.title = `${view.title} – Liptune`;
  for (const link of document.querySelectorAll("nav a")) mark(link);
}

function mark(link) {
  const here = link.getAttribute("href") === (location.hash || "#/");
  if (here) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

/** A view that was come to by a link is read from its heading on. */
function follow() {
  render(html``, main);
  open();
  scrollTo(0, 0);
  (main.querySelector("h1") ?? main).focus({ preventScroll: true });
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
main.replaceChildren();
addEventListener("hashchange", follow);
open();
