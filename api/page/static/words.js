// Numbers and states in words.

import { clock, timing } from "./plot.js";

export { clock, timing };

export const STATUSES = {
  queued: "waiting",
  running: "running",
  succeeded: "done",
  failed: "failed",
  canceled: "canceled",
};
export const VERDICTS = { in_sync: "In sync", out_of_sync: "Out of sync", no_evidence: "No evidence" };
export const OPERATIONS = { measure: "Measure", retime: "Repair by retiming", warp: "Repair the mouth", dub: "Give another voice" };
const STAGES = {
  fetch: "Fetching the file",
  foresee: "Looking for what a copy would lose",
  probe: "Reading the file",
  analyse: "Watching the lips and listening to the sound",
  score: "Comparing lips and sound",
  plan: "Searching for what to change",
  render: "Writing the video",
  verify: "Measuring the result",
  judge: "Asking the judge",
  report: "Drawing the report",
};

export function stage(job) {
  if (job.status === "queued") return "Waiting for its turn";
  return STAGES[job.stage] ?? job.stage ?? "Starting";
}

/**
 * `Sure (95 %: 104–131 ms).`, or why nothing can be said. Empty where the offset changes: the interval is then of
 * a part, and the headline tells the parts.
 */
export function sure({ score, timeline }) {
  if (score.verdict === "no_evidence") {
    return "Its best match is no better than unrelated sound gives, so no figure here is to be acted on.";
  }
  const steady = timeline.length === 1 && !timeline[0].rate;
  return steady ? `Sure (95 %: ${interval(score.ci95)}).` : "";
}

export function interval([low, high]) {
  if (low < 0 && high > 0) return `${timing(low)} to ${timing(high)}`;
  const [near, far] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b);
  return `${near.toFixed(0)}–${far.toFixed(0)} ms`;
}

export function bytes(count) {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  return `${(count / 1000 ** power).toFixed(power && count / 1000 ** power < 10 ? 1 : 0)} ${units[power]}`;
}

export function when(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** The number behind `30000/1001`, `25/1` or `25`. */
export function framesASecond(fps) {
  const [frames, seconds = 1] = fps.split("/").map(Number);
  return frames / seconds;
}

/** `7.9 s, 400 × 400, 25 frames a second, h264, sound aac 44.1 kHz`. */
export function facts(media) {
  const { video, audio } = media;
  return [
    clock(media.duration_seconds),
    video && `${video.width} × ${video.height}`,
    video && `${+framesASecond(video.fps).toFixed(3)} frames a second`,
    video && video.codec,
    audio ? `${audio.codec} ${audio.sample_rate / 1000} kHz` : "no sound",
    bytes(media.bytes),
  ].filter(Boolean);
}
