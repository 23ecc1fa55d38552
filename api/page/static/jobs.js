// All jobs.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { repeat } from "./vendor/lit/directives/repeat.js";
import { alertOf, say } from "./alert.js";
import { batchTable } from "./batches.js";
import { cancelJob, deleteJob, listBatches, listJobs, readMedia, startJob } from "./service.js";
import { ENDED } from "./watch.js";
import { OPERATIONS, STATUSES, VERDICTS, stage, timing, when } from "./words.js";

const BUSY_MS = 1500;
const IDLE_MS = 10_000;

export class JobsView {
  title = "Jobs";

  constructor(_, redraw) {
    Object.assign(this, {
      redraw,
      jobs: null,
      batches: null,
      names: new Map(),
      filter: {},
      next: null,
      pages: 1,
      problem: null,
      refused: null,
      sure: null,
    });
    this.#refresh();
  }

  close() {
    clearTimeout(this.timer);
    this.closed = true;
  }

  async #refresh() {
    clearTimeout(this.timer);
    if (!document.hidden) await this.#load();
    const busy = this.problem || this.jobs?.some((job) => !ENDED.includes(job.status)) || this.batches?.some((batch) => !batch.finished_at);
    if (!this.closed) this.timer = setTimeout(() => this.#refresh(), busy ? BUSY_MS : IDLE_MS);
  }

  async #load() {
    try {
      const [[jobs, next], { items }] = await Promise.all([this.#read(), listBatches()]);
      Object.assign(this, { jobs, next, batches: items, problem: null });
      this.#name(jobs);
    } catch (problem) {
      this.problem = problem;
    }
    this.redraw();
  }

  async #read() {
    const jobs = [];
    let cursor = null;
    for (let page = 0; page < this.pages; page++) {
      const { items, next_cursor } = await listJobs({ ...this.filter, batch: "none", cursor });
      jobs.push(...items);
      cursor = next_cursor;
      if (!cursor) break;
    }
    return [jobs, cursor];
  }

  async #name(jobs) {
    for (const { video } of jobs) {
      if (!video || this.names.has(video)) continue;
      this.names.set(video, (await readMedia(video))?.filename);
      this.redraw();
    }
  }

  #only(news) {
    Object.assign(this, { filter: { ...this.filter, ...news }, pages: 1 });
    this.#refresh();
  }

  async #do(action, done) {
    try {
      await action();
      say(done);
      this.refused = null;
    } catch (problem) {
      this.refused = problem;
    }
    this.sure = null;
    this.#refresh();
  }

  template() {
    return html` <h1 tabindex="-1">Jobs</h1>
      ${batchTable(this.batches)}
      <form class="row" @submit=${(event) => event.preventDefault()}>
        ${this.#choice("What", "operation", OPERATIONS)} ${this.#choice("State", "status", STATUSES)}
      </form>
      ${alertOf(this.refused ?? this.problem)}
      ${this.jobs === null ? html`<p class="soft">Loading …</p>` : this.#table()}
      ${this.next ? html`<button @click=${() => this.#more()}>More</button>` : nothing}`;
  }

  #choice(text, field, named) {
    return html`<label
      >${text}
      <select @change=${(event) => this.#only({ [field]: event.target.value })}>
        <option value="">all</option>
        ${Object.entries(named).map(([value, name]) => html`<option value=${value}>${name}</option>`)}
      </select></label
    >`;
  }

  #more() {
    this.pages += 1;
    this.#refresh();
  }

  #table() {
    if (!this.jobs.length) return html`<p>There are none. <a href="#/">Drop a video</a> to begin.</p>`;
    return html`<table class="jobs">
      <thead>
        <tr>
          <th scope="col">Video</th>
          <th scope="col">What</th>
          <th scope="col">State</th>
          <th scope="col">Begun</th>
          <th scope="col">Do</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.jobs,
          (job) => job.id,
          (job) => this.#row(job),
        )}
      </tbody>
    </table>`;
  }

  #row(job) {
    const name = this.names.get(job.video) ?? (job.video ? "video" : "deleted video");
    return html`<tr>
      <th scope="row"><a href="#/jobs/${job.id}">${name}</a></th>
      <td>${OPERATIONS[job.operation]}</td>
      <td class="state">${state(job)}</td>
      <td class="soft">${when(job.created_at)}</td>
      <td><div class="row">${ENDED.includes(job.status) ? this.#ended(job, name) : this.#running(job, name)}</div></td>
    </tr>`;
  }

  #running(job, name) {
    return html`<button aria-label="Cancel ${name}" @click=${() => this.#do(() => cancelJob(job.id), "Canceled")}>
      Cancel
    </button>`;
  }

  #ended(job, name) {
    const { operation, video, audio, options } = job;
    return html` ${video ? html`<button aria-label="Run ${name} again" @click=${() => this.#do(() => startJob({ operation, video, audio, options }), "Begun again")}>Again</button>` : nothing}
    ${
      this.sure === job.id
        ? html`<button class="danger" @click=${() => this.#do(() => deleteJob(job.id), "Deleted")}>
            Really delete?
          </button>`
        : html`<button aria-label="Delete the job of ${name}" @click=${() => this.#ask(job.id)}>Delete</button>`
    }`;
  }

  #ask(id) {
    this.sure = id;
    this.redraw();
  }
}

function state(job) {
  if (job.status === "running")
    return html`<span>${stage(job)}</span><progress max="1" value=${job.progress} aria-label=${stage(job)}></progress>`;
  if (job.status !== "succeeded")
    return html`<span class=${job.status === "failed" ? "out_of_sync" : "soft"} title=${job.error?.detail ?? ""}
      >${job.error?.title ?? STATUSES[job.status]}</span
    >`;
  const { score } = job.result;
  const amount = score.verdict === "no_evidence" ? "" : `: ${timing(score.offset_ms)}`;
  return html`<span class=${score.verdict}>${VERDICTS[score.verdict]}${amount}</span>`;
}
