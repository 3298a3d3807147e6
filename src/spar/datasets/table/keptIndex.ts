import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ignore, makeFolder, temporaryBeside, writeWhole } from '../../log/durable';
import type { FileMark } from '../../log/fileMark';
import { nodeFileSystem } from '../../log/fileSystem';
import { parseJson } from '../../log/jsonLine';
import type { LineProblem } from '../datasetReader';
import { idBytes, placeSpec, recordSpec, stateSpec, type ColumnSpec, type Columns } from './columns';
import { Dictionary, ListDictionary } from './dictionary';
import { IdIndex } from './idIndex';
import { isTextMeasure } from './recordFacts';
import { TableRows } from './tableRows';

/** Smaller files are read as fast as their index would be. */
export const leastKept = 4 << 20;

/** Rows that were kept, with the mark of the file that they were read from. */
export interface KeptRows {
  readonly rows: TableRows;
  readonly mark: FileMark;
}

/** Where the index of a dataset is kept; the name says which dataset to a person who tidies up. */
export function indexFile(folder: string, path: string): string {
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(folder, `${basename(path).slice(0, 60)}-${hash}.index`);
}

/** Null where there is none that can be used, whatever the reason: the dataset itself is read then. */
export async function readIndex(file: string): Promise<KeptRows | null> {
  try {
    const handle = await open(file, 'r');
    try {
      return await readKept(handle);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/**
 * Keeps rows for the next time. Edits that are not saved must not be in them when it is called; later changes to the
 * states don't count.
 *
 * @throws what writing throws; nothing is kept then.
 */
export async function writeIndex(file: string, { rows, mark }: KeptRows): Promise<void> {
  const parts = partsOf(rows);
  const header = Buffer.from(JSON.stringify(headerOf(rows, mark)), 'utf8');
  await makeFolder(join(file, '..'));
  const temporary = temporaryBeside(file);
  try {
    const handle = await open(temporary, 'wx');
    try {
      const start = Buffer.alloc(startBytes);
      start.write(magic, 'latin1');
      start.writeUInt32LE(header.length, magic.length);
      let checksum = 0;
      for (const bytes of [start, header, ...parts]) {
        checksum = crc32(bytes, checksum);
        await writeWhole(handle, bytes);
      }
      const end = Buffer.alloc(4);
      end.writeUInt32LE(checksum);
      await writeWhole(handle, end);
    } finally {
      await handle.close();
    }
    await nodeFileSystem.rename(temporary, file);
  } catch (error) {
    await nodeFileSystem.unlink(temporary).catch(ignore);
    throw error;
  }
}

/** Ends with the format's version: of another one nothing can be used. */
const magic = 'SPaR dataset index 5\n';
const startBytes = magic.length + 4;

interface Header {
  readonly mark: {
    readonly end: number;
    readonly inode: string;
    readonly modified: string;
    readonly mode: number;
    readonly tail: string;
  };
  readonly size: number;
  readonly aboutCount: number;
  readonly displaced: number;
  readonly deletedOrphans: number;
  readonly lines: number;
  readonly position: number;
  readonly problems: readonly LineProblem[];
  readonly problemCount: number;
  readonly torn: LineProblem | null;
  readonly texts: string[];
  readonly lists: string[];
  readonly orphans: readonly (readonly [string, number[]])[];
}

function headerOf(rows: TableRows, mark: FileMark): Header {
  const { size, aboutCount, displaced, deletedOrphans, lines, position, problems, problemCount, torn } = rows;
  const { end, inode, modified, mode, tail } = mark;
  return {
    mark: {
      end,
      inode: String(inode),
      modified: String(modified),
      mode,
      tail: tail.toString('base64'),
    },
    ...{ size, aboutCount, displaced, deletedOrphans, lines, position, problems, problemCount, torn },
    texts: rows.texts.texts,
    lists: [...rows.lists.texts],
    orphans: [...rows.orphans],
  };
}

/** The arrays in a fixed order. What edits that are not saved change is copied, as it may change while it is written. */
function partsOf(rows: TableRows): readonly Buffer[] {
  const { size, aboutCount } = rows;
  const bytes = (array: Float64Array | Uint32Array | Uint8Array): Buffer =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return [
    bytes(rows.index.used),
    ...names(recordSpec).map((name) =>
      bytes(isTextMeasure(name) ? rows.records[name].slice(0, size) : rows.records[name].subarray(0, size)),
    ),
    ...names(stateSpec).map((name) => bytes(rows.states[name].slice(0, size))),
    bytes(rows.heads.subarray(0, size)),
    ...names(placeSpec).map((name) => bytes(rows.abouts[name].subarray(0, aboutCount))),
    bytes(rows.previous.subarray(0, aboutCount)),
  ];
}

async function readKept(handle: FileHandle): Promise<KeptRows | null> {
  const reader = new PartReader(handle);
  const start = await reader.next(startBytes);
  if (start.toString('latin1', 0, magic.length) !== magic) return null;
  const parsed = parseJson((await reader.next(start.readUInt32LE(magic.length))).toString('utf8'));
  if (!parsed.ok) return null;
  // What this program wrote itself: the checksum at the end says whether it still is.
  const header = parsed.value as Header;
  const { size, aboutCount } = header;
  const rows = new TableRows();
  const ids = await reader.next(size * idBytes);
  await fill(reader, rows.records, { spec: recordSpec, count: size });
  await fill(reader, rows.states, { spec: stateSpec, count: size });
  rows.heads = await reader.u32(size);
  await fill(reader, rows.abouts, { spec: placeSpec, count: aboutCount });
  rows.previous = await reader.u32(aboutCount);
  if (!(await reader.isWhole())) return null;
  rows.index = IdIndex.of(ids, size);
  rows.aboutCount = aboutCount;
  rows.texts = new Dictionary(header.texts);
  rows.lists = new ListDictionary(new Dictionary(header.lists));
  rows.orphans = new Map(header.orphans);
  rows.displaced = header.displaced;
  rows.deletedOrphans = header.deletedOrphans;
  rows.lines = header.lines;
  rows.position = header.position;
  rows.problems = [...header.problems];
  rows.problemCount = header.problemCount;
  rows.torn = header.torn;
  const { end, inode, modified, mode, tail } = header.mark;
  const mark = { end, inode: BigInt(inode), modified: BigInt(modified), mode };
  return { rows, mark: { ...mark, tail: Buffer.from(tail, 'base64') } };
}

async function fill<Spec extends ColumnSpec>(
  reader: PartReader,
  columns: Columns<Spec>,
  { spec, count }: { readonly spec: Spec; readonly count: number },
): Promise<void> {
  const arrays = columns as Record<string, Float64Array | Uint32Array | Uint8Array>;
  for (const name of names(spec)) {
    const kind = spec[name];
    const bytes = await reader.next(count * (kind === 'f64' ? 8 : kind === 'u32' ? 4 : 1));
    const { buffer } = bytes;
    arrays[name] =
      kind === 'f64'
        ? new Float64Array(buffer)
        : kind === 'u32'
          ? new Uint32Array(buffer)
          : new Uint8Array(buffer);
  }
}

class PartReader {
  private checksum = 0;
  private position = 0;

  constructor(private readonly handle: FileHandle) {}

  /** Bytes with a buffer of their own. @throws RangeError where there are not as many. */
  async next(length: number): Promise<Buffer<ArrayBuffer>> {
    const { size } = await this.handle.stat();
    if (!(length >= 0) || this.position + length > size) throw new RangeError('The index is cut off.');
    const bytes = Buffer.from(new ArrayBuffer(length));
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await this.handle.read(bytes, filled, length - filled, this.position + filled);
      if (bytesRead === 0) throw new RangeError('The index is cut off.');
      filled += bytesRead;
    }
    this.position += length;
    this.checksum = crc32(bytes, this.checksum);
    return bytes;
  }

  async u32(count: number): Promise<Uint32Array<ArrayBuffer>> {
    return new Uint32Array((await this.next(count * 4)).buffer);
  }

  async isWhole(): Promise<boolean> {
    const { checksum } = this;
    return (await this.next(4)).readUInt32LE() === checksum;
  }
}

function names<Spec extends ColumnSpec>(spec: Spec): readonly (keyof Spec & string)[] {
  return Object.keys(spec);
}
