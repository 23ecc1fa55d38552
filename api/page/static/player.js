// <sync-player>: one or two videos played in step, with one sound.

import { html, nothing, render } from "./vendor/lit/lit-html.js";
import { clock } from "./words.js";

const SPEEDS = [1, 0.5, 0.25];
const SEEK_BEYOND_SECONDS = 0.25;
const LEAVE_BELOW_SECONDS = 0.015;
const MOST_CORRECTION = 0.15;

/**
 * `decks`: `{label, picture, sound}` with URLs; `sound` only where it is not the picture's own. `size`: of the
 * picture, so that nothing jumps when it comes. `fps`: for the steps of one frame. Sends `time` as it plays.
 */
class SyncPlayer extends HTMLElement {
  decks = [];
  size = { width: 16, height: 9 };
  fps = 25;
  #state = { playing: false, speed: 1, heard: 0, wiped: false, wipe: 50, broken: null, muted: false };

  connectedCallback() {
    this.#state.heard = this.decks.length - 1;
    this.#draw();
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.frame);
  }

  get seconds() {
    return this.#clock?.currentTime ?? 0;
  }

  /** Shows the moment. */
  seek(seconds) {
    for (const medium of this.#media()) medium.currentTime = Math.max(0, seconds);
    this.#told();
  }

  play() {
    this.#set({ playing: true });
    for (const medium of this.#media()) medium.play().catch(() => {});
    this.#follow();
  }

  pause() {
    for (const medium of this.#media()) medium.pause();
    this.#set({ playing: false });
  }

  get #clock() {
    return this.querySelector("video");
  }

  #media() {
    return [...this.querySelectorAll("video, audio")];
  }

  #set(news) {
    Object.assign(this.#state, news);
    this.#draw();
  }

  /** Keeps the others at the first one's time: a little faster or slower, or by a jump. */
  #follow() {
    const master = this.#clock;
    for (const medium of this.#media()) {
      if (medium !== master) keepUp(medium, master, this.#state.speed);
    }
    this.#told();
    if (this.#state.playing) this.frame = requestAnimationFrame(() => this.#follow());
  }

  #told() {
    const duration = this.#clock?.duration || 0;
    this.querySelector(".clock").textContent = `${clock(this.seconds)} / ${clock(duration)}`;
    const bar = this.querySelector(".seek");
    bar.max = duration;
    bar.value = this.seconds;
    bar.setAttribute("aria-valuetext", clock(this.seconds));
    this.dispatchEvent(new CustomEvent("time", { detail: this.seconds }));
  }

  #step(frames) {
    this.pause();
    this.seek(this.seconds + frames / this.fps);
  }

  #hear(heard) {
    this.#set({ heard });
  }

  #slow(speed) {
    this.#set({ speed });
    for (const medium of this.#media()) medium.playbackRate = speed;
  }

  #wipeTo(percent) {
    this.#state.wipe = percent;
    this.querySelectorAll("figure")[1].style.clipPath = this.#state.wiped ? `inset(0 0 0 ${percent}%)` : "";
    this.querySelector(".seam")?.style.setProperty("left", `${percent}%`);
  }

  #draw() {
    this.style.setProperty("--aspect", this.size.width / this.size.height);
    render(this.#template(), this);
    if (this.decks.length > 1) this.#wipeTo(this.#state.wipe);
  }

  #template() {
    const { playing, wiped, broken } = this.#state;
    return html` <div class="decks ${this.decks.length > 1 ? (wiped ? "wiped" : "beside") : ""}">
        ${this.decks.map((deck, index) => this.#deck(deck, index))} ${wiped ? html`<div class="seam"></div>` : nothing}
      </div>
      ${broken ? html`<p class="alert">${broken}</p>` : nothing}
      <input
        class="seek"
        type="range"
        min="0"
        max="1"
        step="0.01"
        value="0"
        aria-label="Position"
        @input=${(event) => this.seek(event.target.valueAsNumber)}
      />
      <div class="transport" role="group" aria-label="Player">
        <button class="primary" @click=${() => (playing ? this.pause() : this.play())}>
          ${playing ? "Pause" : "Play"}
        </button>
        <button @click=${() => this.#step(-1)} aria-label="One frame back">−1</button>
        <button @click=${() => this.#step(1)} aria-label="One frame on">+1</button>
        <span class="clock">0:00.0 / 0:00.0</span>
        <label
          >Speed
          <select @change=${(event) => this.#slow(Number(event.target.value))}>
            ${SPEEDS.map((speed) => html`<option value=${speed}>${speed} ×</option>`)}
          </select></label
        >
        ${this.decks.length > 1 ? this.#choices() : this.#mute()}
      </div>`;
  }

  #deck({ label, picture, sound }, index) {
    const { heard, muted } = this.#state;
    const silent = muted || heard !== index;
    return html`<figure>
      <video
        src=${picture}
        width=${this.size.width}
        height=${this.size.height}
        preload="auto"
        playsinline
        aria-label=${label}
        .muted=${silent || Boolean(sound)}
        @loadedmetadata=${() => this.#told()}
        @ended=${() => this.pause()}
        @click=${() => (this.#state.playing ? this.pause() : this.play())}
        @error=${() => this.#set({ broken: `This browser cannot play this kind of file (${label}). What was found holds all the same.` })}
      ></video>
      ${sound ? html`<audio src=${sound} preload="auto" .muted=${silent}></audio>` : nothing}
      ${this.decks.length > 1 ? html`<figcaption>${label}</figcaption>` : nothing}
    </figure>`;
  }

  #mute() {
    const { muted } = this.#state;
    return html`<button aria-pressed=${muted} @click=${() => this.#set({ muted: !muted })}>Mute</button>`;
  }

  #choices() {
    const { heard, wiped, wipe } = this.#state;
    return html` <fieldset>
        <legend>Sound</legend>
        ${this.decks.map(
          ({ label }, index) =>
            html`<label
              ><input type="radio" name="heard" .checked=${heard === index} @change=${() => this.#hear(index)} />
              ${label}</label
            >`,
        )}
      </fieldset>
      <fieldset>
        <legend>Pictures</legend>
        <label
          ><input type="radio" name="view" .checked=${!wiped} @change=${() => this.#set({ wiped: false })} /> Side by
          side</label
        >
        <label
          ><input type="radio" name="view" .checked=${wiped} @change=${() => this.#set({ wiped: true })} /> Wipe</label
        >
        ${
          wiped
            ? html`<input
                type="range"
                min="0"
                max="100"
                .value=${String(wipe)}
                aria-label="Seam of the wipe, percent from the left"
                @input=${(event) => this.#wipeTo(event.target.valueAsNumber)}
              />`
            : nothing
        }
      </fieldset>`;
  }
}

function keepUp(medium, master, speed) {
  const behind = master.currentTime - medium.currentTime;
  if (medium.ended || medium.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  if (Math.abs(behind) > SEEK_BEYOND_SECONDS) medium.currentTime = master.currentTime;
  const correction = Math.abs(behind) < LEAVE_BELOW_SECONDS ? 0 : behind;
  medium.playbackRate = speed * (1 + Math.max(-MOST_CORRECTION, Math.min(MOST_CORRECTION, correction)));
}

customElements.define("sync-player", SyncPlayer);
