import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRefineArguments } from '../../../src/cli/refine/arguments';

/** Reads the two texts and the words given. */
function parse(words: string): ReturnType<typeof parseRefineArguments> {
  return parseRefineArguments(`--instruction i.md --response r.md ${words}`.trim().split(' '));
}

describe('parseRefineArguments', () => {
  it('is offline with the default settings', () => {
    expect(parse('')).toEqual({
      kind: 'run',
      options: {
        instruction: 'i.md',
        response: 'r.md',
        critique: null,
        endpoint: null,
        settings: {},
        verifiers: null,
        dataset: null,
        accept: false,
        json: false,
      },
    });
    expect(parse('--model offline')).toEqual(parse(''));
  });

  it('reads every option', () => {
    expect(
      parseRefineArguments([
        '--instruction=-',
        '--response',
        'r',
        '--critique',
        'c',
        '--verifiers',
        'v.json',
        '--model',
        'm',
        '--base-url',
        'http://localhost:8000/v1',
        '--algorithm',
        'depth-first',
        '--branch',
        '4',
        '--beam',
        '1',
        '--depth',
        '0',
        '--votes',
        '7',
        '--voting',
        'screen',
        '--gate',
        '0.25',
        '--stop',
        'first',
        '--seed',
        '42',
        '--audit-share',
        '0.2',
        '--ask-when-verified',
        '--token-budget',
        '5000',
        '--timeout',
        '1.5',
        '--dataset',
        'd.spar.jsonl',
        '--accept',
        '--json',
      ]),
    ).toEqual({
      kind: 'run',
      options: {
        instruction: '-',
        response: 'r',
        critique: 'c',
        endpoint: { model: 'm', baseUrl: 'http://localhost:8000/v1' },
        settings: {
          algorithm: 'depth-first',
          branchFactor: 4,
          beamWidth: 1,
          depth: 0,
          votes: 7,
          voting: 'screen',
          gate: 0.25,
          stop: 'first',
          seed: 42,
          auditShare: 0.2,
          askWhenVerified: true,
          budget: { tokens: 5000, milliseconds: 1500 },
        },
        verifiers: 'v.json',
        dataset: 'd.spar.jsonl',
        accept: true,
        json: true,
      },
    });
  });

  it('takes standard input for one text', () => {
    expect(parseRefineArguments(['--instruction', 'i', '--response', '-']).kind).toBe('run');
    expect(parseRefineArguments(['--instruction', '-', '--response', '-'])).toEqual({
      kind: 'wrong',
      message: 'Standard input (-) can be given for one text only.',
    });
    expect(parseRefineArguments(['--instruction', 'i', '--response', '-', '--critique', '-']).kind).toBe(
      'wrong',
    );
  });

  it('shows help whatever else is missing', () => {
    expect(parseRefineArguments(['--help'])).toEqual({ kind: 'help' });
    expect(parseRefineArguments(['-h'])).toEqual({ kind: 'help' });
  });

  it.each([
    ['--what', "Unknown option '--what'."],
    ['file.md', "Unexpected argument 'file.md'."],
    ['--gate', "Option '--gate <value>' argument missing."],
    ['--json=yes', "Option '--json' does not take an argument."],
    ['--gate 1', '--gate must be a number from 0 and below 1.'],
    ['--gate much', '--gate must be a number from 0 and below 1.'],
    ['--gate=-0.5', '--gate must be a number from 0 and below 1.'],
    ['--branch 0', '--branch must be a whole number from 1 up to 1000.'],
    ['--branch 1.5', '--branch must be a whole number from 1 up to 1000.'],
    ['--branch 1e3', '--branch must be a whole number from 1 up to 1000.'],
    ['--votes 100000', '--votes must be a whole number from 1 up to 1000.'],
    ['--timeout 0', '--timeout must be a number from 0.001 up to 2000000.'],
    ['--token-budget 0', '--token-budget must be a whole number from 1 up to 9007199254740991.'],
    ['--seed 0x10', '--seed must be a whole number from 0 up to 9007199254740991.'],
    ['--algorithm bfs', '--algorithm must be one of breadth-first, depth-first, best-of-n, chain.'],
    ['--voting most', '--voting must be one of settled, screen, all.'],
    ['--stop now', '--stop must be one of level, first.'],
    ['--branch 2 --branch 3', '--branch is given twice.'],
    ['--dataset=', '--dataset is empty.'],
    ['--model m', '--model NAME needs --base-url URL, for example --base-url http://localhost:8000/v1.'],
    ['--base-url http://localhost', '--base-url needs --model NAME; “offline” uses no endpoint.'],
    [
      '--model m --base-url localhost:8000',
      '--base-url must be a web address such as http://localhost:8000/v1.',
    ],
    [
      '--model m --base-url file:///etc',
      '--base-url must be a web address such as http://localhost:8000/v1.',
    ],
    ['--accept', '--accept needs --dataset FILE.'],
  ])('refuses %s', (words, message) => {
    expect(parse(words)).toEqual({ kind: 'wrong', message });
  });

  it('says which text is missing', () => {
    expect(parseRefineArguments([])).toEqual({ kind: 'wrong', message: '--instruction FILE is missing.' });
    expect(parseRefineArguments(['--instruction', 'i'])).toEqual({
      kind: 'wrong',
      message: '--response FILE is missing.',
    });
  });

  it('never throws', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '--gate',
        '--branch',
        '--instruction',
        '--response',
        '-',
        '--',
        '--json',
        '-h',
        '0.5',
        '--seed=',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const parsed = parseRefineArguments(words);
        return parsed.kind !== 'wrong' || (parsed.message.length > 1 && parsed.message.endsWith('.'));
      }),
    );
  });
});
