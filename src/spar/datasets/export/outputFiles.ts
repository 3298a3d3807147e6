import { createHash, randomUUID, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ignore, makeFolder, renameDurably, writeWhole } from '../../log/durable';
import { nodeFileSystem } from '../../log/fileSystem';
import { toLogError } from '../../log/logError';
import { Gathering } from './gathering';

export interface WrittenFile {
  readonly name: string;
  /** Null for a file that has no rows. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Files of a folder that come into being together: all are written under other names first and take their own only
 * when the last one is whole and on the disk, so that whatever ends the process leaves each one old or new.
 */
export class OutputFiles {
  private files: OutputFile[] = [];
  private readonly temporaries = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly isNewFolder: boolean,
  ) {}

  /** Makes the folder if need be, and removes what a killed export left there. @throws LogError */
  static async begin(folder: string): Promise<OutputFiles> {
    let isNew = false;
    try {
      isNew = await makeFolder(folder);
      for (const name of await readdir(folder)) {
        const writer = temporaryName.exec(name)?.[1];
        if (writer !== undefined && !isAlive(Number(writer))) await unlink(join(folder, name)).catch(ignore);
      }
    } catch (error) {
      throw toLogError(error, 'write to the folder', folder);
    }
    return new OutputFiles(folder, isNew);
  }

  /** A name in the folder for what lasts no longer than the export. */
  temporary(): string {
    const path = join(this.folder, `.spar-export-${process.pid}-${randomUUID()}.tmp`);
    this.temporaries.add(path);
    return path;
  }

  async open(name: string): Promise<OutputFile> {
    const temporary = this.temporary();
    const handle = await nodeFileSystem.open(temporary, 'wx');
    const file = new OutputFile(name, temporary, handle);
    this.files.push(file);
    return file;
  }

  /** Adds a small file of one text. */
  async addText(name: string, text: string): Promise<void> {
    await (await this.open(name)).write(Buffer.from(text, 'utf8'));
  }

  /** Forgets all files that were opened. */
  async discard(): Promise<void> {
    const { files } = this;
    this.files = [];
    for (const file of files) {
      await file.close();
      await nodeFileSystem.unlink(file.temporary).catch(ignore);
      this.temporaries.delete(file.temporary);
    }
  }

  /** Bytes and hash of what was written so far; the files are closed and on the disk, under their other names. */
  async seal(): Promise<readonly WrittenFile[]> {
    for (const file of this.files) await file.seal();
    return this.files.map((file) => file.written());
  }

  /** Gives all files their names, those that were opened first first. */
  async commit(): Promise<void> {
    for (const { temporary, name } of this.files) {
      await renameDurably(temporary, join(this.folder, name), nodeFileSystem);
      this.temporaries.delete(temporary);
    }
  }

  /** Removes what has not got its name, and a folder that was made for nothing. */
  async dispose(): Promise<void> {
    for (const file of this.files) await file.close();
    for (const temporary of this.temporaries) await nodeFileSystem.unlink(temporary).catch(ignore);
    if (this.isNewFolder) await rmdir(this.folder).catch(ignore);
  }
}

const temporaryName = /^\.spar-export-(\d+)-[0-9a-f-]{36}\.tmp$/u;

export class OutputFile {
  rows: number | null = null;
  private bytes = 0;
  private readonly hash: Hash = createHash('sha256');
  private sha256: string | null = null;
  private readonly gathering = new Gathering((bytes) => this.put(bytes));
  private handle: FileHandle | null;

  constructor(
    readonly name: string,
    readonly temporary: string,
    handle: FileHandle,
  ) {
    this.handle = handle;
  }

  /** Writes in large pieces. The bytes are free again afterwards. */
  async write(bytes: Buffer): Promise<void> {
    await this.gathering.addBytes(bytes);
  }

  async seal(): Promise<void> {
    if (this.handle === null) return;
    await this.gathering.flush();
    await this.handle.sync();
    await this.close();
  }

  written(): WrittenFile {
    this.sha256 ??= this.hash.digest('hex');
    return { name: this.name, rows: this.rows, bytes: this.bytes, sha256: this.sha256 };
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close();
  }

  private async put(bytes: Buffer): Promise<void> {
    if (this.handle === null) throw new Error('the file is closed');
    this.hash.update(bytes);
    this.bytes += bytes.length;
    await writeWhole(this.handle, bytes);
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
