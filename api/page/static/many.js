// Many files on their way: they are sent two at a time, and those that can be used become one batch.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { repeat } from "./vendor/lit/directives/repeat.js";
import { alertOf, say } from "./alert.js";
import { Problem, readUsage, startBatch } from "./service.js";
import { Upload } from "./upload.js";
import { bytes } from "./words.js";

const AT_ONCE = 2;
const NO_SOUND = { title: "This video has no sound." };
const NO_PICTURE = { title: "There is no picture in it." };

export class Many {
  constructor({ pairs, left, folder }, redraw) {
    Object.assign(this, { pairs, left, folder, redraw, problem: null, stopped: false, starting: false, settled: false });
    this.sendings = new Map();
    for (const file of pairs.flatMap(({ video, audio }) => [video, audio])) {
      if (file && !this.sendings.has(file)) this.sendings.set(file, new Sending(file, () => this.#draw()));
    }
    this.run();
  }

  async run() {
    try {
      await this.#requireRoom();
      await this.#send();
      if (this.stopped) return;
      this.settled = true;
      if (this.#refused().length) say(this.#told(this.#refused().length, this.pairs.length));
      else await this.#start();
    } catch (problem) {
      if (problem.name !== "AbortError") this.problem = problem;
    }
    this.#draw();
  }

  stop(how) {
    this.stopped = true;
    for (const sending of this.sendings.values()) sending.stop(how);
  }

  /** Once a frame, however much arrives. */
  #draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (!this.stopped) this.redraw();
    });
  }

  async #requireRoom() {
    const { most_items, limit, unfinished } = (await readUsage()).batches;
    if (this.pairs.length > most_items)
      throw new Problem({ code: "too_many_items", title: "These are too many", detail: `There are ${this.pairs.length} videos; there may be ${most_items} at a time.` });
    if (unfinished >= limit)
      throw new Problem({ code: "too_many_batches", title: "Too many batches are unfinished", detail: `There are ${unfinished}.`, remedy: "Wait for one to end, or cancel one." });
  }

  async #send() {
    const waiting = [...this.sendings.values()];
    const next = async () => {
      while (waiting.length && !this.stopped) await waiting.shift().send();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    this.#judge();
  }

  /** Says of each pair why it cannot be used, where it cannot. */
  #judge() {
    const first = new Map();
    for (const pair of this.pairs) {
      const [video, audio] = [this.sendings.get(pair.video), pair.audio && this.sendings.get(pair.audio)];
      pair.problem = video.problem ?? audio?.problem ?? lacking(video.media, audio?.media) ?? this.#twin(pair, first);
    }
  }

  #twin(pair, first) {
    const key = this.#idsOf(pair).join();
    if (!first.has(key)) first.set(key, pair);
    return first.get(key) === pair ? null : { title: `The same as ${first.get(key).name}.` };
  }

  #idsOf({ video, audio }) {
    return [this.sendings.get(video).media.id, audio ? this.sendings.get(audio).media.id : null];
  }

  #refused() {
    return this.pairs.filter(({ problem }) => problem);
  }

  async #start() {
    this.starting = true;
    this.#draw();
    const usable = this.pairs.filter(({ problem }) => !problem);
    const items = usable.map((pair) => {
      const [video, audio] = this.#idsOf(pair);
      return { video, audio, name: pair.name };
    });
    try {
      const metadata = this.folder ? { folder: this.folder } : {};
      const batch = await startBatch({ operation: "measure", items, metadata });
      say("The batch has begun");
      location.hash = `#/batches/${batch.id}`;
    } catch (problem) {
      this.problem = problem;
    }
    this.starting = false;
    this.#draw();
  }

  template(cancel) {
    const [refused, total] = [this.#refused().length, this.pairs.length];
    return html`<div class="card many">
        <p class="stage"><strong>${this.#told(refused, total)}</strong></p>
        <progress max="1" value=${this.#share()} aria-label="Sent of all files"></progress>
        <div class="row">
          ${
            this.settled && refused < total
              ? html`<button class="primary" ?disabled=${this.starting} @click=${() => this.#start()}>
                  Measure ${refused ? `the other ${total - refused}` : "them"}
                </button>`
              : nothing
          }
          <button @click=${cancel}>Cancel</button>
        </div>
      </div>
      ${alertOf(this.problem)} ${this.#leftOut()} ${this.#table()}`;
  }

  #told(refused, total) {
    if (this.starting) return "Beginning …";
    if (this.problem && !this.settled) return "Nothing was sent.";
    if (!this.settled) return `Sending ${count(this.sendings.size, "file")}: ${bytes(this.#sent())} of ${bytes(this.#size())}`;
    return refused ? `${refused} of ${total} cannot be measured.` : `All ${total} are here.`;
  }

  #sent() {
    return [...this.sendings.values()].reduce((sum, { sent }) => sum + sent, 0);
  }

  #size() {
    return [...this.sendings.values()].reduce((sum, { file }) => sum + file.size, 0);
  }

  #share() {
    return this.#size() ? this.#sent() / this.#size() : 1;
  }

  #leftOut() {
    if (!this.left.length) return nothing;
    return html`<details class="card left">
      <summary>${count(this.left.length, "file")} left out</summary>
      <p class="soft">They are no videos, or sounds that no video is called as.</p>
      <ul class="files">
        ${this.left.map((file) => html`<li>${file.name}</li>`)}
      </ul>
    </details>`;
  }

  #table() {
    return html`<table class="jobs items">
      <thead>
        <tr>
          <th scope="col">Video</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.pairs,
          (pair) => pair,
          (pair) => html`<tr>
            <th scope="row">${pair.name}</th>
            <td class="state">${this.#state(pair)}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #state(pair) {
    const given = [pair.video, pair.audio].filter(Boolean).map((file) => this.sendings.get(file));
    const problem = pair.problem ?? given.find((each) => each.problem)?.problem;
    if (problem) return html`<span class="out_of_sync">${problem.title}</span> <span class="soft">${problem.detail}</span>`;
    if (given.every((each) => each.media)) return html`<span class="soft">here</span>`;
    const share = given.reduce((sum, each) => sum + each.share(), 0) / given.length;
    return share ? html`<progress max="1" value=${share} aria-label="Sent of ${pair.name}"></progress>` : html`<span class="soft">waiting</span>`;
  }
}

export const count = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

function lacking(video, audio) {
  if (!video.video) return NO_PICTURE;
  return (audio ?? video).audio ? null : NO_SOUND;
}

/** A file that many may need; what is wrong with it does not stop the others. */
class Sending {
  constructor(file, draw) {
    Object.assign(this, { file, draw, sent: 0, media: null, problem: null });
    this.upload = new Upload(file, (sent) => this.#progress(sent));
  }

  async send() {
    try {
      this.media = await this.upload.run();
      this.sent = this.file.size;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.problem = problem;
    }
    this.draw();
  }

  share() {
    if (this.media) return 1;
    return this.file.size ? this.sent / this.file.size : 0;
  }

  stop(how) {
    if (!this.media) this.upload.stop(how);
  }

  #progress(sent) {
    this.sent = sent;
    this.draw();
  }
}
