// Choosing among several faces.

import { html, nothing } from "./vendor/lit/lit-html.js";
import { VERDICTS, clock, timing } from "./words.js";

const MOST_FACES = 24;
const SIDE = 72;
const MARGIN = 0.35;

/** A choice of whose lips to look at; nothing where there is one, or a repair went by one. */
export function faces({ result, timeline }, video, chosen, choose) {
  if (result.before || result.faces.length < 2) return nothing;
  const portraits = new Map(timeline.faces.map((face) => [face.track, face.portrait]));
  return html`<fieldset class="faces">
    <legend>Whose lips</legend>
    ${option("Whoever speaks", nothing, chosen === null, () => choose(null))}
    ${result.faces
      .slice(0, MOST_FACES)
      .map((face) =>
        option(
          html`Face ${face.track + 1}<br /><span class="soft"
              >${clock(face.first_seconds)}–${clock(face.last_seconds)}</span
            ><br />${told(face.score)}`,
          html`<face-portrait .video=${video} .portrait=${portraits.get(face.track)}></face-portrait>`,
          chosen === face.track,
          () => choose(face.track),
        ),
      )}
  </fieldset>`;
}

function option(text, picture, checked, choose) {
  return html`<label class="face"
    ><input type="radio" name="face" .checked=${checked} @change=${choose} />${picture}<span>${text}</span></label
  >`;
}

function told(score) {
  if (score === null) return html`<span class="soft">seen too briefly</span>`;
  const amount = score.verdict === "no_evidence" ? nothing : `, ${timing(score.offset_ms)}`;
  return html`<span class=${score.verdict}>${VERDICTS[score.verdict]}${amount}</span>`;
}

/** <face-portrait>: a face cut out of the video. One after the other, so that the video is read once at a time. */
class FacePortrait extends HTMLElement {
  static #last = Promise.resolve();

  connectedCallback() {
    this.canvas = Object.assign(document.createElement("canvas"), { width: 2 * SIDE, height: 2 * SIDE });
    this.canvas.setAttribute("aria-hidden", "true");
    this.replaceChildren(this.canvas);
    if (this.video) FacePortrait.#last = FacePortrait.#last.then(() => this.isConnected && this.#draw());
  }

  async #draw() {
    const video = Object.assign(document.createElement("video"), { muted: true, preload: "auto", src: this.video });
    video.currentTime = this.portrait.seconds;
    const shown = await new Promise((resolve) => {
      video.onseeked = () => resolve(true);
      video.onerror = () => resolve(false);
    });
    if (shown) this.canvas.getContext("2d").drawImage(video, ...this.#square(video), 0, 0, 2 * SIDE, 2 * SIDE);
    video.removeAttribute("src");
    video.load();
  }

  #square(video) {
    const [left, top, right, bottom] = this.portrait.left_top_right_bottom;
    const side = Math.min(Math.max(right - left, bottom - top) * (1 + 2 * MARGIN), video.videoWidth, video.videoHeight);
    const clamp = (middle, most) => Math.min(Math.max(middle - side / 2, 0), most - side);
    return [clamp((left + right) / 2, video.videoWidth), clamp((top + bottom) / 2, video.videoHeight), side, side];
  }
}

customElements.define("face-portrait", FacePortrait);
