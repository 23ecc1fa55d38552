// How the copy of a repair differs from the video: before it is made, and after.

import { html, nothing } from "./vendor/lit/lit-html.js";

/** Of a job that goes on: whoever minds can still cancel it. */
export function foreseen({ foreseen_losses: losses }) {
  return listed(losses, "If the video has to be changed, its copy may differ from it:");
}

/** Of a copy that was made. */
export function lost({ losses }) {
  return listed(losses, "How the copy differs from the video:");
}

function listed(losses, heading) {
  if (!losses?.length) return nothing;
  return html`<section class="losses">
    <p>${heading}</p>
    <ul>
      ${losses.map(({ message }) => html`<li>${message}.</li>`)}
    </ul>
  </section>`;
}
