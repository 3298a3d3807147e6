import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Constraint } from '../src/spar/verifiers/constraint';
import { followsLoosely, followsStrictly } from '../src/spar/verifiers/loose';
import { constraintsFromRow } from '../src/spar/verifiers/rows';

/** What may be taken, in milliseconds. */
const limits = { allResponses: 500, longResponse: 20 };

const row = z.object({
  instruction_id_list: z.array(z.string()),
  kwargs: z.array(z.unknown()),
  response: z.string(),
});

export interface Checking {
  readonly lines: readonly string[];
  readonly isKept: boolean;
}

/** Times the verdicts on the responses in `folder`, in a process that has checked nothing yet. */
export function measureChecking(folder: string): Checking {
  const rows = readFileSync(path.join(folder, 'gpt4_verdicts.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => row.parse(JSON.parse(line)))
    .map(({ instruction_id_list: ids, kwargs, response }) => ({
      constraints: constraintsFromRow(ids, kwargs).constraints,
      response,
    }));
  const all = timed(() => {
    for (const { constraints, response } of rows) {
      for (const constraint of constraints) {
        followsStrictly(constraint, response);
        followsLoosely(constraint, response);
      }
    }
  });
  const everyType = new Map(
    rows.flatMap(({ constraints }) => constraints.map((one) => [one.type, one] as const)),
  );
  const long = textOf(rows, 100_000);
  const huge = textOf(rows, 5_000_000);
  const [type, slowest] = slowestOf(everyType, long, followsStrictly);
  const [hugeType, hugeSlowest] = slowestOf(everyType, huge, followsStrictly);
  const [looseType, looseSlowest] = slowestOf(everyType, huge, followsLoosely);
  return {
    isKept: all <= limits.allResponses && slowest <= limits.longResponse,
    lines: [
      `all ${rows.length} responses, strict and loose, first time: ${all.toFixed(0)} ms, ${share(all, limits.allResponses)} of the ${limits.allResponses} ms allowed`,
      `one response of 100 KB, slowest of ${everyType.size} types: ${slowest.toFixed(1)} ms (${type}), ${share(slowest, limits.longResponse)} of the ${limits.longResponse} ms allowed`,
      `one response of 5 MB, slowest type: ${hugeSlowest.toFixed(0)} ms strict (${hugeType}), ${looseSlowest.toFixed(0)} ms loose (${looseType})`,
    ],
  };
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

function textOf(rows: readonly { readonly response: string }[], length: number): string {
  const once = rows.map(({ response }) => response).join('\n\n');
  return once.repeat(Math.ceil(length / once.length)).slice(0, length);
}

/** The best of three tries each, so that a machine that is busy elsewhere does not count. */
function slowestOf(
  types: ReadonlyMap<string, Constraint>,
  text: string,
  check: (constraint: Constraint, text: string) => unknown,
): readonly [string, number] {
  const times = [...types].map(([type, constraint]): [string, number] => {
    const tries = [0, 1, 2].map(() => timed(() => check(constraint, text)));
    return [type, Math.min(...tries)];
  });
  return times.reduce((slowest, time) => (time[1] > slowest[1] ? time : slowest));
}

function timed(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
