// The verdict, the figures behind it, and the files.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { VERDICTS, bytes, interval, sure } from "./words.js";

const FILES = {
  "report.html": "the report, for reading",
  "report.json": "the report, for programs",
  "distance.png": "the evidence, as a picture",
  "markers.csv": "the stretches, as a table",
  "markers.otio": "the stretches, as markers (OpenTimelineIO)",
  "markers.edl": "the stretches, as markers (EDL as of DaVinci Resolve and Avid)",
  "timewarp.json": "the source time of every frame",
  "timewarp.png": "the warp over the evidence, as a picture",
  "timewarp.otio": "the cut list (OpenTimelineIO)",
  "timewarp.edl": "the cut list (CMX 3600)",
  "preview.png": "the most changed moments",
  "landmarks.json": "68 points of the face on every frame, as asked for and as shown, and how it is said",
  "speech.png": "the new sound and the mouth that it asks for, as a picture",
};

/** What was found, in one sentence, and how sure that is; of a repair also what was done and what it was before. */
export function verdict({ result }) {
  const { score, headline, before } = result;
  const done = result.retime ?? result.warp ?? result.dub;
  return html` <div class="verdict ${score.verdict}">
      ${before ? `${VERDICTS[before.score.verdict]} → ` : nothing}${VERDICTS[score.verdict]}
    </div>
    <h1 tabindex="-1">${before ? repaired(result, done) : headline}</h1>
    ${sure(result) ? html`<p>${sure(result)}</p>` : nothing}
    ${(before ?? result).sound?.told ? html`<p class="soft">${(before ?? result).sound.told}</p>` : nothing}
    ${result.undecoded ? html`<p class="soft">${result.undecoded.told}</p>` : nothing}
    ${
      before
        ? html`<p>Before: ${lower(before.headline)} ${sure(before)}</p>
            <p>${moved(done)}${result.dub ? nothing : `${done.reason}. `}${done.done ?? nothing} ${result.dub ? nothing : left(done)}</p>`
        : nothing
    }`;
}

function repaired({ headline, score: { verdict }, dub }, { mode, reason }) {
  if (dub) return `${reason}.`;
  if (mode === "none") return "Nothing was changed.";
  return `${verdict === "in_sync" ? "Repaired" : "After the repair"}: ${lower(headline)}`;
}

const MOVED = {
  sound_place: "Moved: the sound as a whole, against the picture.",
  picture_times: "Moved: the picture, whose frames are copied and shown a little longer or shorter.",
  sound: "Moved: the sound.",
  picture: "Moved: the picture.",
};

/** What a retiming has moved; why follows it. */
function moved({ changed }) {
  return MOVED[changed] ? html`<strong class="moved">${MOVED[changed]}</strong> ` : nothing;
}

const LEFT = {
  in_time: "already in time",
  no_face: "without a face",
  no_gain: "not better with any other mouth",
  cut: "too near a cut",
  too_far: "with the right mouth too far away",
  pose: "with the head turned otherwise",
  occluded: "with the mouth covered",
  degenerate: "with a mouth that cannot be read",
};

function left({ left: reasons = {} }) {
  const told = Object.entries(reasons).map(([reason, count]) => `${count} ${LEFT[reason] ?? reason}`);
  return told.length ? `Left alone: ${told.join(", ")}.` : nothing;
}

const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);

/** The moments that a repair changed most, large enough to judge the seams. */
export function preview(job) {
  return picture(job, "preview.png", {
    summary: "The most changed moments",
    alt: "Moments of the video: before, where the mouth is from, the mask, and after",
  });
}

/** The new sound of a dub, and how far it opens the mouth. */
export function speech(job) {
  return picture(job, "speech.png", {
    summary: "What the sound asks of the mouth",
    alt: "Over time: the new sound, how far it opens the mouth and how far the copy's is open, pitch and level",
  });
}

function picture({ artifacts }, file, { summary, alt }) {
  const made = artifacts.find(({ name }) => name === file);
  if (!made) return nothing;
  return html`<details class="preview">
    <summary>${summary}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${summary}>
      <img src=${made.url} loading="lazy" alt=${alt} />
    </div>
  </details>`;
}

/** The files of a job, what a person wants first on top. */
export function downloads({ artifacts }) {
  return html`<section>
    <h2>Download</h2>
    <ul class="files">
      ${artifacts.map(
        (made) =>
          html`<li>
            <a href=${made.url} download=${made.name}>${made.name}</a>
            <span class="soft">${FILES[made.name] ?? "the repaired video"}, ${bytes(made.bytes)}</span>
            ${made.name === "report.html" ? html`<a href=${made.url} target="_blank" rel="noopener">open</a>` : nothing}
          </li>`,
      )}
    </ul>
  </section>`;
}

const ROWS = [
  ["Verdict", (score) => VERDICTS[score.verdict]],
  ["Offset", (score) => (told(score) ? `${signed(score.offset_ms, 0)} ms` : "–")],
  ["95 % interval", (score) => (told(score) ? interval(score.ci95) : "–")],
  ["Evidence", (score) => fixed(score.confidence, 1)],
  ["Unrelated sound: mean, 95 %", (score) => `${fixed(score.null.mean, 1)}, ${fixed(score.null.p95, 1)}`],
  ["Distance as it is", (score) => fixed(score.distance_at_zero, 3)],
  ["LSE-D", (score) => fixed(score.lse_d, 3)],
  ["LSE-C", (score) => fixed(score.lse_c, 3)],
  ["Single moments told right", (score) => (score.sync_acc === null ? "–" : `${(100 * score.sync_acc).toFixed(0)} %`)],
  ["Scored", (score) => `${fixed(score.seconds_scored, 1)} s`],
  ["Engine", (score) => score.engine.id],
];

/** Every figure, beside those from before a repair and those of the engine that had no part in it. */
export function numbers({ result, explanation }) {
  const { before, judge } = result;
  const scores = [before?.score, result.score, judge?.before, judge?.after].filter(Boolean);
  const names = scores.map((_, index) => (index % 2 ? "After" : "Before"));
  const gains = Object.entries((result.retime ?? result.warp)?.gains ?? {});
  return html`<section>
    <h2>The figures</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="The figures">
      <table>
        ${
          before
            ? html`<thead>
                <tr>
                  <td></td>
                  ${names.map((name) => html`<th class="number" scope="col">${name}</th>`)}
                </tr>
              </thead>`
            : nothing
        }
        <tbody>
          ${ROWS.map(
            ([name, show]) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${scores.map((score) => html`<td class="number">${show(score)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${gains.map(([mode, gain]) => html`<p class="soft">${gained(mode, gain)}</p>`)}
    ${before ? html`<p class="soft">${judge?.told ?? "Nobody but the engine that planned the repair judged it."}</p>` : nothing}
    ${explanation.map((text) => html`<p class="soft">${text}</p>`)}
  </section>`;
}

const SEARCHES = { offset: "a constant shift", drift: "a drift", local: "a shift that wanders" };

/** A search always finds something: what it finds in sound that is not the clip's own is told beside it. */
function gained(mode, { found, by_chance: chance, chance_spread: spread, real }) {
  const much = `The search for ${SEARCHES[mode] ?? mode} gained ${fixed(found, 1)} nats; in unrelated sound it gains ${fixed(chance, 1)} ± ${fixed(spread, 1)}`;
  return `${much}${real ? "." : ": no more than chance may give."}`;
}

const told = (score) => score.verdict !== "no_evidence";
const fixed = (value, digits) => (value === null ? "–" : value.toFixed(digits));
const signed = (value, digits) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;
