import { readFile } from 'node:fs/promises';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * The names of the files in a .vsix, which is a zip archive (its central directory: PKWARE APPNOTE 4.3.12).
 * @param {string} file
 * @returns {Promise<string[]>}
 */
export async function vsixEntries(file) {
  const bytes = await readFile(file);
  let end = bytes.length - 22;
  while (end > 0 && bytes.readUInt32LE(end) !== endOfDirectory) end -= 1;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const names = [];
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== directoryEntry) throw new Error(`${file} has a damaged directory.`);
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + (name ?? 0)));
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return names.sort();
}
