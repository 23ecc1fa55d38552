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
  const folder = folderOf(seen);
  const pathOf = (file) => wholePath(file).slice(folder && folder.length + 1) || file.name;
  const videos = seen.filter(isVideo).sort((a, b) => pathOf(a).localeCompare(pathOf(b), undefined, { numeric: true }));
  const { sounds, left } = soundsOf(seen.filter(isSound), videos);
  const name = (video, audio) => [video, audio].filter(Boolean).map(pathOf).join(" + ").slice(-255);
  const pairs = videos.flatMap((video) => (sounds.get(video) ?? [null]).map((audio) => ({ name: name(video, audio), video, audio })));
  const others = seen.filter((file) => !isVideo(file) && !isSound(file));
  return { pairs, left: [...left, ...others], folder };
}

function soundsOf(given, videos) {
  const [sounds, left] = [new Map(), []];
  for (const sound of given) {
    const owners = videos.length === 1 ? videos : ownersOf(sound, videos);
    if (!owners.length) left.push(sound);
    for (const owner of owners) sounds.set(owner, [...(sounds.get(owner) ?? []), sound]);
  }
  return { sounds, left };
}

/** The videos that are called as a sound is: of several of one name, those whose folders it shares most. */
function ownersOf(sound, videos) {
  const folders = new Set(foldersOf(sound));
  const nearness = (video) => {
    const shared = foldersOf(video).filter((each) => folders.has(each)).length;
    return 2 * shared + (shared === foldersOf(video).length);
  };
  const called = videos.filter((video) => belongs(sound, stem(video)));
  return most(most(called, (video) => stem(video).length), nearness);
}

const foldersOf = (file) => wholePath(file).split("/").slice(0, -1);

function most(files, measure) {
  const highest = Math.max(...files.map(measure));
  return files.filter((file) => measure(file) === highest);
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
