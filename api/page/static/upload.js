// Sending a file.

import { Problem, UNREACHABLE, authorization, call } from "./service.js";

/** Sends a file as media. `result` is a promise of its facts; `cancel` stops it. */
export function upload(file, onSent) {
  const request = new XMLHttpRequest();
  const result = call("/v1/jobs?limit=1").then(() => send(request, file, onSent));
  return { result, cancel: () => request.abort() };
}

function send(request, file, onSent) {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => onSent(event.loaded, event.total);
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(new Problem(request.response ?? {})));
    request.onerror = () => reject(new Problem(UNREACHABLE));
    request.onabort = () => reject(new DOMException("Canceled", "AbortError"));
    request.open("POST", "/v1/media");
    request.responseType = "json";
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.send(form);
  });
}
