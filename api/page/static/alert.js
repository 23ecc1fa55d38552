// Errors, with what to do about them.

import { html, nothing } from "./vendor/lit/lit-html.js";

export function alertOf(problem) {
  if (!problem) return nothing;
  return html`<div class="alert" role="alert">
    <strong>${problem.title ?? "Something went wrong"}</strong>
    <p>${problem.detail ?? problem.message}</p>
    ${problem.remedy ? html`<p>${problem.remedy}</p>` : nothing}
    ${problem.code ? html`<p class="soft">Code: ${problem.code}</p>` : nothing}
  </div>`;
}

/** Says it to a screen reader. */
export function say(text) {
  document.getElementById("said").textContent = text;
}
