import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { NewRecord } from '../src/spar/datasets/newLines';

const plainWords =
  'the a harbour boats ropes gulls morning quiet window letter garden river stone market paper colour evening answer summary section highlight because although however between within several other first second after before never always perhaps'.split(
    ' ',
  );
const otherWords = [...plainWords, ...'naïve café Straße 東京 élan'.split(' ')];

export interface MadeDataset {
  readonly records: number;
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Writes a dataset of that many pairs, about 1.1 KB each, every tenth not in ASCII: 20 % are decided on, a quarter of
 * those with a change and a second decision too, 2 % are tagged. The same bytes every time.
 */
export function makeDataset(file: string, records: number): MadeDataset {
  const handle = openSync(file, 'w');
  let lines = 0;
  let bytes = 0;
  let waiting: string[] = [];
  const flush = (): void => {
    const buffer = Buffer.from(waiting.map((line) => `${line}\n`).join(''), 'utf8');
    for (let at = 0; at < buffer.length;) at += writeSync(handle, buffer, at);
    lines += waiting.length;
    bytes += buffer.length;
    waiting = [];
  };
  try {
    for (let number = 0; number < records; number += 1) {
      waiting.push(...linesOf(number));
      if (waiting.length >= 2000) flush();
    }
    flush();
  } finally {
    closeSync(handle);
  }
  return { records, lines, bytes };
}

/** A pair that no made dataset has. */
export function madePair(number: number): NewRecord {
  return {
    instruction: `Say ${number} without a comma.`,
    rejected: `It is, well, ${number}`,
    chosen: `It is well ${number}`,
  };
}

function linesOf(number: number): readonly string[] {
  const random = sequence(number);
  const words = number % 10 === 0 ? otherWords : plainWords;
  const sentence = (length: number): string =>
    Array.from({ length }, () => words[random(words.length)] ?? '').join(' ');
  const id = createHash('sha256').update(`pair ${number}`).digest('hex').slice(0, 40);
  const first = sentence(19);
  const last = sentence(8);
  const rejected = `${first}, ${sentence(3)}.\n${last}`;
  const chosen = `${first} ${sentence(3)}.\n${last}`;
  const created = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  const yes = random(6);
  const value = yes / 5;
  const length = (text: string): object => ({ characters: text.length, words: text.split(/\s+/u).length });
  const check = (state: object): object => ({
    constraint: { args: {}, id: 'c1', span: null, text: 'no commas', type: types[number % types.length] },
    result: state,
  });
  const step = (path: string, state: object): object => ({
    checks: [check(state)],
    judgement: null,
    origin: 'repaired',
    path,
    reflection: '',
    text: '',
  });
  const record = {
    spar: 1,
    kind: 'record',
    id,
    created,
    instruction: `${sentence(10)} ${number}. Do not use any commas.`,
    rejected,
    chosen,
    evidence: { path: [step('1', { state: 'held' })] },
    metrics: {
      distance: random(100) / 100,
      interference: number % 3 === 0 ? null : random(100) / 100,
      lengths: { chosen: length(chosen), rejected: length(rejected) },
      no: 5 - yes,
      notDrawn: 0,
      value,
      yes,
    },
    model: `model-${number % 4}`,
    search: null,
    source: { file: `data/part-${number % 200}.jsonl`, row: number, run: `run-${number % 50}` },
  };
  const about = (name: string, after: readonly string[], rest: object): string => {
    const { kind, ...fields } = { kind: 'decision', ...rest };
    return JSON.stringify({
      spar: 1,
      kind,
      id: `${name}${number}`,
      record: id,
      time: created,
      after,
      ...fields,
    });
  };
  const lines = [JSON.stringify(record)];
  const status = number % 15 === 0 ? 'rejected' : 'accepted';
  if (number % 5 === 0) lines.push(about('a', [], { status, by: { kind: 'person' } }));
  if (number % 20 === 0) {
    lines.push(about('b', [`a${number}`], { kind: 'change', split: number % 40 === 0 ? 'train' : 'test' }));
    lines.push(
      about('c', [`a${number}`, `b${number}`], { status: 'accepted', by: { kind: 'person' }, note: 'kept' }),
    );
  }
  if (number % 50 === 1) lines.push(about('d', [], { kind: 'change', tags: { add: ['short'], remove: [] } }));
  return lines;
}

const types = ['punctuation:no_comma', 'length_constraints:number_words', 'change_case:english_lowercase'];

/** Numbers below a limit, the same for the same seed. */
function sequence(seed: number): (limit: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
