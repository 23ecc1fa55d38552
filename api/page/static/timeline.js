// <timeline-plot>: the plots over time, where a click plays the moment, and a band its stretch.

import { TimelinePlot, bands, clock, describe, legend, timing } from "./plot.js";

class TimelineElement extends HTMLElement {
  connectedCallback() {
    this.host = document.createElement("div");
    this.host.className = "plot-host seekable";
    this.host.setAttribute("role", "img");
    this.strip = document.createElement("div");
    this.readout = document.createElement("p");
    this.readout.className = "readout";
    this.keys = document.createElement("div");
    this.replaceChildren(this.strip, this.host, this.readout, this.keys);
    this.plot = new TimelinePlot(this.host);
    this.host.addEventListener("pointerdown", (event) => this.#drag(event));
    this.host.addEventListener("pointermove", (event) => event.buttons && this.#sent(event));
    this.#show();
  }

  disconnectedCallback() {
    this.plot.close();
  }

  /** What to draw: see TimelinePlot. */
  set view(view) {
    if (view === this.shown) return;
    this.shown = view;
    if (this.plot) this.#show();
  }

  set time(seconds) {
    this.plot.time = seconds;
    this.readout.textContent = this.#said(seconds);
  }

  #show() {
    if (!this.shown) return;
    this.plot.show(this.shown);
    this.strip.replaceChildren(bands(this.shown, (seconds) => this.#seek(seconds)));
    this.host.setAttribute("aria-label", describe(this.shown));
    this.keys.replaceChildren(legend(this.shown));
    this.readout.textContent = this.#said(0);
  }

  #drag(event) {
    this.host.setPointerCapture(event.pointerId);
    this.#sent(event);
  }

  #sent(event) {
    this.#seek(this.plot.secondsAt(event.clientX));
  }

  #seek(seconds) {
    this.dispatchEvent(new CustomEvent("seek", { detail: seconds, bubbles: true }));
  }

  #said(seconds) {
    const near = (moment) => Math.abs(moment.seconds - seconds);
    const [moment] = this.shown.moments.toSorted((a, b) => near(a) - near(b));
    if (!moment || near(moment) > 2) return `At ${clock(seconds)}: nothing to score.`;
    const stands = `evidence ${moment.confidence.toFixed(1)}, chance reaches ${moment.confidence_needed.toFixed(1)}`;
    const told =
      moment.verdict === "no_evidence"
        ? "these two seconds alone prove nothing"
        : `the sound is ${timing(moment.offset_ms)}`;
    return `At ${clock(seconds)}: ${told} (${stands}).`;
  }
}

customElements.define("timeline-plot", TimelineElement);
