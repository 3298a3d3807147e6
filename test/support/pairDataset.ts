import { datasetLineText } from '../../src/spar/datasets/datasetLine';
import { decisionLine, recordLine, type NewRecord } from '../../src/spar/datasets/newLines';

const types = [
  'punctuation:no_comma',
  'length_constraints:number_words',
  'detectable_format:number_bullet_lists',
  'change_case:english_lowercase',
  'keywords:existence',
  'startend:quotation',
];
const words = 'the sea at dawn is calm and wide while small boats leave the harbour for the open water'.split(
  ' ',
);

/** The text of a dataset of many pairs as searches leave them; the same for the same number and seed. */
export function pairDataset(pairs: number, seed = 1): string {
  const draw = drawsFrom(seed);
  const lines: string[] = [];
  for (let number = 0; number < pairs; number += 1) {
    const record = recordLine(newPair(number, draw), at(number, draw));
    lines.push(datasetLineText(record));
    const share = draw();
    if (share > 0.8) continue;
    const status = share < 0.62 ? 'accepted' : 'rejected';
    const stamp = { id: `decision${number}`, time: at(number + 30, draw), after: [] };
    lines.push(datasetLineText(decisionLine(record.id, { status }, stamp)));
    if (share < 0.03) {
      const other = { ...stamp, id: `contradiction${number}` };
      lines.push(datasetLineText(decisionLine(record.id, { status: 'rejected' }, other)));
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function newPair(number: number, draw: () => number): NewRecord {
  // Some texts come again and again, as templates do.
  const family = number % 25 === 0 ? 1 : number % 60 === 1 ? 2 : 3 + number;
  const say = drawsFrom(family);
  const length = 20 + Math.floor(say() ** 3 * 400);
  const said = Array.from({ length }, () => words[Math.floor(say() * words.length)] ?? '');
  const rejected = said.join(draw() < 0.5 ? ', ' : ' ');
  const chosen = said.filter(() => say() > 0.06).join(' ');
  const wanted = types.filter(() => draw() < 0.4);
  const constraint = (type: string) => ({ id: type, type, args: {}, text: type, span: null });
  const checks = (brokenShare: number) =>
    wanted.map((type) => ({
      constraint: constraint(type),
      result:
        draw() < brokenShare
          ? { state: 'broken' as const, message: `Breaks ${type}.`, spans: [] }
          : { state: 'held' as const },
    }));
  const depth = 1 + Math.floor(draw() ** 2 * 3);
  const votes = draw() < 0.25 ? 0 : 3 + Math.floor(draw() * 3);
  const no = Math.min(votes, Math.floor(draw() * 1.6));
  const step = (level: number, text: string, brokenShare: number) => ({
    ...{ path: level === 0 ? '0' : Array(level).fill('1').join('.'), text, reflection: '', judgement: null },
    origin: level === 0 ? 'original' : level === depth ? (votes === 0 ? 'repaired' : 'refined') : 'refined',
    checks: checks(brokenShare),
  });
  return {
    instruction: `Describe the sea, text ${number}.`,
    ...{ rejected, chosen },
    evidence: {
      path: Array.from({ length: depth + 1 }, (_, level) =>
        step(
          level,
          level === 0 ? rejected : level === depth ? chosen : `${chosen} ${level}`,
          level === 0 ? 0.6 : 0.05,
        ),
      ),
    },
    metrics: {
      value: votes === 0 ? null : (votes - no) / votes,
      ...{ yes: votes - no, no, notDrawn: votes === 0 ? 0 : 5 - votes },
      interference: draw() < 0.2 ? null : Number((draw() ** 3).toFixed(3)),
    },
    source:
      draw() < 0.1
        ? null
        : { file: ['notes/sea.md', 'prompts/evaluation.jsonl', 'drafts/letters.md'][number % 3] ?? '' },
    model:
      votes === 0 ? null : draw() < 0.7 ? 'qwen3-8b' : 'a-provider/with-a-long-name/of-its-model-2026-11',
  };
}

function at(number: number, draw: () => number): string {
  return new Date(
    Date.UTC(2026, 8, 1, 8) + number * 5 * 3_600_000 + Math.floor(draw() * 3_600_000),
  ).toISOString();
}

/** Mulberry32: a small generator of even numbers between 0 and 1. */
function drawsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
