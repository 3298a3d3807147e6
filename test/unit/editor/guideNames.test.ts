import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyHelp } from '../../../src/views/queue/webview/keys';

const at = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const pages = readdirSync(new URL('../../../docs/', import.meta.url)).filter((name) => name.endsWith('.md'));
const titles = new Set(
  Object.entries(JSON.parse(at('package.nls.json')) as Record<string, string>).flatMap(([key, title]) =>
    key.startsWith('command.') ? [title, title.replace(/…$/u, '')] : [],
  ),
);

describe('what the guide names is there', () => {
  test.each(pages)('commands and settings of %s', (page) => {
    const text = at(`docs/${page}`);
    const commands = Array.from(text.matchAll(/\*\*SPaR: ([^*]+)\*\*/gu), ([, title = '']) => title);
    expect(commands.filter((title) => !titles.has(title))).toEqual([]);
    const settings = Array.from(text.matchAll(/`(spar\.\w+\.\w+)`/gu), ([, name = '']) => name);
    const manifest = at('package.json');
    expect(settings.filter((name) => !manifest.includes(`"${name}"`))).toEqual([]);
  });

  test('keys of the review queue, no more and no fewer', () => {
    const section = /## The review queue\n([\s\S]+?)\n## /u.exec(at('docs/reviewing.md'))?.[1] ?? '';
    const cells = Array.from(section.matchAll(/^\| (`[^|]+) \|/gmu), ([, cell = '']) => cell);
    const told = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/gu), ([, key = '']) => key));
    expect(told).toEqual(keyHelp.flatMap(([keys]) => keys.split(/, | or /u)));
  });
});
