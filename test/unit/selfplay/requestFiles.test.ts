import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestsFile } from '../../../src/spar/selfplay/batch/batchFiles';
import type { Note } from '../../../src/spar/selfplay/batch/noting';
import { RequestFiles } from '../../../src/spar/selfplay/batch/requestFiles';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('no file of requests has more rows or bytes than it may, and each request is in one', async () => {
  const limits = { rows: 5, bytes: 6000 };
  const files = new RequestFiles({ folder, round: 1, firstFile: 1, limits, without: () => new Set() });
  // Characters of two, three and four bytes, and two models.
  const notes = Array.from({ length: 60 }, (_, item): Note => {
    const content = `question ${item} ${'é…😀x'.repeat((item * 37) % 150)}`;
    return {
      item,
      stage: 'sample',
      target: { model: `model ${item % 2}`, baseUrl: null },
      request: { messages: [{ role: 'user', content }], seeds: [1, 2], temperature: 1, maxTokens: 9 },
      keys: [`${item} a`, `${item} b`],
    };
  });
  files.take(notes);
  const written = await files.finish();
  const asked: string[] = [];
  for (const { file, model, rows, bytes, replies } of written) {
    const text = await readFile(requestsFile(folder, file), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect({ rows, bytes, replies }).toEqual({
      rows: lines.length,
      bytes: Buffer.byteLength(text),
      replies: 2 * lines.length,
    });
    expect(rows).toBeLessThanOrEqual(limits.rows);
    expect(bytes).toBeLessThanOrEqual(limits.bytes);
    for (const line of lines) {
      const { body } = JSON.parse(line) as { body: { model: string; messages: [{ content: string }] } };
      expect(body.model).toBe(model);
      asked.push(body.messages[0].content);
    }
  }
  expect(asked.sort()).toEqual(notes.map(({ request }) => request.messages[0]?.content).sort());
  // Both limits were met.
  expect(written.some(({ rows }) => rows === limits.rows)).toBe(true);
  expect(written.some(({ rows, bytes }) => rows < limits.rows && bytes > limits.bytes - 2500)).toBe(true);
});
