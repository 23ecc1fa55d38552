// Giving a video another voice: a sound is dropped, sent, and a dub begins. Another video may give mouths.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { alertOf } from "./alert.js";
import { choices } from "./choices.js";
import { Sending } from "./sending.js";
import { Problem, offered } from "./service.js";

const LENGTHS = {
  picture: "as the picture: a longer sound is cut, after a shorter one the lips stay closed",
  sound: "as the sound: the picture goes on, or ends with it",
  shortest: "as the shorter of the two",
};
const FILLS = { hold: "its last frame held", loop: "the picture once more", bounce: "the picture backwards" };

const NO_PICTURE = {
  title: "There is no picture in it",
  detail: "It has no mouths that could be taken.",
  remedy: "Choose a video that shows the person speaking.",
};

export class Voice {
  wanted = { length: "picture", fill: "hold", keep_audio: false };
  operations = [];
  used = false;
  sound = null;
  gallery = undefined; // that of the job that is looked at; null: none
  problem = null;

  constructor(redraw) {
    this.redraw = redraw;
    offered().then((operations) => Object.assign(this, { operations }) && redraw());
  }

  close() {
    for (const each of [this.sound, this.gallery]) each?.stop({ forgotten: true });
  }

  /** `start` is called with the operation, the sound, the gallery and the options; `lent`: media, that of the job. */
  template(job, lent, face, start) {
    if (!this.operations.includes("dub")) return nothing;
    return html`<details class="card voice" ?open=${job.operation === "dub" || this.used}>
      <summary>Give it another voice</summary>
      <p>
        The mouth will say what another sound says, with this person's own mouths from this video. Only where it is your
        right to change what somebody says; the copy's metadata tell that it is a dub.
      </p>
      ${alertOf(this.problem)} ${this.sound ? this.#sending() : this.#choosing(job, lent, face, start)}
    </details>`;
  }

  #choosing(job, lent, face, start) {
    const take = (files) => files.length && this.#send(files[0], job, lent, face, start);
    return html`${this.#lending(lent)} ${this.#lasting()}
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

  #lending(lent) {
    if (this.gallery || (lent && this.gallery === undefined))
      return html`<div class="lent">
        ${this.gallery ? this.gallery.template() : html`<p>Mouths of <strong>${lent.filename}</strong>, too.</p>`}
        <button type="button" @click=${() => this.#without()}>Without its mouths</button>
      </div>`;
    return html`<label class="file"
      >Is the face seldom seen, or does it hardly speak? First choose another video of the same person, to take
      mouths from as well:
      <input
        type="file"
        name="gallery"
        accept="video/*,.mkv,.mxf,.mts,.m2ts,.ts,.avi,.mov"
        @change=${(event) => this.#lend(event.target.files)}
    /></label>`;
  }

  #without() {
    this.gallery?.stop({ forgotten: true });
    Object.assign(this, { gallery: null, problem: null });
    this.redraw();
  }

  async #lend([file]) {
    if (!file) return;
    const gallery = new Sending(file, this.redraw);
    Object.assign(this, { gallery, used: true, problem: null });
    this.redraw();
    await this.#try(() => this.#pictured(gallery));
  }

  /** The media of a gallery; one without a picture is not used. */
  async #pictured(gallery) {
    try {
      const media = await gallery.media();
      if (!media.video) throw new Problem(NO_PICTURE);
      return media;
    } catch (problem) {
      if (this.gallery === gallery) this.gallery = null;
      throw problem;
    }
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
    return [this.gallery, this.sound].filter(Boolean).map((sending) => sending.template());
  }

  async #send(file, job, lent, face, start) {
    const { gallery } = this;
    const sound = new Sending(file, this.redraw);
    Object.assign(this, { sound, used: true, problem: null });
    this.redraw();
    await this.#try(async () => {
      const [audio, other] = await Promise.all([sound.media(), gallery ? this.#pictured(gallery) : gallery]);
      const mouths = other === undefined ? lent : other;
      const options = { ...chosen(job, face), ...this.wanted };
      await start({ operation: "dub", audio: audio.id, gallery: mouths?.id, options });
    });
    sound.stop({ forgotten: true });
    this.sound = null;
    this.redraw();
  }

  async #try(action) {
    try {
      await action();
    } catch (problem) {
      if (problem.name !== "AbortError") this.problem = problem;
    }
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
