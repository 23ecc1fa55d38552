// The verdict, the figures behind it, and the files.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { VERDICTS, bytes, interval, sure } from "./words.js";

const FILES = {
  "report.html": "the report, for reading",
  "report.json": "the report, for programs",
  "distance.png": "the evidence, as a picture",
  "timewarp.json": "the source time of every frame",
  "timewarp.png": "the warp over the evidence, as a picture",
  "timewarp.otio": "the cut list (OpenTimelineIO)",
};

/** What was found, in one sentence, and how sure that is. */
export function verdict({ result }) {
  const { score, headline, before, retime } = result;
  return html`
    <div class="verdict ${score.verdict}">${before ? `${VERDICTS[before.score.verdict]} → ` : nothing}${VERDICTS[score.verdict]}</div>
    <h1 tabindex="-1">${before ? `Repaired: ${lower(headline)}` : headline}</h1>
    <p>${sure(score)}</p>
    ${before ? html`<p>Before: ${lower(before.headline)} ${sure(before.score)} ${retime ? `${retime.reason}.` : nothing}</p>` : nothing}`;
}

const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);

/** The files of a job, what a person wants first on top. */
export function downloads({ artifacts }) {
  return html`<section>
    <h2>Download</h2>
    <ul class="files">${artifacts.map(
      (made) => html`<li><a href=${made.url} download=${made.name}>${made.name}</a>
        <span class="soft">${FILES[made.name] ?? "the repaired video"}, ${bytes(made.bytes)}</span>
        ${made.name === "report.html" ? html`<a href=${made.url} target="_blank" rel="noopener">open</a>` : nothing}</li>`,
    )}</ul>
  </section>`;
}

const ROWS = [
  ["Verdict", (score) => VERDICTS[score.verdict]],
  ["Offset", (score) => `${signed(score.offset_ms, 0)} ms`],
  ["95 % interval", (score) => interval(score.ci95)],
  ["Evidence", (score) => fixed(score.confidence, 1)],
  ["Unrelated sound: mean, 95 %", (score) => `${fixed(score.null.mean, 1)}, ${fixed(score.null.p95, 1)}`],
  ["Distance as it is", (score) => fixed(score.distance_at_zero, 3)],
  ["LSE-D", (score) => fixed(score.lse_d, 3)],
  ["LSE-C", (score) => fixed(score.lse_c, 3)],
  ["Single moments told right", (score) => (score.sync_acc === null ? "–" : `${(100 * score.sync_acc).toFixed(0)} %`)],
  ["Scored", (score) => `${fixed(score.seconds_scored, 1)} s`],
  ["Engine", (score) => score.engine.id],
];

/** Every figure, beside those from before a repair. */
export function numbers({ result, explanation }) {
  const columns = result.before ? [["Before", result.before.score], ["After", result.score]] : [["", result.score]];
  return html`<section>
    <h2>The figures</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="The figures"><table>
      ${result.before ? html`<thead><tr><td></td>${columns.map(([name]) => html`<th class="number" scope="col">${name}</th>`)}</tr></thead>` : nothing}
      <tbody>${ROWS.map(
        ([name, show]) => html`<tr><th scope="row">${name}</th>${columns.map(([, score]) => html`<td class="number">${show(score)}</td>`)}</tr>`,
      )}</tbody>
    </table></div>
    ${explanation.map((text) => html`<p class="soft">${text}</p>`)}
  </section>`;
}

const fixed = (value, digits) => (value === null ? "–" : value.toFixed(digits));
const signed = (value, digits) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;
