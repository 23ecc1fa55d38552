// Asking for a repair.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { choices } from "./choices.js";
import { offered } from "./service.js";

const MODES = {
  auto: "whatever explains the evidence best, and no more",
  offset: "only one constant shift of the sound",
  drift: "a shift and a steady drift",
  local: "a shift that wanders",
};
const MOVES = {
  auto: ["Whatever loses least", "Where the offset is constant, both are copied; where it changes, the sound is moved."],
  sound: ["The sound", "The picture is copied as it is, even where the offset changes: the sound is then cut and stretched."],
  picture: [
    "The picture",
    "The sound is copied as it is, even where the offset changes: frames are then repeated and left out, and the picture is encoded again.",
  ],
};
const BLENDS = { pyramid: "blended coarse to fine (pyramid)", poisson: "taking on the light around (Poisson)" };

/** The form's state outlives a redraw. */
export class Repair {
  wanted = { operation: "retime", mode: "auto", move: "auto", blend: "pyramid" };
  operations = [];

  constructor(redraw) {
    this.redraw = redraw;
    offered().then((operations) => Object.assign(this, { operations }) && redraw());
  }

  /** `start` is called with the operation and its options. */
  template({ result }, job, face, start) {
    this.measured = heard(result);
    const worth = result.score.verdict === "out_of_sync" && !result.before;
    return html`<details class="card repair" ?open=${worth}>
      <summary>${invitation(result)}</summary>
      ${result.score.verdict === "no_evidence" ? html`<p>Without evidence nothing will be moved: the copy will be as the video is.</p>` : nothing}
      <form @submit=${(event) => this.#submit(event, job, face, start)}>
        ${this.operations.includes("warp") ? this.#ways() : nothing}
        <label
          >It may change
          <select @change=${(event) => this.#set({ mode: event.target.value })}>
            ${choices(MODES, this.wanted.mode)}
          </select></label
        >
        ${
          this.wanted.operation === "warp"
            ? html`<label
                >Edges of the mouth
                <select @change=${(event) => this.#set({ blend: event.target.value })}>
                  ${choices(BLENDS, this.wanted.blend)}
                </select></label
              >`
            : this.#moves()
        }
        ${face === null ? nothing : html`<p class="soft">By the lips of face ${face + 1}, chosen above.</p>`}
        <button class="primary">Repair</button>
      </form>
    </details>`;
  }

  #ways() {
    return html`<fieldset>
      <legend>How</legend>
      ${this.#way("operation", "retime", "Retime", "The sound is moved, or whole frames are shown earlier and later. Nothing is painted.")}
      ${this.#way("operation", "warp", "Repair the mouth", "Only the mouth is replaced, by the same mouth from another moment. The rest of the picture stays.")}
    </fieldset>`;
  }

  #moves() {
    return html`<fieldset>
      <legend>What is moved</legend>
      ${Object.entries(MOVES).map(([move, [name, text]]) => this.#way("move", move, name, text))}
    </fieldset>`;
  }

  /** One value of a choice, with what it means. */
  #way(choice, value, name, text) {
    return html`<label class="way"
      ><input
        type="radio"
        name=${choice}
        .checked=${this.wanted[choice] === value}
        @change=${() => this.#set({ [choice]: value })}
      />
      <span><strong>${name}</strong><br /><span class="soft">${text}</span></span></label
    >`;
  }

  #set(news) {
    Object.assign(this.wanted, news);
    this.redraw();
  }

  #submit(event, job, face, start) {
    event.preventDefault();
    const { operation, mode, move, blend } = this.wanted;
    const { engine, start: from, end, region } = job.options;
    const chosen = { engine, mode, face: face ?? job.options.face, region, ...this.measured };
    Object.assign(chosen, from && { start: from }, end && { end });
    start({ operation, options: { ...chosen, ...(operation === "warp" ? { blend } : { move }) } });
  }
}

/** The options that go by the very sound that was measured. */
function heard({ before, sound }) {
  const { stream, channel } = before?.sound ?? sound ?? {};
  return stream === undefined ? {} : { audio_stream: stream, channel: Number(channel) || channel };
}

function invitation({ score, before }) {
  if (before) return "Repair it another way";
  return { out_of_sync: "Repair it", in_sync: "Repair it all the same", no_evidence: "Try a repair all the same" }[
    score.verdict
  ];
}
