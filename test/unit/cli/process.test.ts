import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOf, SparProcess, type RunOptions } from './bundle';
import { commas, kindness, poem, withSimulator, writeTexts } from './texts';

let spar: SparProcess;

beforeAll(async () => {
  spar = await SparProcess.build();
  await writeTexts(spar.folder);
}, 60_000);
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

function refine(words: string, options: RunOptions = {}): ReturnType<SparProcess['run']> {
  return spar.run(['refine', ...words.split(' ')], options);
}

describe('spar refine as a process', { timeout: 60_000 }, () => {
  it('prints JSON and nothing else for a machine', async () => {
    const { code, stdout, stderr } = await refine('--instruction commas.md --response - --json', {
      stdin: 'One, two.\r\n',
    });
    expect({ code, stderr, result: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      stderr: '',
      result: { status: 'accepted', response: 'One two.' },
    });
  });

  it('prints words for people, without colour in a pipe', async () => {
    const { code, stdout, stderr } = await refine(commas);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('[-Hello,-]{+Hello+} my [-friend,-]{+friend+} how are you?');
    expect(stdout).not.toContain('\u001b');
  });

  it('answers wrong usage with 2', async () => {
    const { code, stdout, stderr } = await refine(`${commas} --json --beam none`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^spar refine: --beam must be a whole number/);
  });

  it('survives a reader that leaves', async () => {
    const child = spar.start(['refine', ...commas.split(' '), '--json']);
    child.stdin.end();
    child.stdout.destroy();
    expect(await endOf(child)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  // A device of Linux that is always full.
  it.runIf(process.platform === 'linux')(
    'says that its output can’t be written, with exit code 1',
    async () => {
      const { code, stderr } = await spar.runInto('/dev/full', ['refine', ...commas.split(' '), '--json']);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^spar: the output could not be written: ENOSPC: no space left on device, write\.\n$/,
      );
    },
  );

  it('asks an endpoint with the key from the environment', async () => {
    await withSimulator({ ...kindness, apiKey: 'sk-right-key-1234' }, async (simulator) => {
      const words = `${poem} --model simulated --base-url ${simulator.url}`;
      const { code, stdout, stderr } = await refine(words, {
        environment: { OPENAI_API_KEY: 'sk-right-key-1234' },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('accepted: ');
    });
  });
});

// Windows has no such signals; there Ctrl+C comes from the console.
describe.runIf(process.platform !== 'win32')('Ctrl+C', { timeout: 60_000 }, () => {
  it('prints what there is and ends with 130', async () => {
    let interrupt: () => void = () => undefined;
    const faults = (): { kind: 'hang' } => {
      interrupt();
      return { kind: 'hang' };
    };
    await withSimulator({ faults }, async (simulator) => {
      const model = ['--model', 'simulated', '--base-url', simulator.url];
      const child = spar.start(['refine', ...poem.split(' '), '--json', ...model]);
      interrupt = () => child.kill('SIGINT');
      const { code, stdout } = await endOf(child);
      expect({ code, result: JSON.parse(stdout) as unknown }).toMatchObject({
        code: 130,
        result: { status: 'stopped', response: null, tree: { path: '0', text: 'The sea is wide.' } },
      });
    });
  });

  it('ends one that waits for its input', async () => {
    const child = spar.start(['refine', '--instruction', 'poem.md', '--response', '-', '--json']);
    const ended = endOf(child);
    // More than a pipe holds: when it is gone, the process has begun to read.
    child.stdin.write('x'.repeat(500_000), () => child.kill('SIGINT'));
    const { code, stdout } = await ended;
    expect({ code, result: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 130,
      result: { status: 'stopped', reason: 'Interrupted before the search began.' },
    });
  });
});
