// Asking for a repair.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { call } from "./service.js";

const MODES = {
  auto: "whatever explains the evidence best, and no more",
  offset: "only one constant shift of the sound",
  drift: "a shift and a steady drift",
  local: "a shift that wanders",
};
const BLENDS = { pyramid: "blended coarse to fine (pyramid)", poisson: "taking on the light around (Poisson)" };

/** The form's state outlives a redraw. */
export class Repair {
  wanted = { operation: "retime", mode: "auto", blend: "pyramid" };
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
            ${options(MODES, this.wanted.mode)}
          </select></label
        >
        ${
          this.wanted.operation === "warp"
            ? html`<label
                >Edges of the mouth
                <select @change=${(event) => this.#set({ blend: event.target.value })}>
                  ${options(BLENDS, this.wanted.blend)}
                </select></label
              >`
            : nothing
        }
        ${face === null ? nothing : html`<p class="soft">By the lips of face ${face + 1}, chosen above.</p>`}
        <button class="primary">Repair</button>
      </form>
    </details>`;
  }

  #ways() {
    const way = (operation, name, text) =>
      html`<label class="way"
        ><input
          type="radio"
          name="operation"
          .checked=${this.wanted.operation === operation}
          @change=${() => this.#set({ operation })}
        />
        <span><strong>${name}</strong><br /><span class="soft">${text}</span></span></label
      >`;
    return html`<fieldset>
      <legend>How</legend>
      ${way("retime", "Retime", "The sound is shifted, or whole frames are shown earlier and later. Nothing is painted.")}
      ${way("warp", "Repair the mouth", "Only the mouth is replaced, by the same mouth from another moment. The rest of the picture stays.")}
    </fieldset>`;
  }

  #set(news) {
    Object.assign(this.wanted, news);
    this.redraw();
  }

  #submit(event, job, face, start) {
    event.preventDefault();
    const { operation, mode, blend } = this.wanted;
    const { engine, start: from, end, region } = job.options;
    const chosen = { engine, mode, face: face ?? job.options.face, region, ...this.measured };
    Object.assign(chosen, from && { start: from }, end && { end });
    start({ operation, options: operation === "warp" ? { ...chosen, blend } : chosen });
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

function options(named, chosen) {
  return Object.entries(named).map(
    ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
  );
}

let known = null;

/** The operations that this service has. */
function offered() {
  known ??= call("/openapi.json").then(
    (document) => document.components.schemas.JobRequest.properties.operation.enum,
    () => ["retime"],
  );
  return known;
}
