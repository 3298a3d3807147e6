import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const deflated = 8;

/**
 * What a .vsix holds. A .vsix is a zip archive; this reads its central directory (PKWARE APPNOTE 4.3.12).
 * @param {string} file
 * @returns {Promise<{ name: string, content: () => Buffer }[]>} sorted by name; folders are left out
 */
export async function vsixEntries(file) {
  const bytes = await readFile(file);
  let end = bytes.length - 22;
  while (end > 0 && bytes.readUInt32LE(end) !== endOfDirectory) end -= 1;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries = [];
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== directoryEntry) throw new Error(`${file} has a damaged directory.`);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const entry = at;
    if (!name.endsWith('/')) entries.push({ name, content: () => contentOf(bytes, entry) });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {string} file
 * @param {string} folder
 */
export async function unzipVsix(file, folder) {
  for (const { name, content } of await vsixEntries(file)) {
    const place = resolve(folder, name);
    if (!place.startsWith(resolve(folder) + sep)) throw new Error(`${file} would write outside: ${name}`);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(join(place), content());
  }
}

/**
 * @param {Buffer} bytes
 * @param {number} entry where the file's line in the central directory begins
 */
function contentOf(bytes, entry) {
  const method = bytes.readUInt16LE(entry + 10);
  const size = bytes.readUInt32LE(entry + 20);
  const header = bytes.readUInt32LE(entry + 42);
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(start, start + size);
  return method === deflated ? inflateRawSync(packed) : packed;
}
