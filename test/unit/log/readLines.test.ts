import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLines, type LogLine, type ReadOptions } from '../../../src/spar/log/readLines';
import { temporaryFolder } from './temporaryFolder';

describe('readLines', () => {
  const folder = temporaryFolder();

  async function read(bytes: Uint8Array | string, options: ReadOptions = {}): Promise<readonly string[]> {
    await writeFile(folder.path('log'), bytes);
    return linesOf(folder.path('log'), options);
  }

  test('takes LF, CRLF, blank lines and byte order marks anywhere', async () => {
    expect(await read('\ufeffone\r\n\r\n\ufefftwo é\n   \nthree')).toEqual([
      '1 @0 “one”',
      '3 @10 “two é”',
      '5 @24 “three” open',
    ]);
  });

  test('a file that is not there has no lines', async () => {
    expect(await linesOf(folder.path('none'), {})).toEqual([]);
  });

  test('damage is reported in its place and does not spread', async () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('b\n')]);
    expect(await read(bytes)).toEqual(['1 @0 “a”', '2 @2 damaged: not valid UTF-8 (2 bytes)', '3 @5 “b”']);
  });

  test('an over-long line is skipped, whatever the chunks', async () => {
    const long = 'x'.repeat(3_000_000);
    expect(await read(`a\n${long}\nb\n${long}`, { maxLineBytes: 2_000_000 })).toEqual([
      '1 @0 “a”',
      '2 @2 damaged: longer than 2000000 bytes (3000000 bytes)',
      '3 @3000003 “b”',
      '4 @3000005 damaged: longer than 2000000 bytes (3000000 bytes) open',
    ]);
  });

  test('a long line across chunks is whole', async () => {
    const text = 'é'.repeat(1_700_000);
    await writeFile(folder.path('log'), `a\n${text}\n`);
    const lines: LogLine[] = [];
    for await (const line of readLines(folder.path('log'))) lines.push(line);
    expect(lines.map((line) => line.type === 'text' && line.text === text)).toEqual([false, true]);
  });

  test('reads a part by its bytes', async () => {
    expect(await read('one\ntwo\nthree\n', { start: 4, startNumber: 2, end: 8 })).toEqual(['2 @4 “two”']);
  });

  test('an aborted reading throws the reason', async () => {
    await expect(read('a\n', { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  test('a folder in its place is told', async () => {
    await expect(linesOf(folder.path(), {})).rejects.toMatchObject({ name: 'LogError', kind: 'wrong-type' });
  });

  test('offsets and lengths point at the bytes of any lines', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.filter((byte) => byte !== 10))),
        async (lines) => {
          const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
          await writeFile(folder.path('any'), bytes);
          for await (const line of readLines(folder.path('any'))) {
            const expected = Buffer.from(lines[line.number - 1]!);
            expect(bytes.subarray(line.offset, line.end - 1).equals(expected)).toBe(true);
            expect(expected.subarray(line.length).toString()).toMatch(/^\r?$/u);
            if (line.type === 'text') expect(expected.toString('utf8')).toContain(line.text);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

async function linesOf(file: string, options: ReadOptions): Promise<readonly string[]> {
  const shown: string[] = [];
  for await (const line of readLines(file, options)) {
    const content =
      line.type === 'text' ? `“${line.text}”` : `damaged: ${line.reason} (${line.length} bytes)`;
    shown.push(`${line.number} @${line.offset} ${content}${line.terminated ? '' : ' open'}`);
  }
  return shown;
}
