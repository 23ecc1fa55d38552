// The plots over time: the sound, the offset with the evidence behind it, and how far that stands above chance.
// Used by the web page and, written into it, by report.html.

const SVG = "http://www.w3.org/2000/svg";
const SOUND = { top: 0, height: 48 };
const OFFSET = { top: 58, height: 220 };
const EVIDENCE = { top: 288, height: 78 };
const HEIGHT = 390;
const LEAST_RANGE_MS = 200;
const TICK_PIXELS = 64;
const SECONDS_STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const MS_STEPS = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000];
const SHOWN = {
  in_sync: "two seconds in sync",
  out_of_sync: "two seconds out of sync",
  no_evidence: "two seconds that alone prove nothing",
};

const MOST_SAID = 10;
const STRETCHES = {
  in_sync: "a stretch in sync",
  out_of_sync: "a stretch out of sync",
  no_evidence: "a stretch without evidence",
};

let plots = 0;

/** Draws into `host` and again whenever its width changes. */
export class TimelinePlot {
  constructor(host) {
    this.host = host;
    this.number = plots++;
    this.seconds = 0;
    this.watcher = new ResizeObserver(() => this.view && this.#draw());
    this.watcher.observe(host);
  }

  /**
   * @param view `score`, `moments`, `gaps` and `cuts` of a result, its timeline as `stretches`, the report's
   *     `timeline`, and the `warp` to draw over the evidence, or null.
   */
  show(view) {
    this.view = view;
    this.#draw();
  }

  /** Moves the mark of the moment being played. */
  set time(seconds) {
    this.seconds = seconds;
    const at = this.#x(seconds).toFixed(1);
    this.playhead?.setAttribute("x1", at);
    this.playhead?.setAttribute("x2", at);
  }

  /** The time under a pointer. */
  secondsAt(clientX) {
    const box = this.host.getBoundingClientRect();
    const share = (clientX - box.left) / Math.max(box.width, 1);
    return Math.min(Math.max(share, 0), 1) * this.view.timeline.seconds;
  }

  close() {
    this.watcher.disconnect();
  }

  #x(seconds) {
    return this.view ? (seconds / this.view.timeline.seconds) * this.width : 0;
  }

  #draw() {
    this.width = this.host.clientWidth;
    const x = (seconds) => this.#x(seconds);
    this.playhead = element("line", { class: "playhead", y1: 0, y2: HEIGHT - 20 });
    const lanes = [sound, offset, evidence].map((lane) => lane(this.view, x, this.width));
    this.host.replaceChildren(
      element("svg", { class: "plot", width: "100%", height: HEIGHT, "aria-hidden": "true" }, [
        hatching(this.number),
        ...lanes,
        ...breaks(this.view, x, this.number),
        ...clockAxis(this.view.timeline.seconds, x, this.width),
        this.playhead,
      ]),
    );
    this.time = this.seconds;
  }
}

/**
 * Each stretch as a band over the plot, with its sentence, cut off where it is too long for it.
 *
 * @param play called with the second that a band begins at, when it is chosen; without it, bands are no buttons.
 */
export function bands({ stretches, timeline }, play) {
  const row = document.createElement("div");
  row.className = "bands";
  row.append(...stretches.map((each) => band(each, timeline.seconds, play)));
  return row;
}

function band({ start, end, verdict, sentence }, seconds, play) {
  const made = document.createElement(play ? "button" : "span");
  Object.assign(made, { className: `band ${verdict}`, title: sentence, textContent: sentence });
  made.style.left = `${(100 * start) / seconds}%`;
  made.style.width = `${(100 * (end - start)) / seconds}%`;
  if (play) {
    made.type = "button";
    made.addEventListener("click", () => play(start));
  }
  return made;
}

/** How much the moments say for themselves. */
export function summary({ score, stretches, moments }) {
  const told = moments.filter((moment) => moment.verdict !== "no_evidence").length;
  if (told) return `${told} of ${moments.length} moments are evidence by themselves.`;
  if (score.verdict === "no_evidence") return "Nothing here stands above what unrelated sound reaches.";
  return `No two seconds are enough by themselves; ${stretches.length > 1 ? "longer stretches are" : "the whole clip is"}.`;
}

/** What the plot shows, for those who cannot see it. */
export function describe(view) {
  const { stretches, gaps, cuts } = view;
  const many = stretches.length > MOST_SAID;
  const told = many ? [`There are ${stretches.length} stretches.`] : stretches.map(({ sentence }) => sentence);
  return `The offset of the sound over time. ${told.join(" ")} ${summary(view)} Stretches without lips: ${gaps.length}. Cuts: ${cuts.length}.`;
}

/** What the marks mean, as a list of those that there are. */
export function legend({ stretches, moments, timeline, gaps, cuts, warp }) {
  const shown = [
    ...explained("bar", STRETCHES, stretches),
    ...explained("dot", SHOWN, moments),
    ["zone", "viewers notice nothing"],
    ...(timeline.evidence ? [["nearness", "lips and sound are close"]] : []),
    ["chance", "what unrelated sound reaches"],
    ...(warp ? [["warp", "what the repair takes out"]] : []),
    ...(gaps.length ? [["gap", "no lips to read"]] : []),
    ...(cuts.length ? [["cut", "a cut"]] : []),
  ];
  const list = document.createElement("ul");
  list.className = "legend";
  list.append(...shown.map(([mark, text]) => legendItem(mark, text)));
  return list;
}

function explained(mark, texts, marked) {
  const verdicts = new Set(marked.map(({ verdict }) => verdict));
  return Object.entries(texts)
    .filter(([verdict]) => verdicts.has(verdict))
    .map(([verdict, text]) => [`${mark} ${verdict}`, text]);
}

function legendItem(mark, text) {
  const item = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = `swatch ${mark}`;
  item.append(swatch, text);
  return item;
}

/** `120 ms early`. */
export function timing(offsetMs) {
  return `${Math.abs(offsetMs).toFixed(0)} ms ${offsetMs > 0 ? "early" : "late"}`;
}

/** `1:02:03.4`, without the hours where there are none. */
export function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const [hours, minutes, rest] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const tail = rest.toFixed(1).padStart(4, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

function sound({ timeline }, x, width) {
  const { step_seconds: step, levels } = timeline.sound;
  const middle = SOUND.height / 2;
  const scale = (middle - 2) / Math.max(...levels, 1e-4);
  const edge = (side) =>
    levels.map((level, i) => `${x(i * step).toFixed(1)} ${(middle + side * level * scale).toFixed(1)}`);
  const outline = `M${[...edge(-1), ...edge(1).reverse()].join("L")}Z`;
  return lane(SOUND, width, "sound", [element("path", { class: "wave", d: outline }), caption("Sound")]);
}

function offset(view, x, width) {
  const { stretches, moments, timeline, warp } = view;
  const range = rangeOf(view);
  const y = (ms) => (OFFSET.height / 2) * (1 - ms / range);
  const [late, early] = timeline.in_sync_ms;
  const marks = stretches.length > 1 ? stretches.map((each) => tint(each, x)) : [];
  marks.push(element("rect", { class: "zone", x: 0, width, y: y(early), height: y(late) - y(early) }));
  if (timeline.evidence) marks.push(nearness(timeline, y, width));
  marks.push(...msAxis(range, y, width));
  marks.push(...stretches.filter((each) => each.offset_ms !== null).flatMap((each) => stretch(each, x, y)));
  if (warp) marks.push(element("path", { class: "warp", d: path(warp.source_seconds.map(x), warp.shift_ms.map(y)) }));
  marks.push(...moments.map((moment) => dot(moment, x(moment.seconds), y, range)));
  return lane(OFFSET, width, "offset", [...marks, caption("Offset (up: the sound is early)")]);
}

/** The offset lane shows what there is evidence for, or, without any, all that was searched. */
function rangeOf({ stretches, moments, timeline, warp }) {
  const { from_ms: top, to_ms: bottom } = timeline.evidence ?? { from_ms: 620, to_ms: -620 };
  const widest = Math.max(Math.abs(top), Math.abs(bottom));
  const told = moments.filter((moment) => moment.verdict !== "no_evidence").map((moment) => moment.offset_ms);
  for (const each of stretches) {
    if (each.offset_ms !== null) told.push(each.offset_ms, each.end_offset_ms, ...each.ci95);
  }
  if (warp) told.push(...warp.shift_ms);
  const largest = told.reduce((most, ms) => Math.max(most, Math.abs(ms)), 0);
  return told.length ? Math.min(widest, Math.max(LEAST_RANGE_MS, 1.25 * largest)) : widest;
}

function nearness({ evidence }, y, width) {
  const top = y(evidence.from_ms);
  const height = y(evidence.to_ms) - top;
  return element("image", { href: evidence.png, x: 0, y: top, width, height, preserveAspectRatio: "none" });
}

/** Which part of the lane a band is over. */
function tint({ start, end, verdict }, x) {
  const [left, right] = [x(start), x(end)];
  return element("rect", { class: `tint ${verdict}`, x: left, width: right - left, height: OFFSET.height });
}

/** A stretch's offset from its start to its end, in its 95 % interval. */
function stretch({ start, end, offset_ms: ms, end_offset_ms: last, ci95: [low, high], verdict }, x, y) {
  const along = [x(start), x(end)];
  const [above, below] = [high - ms, low - ms];
  const upper = path(along, [y(ms + above), y(last + above) + 1]);
  const lower = path([...along].reverse(), [y(last + below) + 1, y(ms + below)]).replace("M", "L");
  return [
    element("path", { class: `interval ${verdict}`, d: `${upper}${lower}Z` }),
    element("line", { class: `whole ${verdict}`, x1: along[0], x2: along[1], y1: y(ms), y2: y(last) }),
  ];
}

/** The verdict is told by shape too: full circle, full diamond, hollow circle. */
function dot({ offset_ms: ms, verdict }, at, y, range) {
  const height = y(Math.max(-range, Math.min(range, ms)));
  if (verdict === "out_of_sync") {
    return element("path", { class: `dot ${verdict}`, d: `M${at} ${height - 6}l6 6l-6 6l-6 -6z` });
  }
  return element("circle", { class: `dot ${verdict}`, cx: at, cy: height, r: verdict === "in_sync" ? 4.5 : 3 });
}

function evidence({ moments }, x, width) {
  const most = moments.reduce((top, each) => Math.max(top, each.confidence, each.confidence_needed), 1) * 1.1;
  const y = (confidence) => EVIDENCE.height * (1 - Math.max(confidence, 0) / most);
  const [first, last] = [moments[0], moments.at(-1)];
  const marks = [];
  if (moments.length) {
    const limit = [first, ...moments, last].map((each) => y(each.confidence_needed));
    const along = [0, ...moments.map((each) => x(each.seconds)), width];
    marks.push(element("path", { class: "chance", d: `${path(along, limit)}V${EVIDENCE.height}H0Z` }));
    const heights = moments.map((each) => y(each.confidence));
    marks.push(
      element("path", {
        class: "confidence",
        d: path(
          moments.map((each) => x(each.seconds)),
          heights,
        ),
      }),
    );
  }
  return lane(EVIDENCE, width, "evidence", [...marks, caption("Evidence (grey: what chance reaches)")]);
}

function breaks({ gaps, cuts }, x, number) {
  const bottom = EVIDENCE.top + EVIDENCE.height;
  return [
    ...gaps.map(([begin, end]) =>
      element("rect", {
        class: "gap",
        fill: `url(#hatch-${number})`,
        x: x(begin),
        width: x(end) - x(begin),
        height: bottom,
      }),
    ),
    ...cuts.map((cut) => element("line", { class: "cut", x1: x(cut), x2: x(cut), y1: 0, y2: bottom })),
  ];
}

function hatching(number) {
  const line = element("path", { class: "hatch", d: "M0 8L8 0" });
  return element("pattern", { id: `hatch-${number}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, [line]);
}

function clockAxis(seconds, x, width) {
  const step =
    SECONDS_STEPS.find((each) => x(each) >= TICK_PIXELS) ?? SECONDS_STEPS.at(-1) * Math.ceil(seconds / 36000);
  const ticks = [];
  for (let at = step; x(at) < width - TICK_PIXELS / 3; at += step) {
    ticks.push(tick(clock(at).replace(/\.0$/, ""), x(at), HEIGHT - 6, "middle"));
  }
  return ticks;
}

function msAxis(range, y, width) {
  const step = MS_STEPS.find((each) => range / each <= 4) ?? MS_STEPS.at(-1);
  const marks = [];
  for (let ms = -Math.floor(range / step) * step; ms <= range; ms += step) {
    marks.push(element("line", { class: ms ? "grid" : "zero", x1: 0, x2: width, y1: y(ms), y2: y(ms) }));
    if (ms && y(ms) > 15) marks.push(tick(`${ms > 0 ? "+" : "−"}${Math.abs(ms)} ms`, width - 4, y(ms) - 3, "end"));
  }
  return marks;
}

function tick(text, x, y, anchor) {
  return element("text", { class: "tick", x, y, "text-anchor": anchor }, [text]);
}

function lane({ top, height }, width, name, marks) {
  const frame = element("rect", { class: "frame", width, height });
  return element("svg", { class: name, y: top, width, height }, [frame, ...marks]);
}

function caption(text) {
  return element("text", { class: "caption", x: 6, y: 15 }, [text]);
}

function path(xs, ys) {
  return `M${xs.map((x, i) => `${x.toFixed(1)} ${ys[i].toFixed(1)}`).join("L")}`;
}

function element(name, attributes, children = []) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
