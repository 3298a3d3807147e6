import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/cli/interruption';
import { main } from '../../../src/cli/main';
import { FakeTerminal, type FakeTerminalOptions } from './fakeTerminal';
import { commas, kindness, poem, stubborn, withSimulator, writeTexts } from './texts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-refine-'));
  await writeTexts(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `spar refine`; file names are those of the folder, in what is printed too. */
async function refine(words: string, options: FakeTerminalOptions = {}): Promise<Ran> {
  const terminal = new FakeTerminal(options);
  const args = words.split(' ').map((word) => (/\.(?:md|bin|jsonl)$/.test(word) ? join(folder, word) : word));
  const code = await main(['refine', ...args], terminal);
  expect(terminal.listenerCount).toBe(0);
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: local(terminal.stdout.text), stderr: local(terminal.stderr.text) };
}

interface RanJson {
  readonly code: number;
  readonly stderr: string;
  readonly result: Record<string, unknown>;
}

async function refineJson(words: string, options: FakeTerminalOptions = {}): Promise<RanJson> {
  const { code, stdout, stderr } = await refine(`${words} --json`, options);
  return { code, stderr, result: JSON.parse(stdout) as Record<string, unknown> };
}

describe('spar refine, offline', { timeout: 60_000 }, () => {
  it('prints one JSON object for what rules can mend', async () => {
    const { code, stderr, result } = await refineJson(commas);
    expect({ code, stderr, result }).toMatchObject({
      code: 0,
      stderr: '',
      result: {
        status: 'accepted',
        response: 'Hello my friend how are you?',
        value: 1,
        interference: 0,
        complete: false,
        usage: { requests: 0, sequences: 0, promptTokens: 0, completionTokens: 0 },
      },
    });
    expect(Object.keys(result)).toEqual([
      'status',
      'reason',
      'response',
      'value',
      'critique',
      'distance',
      'interference',
      'constraints',
      'complete',
      'conflicts',
      'tree',
      'usage',
    ]);
  });

  it('lists what a given critique and the rules disagree about', async () => {
    const { result } = await refineJson(`${commas} --critique praise.md`);
    const message = 'There are 2 commas; none is allowed.';
    expect(result['conflicts']).toEqual([
      { path: '0', with: 'given', said: 'yes', broken: [{ id: 'punctuation:no_comma', message }] },
    ]);
    const { stdout } = await refine(`${commas} --critique praise.md`);
    expect(stdout).toContain(
      `1 conflict between rules and votes; the rules hold:\n  Original  given critique says Yes · ${message}`,
    );
  });

  it('checks with own verifiers', async () => {
    const { code, result } = await refineJson(
      '--instruction only.md --response clean.md --verifiers brands.md',
    );
    expect({ code, result }).toMatchObject({
      code: 3,
      result: {
        status: 'unsolved',
        value: 0,
        constraints: [
          { text: 'no comma', state: 'held' },
          { text: 'no friends', state: 'broken' },
        ],
      },
    });
  });

  it('audits what rules refute, where that is asked for', async () => {
    await withSimulator(kindness, async ({ url }) => {
      const words = `${commas} --model simulated --base-url ${url} --depth 0 --votes 3 --audit-share 1`;
      const { result } = await refineJson(words);
      expect(result['tree']).toMatchObject({ by: 'rules', value: 0, votes: null, audit: { yes: 0, no: 2 } });
      expect(result['conflicts']).toEqual([]);
    });
  });

  it.each([
    ['already-follows', 0, '--instruction only.md --response clean.md', true],
    ['undetermined', 3, poem, false],
    ['undetermined', 3, '--instruction commas.md --response clean.md', false],
    ['unsolved', 3, '--instruction long.md --response note.md', true],
  ])('says %s with exit code %i', async (...[status, code, words, complete]) => {
    const refined = await refineJson(words);
    const { status: said, complete: all } = refined.result;
    expect({ code: refined.code, status: said, complete: all }).toEqual({ code, status, complete });
  });

  it.each([
    [
      '--instruction missing.md --response note.md',
      "Can't read the instruction from “missing.md”: there is no such file.",
    ],
    [
      '--instruction commas.md --response folder.spar.jsonl',
      "Can't read the response from “folder.spar.jsonl”: it is a folder. Give a file.",
    ],
    [
      '--instruction commas.md --response empty.md',
      'The response in “empty.md” is empty. There is nothing to work on.',
    ],
    [
      '--instruction commas.md --response binary.bin',
      'The response in “binary.bin” is not UTF-8 text. Give a text file.',
    ],
    [
      '--instruction commas.md --response large.md',
      'The response in “large.md” is longer than 1,000,000 characters, the most that can be refined. Give a shorter text.',
    ],
    [`${commas} --critique empty.md`, 'The critique in “empty.md” is empty. There is nothing to work on.'],
  ])('fails in words: %s', async (words, reason) => {
    expect(await refine(words)).toEqual({ code: 1, stdout: '', stderr: `spar refine: failed: ${reason}\n` });
    const { code, stdout } = await refine(`${words} --json`);
    expect({ code, result: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 1,
      result: { status: 'failed', reason, tree: null },
    });
  });

  it('shows a person at a terminal colours and progress', async () => {
    const { stdout, stderr } = await refine(commas, { isTTY: true });
    expect(stdout).toContain('\u001b[31;9mHello,\u001b[39;29m\u001b[32;4mHello\u001b[39;24m my');
    expect(stderr).toMatch(/^\r\u001b\[KRefining….*\r\u001b\[K$/s);
    expect((await refine(commas, { isTTY: true, environment: { NO_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
  });
});

describe('spar refine --dataset', { timeout: 60_000 }, () => {
  async function linesOf(name: string): Promise<readonly Record<string, unknown>[]> {
    const text = await readFile(join(folder, name), 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('writes a pending record once, and accepts it by the policy', async () => {
    const saved = await refine(`${commas} --dataset pairs/a.spar.jsonl`);
    expect(saved.stdout).toContain('Saved the pair to “pairs/a.spar.jsonl”, pending.');
    expect((await linesOf('pairs/a.spar.jsonl')).length).toBe(1);
    const again = await refine(`${commas} --dataset pairs/a.spar.jsonl --accept`);
    expect(again.stdout).toContain('The pair was in “pairs/a.spar.jsonl” already; it is accepted.');
    const third = await refine(`${commas} --dataset pairs/a.spar.jsonl --accept`);
    expect(third.stdout).toContain(
      'The pair is in “pairs/a.spar.jsonl” already, accepted; that was left as it is.',
    );
    const lines = await linesOf('pairs/a.spar.jsonl');
    expect(lines).toMatchObject([
      {
        kind: 'record',
        instruction: 'Write a short note. Do not use any commas.',
        rejected: 'Hello, my friend, how are you?',
        chosen: 'Hello my friend how are you?',
        evidence: { path: [{ path: '0', origin: 'original' }, { origin: 'repaired' }] },
        metrics: { value: 1, interference: 0 },
        source: { file: 'note.md' },
        model: null,
        search: { algorithm: 'breadth-first' },
      },
      {
        kind: 'decision',
        status: 'accepted',
        by: { kind: 'policy', name: 'spar refine --accept, value > 0.5' },
      },
    ]);
  });

  it('writes nothing but accepted pairs', async () => {
    await refine(`${poem} --dataset none.spar.jsonl --accept`);
    await expect(linesOf('none.spar.jsonl')).rejects.toThrow('ENOENT');
  });

  it('leaves a file of another kind alone, and says so before any token is spent', async () => {
    await withSimulator(kindness, async (simulator) => {
      const model = `--model simulated --base-url ${simulator.url}`;
      const other = await refine(`${poem} ${model} --dataset note.md`);
      const reason =
        '“note.md” is another kind of file, not a SPaR dataset. Choose another file for the pair.';
      expect(other).toEqual({ code: 1, stdout: '', stderr: `spar refine: failed: ${reason}\n` });
      const inFolder = await refineJson(`${poem} ${model} --dataset folder.spar.jsonl`);
      expect(inFolder).toMatchObject({ code: 1, result: { status: 'failed' } });
      expect(simulator.requests.length).toBe(0);
    });
    expect(await readFile(join(folder, 'note.md'), 'utf8')).toBe('Hello, my friend, how are you?\n');
  });
});

describe('spar refine with an endpoint', { timeout: 60_000 }, () => {
  it('accepts by votes and counts what was spent', async () => {
    await withSimulator(kindness, async (simulator) => {
      const { code, result } = await refineJson(`${poem} --model simulated --base-url ${simulator.url}`);
      expect({ code, result }).toMatchObject({
        code: 0,
        result: {
          status: 'accepted',
          response: 'The sea is wide and KIND.',
          value: 1,
          interference: null,
          constraints: [{ id: 'unchecked:1', state: 'held' }],
          complete: true,
        },
      });
      await simulator.settled();
      const { requests, sequences, promptTokens, completionTokens } = simulator.totals();
      expect(result['usage']).toEqual({ requests, sequences, promptTokens, completionTokens });
    });
  });

  it('does not judge a response whose critique is given', async () => {
    await withSimulator(kindness, async (simulator) => {
      const { result } = await refineJson(
        `${poem} --critique critique.md --model simulated --base-url ${simulator.url}`,
      );
      expect(result).toMatchObject({ status: 'accepted', tree: { by: 'given' } });
      const [first] = simulator.chats;
      expect(first?.body['messages']).toHaveLength(3);
      expect(JSON.stringify(first?.body['messages'])).toContain('It is not kind enough.');
    });
  });

  it('takes the key from the environment alone and never shows it', async () => {
    await withSimulator({ ...kindness, apiKey: 'sk-right-key-1234' }, async (simulator) => {
      const words = `${poem} --model simulated --base-url ${simulator.url}`;
      const right = await refineJson(words, { environment: { OPENAI_API_KEY: 'sk-right-key-1234' } });
      expect({ code: right.code, status: right.result['status'] }).toEqual({ code: 0, status: 'accepted' });
      const wrong = await refineJson(words, { environment: { OPENAI_API_KEY: 'sk-wrong-key-5678' } });
      expect({ code: wrong.code, status: wrong.result['status'] }).toEqual({ code: 1, status: 'failed' });
      expect(JSON.stringify([right, wrong])).not.toMatch(/sk-(?:right|wrong)-key/);
      expect((await refineJson(words)).code).toBe(1);
    });
  });

  it('offers the server’s models for a wrong name', async () => {
    await withSimulator({ models: ['small', 'large'] }, async (simulator) => {
      const { code, result } = await refineJson(`${poem} --model huge --base-url ${simulator.url}`);
      expect({ code, status: result['status'] }).toEqual({ code: 1, status: 'failed' });
      expect(result['reason']).toMatch(/small.*large/);
    });
  });

  it('stops at a budget with exit code 4, and ends unsolved with 3', async () => {
    await withSimulator(stubborn, async (simulator) => {
      const words = `${poem} --model simulated --base-url ${simulator.url}`;
      const tokens = await refineJson(`${words} --token-budget 1`);
      expect({ code: tokens.code, status: tokens.result['status'] }).toEqual({ code: 4, status: 'stopped' });
      const unsolved = await refineJson(`${words} --depth 1 --branch 2`);
      expect({ code: unsolved.code, status: unsolved.result['status'] }).toEqual({
        code: 3,
        status: 'unsolved',
      });
    });
    await withSimulator({ faults: () => ({ kind: 'hang' }) }, async (simulator) => {
      const time = await refineJson(`${poem} --model simulated --base-url ${simulator.url} --timeout 0.1`);
      expect({ code: time.code, status: time.result['status'] }).toEqual({ code: 4, status: 'stopped' });
    });
  });
});

describe('Interruption', () => {
  it('asks for an end first, and ends at once the second time', async () => {
    const terminal = new FakeTerminal({ isTTY: true });
    const interruption = new Interruption(terminal);
    expect(interruption.happened).toBe(false);
    terminal.interrupt();
    expect({ happened: interruption.happened, aborted: interruption.signal.aborted }).toEqual({
      happened: true,
      aborted: true,
    });
    expect(terminal.stderr.text).toBe('\r\u001b[KStopping… Ctrl+C again ends at once.\n');
    terminal.interrupt();
    expect(await interruption.secondTime).toBe('forced');
    interruption.dispose();
    expect(terminal.listenerCount).toBe(0);
  });
});
