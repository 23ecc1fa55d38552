// Dropping a video: it is sent, what was understood of it is shown, and measuring begins.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { alertOf } from "./alert.js";
import { Many } from "./many.js";
import { filesOf, isSound, pairsOf } from "./pairs.js";
import { Sending } from "./sending.js";
import { startJob } from "./service.js";
import { SoundChoice, several } from "./sounds.js";

export class NewView {
  title = "New";

  constructor(_, redraw) {
    this.redraw = redraw;
    this.problem = null;
    this.video = null;
    this.audio = null;
    this.many = null;
    this.choice = new SoundChoice(redraw);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    addEventListener("dragover", (event) => this.#over(event), { signal });
    addEventListener("dragleave", (event) => event.relatedTarget ?? this.#mark(false), { signal });
    addEventListener("drop", (event) => this.#drop(event), { signal });
  }

  close() {
    this.listeners.abort();
    this.#stop({ forgotten: false });
  }

  #mark(over) {
    if (over === this.over) return;
    this.over = over;
    this.redraw();
  }

  #over(event) {
    event.preventDefault();
    this.#mark(true);
  }

  async #drop(event) {
    event.preventDefault();
    this.#mark(false);
    this.#take(await filesOf(event.dataTransfer));
  }

  /** One file may be the video or the sound; two are both; more are a batch. */
  #take(given) {
    this.problem = null;
    if (given.filter((file) => !isSound(file)).length > 1 || given.length > 2) return this.#takeMany(given);
    for (const file of given) {
      if (isSound(file)) this.audio = new Sending(file, this.redraw);
      else this.video = new Sending(file, this.redraw);
    }
    this.#go();
  }

  #takeMany(given) {
    const found = pairsOf(this.audio ? [...given, this.audio.file] : given);
    this.#stop({ forgotten: true });
    const [only, ...others] = found.pairs;
    if (only && !others.length && !found.left.length) return this.#take([only.video, only.audio].filter(Boolean));
    if (only) this.many = new Many(found, this.redraw);
    else this.problem = { title: "There is no video among these files" };
    this.redraw();
  }

  async #go() {
    this.redraw();
    if (!this.video) return;
    try {
      const video = await this.video.media();
      const audio = await this.audio?.media();
      if ((video.audio || audio) && !several(audio ?? video)) await this.#measure(video, audio);
    } catch (problem) {
      this.#failed(problem);
    }
    this.redraw();
  }

  async #measure(video, audio, options = {}) {
    const job = await startJob({ operation: "measure", video: video.id, audio: audio?.id, options });
    location.hash = `#/jobs/${job.id}`;
  }

  #failed(problem) {
    if (problem.name === "AbortError") return;
    this.#stop({ forgotten: true });
    this.problem = problem;
  }

  #stop(how) {
    this.video?.stop(how);
    this.audio?.stop(how);
    this.many?.stop(how);
    this.video = this.audio = this.many = null;
  }

  #cancel() {
    this.#stop({ forgotten: true });
    this.redraw();
  }

  template() {
    return html` <h1 tabindex="-1">Do the lips match the sound?</h1>
      <p>
        Drop a video. Liptune says whether its sound belongs to the lips, how early or late it is and how sure that is,
        and repairs it.
      </p>
      ${alertOf(this.problem)} ${this.many ? this.many.template(() => this.#cancel()) : this.video ? this.#sending() : this.#choosing()}`;
  }

  #choosing() {
    return html` <label class="dropzone ${this.over ? "over" : ""}">
        <input
          type="file"
          name="video"
          multiple
          accept="video/*,.mkv,.mxf,.mts,.m2ts,.ts,.avi,.mov"
          @change=${(event) => this.#take([...event.target.files])}
        />
        <span class="big">Drop a video here</span>
        <span class="soft">or several, or a folder, or press to choose. They stay on the machine that runs Liptune.</span>
      </label>
      <label class="file"
        >Or choose a whole folder; sounds in it go with the videos that they are called as:
        <input type="file" name="folder" webkitdirectory @change=${(event) => this.#takeMany([...event.target.files])}
      /></label>
      ${
        this.audio
          ? html`<p>
              Sound: <strong>${this.audio.file.name}</strong>. Now the video.
              <button @click=${() => this.#dropSound()}>Without it</button>
            </p>`
          : this.#soundInput("Is the sound in a file of its own? Choose it first, or drop both together:")
      }`;
  }

  #dropSound() {
    this.audio = null;
    this.redraw();
  }

  #soundInput(text) {
    return html`<label class="file"
      >${text}
      <input type="file" name="audio" accept="audio/*,video/*" @change=${(event) => this.#sound(event.target.files[0])}
    /></label>`;
  }

  #sound(file) {
    this.audio = new Sending(file, this.redraw);
    this.#go();
  }

  #sending() {
    const mute = this.video.known && !this.video.known.audio && !this.audio;
    return html`<div class="card">
      ${[this.video, this.audio].filter(Boolean).map((sending) => sending.template())}
      ${
        mute
          ? html`<div class="alert" role="alert">
              <strong>This video has no sound.</strong>
              <p>${this.#soundInput("Choose the file that has its sound:")}</p>
            </div>`
          : nothing
      }
      ${this.#choosingSound()}
      <button @click=${() => this.#cancel()}>Cancel</button>
    </div>`;
  }

  /** Of a file with several audio streams, which one; once all is here. */
  #choosingSound() {
    const [video, audio] = [this.video.known, this.audio?.known];
    if (!video || (this.audio && !audio) || !several(audio ?? video)) return nothing;
    const start = (options) => this.#measure(video, audio, options).catch((problem) => (this.#failed(problem), this.redraw()));
    return this.choice.template((audio ?? video).audio_streams, start);
  }
}
