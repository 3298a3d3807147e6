import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingCodes } from '../../../../src/spar/datasets/lint/codes';
import { recordChecks, setCodes } from '../../../../src/spar/datasets/lint/table';

test('the guide has a row for every code, with its severity and title, in order', () => {
  const guide = readFileSync(new URL('../../../../docs/linting.md', import.meta.url), 'utf8');
  const rows = Array.from(
    guide.matchAll(/^\| `([a-z-]+)`\s+\| (error|warning|information)\s+\| (.+?)\s+\|/gmu),
    (match) => match.slice(1, 4),
  );
  expect(rows).toEqual(
    Object.entries(findingCodes).map(([code, { severity, title }]) => [code, severity, title]),
  );
});

test('every code is found by one check alone', () => {
  const elsewhere = ['damaged-line', 'unknown-line', 'torn-line', 'evaluation-prompt', 'evaluation-overlap'];
  const found = [
    ...recordChecks.flatMap(({ codes }) => codes),
    ...Object.values(setCodes).flat(),
    ...elsewhere,
  ];
  expect([...found].sort()).toEqual(Object.keys(findingCodes).sort());
});
