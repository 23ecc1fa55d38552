// Choosing what is listened to: the audio streams of a file with their levels, and one of their channels.

import { html, nothing, svg } from "./vendor/lit/lit-html.js";

const QUIETEST = -60;
const WIDTH = 96;
const HEIGHT = 24;
const WITHOUT_CENTRE = ["mono", "stereo", "downmix", "2.1", "3.0(back)", "quad", "quad(side)", "6.0(front)", "6.1(front)"];

/** Whether there is something to choose in the file. */
export const several = (media) => (media?.audio_streams ?? []).length > 1;

/** Whether one stream has more to choose than its mix. */
export const manyChannels = (media) => (media?.audio_streams ?? []).some(({ channels }) => channels > 1);

/** The stream that is listened to where nothing is said. */
export function usual(streams) {
  return (streams.find((each) => each.default) ?? streams[0])?.stream;
}

/** The form's state outlives a redraw. */
export class SoundChoice {
  stream = null;
  channel = "auto";

  constructor(redraw) {
    this.redraw = redraw;
  }

  /** The options of a job on what is chosen. */
  options(streams) {
    const stream = this.#chosen(streams);
    const channel = this.#channels(streams).includes(this.channel) ? this.channel : "auto";
    return { audio_stream: stream, channel: Number(channel) || channel };
  }

  /** A choice among `streams`; `start` is called with the options, also those that try each. */
  template(streams, start) {
    return html`<form class="sounds" @submit=${(event) => (event.preventDefault(), start(this.options(streams)))}>
      <fieldset>
        <legend>Which sound</legend>
        ${streams.map((each) => this.#row(each, streams))}
      </fieldset>
      ${this.#channelChoice(streams)}
      <p class="row">
        <button class="primary">Measure this sound</button>
        ${
          streams.length > 1
            ? html`<button type="button" @click=${() => start({ audio_stream: "all", channel: "auto" })}>
                Try each of them
              </button>`
            : nothing
        }
      </p>
    </form>`;
  }

  #chosen(streams) {
    return streams.some(({ stream }) => stream === this.stream) ? this.stream : usual(streams);
  }

  #row(each, streams) {
    return html`<label class="sound"
      ><input
        type="radio"
        name="stream"
        .checked=${each.stream === this.#chosen(streams)}
        @change=${() => this.#set({ stream: each.stream, channel: "auto" })}
      />
      <span>${described(each)}</span>
      ${meter(each)}</label
    >`;
  }

  #channels(streams) {
    const each = streams.find(({ stream }) => stream === this.#chosen(streams));
    if (!each || each.channels < 2) return [];
    const numbers = Array.from({ length: each.channels }, (_, index) => String(index + 1));
    return [...(centred(each) ? ["auto"] : []), "mix", ...numbers];
  }

  #channelChoice(streams) {
    const offered = this.#channels(streams);
    if (!offered.length) return nothing;
    const each = streams.find(({ stream }) => stream === this.#chosen(streams));
    const shown = offered.includes(this.channel) ? this.channel : offered[0];
    return html`<label
      >Channels
      <select @change=${(event) => this.#set({ channel: event.target.value })}>
        ${offered.map(
          (channel) => html`<option value=${channel} ?selected=${channel === shown}>${named(channel, each)}</option>`,
        )}
      </select></label
    >`;
  }

  #set(news) {
    Object.assign(this, news);
    this.redraw();
  }
}

function described({ stream, language, title, layout, channels, default: marked }) {
  const facts = [language, title, layout ?? `${channels} channel${channels > 1 ? "s" : ""}`].filter(Boolean);
  return html`<strong>${stream}</strong> ${facts.join(" · ")}${marked ? html` <span class="soft">marked</span>` : nothing}`;
}

const centred = ({ channels, layout }) =>
  channels > 2 && (layout ? !WITHOUT_CENTRE.includes(layout) : [6, 8].includes(channels));

const PLACES = ["left", "right", "centre"];

function named(channel, { channels, layout, channel_levels_dbfs: levels }) {
  if (channel === "auto") return "centre or all, whichever fits better";
  if (channel === "mix") return "all, mixed";
  const index = Number(channel) - 1;
  const front = channels === 2 || centred({ channels, layout });
  const place = front && index < Math.min(channels, 3) ? ` (${PLACES[index]})` : "";
  return `${channel}${place}${levels ? `: ${level(levels[index])}` : ""}`;
}

const level = (dbfs) => (dbfs <= QUIETEST ? "silent" : `${dbfs.toFixed(0)} dBFS`);

/** How loud the stream is, from excerpts spread over the file: their levels, and the loudest in words. */
function meter({ levels_dbfs: levels }) {
  if (!levels) return nothing;
  const step = WIDTH / levels.length;
  const high = (dbfs) => Math.max(1, Math.min(1, Math.max(0, 1 - dbfs / QUIETEST)) * HEIGHT);
  return html`<svg class="meter" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
      ${levels.map(
        (dbfs, index) =>
          svg`<rect x=${index * step + 0.5} y=${HEIGHT - high(dbfs)} width=${step - 1} height=${high(dbfs)} />`,
      )}
    </svg>
    <span class="soft">${level(Math.max(...levels))}</span>`;
}
