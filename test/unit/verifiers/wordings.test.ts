import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { detectConstraints } from '../../../src/spar/verifiers/detect';

/** Ways of asking for the same, written for this test; the last group asks for nothing that code checks. */
const groups = z
  .array(
    z.object({
      expected: z.array(z.object({ type: z.string(), args: z.record(z.string(), z.unknown()) })),
      wordings: z.array(z.string()),
    }),
  )
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/wordings/instructions.json'), 'utf8')),
  );

/** Without case and, in lists, order: both are the writer's. */
function plain(args: Readonly<Record<string, unknown>>): unknown {
  const folded = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(folded).sort();
    return typeof value === 'string' ? value.trim().toLowerCase() : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, folded(value)]));
}

describe.each(groups)('$expected', ({ expected, wordings }) => {
  it.each(wordings)('%s', (wording) => {
    const { constraints } = detectConstraints(wording);
    const byType = (a: { type: string }, b: { type: string }): number => (a.type < b.type ? -1 : 1);
    expect(
      constraints
        .map(({ type, args }) => ({ type, args: plain(args) }))
        .sort((a, b) => byType(a, b) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual(
      expected
        .map(({ type, args }) => ({ type, args: plain(args) }))
        .sort((a, b) => byType(a, b) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
    for (const { span } of constraints) {
      expect(span).not.toBeNull();
      expect(wording.slice(span?.start, span?.end).trim()).not.toBe('');
    }
  });
});
