import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const pictures = join('docs', 'images');
const textsOf = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
const namesIn = (texts: readonly string[], pattern: RegExp): readonly string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))),
];

test('each picture of the guide is shown on a page, drawn by a browser test, and small', () => {
  const there = readdirSync(pictures).map((name) => name.replace(/\.png$/u, ''));
  const shown = namesIn(
    [readFileSync('README.md', 'utf8'), ...textsOf('docs', '.md')],
    /images\/([\w-]+)\.png/gu,
  );
  const drawn = namesIn(textsOf(join('test', 'e2e'), '.e2e.ts'), /docsImage\(workbench, '([\w-]+)'/gu);
  expect([...there].sort()).toEqual([...shown].sort());
  expect([...there].sort()).toEqual([...drawn].sort());
  const large = there.filter((name) => statSync(join(pictures, `${name}.png`)).size > 250_000);
  expect(large).toEqual([]);
});
