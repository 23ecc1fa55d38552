// The batches among all jobs.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { count } from "./many.js";
import { OPERATIONS, VERDICTS, when } from "./words.js";

/** `season 2: 24 files`, or how many alone where they are from no folder. */
export function batchName({ metadata, counts }) {
  const files = count(counts.total, "file");
  return metadata.folder ? `${metadata.folder}: ${files}` : files;
}

export function batchTable(batches) {
  if (!batches?.length) return nothing;
  return html`<h2>Batches</h2>
    <table class="jobs">
      <thead>
        <tr>
          <th scope="col">Files</th>
          <th scope="col">What</th>
          <th scope="col">State</th>
          <th scope="col">Begun</th>
        </tr>
      </thead>
      <tbody>
        ${batches.map(row)}
      </tbody>
    </table>
    <h2>Single files</h2>`;
}

function row(batch) {
  return html`<tr>
    <th scope="row"><a href="#/batches/${batch.id}">${batchName(batch)}</a></th>
    <td>${OPERATIONS[batch.operation]}</td>
    <td class="state">${batch.finished_at ? found(batch) : running(batch)}</td>
    <td class="soft">${when(batch.created_at)}</td>
  </tr>`;
}

function running({ progress, counts }) {
  const told = `${Math.round(progress * counts.total)} of ${counts.total} done`;
  return html`<span>${told}</span><progress max="1" value=${progress} aria-label=${told}></progress>`;
}

function found({ counts, verdicts }) {
  const told = ["out_of_sync", "no_evidence", "in_sync"].filter((verdict) => verdicts[verdict]);
  const others = ["failed", "canceled"].filter((status) => counts[status]);
  return html`<div class="row">
    ${told.map((verdict) => html`<span class=${verdict}>${VERDICTS[verdict]}: ${verdicts[verdict]}</span>`)}
    ${others.map((status) => html`<span class="soft">${status}: ${counts[status]}</span>`)}
  </div>`;
}
