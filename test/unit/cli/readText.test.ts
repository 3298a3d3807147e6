import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readText, type ReadText } from '../../../src/cli/readText';
import { FakeTerminal } from './fakeTerminal';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-cli-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const signal = new AbortController().signal;

async function readFileOf(content: string | Uint8Array): Promise<ReadText> {
  const from = join(folder, 'text.md');
  await writeFile(from, content);
  const read = await readText({ name: 'response', from }, new FakeTerminal(), signal);
  return read.ok ? read : { ok: false, reason: read.reason.replace(from, 'FILE') };
}

describe('readText', () => {
  it('reads a file as UTF-8, with line ends and edges made plain', async () => {
    expect(await readFileOf('\ufeff\n Grüße\r\nan alle\r\n')).toEqual({ ok: true, text: 'Grüße\nan alle' });
  });

  it('reads standard input, cut anywhere', async () => {
    const bytes = Buffer.from('Grüße\n');
    const terminal = new FakeTerminal({ stdin: [bytes.subarray(0, 3), bytes.subarray(3)] });
    expect(await readText({ name: 'response', from: '-' }, terminal, signal)).toEqual({
      ok: true,
      text: 'Grüße',
    });
  });

  it('tells a person at the keyboard that it waits for them', async () => {
    const terminal = new FakeTerminal({ stdin: ['x'], isTTY: true });
    await readText({ name: 'response', from: '-' }, terminal, signal);
    expect(terminal.stderr.text).toBe('Type the text; Ctrl+D ends it.\n');
  });

  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'The response in “FILE” is empty. There is nothing to work on.'],
    ['white space alone', ' \n\t', 'The response in “FILE” is empty. There is nothing to work on.'],
    [
      'bytes that are no UTF-8',
      Uint8Array.of(0x61, 0xff, 0x62),
      'The response in “FILE” is not UTF-8 text. Give a text file.',
    ],
    ['a binary file', 'PK\u0003\u0004\0\0', 'The response in “FILE” is not UTF-8 text. Give a text file.'],
    [
      'UTF-16',
      Buffer.from('\ufeffhello', 'utf16le'),
      'The response in “FILE” is UTF-16 text. Save it as UTF-8.',
    ],
    [
      '2 MB',
      'x'.repeat(2_000_000),
      'The response in “FILE” is longer than 1,000,000 characters, the most that can be refined. Give a shorter text.',
    ],
    [
      '8 MB of long characters',
      '語'.repeat(2_700_000),
      'The response in “FILE” is longer than 1,000,000 characters, the most that can be refined. Give a shorter text.',
    ],
  ])('refuses %s', async (_name, content, reason) => {
    expect(await readFileOf(content)).toEqual({ ok: false, reason });
  });

  it('refuses a missing file and a folder', async () => {
    const terminal = new FakeTerminal();
    expect(await readText({ name: 'instruction', from: '/nowhere/i.md' }, terminal, signal)).toEqual({
      ok: false,
      reason: "Can't read the instruction from “/nowhere/i.md”: there is no such file.",
    });
    expect(await readText({ name: 'critique', from: folder }, terminal, signal)).toEqual({
      ok: false,
      reason: `Can't read the critique from “${folder}”: it is a folder. Give a file.`,
    });
  });

  it.runIf(process.platform !== 'win32')('reads a pipe that has a name', async () => {
    const from = join(folder, 'pipe');
    execFileSync('mkfifo', [from]);
    const [read] = await Promise.all([
      readText({ name: 'response', from }, new FakeTerminal(), signal),
      writeFile(from, 'from a pipe'),
    ]);
    expect(read).toEqual({ ok: true, text: 'from a pipe' });
  });

  it('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const stdin = {
      isTTY: false,
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    };
    const terminal = Object.assign(new FakeTerminal(), { stdin });
    const reading = readText({ name: 'response', from: '-' }, terminal, controller.signal);
    controller.abort(new Error('interrupted'));
    await expect(reading).rejects.toThrow('interrupted');
  });
});
