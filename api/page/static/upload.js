// Sending a file in parts: a broken connection costs a part, and the same file goes on where it was.

import "./vendor/tus/tus.min.js";
import { Problem, UNREACHABLE, authorization, call, readMedia } from "./service.js";

const PART_BYTES = 8 << 20;
const AGAIN_MS = [0, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

/** A file on its way to become media; `onSent` is told how many bytes have arrived. */
export class Upload {
  constructor(file, onSent) {
    Object.assign(this, { file, onSent, stopped: false });
  }

  /** Resolves to the media's facts. */
  async run() {
    await call("/v1/jobs?limit=1"); // a key that is wanted is asked for before anything is sent
    await this.#send();
    const { media } = await call(new URL(this.tus.url).pathname);
    return readMedia(media);
  }

  #send() {
    return new Promise((resolve, reject) => {
      this.reject = reject;
      this.tus = new window.tus.Upload(this.file, {
        endpoint: new URL("/v1/uploads", location).href,
        chunkSize: PART_BYTES,
        retryDelays: AGAIN_MS,
        headers: authorization(),
        metadata: { filename: this.file.name, filetype: this.file.type || "application/octet-stream" },
        removeFingerprintOnSuccess: true,
        onProgress: (sent) => this.onSent(sent),
        onSuccess: resolve,
        onError: (error) => reject(problemOf(error)),
      });
      this.#resume().then(() => this.stopped || this.tus.start(), reject);
    });
  }

  async #resume() {
    const [before] = await this.tus.findPreviousUploads();
    if (before) this.tus.resumeFromPreviousUpload(before);
  }

  /** What has arrived stays, unless it is `forgotten`: the same file goes on from there. */
  stop({ forgotten }) {
    this.stopped = true;
    this.tus?.abort(forgotten).catch(() => {});
    this.reject?.(new DOMException("Stopped", "AbortError"));
  }
}

function problemOf(error) {
  try {
    return new Problem(JSON.parse(error.originalResponse.getBody()));
  } catch {
    return new Problem(UNREACHABLE);
  }
}
