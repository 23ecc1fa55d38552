// Following a job: server-sent events, and asking again where those break off.

import { Problem, UNREACHABLE, readJob } from "./service.js";

const AGAIN_MS = 2000;
export const ENDED = ["succeeded", "failed", "canceled"];

/** Calls `onJob` with the job now and at every change until it has ended. Returns what stops it. */
export function watch(id, onJob, onProblem) {
  const watching = new Watching(id, onJob, onProblem);
  watching.start();
  return () => watching.stop();
}

class Watching {
  constructor(id, onJob, onProblem) {
    Object.assign(this, { id, onJob, onProblem, stopped: false });
  }

  async start() {
    await this.#read();
    if (!this.stopped && !ENDED.includes(this.job?.status)) this.#listen();
  }

  stop() {
    this.stopped = true;
    this.events?.close();
    clearTimeout(this.timer);
  }

  async #read() {
    try {
      const job = await readJob(this.id);
      if (!this.stopped) this.#tell(job);
    } catch (problem) {
      if (!this.stopped) this.#fail(problem);
    }
  }

  #tell(job) {
    this.job = job;
    this.onJob(job);
  }

  #fail(problem) {
    this.onProblem(problem);
    if (problem.code !== UNREACHABLE.code && problem.status < 500) this.stop();
  }

  #listen() {
    this.events?.close();
    this.events = new EventSource(`/v1/jobs/${this.id}/events`);
    this.events.addEventListener("status", (event) => this.#stands(JSON.parse(event.data)));
    this.events.addEventListener("progress", (event) => this.#goesOn(JSON.parse(event.data)));
    this.events.addEventListener("losses", (event) => this.#change(JSON.parse(event.data)));
    this.events.addEventListener("done", () => this.#end());
    this.events.onopen = () => (this.job ? this.onJob(this.job) : this.#read());
    this.events.onerror = () => this.#broken();
  }

  /** A job that waits again may begin anew, or go on where it was: the service knows. */
  #stands(news) {
    if (news.status === "queued") this.#read();
    else this.#change(news);
  }

  /** All events are told again from the first one on: the job that was read may be ahead of them. */
  #goesOn(news) {
    if (news.progress >= this.job?.progress) this.#change({ status: "running", ...news });
  }

  #change(news) {
    if (!this.stopped && this.job) this.#tell({ ...this.job, ...news });
  }

  /** Reads what the job ended with; starts anew where that fails. */
  #end() {
    this.events.close();
    this.#soon(0);
  }

  #soon(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), milliseconds);
  }

  /** An EventSource connects again by itself after all but a refusal, or the word that nothing follows. */
  #broken() {
    if (this.stopped) return;
    if (this.events.readyState === EventSource.CLOSED) this.#soon(AGAIN_MS);
    else this.onProblem(new Problem(UNREACHABLE));
  }
}
