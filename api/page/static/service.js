// The public API, as the page uses it.

import { askForKey, storedKey } from "./key.js";

/** What went wrong, for a person: `title`, `detail`, `remedy`, and the stable `code`. */
export class Problem extends Error {
  constructor({ code, title, detail, remedy, status }) {
    super(detail ?? title);
    Object.assign(this, { code, title, detail, remedy, status });
  }
}

export const UNREACHABLE = {
  code: "unreachable",
  title: "The service does not answer",
  detail: "It may be starting, or the connection is gone.",
  remedy: "This page goes on by itself once it answers.",
};

/** The JSON of a call, or null where the answer has none. Throws a Problem. */
export async function call(path, { method = "GET", json, signal } = {}) {
  const answer = await send(path, { method, json, signal });
  if (answer.status === 401 && (await askForKey())) return call(path, { method, json, signal });
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? null : answer.json();
}

async function send(path, { method, json, signal }) {
  const headers = authorization();
  if (json !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, { method, headers, signal, body: json === undefined ? undefined : JSON.stringify(json) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE);
  }
}

export function authorization() {
  const key = storedKey();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

async function problemOf(answer) {
  const fallback = { code: "internal", title: `The service answered ${answer.status}`, status: answer.status };
  try {
    return new Problem({ ...fallback, ...(await answer.json()) });
  } catch {
    return new Problem(fallback);
  }
}

export const startJob = (wanted) => call("/v1/jobs", { method: "POST", json: wanted });
export const readJob = (id) => call(`/v1/jobs/${id}`);
export const cancelJob = (id) => call(`/v1/jobs/${id}/cancel`, { method: "POST" });
export const deleteJob = (id) => call(`/v1/jobs/${id}`, { method: "DELETE" });
export const readReport = (id) => call(`/v1/jobs/${id}/artifacts/report.json`);
export const contentOf = (media) => `/v1/media/${media}/content`;

export const readUsage = () => call("/v1/usage");
export const startBatch = (wanted) => call("/v1/batches", { method: "POST", json: wanted });
export const readBatch = (id) => call(`/v1/batches/${id}?limit=1`);
export const cancelBatch = (id) => call(`/v1/batches/${id}/cancel`, { method: "POST" });
export const deleteBatch = (id) => call(`/v1/batches/${id}`, { method: "DELETE" });
export const listBatches = () => call("/v1/batches?limit=100");

export function listJobs(filter) {
  const given = Object.entries(filter).filter(([, value]) => value);
  return call(`/v1/jobs?${new URLSearchParams(given)}`);
}

const known = new Map();

/** A media's facts, which never change; null where they cannot be had. */
export async function readMedia(id) {
  try {
    if (!known.has(id)) known.set(id, await call(`/v1/media/${id}`));
  } catch {
    return null;
  }
  return known.get(id);
}

let operations = null;

/** The operations that this service has. */
export function offered() {
  operations ??= call("/openapi.json").then(
    (document) => document.components.schemas.JobRequest.properties.operation.enum,
    () => ["retime"],
  );
  return operations;
}
