// The options of a select element.

import { html } from "./vendor/lit/lit-html.js";

/** `named`: from value to text. */
export function choices(named, chosen) {
  return Object.entries(named).map(
    ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
  );
}
