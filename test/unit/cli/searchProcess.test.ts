import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { worldItems, worldReply } from '../../support/world';
import { endOf, SparProcess, written } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;

beforeAll(async () => {
  spar = await SparProcess.build();
  const rows = worldItems(12).map(({ instruction, response }) =>
    JSON.stringify({ prompt: instruction, response }),
  );
  rows.splice(3, 0, 'no JSON');
  rows.push(
    '{"prompt": "Say hello without any comma.", "response": "Hello, all", "critique": "It has a comma."}',
  );
  await writeFile(join(spar.folder, 'rows.jsonl'), `${rows.join('\n')}\n`);
}, 60_000);
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

const responder = ({ messages, seed }: Parameters<typeof worldReply>[0]): string =>
  worldReply({ messages, seed }).text;

function searchArgs(url: string, output: string, ...more: readonly string[]): readonly string[] {
  const model = ['--model', 'simulated', '--base-url', url];
  return ['search', '--input', 'rows.jsonl', '--output', output, ...model, ...more];
}

const textOf = (name: string): Promise<string> => readFile(join(spar.folder, name), 'utf8');

describe('spar search as a process', { timeout: 60_000 }, () => {
  test('writes a result for each row in order, and goes on behind what is there', async () => {
    await withSimulator({ responder }, async (simulator) => {
      const { code, stdout, stderr } = await spar.run(searchArgs(simulator.url, 'whole.jsonl', '--json'));
      expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ rows: 14, there: 0, statuses: { failed: 1 } });
      const whole = await textOf('whole.jsonl');
      const results = whole
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { row: number; status: string; tree?: { by: string } });
      expect(results.map(({ row }) => row)).toEqual(Array.from({ length: 14 }, (_, at) => at + 1));
      expect(results[3]).toMatchObject({ id: null, status: 'failed' });
      expect(results[0]).toMatchObject({
        status: 'accepted',
        tree: { path: '0' },
        value: expect.any(Number) as number,
      });
      // What the row says is wrong is not asked for.
      expect([results[0], results[13]].map((result) => result?.tree?.by)).toEqual(['votes', 'given']);

      const asked = simulator.chats.length;
      const again = await spar.run(searchArgs(simulator.url, 'whole.jsonl', '--json'));
      expect(JSON.parse(again.stdout)).toMatchObject({ rows: 14, there: 14, tokens: 0 });
      expect(simulator.chats).toHaveLength(asked);

      const half = whole.split('\n').slice(0, 7).join('\n');
      await writeFile(join(spar.folder, 'half.jsonl'), `${half}\n{"row": 8, "id": "to`);
      const rest = await spar.run(searchArgs(simulator.url, 'half.jsonl', '--json', '--concurrency', '3'));
      expect(JSON.parse(rest.stdout)).toMatchObject({ rows: 14, there: 7 });
      expect(await textOf('half.jsonl')).toBe(whole);
    });
  });

  test('--concurrency counts replies in flight; search flags are those of spar refine', async () => {
    await withSimulator({ responder, latency: { baseMs: 20, perTokenMs: 0 } }, async (simulator) => {
      const flags = ['--concurrency', '4', '--voting', 'all', '--votes', '3', '--algorithm', 'chain'];
      const ended = await spar.run(searchArgs(simulator.url, 'flags.jsonl', '--limit', '3', ...flags));
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(new Set(simulator.chats.map(({ body }) => body['n'] ?? 1))).toEqual(new Set([1, 3]));
      expect(simulator.totals().peakSequences).toBe(4);
    });
  });

  test('works by rules alone, and says why rows failed', async () => {
    const row = '{"prompt": "Write a note. Do not use any commas.", "response": "Hello, all of you"}\n';
    const rows = [row, '{"prompt": "Write a letter."}\n'];
    await writeFile(join(spar.folder, 'rules.jsonl'), rows.join(''));
    const ended = await spar.run(['search', '--input', 'rules.jsonl', '--output', 'by-rules.jsonl']);
    expect(ended).toMatchObject({ code: 3, stderr: '' });
    expect(ended.stdout).toBe(
      '2 rows: 1 accepted, 1 failed; 0 tokens\n  1 × The row brings no response to refine.\nResults in by-rules.jsonl\n',
    );
    const [first = ''] = (await textOf('by-rules.jsonl')).split('\n');
    expect(JSON.parse(first)).toMatchObject({
      row: 1,
      response: 'Hello all of you',
    });
  });

  test('refuses a file of results of another input, and one that holds something else', async () => {
    const other = '{"row":1,"id":"x","status":"accepted"}\n';
    await writeFile(join(spar.folder, 'other.jsonl'), other);
    const foreign = await spar.run(['search', '--input', 'rows.jsonl', '--output', 'other.jsonl']);
    expect(foreign).toMatchObject({ code: 1, stdout: '' });
    expect(foreign.stderr).toContain('holds results of another input: row 1 is not the same');
    expect(await textOf('other.jsonl')).toBe(other);
    const itself = await spar.run(['search', '--input', 'rows.jsonl', '--output', 'rows.jsonl']);
    expect(itself).toMatchObject({ code: 1, stdout: '' });
    expect(itself.stderr).toMatch(/Line 1 of .* is no result of “spar search”/u);
  });

  test('an endpoint that refuses ends it with exit code 1 and no result', async () => {
    await withSimulator({ responder, apiKey: 'sk-another-key' }, async (simulator) => {
      const { code, stderr } = await spar.run(searchArgs(simulator.url, 'refused.jsonl'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/^spar search: /u);
      expect(await textOf('refused.jsonl')).toBe('');
    });
  });

  // Windows has no such signals; there Ctrl+C comes from the console.
  test.runIf(process.platform !== 'win32')(
    'Ctrl+C lets rows under way end, and the rest follows',
    async () => {
      const whole = await withSimulator({ responder }, async ({ url }) => {
        await spar.run(searchArgs(url, 'undisturbed.jsonl'));
        return textOf('undisturbed.jsonl');
      });
      let calls = 0;
      let interrupt: () => void = () => undefined;
      const slow = async (request: Parameters<typeof worldReply>[0]): Promise<string> => {
        calls += 1;
        if (calls === 20) interrupt();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return worldReply(request).text;
      };
      await withSimulator({ responder: slow }, async (simulator) => {
        const child = spar.start(searchArgs(simulator.url, 'broken.jsonl', '--concurrency', '3'));
        interrupt = () => child.kill('SIGINT');
        const { code, stderr } = await endOf(child);
        expect({ code, stderr }).toMatchObject({
          code: 130,
          stderr: expect.stringContaining('Interrupted') as string,
        });
        const there = await textOf('broken.jsonl');
        expect(whole.startsWith(there)).toBe(true);
        expect(there.length).toBeLessThan(whole.length);
        expect(await spar.run(searchArgs(simulator.url, 'broken.jsonl'))).toMatchObject({
          code: 3,
          stderr: '',
        });
      });
      expect(await textOf('broken.jsonl')).toBe(whole);
    },
  );

  test.runIf(process.platform !== 'win32')('Ctrl+C twice ends one whose server hangs', async () => {
    let onHang: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => (onHang = resolve));
    const faults = (): { kind: 'hang' } => {
      onHang();
      return { kind: 'hang' };
    };
    await withSimulator({ faults }, async (simulator) => {
      const child = spar.start(searchArgs(simulator.url, 'hanging.jsonl'));
      const ended = endOf(child);
      const stopping = written(child, /Stopping/u);
      await hangs;
      child.kill('SIGINT');
      await stopping;
      child.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 130 });
    });
    expect(await textOf('hanging.jsonl')).toBe('');
  });
});
