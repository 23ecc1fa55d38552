// Giving a video another voice: a sound is dropped, sent, and a dub begins.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { alertOf } from "./alert.js";
import { choices } from "./choices.js";
import { Upload } from "./upload.js";
import { offered } from "./service.js";
import { bytes } from "./words.js";

const LENGTHS = {
  picture: "as the picture: a longer sound is cut, after a shorter one the lips stay closed",
  sound: "as the sound: the picture goes on, or ends with it",
  shortest: "as the shorter of the two",
};
const FILLS = { hold: "its last frame held", loop: "the picture once more", bounce: "the picture backwards" };

export class Voice {
  wanted = { length: "picture", fill: "hold", keep_audio: false };
  operations = [];
  file = null;
  sent = 0;
  problem = null;

  constructor(redraw) {
    this.redraw = redraw;
    offered().then((operations) => Object.assign(this, { operations }) && redraw());
  }

  close() {
    this.upload?.stop({ forgotten: true });
  }

  /** `start` is called with the operation, the sound and the options. */
  template(job, face, start) {
    if (!this.operations.includes("dub")) return nothing;
    return html`<details class="card voice" ?open=${job.operation === "dub" || this.file !== null}>
      <summary>Give it another voice</summary>
      <p>
        The mouth will say what another sound says, with this person's own mouths from this video. Only where it is your
        right to change what somebody says; the copy's metadata tell that it is a dub.
      </p>
      ${alertOf(this.problem)} ${this.upload ? this.#sending() : this.#choosing(job, face, start)}
    </details>`;
  }

  #choosing(job, face, start) {
    const take = (files) => files.length && this.#send(files[0], job, face, start);
    return html`${this.#lasting()}
    <label
      class="dropzone small"
      @dragover=${(event) => event.preventDefault()}
      @drop=${(event) => (event.preventDefault(), event.stopPropagation(), take(event.dataTransfer.files))}
    >
      <input type="file" name="voice" accept="audio/*,video/*" @change=${(event) => take(event.target.files)} />
      <span class="big">Drop a sound here</span>
      <span class="soft">or press to choose one: another take, another language, another voice.</span>
    </label>`;
  }

  #lasting() {
    return html`<label
        >It lasts
        <select name="length" @change=${(event) => this.#set({ length: event.target.value })}>
          ${choices(LENGTHS, this.wanted.length)}
        </select></label
      >
      ${
        this.wanted.length === "sound"
          ? html`<label
              >After its end the picture shows
              <select name="fill" @change=${(event) => this.#set({ fill: event.target.value })}>
                ${choices(FILLS, this.wanted.fill)}
              </select></label
            >`
          : nothing
      }
      <label class="tick"
        ><input
          type="checkbox"
          name="keep_audio"
          .checked=${this.wanted.keep_audio}
          @change=${(event) => this.#set({ keep_audio: event.target.checked })}
        />
        Keep the old sound as another track</label
      >`;
  }

  #set(news) {
    Object.assign(this.wanted, news);
    this.redraw();
  }

  #sending() {
    return html`<div class="sending">
      <strong>${this.file.name}</strong>
      <progress max="1" value=${this.file.size ? this.sent / this.file.size : 1} aria-label="Sent of the sound"></progress>
      <span class="soft">${bytes(this.sent)} of ${bytes(this.file.size)}</span>
    </div>`;
  }

  async #send(file, job, face, start) {
    Object.assign(this, { file, sent: 0, problem: null });
    this.upload = new Upload(file, (sent) => (Object.assign(this, { sent }), this.redraw()));
    this.redraw();
    try {
      const audio = await this.upload.run();
      await start({ operation: "dub", audio: audio.id, options: { ...chosen(job, face), ...this.wanted } });
    } catch (problem) {
      if (problem.name !== "AbortError") this.problem = problem;
    }
    this.upload = null;
    this.redraw();
  }
}

/** What was chosen for the measurement holds for the dub; which of the old sounds was listened to does not. */
function chosen({ options }, face) {
  const { engine, region, start, end } = options;
  return {
    face: face ?? options.face,
    ...(engine === "judge" ? {} : { engine }),
    ...(region ? { region } : {}),
    ...(start ? { start } : {}),
    ...(end ? { end } : {}),
  };
}
