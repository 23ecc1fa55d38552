// Which of many files are videos, and which sound belongs to which.

const VIDEO_ENDINGS =
  /\.(3g2|3gp|asf|avi|dv|f4v|flv|gxf|m2t|m2ts|m4v|mj2|mkv|mov|mp4|mpeg|mpg|mts|mxf|nut|ogm|ogv|rm|rmvb|ts|vob|webm|wmv|wtv)$/i;
const SOUND_ENDINGS =
  /\.(aac|ac3|aif|aiff|amr|ape|au|caf|dts|eac3|flac|m4a|mka|mp2|mp3|oga|ogg|opus|tta|w64|wav|wma|wv)$/i;
const BEHIND_A_NAME = "._- ";

export const isSound = (file) => SOUND_ENDINGS.test(file.name) || (file.type.startsWith("audio/") && !VIDEO_ENDINGS.test(file.name));
const isVideo = (file) => !isSound(file) && (file.type.startsWith("video/") || VIDEO_ENDINGS.test(file.name));
const isHidden = (file) => file.name.startsWith(".");

const wholePath = (file) => file.path ?? file.webkitRelativePath;
/** What stands behind the folder that was given, or the name alone. */
const pathOf = (file) => wholePath(file).split("/").slice(1).join("/") || file.name;
const stem = (file) => file.name.replace(/\.[^.]*$/, "");

/** Whether a sound is called as a video of that stem, whatever may follow: `clip.deu.wav` belongs to `clip.mp4`. */
function belongs(sound, name) {
  const called = stem(sound);
  return called === name || (called.startsWith(name) && BEHIND_A_NAME.includes(called[name.length]));
}

/** The folder that all files were given in, empty where there is none. */
function folderOf(files) {
  const [folder, ...others] = new Set(files.map((file) => wholePath(file).split("/").slice(0, -1)[0] ?? ""));
  return others.length ? "" : folder;
}

/**
 * The pairs `{name, video, audio}`, a pair for each sound of a video, `audio` null for its own; and the files that
 * are `left` out: sounds that no video is called as, unless there is one video alone, and what is neither. And
 * the `folder` that all are from.
 */
export function pairsOf(files) {
  const seen = files.filter((file) => !isHidden(file));
  const videos = seen.filter(isVideo).sort((a, b) => pathOf(a).localeCompare(pathOf(b), undefined, { numeric: true }));
  const { sounds, left } = soundsOf(seen.filter(isSound), videos);
  const pairs = videos.flatMap((video) => (sounds.get(stem(video)) ?? [null]).map((audio) => pair(video, audio)));
  const others = seen.filter((file) => !isVideo(file) && !isSound(file));
  return { pairs, left: [...left, ...others], folder: folderOf(seen) };
}

function soundsOf(given, videos) {
  const stems = [...new Set(videos.map(stem))].sort((a, b) => b.length - a.length);
  const [sounds, left] = [new Map(), []];
  for (const sound of given) {
    const owner = stems.find((name) => belongs(sound, name)) ?? (videos.length === 1 ? stems[0] : undefined);
    if (owner === undefined) left.push(sound);
    else sounds.set(owner, [...(sounds.get(owner) ?? []), sound]);
  }
  return { sounds, left };
}

function pair(video, audio) {
  const name = audio ? `${pathOf(video)} + ${audio.name}` : pathOf(video);
  return { name: name.slice(-255), video, audio };
}

/** All files of a drop, those in folders too; a browser tells of folders only while it is dropped. */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  return (await Promise.all(entries.filter(Boolean).map(within))).flat();
}

async function within(entry) {
  if (entry.isFile) return [await fileOf(entry)];
  const [reader, found] = [entry.createReader(), []];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return (await Promise.all(found.map(within))).flat();
    found.push(...some);
  }
}

async function fileOf(entry) {
  const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
  return Object.assign(file, { path: entry.fullPath.slice(1) });
}
