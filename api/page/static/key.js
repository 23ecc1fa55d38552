// The API key, where the server wants one. It is a cookie of the session, because <video>, downloads and
// EventSource send no Authorization header; the server takes the cookie for reading only.

import { html, render } from "./vendor/lit/lit-html.js";

const COOKIE = "liptune_key";

export function storedKey() {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
  return found ? decodeURIComponent(found.slice(COOKIE.length + 1)) : null;
}

let asking = null;

/** Opens a dialog; resolves once a key was given, to false when the person gave up. */
export function askForKey() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

function ask() {
  const wrong = storedKey() !== null;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "key-title");
  document.body.append(dialog);
  render(form(wrong), dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const key = dialog.querySelector("input").value.trim();
      const given = dialog.returnValue === "use" && key !== "";
      if (given) keep(key);
      dialog.remove();
      resolve(given);
    });
  });
}

function keep(key) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${encodeURIComponent(key)}; path=/; SameSite=Strict${secure}`;
}

function form(wrong) {
  return html`<form method="dialog">
    <h2 id="key-title">This service wants an API key</h2>
    ${wrong ? html`<p role="alert">The key that was given is not valid.</p>` : ""}
    <p class="soft">Whoever runs it has one. It is kept in this browser until that is closed.</p>
    <label>API key <input type="password" name="key" autocomplete="current-password" required autofocus /></label>
    <div class="row">
      <button class="primary" value="use">Use it</button>
      <button value="cancel" formnovalidate>Cancel</button>
    </div>
  </form>`;
}
