// One batch: how far it is, and its items as a table, the worst first.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { repeat } from "./vendor/lit/directives/repeat.js";
import { alertOf, say } from "./alert.js";
import { batchName } from "./batches.js";
import { Problem, UNREACHABLE, cancelBatch, deleteBatch, readBatch } from "./service.js";
import { OPERATIONS, STATUSES, VERDICTS, timing, when } from "./words.js";

const AGAIN_MS = 2000;
const ORDERS = { worst: "the worst first", given: "as they came", name: "by name" };
const KINDS = { ...VERDICTS, failed: "Failed", running: "Running", queued: "Waiting", canceled: "Canceled" };
const RANKS = ["out_of_sync", "failed", "no_evidence", "in_sync", "running", "queued", "canceled"];

const kindOf = (item) => (item.status === "succeeded" ? item.verdict : item.status);
const BY = {
  worst: (a, b) => RANKS.indexOf(kindOf(a)) - RANKS.indexOf(kindOf(b)) || (b.worst_ms ?? 0) - (a.worst_ms ?? 0) || a.item - b.item,
  given: (a, b) => a.item - b.item,
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
};

export class BatchView {
  constructor(id, redraw) {
    Object.assign(this, { id, redraw, batch: null, items: new Map(), problem: null, refused: null });
    Object.assign(this, { order: "worst", kind: "", sure: false, closed: false });
    this.#open();
  }

  get title() {
    return this.batch ? `${OPERATIONS[this.batch.operation]} ${batchName(this.batch)}` : "Batch";
  }

  close() {
    this.closed = true;
    this.events?.close();
    clearTimeout(this.timer);
  }

  async #open() {
    try {
      const batch = await readBatch(this.id);
      if (this.closed) return;
      Object.assign(this, { batch, problem: null });
      if (batch.counts.total) this.#listen();
    } catch (problem) {
      this.#fail(problem);
    }
    this.#draw();
  }

  #fail(problem) {
    this.problem = problem;
    if (problem.code === UNREACHABLE.code || problem.status >= 500) this.#again();
  }

  #again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.closed || this.#open(), AGAIN_MS);
  }

  /** The stream begins with every item, and ends with the batch. */
  #listen() {
    this.events?.close();
    this.events = new EventSource(`/v1/batches/${this.id}/events`);
    this.events.addEventListener("item", (event) => this.#changed(JSON.parse(event.data)));
    this.events.addEventListener("counts", (event) => this.#stands(JSON.parse(event.data)));
    this.events.addEventListener("done", (event) => this.#ended(JSON.parse(event.data)));
    this.events.onopen = () => this.#heal();
    this.events.onerror = () => this.#broken();
  }

  #heal() {
    this.problem = null;
    this.#draw();
  }

  #broken() {
    if (this.closed) return;
    this.problem = new Problem(UNREACHABLE);
    if (this.events.readyState === EventSource.CLOSED) this.#again();
    this.#draw();
  }

  #changed(item) {
    this.items.set(item.job, item);
    this.#draw();
  }

  #stands(standing) {
    this.batch = { ...this.batch, ...standing };
    this.#draw();
  }

  #ended(standing) {
    this.events.close();
    const finished_at = this.batch.finished_at ?? new Date().toISOString();
    this.#stands({ ...standing, finished_at });
    say(this.#headline());
  }

  /** Once a frame, however much happens. */
  #draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (!this.closed) this.redraw();
    });
  }

  async #do(action) {
    try {
      await action();
      this.refused = null;
    } catch (problem) {
      this.refused = problem;
    }
    this.#draw();
  }

  #delete() {
    if (!this.sure) {
      this.sure = true;
      return this.#draw();
    }
    return this.#do(async () => {
      await deleteBatch(this.id);
      location.hash = "#/jobs";
    });
  }

  template() {
    if (!this.batch)
      return html`<h1 tabindex="-1">Batch</h1>
        ${this.problem ? alertOf(this.problem) : html`<p class="soft">Loading …</p>`}`;
    return html` <p class="about">
        <strong>${this.title}</strong><span class="soft">begun ${when(this.batch.created_at)}</span>
      </p>
      <h1 tabindex="-1">${this.#headline()}</h1>
      ${this.batch.finished_at ? nothing : this.#progress()} ${alertOf(this.refused ?? this.problem)} ${this.#tallies()}
      ${this.#choices()} ${this.#table()}`;
  }

  #headline() {
    const { counts, verdicts, finished_at } = this.batch;
    if (!counts.total) return "Its files were deleted";
    if (!finished_at) return `${ended(counts)} of ${counts.total} done`;
    if (verdicts.out_of_sync) return `${verdicts.out_of_sync} of ${counts.total} out of sync`;
    if (verdicts.in_sync === counts.total) return counts.total === 1 ? "In sync" : `All ${counts.total} in sync`;
    return counts.succeeded ? `None of ${counts.total} out of sync, as far as can be told` : "Nothing was measured";
  }

  #progress() {
    const { progress, counts } = this.batch;
    return html`<progress max="1" value=${progress} aria-label="${ended(counts)} of ${counts.total} done"></progress>`;
  }

  /** How many of which kind; pressed, only those are shown. */
  #tallies() {
    const { counts, verdicts } = this.batch;
    const numbers = { ...verdicts, failed: counts.failed, running: counts.running, queued: counts.queued, canceled: counts.canceled };
    const some = RANKS.filter((kind) => numbers[kind]);
    return html`<div class="row tallies" role="group" aria-label="Show only">
      ${some.map(
        (kind) => html`<button aria-pressed=${this.kind === kind} @click=${() => this.#show(kind)}>
          ${kind in VERDICTS ? html`<span class="swatch dot ${kind}"></span>` : nothing}${KINDS[kind]}
          <strong>${numbers[kind]}</strong>
        </button>`,
      )}
    </div>`;
  }

  #show(kind) {
    this.kind = this.kind === kind ? "" : kind;
    this.redraw();
  }

  #choices() {
    return html`<div class="row choices">
      <label
        >Order
        <select @change=${(event) => this.#sort(event.target.value)}>
          ${Object.entries(ORDERS).map(([value, name]) => html`<option value=${value} ?selected=${value === this.order}>${name}</option>`)}
        </select></label
      >
      <a href="/v1/batches/${this.id}/results.csv" download="results.csv">Table as CSV</a>
      ${this.batch.finished_at ? nothing : html`<button @click=${() => this.#do(() => cancelBatch(this.id))}>Cancel all</button>`}
      <button class=${this.sure ? "danger" : ""} @click=${() => this.#delete()}>
        ${this.sure ? "Really delete all of it?" : "Delete"}
      </button>
    </div>`;
  }

  #sort(order) {
    this.order = order;
    this.redraw();
  }

  #table() {
    const shown = [...this.items.values()].filter((item) => !this.kind || kindOf(item) === this.kind).sort(BY[this.order]);
    if (!shown.length) return nothing;
    return html`<table class="jobs items">
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">State</th>
          <th scope="col">Worst stretch</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          shown,
          (item) => item.job,
          (item) => row(item),
        )}
      </tbody>
    </table>`;
  }
}

const ended = ({ succeeded, failed, canceled }) => succeeded + failed + canceled;

function row(item) {
  return html`<tr>
    <th scope="row"><a href="#/jobs/${item.job}">${item.name}</a></th>
    <td class="state">${state(item)}</td>
    <td class="soft">${worse(item)}</td>
  </tr>`;
}

/** How far the worst stretch is off, where that is more than all of it together. */
function worse({ verdict, offset_ms, worst_ms }) {
  if (verdict === null || verdict === "no_evidence" || worst_ms < Math.abs(offset_ms) + 1) return nothing;
  return `${worst_ms.toFixed(0)} ms off`;
}

function state(item) {
  if (item.status === "failed")
    return html`<span class="out_of_sync" title=${item.error?.detail ?? ""}>${item.error?.title ?? KINDS.failed}</span>`;
  if (item.status !== "succeeded") return html`<span class="soft">${STATUSES[item.status]}</span>`;
  const amount = item.verdict === "no_evidence" ? "" : `: ${timing(item.offset_ms)}`;
  return html`<span class=${item.verdict}>${VERDICTS[item.verdict]}${amount}</span>`;
}
