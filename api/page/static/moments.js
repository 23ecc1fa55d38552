// What happens when: the plots over time, and the stretches as a list.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { summary } from "./plot.js";
import { clock } from "./words.js";

const MOST_STRETCHES = 40;
const views = new WeakMap();

/** The plots of a report, of one face or of whoever speaks. `play` is called with the seconds to play from. */
export function moments(report, face, play) {
  const { after, before } = viewsOf(report);
  if (before) {
    return html` ${plot("Before", before, play)} ${plot("After", after, play)}`;
  }
  const shown = face === null ? after : ofFace(report, after, face);
  return plot("Over time", shown, play);
}

/** Made once a report, so that a plot is drawn again only when it is another. */
function viewsOf(report) {
  if (!views.has(report)) views.set(report, { after: view(report), before: earlier(report), faces: new Map() });
  return views.get(report);
}

function view({ result, timeline }) {
  const { score, moments, timeline: stretches, gaps, cuts } = result;
  return { score, moments, stretches, gaps, cuts, timeline, warp: null };
}

function earlier({ result, before, warp }) {
  return before ? { ...view({ result: result.before, timeline: before.timeline }), warp } : null;
}

/** The evidence behind whoever speaks is not this face's: it is left out. */
function ofFace(report, whole, face) {
  const { faces } = viewsOf(report);
  const score = report.result.faces.find((each) => each.track === face).score ?? whole.score;
  const own = report.timeline.faces.find((each) => each.track === face);
  if (!faces.has(face)) {
    const { moments, stretches } = own;
    faces.set(face, { ...whole, score, moments, stretches, timeline: { ...whole.timeline, evidence: null } });
  }
  return faces.get(face);
}

function plot(title, shown, play) {
  return html`<section>
    <h2>${title}</h2>
    <p class="summary">${summary(shown)}</p>
    <timeline-plot .view=${shown} @seek=${(event) => play(event.detail)}></timeline-plot>
    ${list(shown.stretches, play)}
  </section>`;
}

/** The stretches of one clock each, in the service's words. */
function list(found, play) {
  if (found.length < 2) return nothing;
  return html`<ol class="stretches">
      ${found.slice(0, MOST_STRETCHES).map(
        ({ start, verdict, sentence }) =>
          html`<li>
            <button @click=${() => play(start)}>Play from ${clock(start)}</button>
            <span class=${verdict}>${sentence}</span>
          </li>`,
      )}
    </ol>
    ${found.length > MOST_STRETCHES ? html`<p class="soft">${found.length - MOST_STRETCHES} more are in markers.csv.</p>` : nothing}`;
}
