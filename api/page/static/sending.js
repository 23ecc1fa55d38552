// A file on its way: it is sent once, and how much of it has arrived is shown.

import { html } from "./vendor/lit/lit-html.js";
import { Upload } from "./upload.js";
import { bytes, facts } from "./words.js";

export class Sending {
  constructor(file, redraw) {
    Object.assign(this, { file, redraw, sent: 0, known: null });
  }

  async media() {
    this.upload ??= new Upload(this.file, (sent) => this.#progress(sent));
    this.result ??= this.upload.run();
    this.known = await this.result;
    this.redraw();
    return this.known;
  }

  stop(how) {
    if (!this.known) this.upload?.stop(how);
  }

  #progress(sent) {
    this.sent = sent;
    this.redraw();
  }

  template() {
    const share = this.file.size ? Math.min(1, this.sent / this.file.size) : 1;
    return html`<div class="sending">
      <strong>${this.file.name}</strong>
      <progress max="1" value=${this.known ? 1 : share} aria-label="Sent of ${this.file.name}"></progress>
      <span class="soft"
        >${this.known ? facts(this.known).join(" · ") : `${bytes(this.sent)} of ${bytes(this.file.size)}`}</span
      >
    </div>`;
  }
}
