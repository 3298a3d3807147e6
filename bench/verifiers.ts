import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { measureChecking } from './checking';
import { distance } from '../src/spar/text/wordDiff';
import { checkConstraint } from '../src/spar/verifiers/check';
import type { Constraint } from '../src/spar/verifiers/constraint';
import { followsLoosely, followsStrictly } from '../src/spar/verifiers/loose';
import { detectConstraints } from '../src/spar/verifiers/detect';
import { bestRepair, repairs, unresolvedBy } from '../src/spar/verifiers/repair';
import { constraintsFromRow } from '../src/spar/verifiers/rows';

/** Counts of one constraint type. */
export interface TypeFigures {
  readonly type: string;
  /** Responses whose strict verdict equals the official one, of those that carry the type and are checked by code. */
  readonly agreed: number;
  /** The same of the loose verdicts. */
  readonly agreedLoosely: number;
  readonly checked: number;
  /** Detected with the arguments of the row; detected otherwise; in the row and not detected. */
  readonly found: number;
  readonly wrong: number;
  readonly missed: number;
  /** Official verdict "not followed", and of those the ones whose whole row follows after repair. */
  readonly failing: number;
  readonly mended: number;
}

export interface Half {
  readonly rows: number;
  readonly precision: number;
  readonly recall: number;
  readonly failingRows: number;
  /** By the row's own constraints, and by those read from the prompt's words; fully following by the row's own. */
  readonly solvedRows: number;
  readonly solvedByWords: number;
}

export interface RepairExample {
  readonly key: number;
  readonly types: readonly string[];
  readonly description: string;
  /** Share of changed words, 0 to 1. */
  readonly distance: number;
  readonly before: string;
  readonly after: string;
}

export interface VerifierFigures {
  readonly types: readonly TypeFigures[];
  readonly development: Half;
  readonly setAside: Half;
  /** Rows in which a constraint of the row held before the repair and not after it. */
  readonly harmed: readonly number[];
  readonly medianDistance: number;
  /** Disagreements with the official strict verdict. */
  readonly differences: readonly string[];
  /** `key type`: what was detected and is not in the row's columns, and the reverse; of the development half alone. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly unresolved: readonly string[];
  readonly solved: readonly RepairExample[];
}

const row = z.object({
  key: z.number(),
  prompt: z.string(),
  instruction_id_list: z.array(z.string()),
  kwargs: z.array(z.record(z.string(), z.unknown())),
  response: z.string(),
  strict: z.array(z.boolean()),
  loose: z.array(z.boolean()),
});
type Row = z.infer<typeof row>;

/** Where the data lies from the project's root; it is no part of the project. */
export const dataFolder = path.join('..', 'shared', 'data', 'ifeval');

/** Measures checks, detection and repairs on the responses with official verdicts in `folder`. */
export function measureVerifiers(folder: string): Promise<VerifierFigures> {
  const text = readFileSync(path.join(folder, 'gpt4_verdicts.jsonl'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => row.parse(JSON.parse(line)));
  return Promise.resolve(figuresOf(rows.map(measureRow)));
}

interface RowFigures {
  readonly row: Row;
  readonly isDevelopment: boolean;
  readonly types: readonly TypeFigures[];
  readonly differences: readonly string[];
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly unresolved: readonly string[];
  readonly isFailing: boolean;
  readonly isHarmed: boolean;
  readonly isSolvedByWords: boolean;
  readonly solved: RepairExample | null;
}

function measureRow(data: Row): RowFigures {
  const own = data.instruction_id_list.map((type, index) => ({
    type,
    isFollowed: data.strict[index] === true,
    isLoose: data.loose[index] === true,
    constraint: constraintsFromRow([type], [data.kwargs[index]]).constraints[0],
  }));
  const checked = own.map((entry) => ({
    ...entry,
    isHeld: isHeld(entry.constraint, data.response),
    isHeldLoosely: entry.constraint === undefined ? null : followsLoosely(entry.constraint, data.response),
  }));
  const detected = detectConstraints(data.prompt).constraints;
  const truth = new Map(
    own.map(({ type, constraint }, index) => [keyOf(type, constraint?.args ?? data.kwargs[index]), type]),
  );
  const got = new Map(
    detected.map((constraint) => [keyOf(constraint.type, constraint.args), constraint.type]),
  );
  const found = [...got].filter(([key]) => truth.has(key));
  const wrong = [...got].filter(([key]) => !truth.has(key));
  const missed = [...truth].filter(([key]) => !got.has(key));
  const isFailing = data.strict.includes(false);
  const columns = own.flatMap(({ constraint }) => constraint ?? []);
  const repair = isFailing ? bestRepair(data.prompt, columns, data.response) : null;
  const after = repair?.text ?? data.response;
  const read = isFailing ? (bestRepair(data.prompt, detected, data.response)?.text ?? data.response) : '';
  const isSolved =
    repair !== null &&
    own.every(({ constraint, isFollowed }) =>
      constraint === undefined ? isFollowed : isHeld(constraint, after) === true,
    );
  return {
    row: data,
    isDevelopment: (createHash('sha256').update(String(data.key)).digest()[0] ?? 0) % 2 === 0,
    types: [...new Set([...truth.values(), ...got.values()])].map((type) => {
      const entries = checked.filter((entry) => entry.type === type);
      const ofType = (list: readonly (readonly [string, string])[]): number =>
        list.filter(([, other]) => other === type).length;
      return {
        type,
        agreed: entries.filter((entry) => entry.isHeld === entry.isFollowed).length,
        agreedLoosely: entries.filter((entry) => entry.isHeldLoosely === entry.isLoose).length,
        checked: entries.filter((entry) => entry.isHeld !== null).length,
        found: ofType(found),
        wrong: ofType(wrong),
        missed: ofType(missed),
        failing: entries.filter((entry) => !entry.isFollowed).length,
        mended: isSolved ? entries.filter((entry) => !entry.isFollowed).length : 0,
      };
    }),
    differences: checked.flatMap((entry) =>
      [
        ['strict', entry.isFollowed, entry.isHeld] as const,
        ['loose', entry.isLoose, entry.isHeldLoosely] as const,
      ]
        .filter(([, official, ours]) => ours !== null && ours !== official)
        .map(
          ([mode, official, ours]) =>
            `${data.key} ${entry.type} ${mode}: official ${String(official)}, ours ${String(ours)}`,
        ),
    ),
    wrong: wrong.map(([key]) => `${data.key} ${key}`),
    missed: missed.map(([key]) => `${data.key} ${key}`),
    unresolved:
      isFailing && !isSolved
        ? [
            `${data.key} ${unresolvedBy(data.prompt, columns, data.response)
              .map((constraint) => constraint.text)
              .join(' | ')}`,
          ]
        : [],
    isFailing,
    isHarmed: checked.some(
      ({ constraint, isHeld: before }) =>
        before === true && [after, read].some((text) => text !== '' && isHeld(constraint, text) !== true),
    ),
    isSolvedByWords:
      isFailing && read !== data.response && own.every(({ constraint }) => isHeld(constraint, read) === true),
    solved: isSolved
      ? {
          key: data.key,
          types: own.filter((entry) => !entry.isFollowed).map((entry) => entry.type),
          description: repair.description,
          distance: distance(data.response, after),
          before: data.response,
          after,
        }
      : null,
  };
}

/** Null where code does not know the type. */
function isHeld(constraint: Constraint | undefined, text: string): boolean | null {
  return constraint === undefined ? null : followsStrictly(constraint, text);
}

/** Type and arguments, texts without case and outer space, lists without order. */
function keyOf(type: string, args: Readonly<Record<string, unknown>> | undefined): string {
  const plain = Object.entries(args ?? {})
    .map(([name, value]): readonly [string, unknown] => {
      if (typeof value === 'string') return [name, value.trim().toLowerCase()];
      return [
        name,
        Array.isArray(value) ? [...new Set(value.map((item) => String(item).toLowerCase()))].sort() : value,
      ];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${type} ${JSON.stringify(Object.fromEntries(plain))}`;
}

function figuresOf(rows: readonly RowFigures[]): VerifierFigures {
  const distances = rows
    .flatMap((figures) => (figures.solved === null ? [] : [figures.solved.distance]))
    .sort((a, b) => a - b);
  const types = [...new Set(rows.flatMap((figures) => figures.types.map((entry) => entry.type)))].sort();
  return {
    types: types.map((type) => {
      const entries = rows.flatMap((figures) => figures.types.filter((entry) => entry.type === type));
      const total = (name: Exclude<keyof TypeFigures, 'type'>): number =>
        entries.reduce((sum, entry) => sum + entry[name], 0);
      return {
        type,
        agreed: total('agreed'),
        agreedLoosely: total('agreedLoosely'),
        checked: total('checked'),
        found: total('found'),
        wrong: total('wrong'),
        missed: total('missed'),
        failing: total('failing'),
        mended: total('mended'),
      };
    }),
    development: halfOf(rows.filter((figures) => figures.isDevelopment)),
    setAside: halfOf(rows.filter((figures) => !figures.isDevelopment)),
    harmed: rows.filter((figures) => figures.isHarmed).map((figures) => figures.row.key),
    medianDistance: distances[Math.floor(distances.length / 2)] ?? 0,
    differences: rows.flatMap((figures) => figures.differences),
    wrong: rows.flatMap((figures) => (figures.isDevelopment ? figures.wrong : [])),
    missed: rows.flatMap((figures) => (figures.isDevelopment ? figures.missed : [])),
    unresolved: rows.flatMap((figures) => figures.unresolved),
    solved: rows.flatMap((figures) => figures.solved ?? []),
  };
}

function halfOf(rows: readonly RowFigures[]): Half {
  const entries = rows.flatMap((figures) => figures.types);
  const total = (name: 'found' | 'wrong' | 'missed'): number =>
    entries.reduce((sum, entry) => sum + entry[name], 0);
  return {
    rows: rows.length,
    precision: total('found') / Math.max(1, total('found') + total('wrong')),
    recall: total('found') / Math.max(1, total('found') + total('missed')),
    failingRows: rows.filter((figures) => figures.isFailing).length,
    solvedRows: rows.filter((figures) => figures.solved !== null).length,
    solvedByWords: rows.filter((figures) => figures.isSolvedByWords).length,
  };
}

/** Milliseconds of processor time that reading, checking and repairing a short example take in a process so far unused, and again. */
function firstCallPrinted(): string {
  const instruction = 'Describe the harbour in at least 30 words. Do not use any commas.';
  const response = 'The harbour, at dawn, is quiet. Gulls, boats and ropes fill the air with small sounds.';
  const [first = 0, second = 0] = [0, 1].map(() => {
    const before = process.cpuUsage();
    const { constraints } = detectConstraints(instruction);
    for (const constraint of constraints) checkConstraint(constraint, response);
    repairs(instruction, constraints, response);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return `first call on a short example: ${first.toFixed(1)} ms of processor time, ${((100 * first) / 40).toFixed(0)} % of the 40 ms allowed; the second: ${second.toFixed(1)} ms`;
}

function printed(figures: VerifierFigures): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const half = (name: string, figures: Half): string =>
    `${name}: ${figures.rows} rows, detection precision ${percent(figures.precision)}, recall ${percent(figures.recall)}; of ${figures.failingRows} failing rows ${figures.solvedRows} mended by their own constraints, ${figures.solvedByWords} by those read from the prompt`;
  const share = (part: number, whole: number): string => `${part}/${whole}`.padStart(9);
  return [
    `${'type'.padEnd(48)}   strict    loose  precise   recall   mended`,
    ...figures.types.map(
      (entry) =>
        `${entry.type.padEnd(48)}${share(entry.agreed, entry.checked)}${share(entry.agreedLoosely, entry.checked)}${share(entry.found, entry.found + entry.wrong)}${share(entry.found, entry.found + entry.missed)}${share(entry.mended, entry.failing)}`,
    ),
    half('development half', figures.development),
    half('half set aside', figures.setAside),
    `rows harmed: ${figures.harmed.length}; median share of words changed: ${percent(figures.medianDistance)}`,
    `differences from the official verdicts: ${figures.differences.join('; ') || 'none'}`,
  ].join('\n');
}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  console.log(firstCallPrinted());
  if (existsSync(dataFolder)) {
    const { lines, isKept } = measureChecking(dataFolder);
    console.log(lines.join('\n'));
    console.log(printed(await measureVerifiers(dataFolder)));
    process.exitCode = isKept ? 0 : 1;
  } else console.log(`No data in ${dataFolder}: nothing measured.`);
}
