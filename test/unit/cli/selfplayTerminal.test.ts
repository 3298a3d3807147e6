import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { worldItems, worldReply } from '../../support/world';
import { endOf, SparProcess, written } from './bundle';
import { withSimulator } from './texts';

let spar: SparProcess;

beforeAll(async () => {
  spar = await SparProcess.build();
  const prompts = worldItems(20).map(({ instruction }) => JSON.stringify({ instruction }));
  await writeFile(join(spar.folder, 'prompts.jsonl'), `${prompts.join('\n')}\n`);
}, 60_000);
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

function runArgs(folder: string, url: string, ...more: readonly string[]): readonly string[] {
  const files = ['run', '--input', 'prompts.jsonl', '--output', folder];
  return [...files, '--model', 'simulated', '--base-url', url, ...more];
}

const ctrlC = '\u0003';

// Elsewhere no program stands by that gives a process a terminal.
describe.runIf(process.platform === 'linux')('spar run at a terminal', { timeout: 120_000 }, () => {
  const slow: SimulatorOptions = {
    latency: { baseMs: 60, perTokenMs: 0 },
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
  };

  test('tells pace, tokens, money and time left; Ctrl+C stops in good order', async () => {
    await withSimulator(slow, async ({ url }) => {
      const more = ['--concurrency', '4', '--price', '1,2,USD'];
      const child = spar.startAtTerminal(runArgs('paced', url, ...more));
      const ended = endOf(child);
      const pace = /items\/min · about \d+ s left · (?:about )?[\d,]+ tokens · [\d.]+ USD · \d+ in flight/u;
      await written(child, pace);
      const stopping = written(child, /Stopping… Ctrl\+C again ends at once\./u);
      child.stdin.write(ctrlC);
      await stopping;
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(stdout).toMatch(/Paused\.[\s\S]*To go on: spar resume/u);
    });
    expect(existsSync(join(spar.folder, 'paced', 'refiner.jsonl'))).toBe(true);
  });

  test('Ctrl+C twice ends at once', async () => {
    let onHang: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => (onHang = resolve));
    const faults = (): { kind: 'hang' } => {
      onHang();
      return { kind: 'hang' };
    };
    await withSimulator({ faults }, async ({ url }) => {
      const child = spar.startAtTerminal(runArgs('hanging', url));
      const ended = endOf(child);
      await hangs;
      const stopping = written(child, /Stopping/u);
      child.stdin.write(ctrlC);
      await stopping;
      child.stdin.write(ctrlC);
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      const [, seconds] = /(\d+) s of work/u.exec(stdout) ?? [];
      // After one alone it would wait for at least as long.
      expect(Number(seconds)).toBeLessThan(10);
    });
  });
});
