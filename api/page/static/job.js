// One job: how far it is, and what it found.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { alertOf, say } from "./alert.js";
import { downloads, numbers, preview, speech, verdict } from "./findings.js";
import { faces } from "./faces.js";
import { foreseen, lost } from "./losses.js";
import { moments } from "./moments.js";
import { Repair } from "./repair.js";
import { cancelJob, contentOf, readMedia, readReport, startJob } from "./service.js";
import { SoundChoice, manyChannels, several } from "./sounds.js";
import { Voice } from "./voice.js";
import { watch } from "./watch.js";
import { OPERATIONS, facts, framesASecond, stage } from "./words.js";

export class JobView {
  constructor(id, redraw) {
    Object.assign(this, { id, redraw, job: null, report: null, problem: null, media: {}, face: null });
    this.repair = new Repair(redraw);
    this.voice = new Voice(redraw);
    this.choice = new SoundChoice(redraw);
    this.stop = watch(
      id,
      (job) => this.#heard(job),
      (problem) => this.#fail(problem),
    );
  }

  get title() {
    return this.job ? `${OPERATIONS[this.job.operation]} ${this.name}` : "Job";
  }

  get name() {
    return this.media.video?.filename ?? "the video";
  }

  close() {
    this.stop();
    this.voice.close();
  }

  #fail(problem) {
    this.problem = problem;
    this.redraw();
  }

  async #heard(job) {
    const before = this.job;
    Object.assign(this, { job, problem: null });
    if (before?.status !== job.status || before?.stage !== job.stage) say(stageOf(job));
    else if (!before?.foreseen_losses && job.foreseen_losses?.length) say("Its copy may differ from the video.");
    this.redraw();
    if (!before) await this.#learn(job);
    if (job.status === "succeeded") await this.#open(job);
  }

  async #learn(job) {
    for (const which of ["video", "audio", "gallery"]) this.media[which] = job[which] && (await readMedia(job[which]));
    this.redraw();
  }

  async #open(job) {
    try {
      this.report = await readReport(job.id);
      say(this.report.headline);
      this.redraw();
    } catch (problem) {
      this.#fail(problem);
    }
  }

  async #try(action) {
    try {
      await action();
    } catch (problem) {
      this.#fail(problem);
    }
  }

  async #cancel() {
    this.canceling = true;
    this.redraw();
    await this.#try(() => cancelJob(this.id));
    if (this.problem) this.canceling = false;
    this.redraw();
  }

  #again(more = {}) {
    const { operation, video, audio, gallery, options } = this.job;
    return this.#try(async () => {
      const job = await startJob({ operation, video, audio, gallery, options, ...more });
      location.hash = `#/jobs/${job.id}`;
    });
  }

  template() {
    if (!this.job)
      return html`<h1 tabindex="-1">Job</h1>
        ${this.problem ? alertOf(this.problem) : html`<p class="soft">Loading …</p>`}`;
    return html` <p class="about">
        ${this.job.batch ? html`<a href="#/batches/${this.job.batch}">All files of the batch</a>` : nothing}
        <strong>${this.name}</strong>
        ${this.media.video ? html`<span class="soft">${facts(this.media.video).join(" · ")}</span>` : nothing}
        ${this.media.audio ? html`<span class="soft">with the sound of ${this.media.audio.filename}</span>` : nothing}
        ${this.media.gallery ? html`<span class="soft">and mouths of ${this.media.gallery.filename}</span>` : nothing}
      </p>
      ${this.#state()}`;
  }

  #state() {
    switch (this.job.status) {
      case "succeeded":
        return this.report
          ? this.#findings()
          : html`<h1 tabindex="-1">Done</h1>
              ${alertOf(this.problem)}`;
      case "failed":
        return html`<h1 tabindex="-1">That did not work</h1>
          ${alertOf(this.job.error)}${alertOf(this.problem)}${this.#closer()}${this.#rerun()}`;
      case "canceled":
        return html`<h1 tabindex="-1">Canceled</h1>
          ${alertOf(this.problem)}${this.#rerun()}`;
      default:
        return this.#progress();
    }
  }

  #rerun() {
    return this.job.video ? html`<p><button @click=${() => this.#again()}>Run it again</button></p>` : nothing;
  }

  /** Of faces that are too small, a look at the largest alone. */
  #closer() {
    const { video, options, error } = this.job;
    const region = error.details?.region;
    if (!video || !region) return nothing;
    return html`<p>
      <button class="primary" @click=${() => this.#again({ options: { ...options, region } })}>
        Look at the largest face alone
      </button>
    </p>`;
  }

  /** Another sound of the same file, for whoever was measured by the wrong one. */
  #otherSound() {
    const media = this.media.audio || this.media.video;
    if (this.report.result.before || !(several(media) || manyChannels(media))) return nothing;
    const { options } = this.job;
    const start = (chosen) => this.#again({ options: { ...options, ...chosen } });
    const missed = this.report.result.score.verdict === "no_evidence";
    return html`<details class="card" ?open=${missed && several(media)}>
      <summary>Listen to another sound of the file</summary>
      ${this.choice.template(media.audio_streams, start)}
    </details>`;
  }

  #progress() {
    const { job } = this;
    return html` <h1 tabindex="-1">${OPERATIONS[job.operation]}</h1>
      <div class="card running">
        <p class="stage">${this.canceling ? "Stopping" : stage(job)} …</p>
        <progress max="1" value=${job.progress} aria-label=${stage(job)}></progress>
        ${foreseen(job)}
        <button ?disabled=${this.canceling} @click=${() => this.#cancel()}>Cancel</button>
      </div>
      ${alertOf(this.problem)}`;
  }

  #findings() {
    const { report, job } = this;
    return html` ${verdict(report)} ${lost(report.result)} ${alertOf(this.problem)} ${this.#otherSound()}
    ${job.video ? this.#player() : html`<p class="soft">The video was deleted.</p>`} ${preview(job)} ${speech(job)}
    ${moments(report, this.face, (seconds) => this.#play(seconds))}
    ${faces(report, job.video && contentOf(job.video), this.face, (face) => this.#choose(face))}
    ${job.video ? this.#more() : nothing}
    ${downloads(job)} ${numbers(report)}`;
  }

  #more() {
    const { report, job, face } = this;
    const start = (wanted) => this.#again(wanted);
    return html`${job.operation === "dub" ? nothing : this.repair.template(report, job, face, start)}
    ${this.voice.template(job, this.media.gallery, face, start)}`;
  }

  #choose(face) {
    this.face = face;
    this.redraw();
  }

  #player() {
    const { video } = this.report.result.media;
    const size = { width: video.width, height: video.height };
    return html`<sync-player
      .decks=${this.#decks()}
      .size=${size}
      .fps=${framesASecond(video.fps)}
      @time=${(event) => this.#moved(event.detail)}
    ></sync-player>`;
  }

  #decks() {
    const { job } = this;
    const copy = job.artifacts.find((made) => made.name.startsWith("video."));
    const given = job.operation === "dub" && this.media.video?.audio ? null : job.audio;
    const source = { picture: contentOf(job.video), sound: given && contentOf(given) };
    if (!copy) return [{ label: "The video", ...source }];
    return [
      { label: "Before", ...source },
      { label: "After", picture: copy.url },
    ];
  }

  #moved(seconds) {
    for (const plot of document.querySelectorAll("timeline-plot")) plot.time = seconds;
  }

  #play(seconds) {
    const player = document.querySelector("sync-player");
    player?.seek(seconds);
    player?.play();
  }
}

const stageOf = (job) => (job.status === "running" || job.status === "queued" ? stage(job) : job.status);
