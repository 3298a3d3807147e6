import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyHelp } from '../../../src/views/queue/webview/keys';

const at = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const docs = new URL('../../../docs/', import.meta.url);
const pages = readdirSync(docs).filter((name) => name.endsWith('.md'));
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

  test.each(pages)('links of %s', (page) => {
    const text = at(`docs/${page}`).replace(/```[\s\S]*?```/gu, '');
    const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/gu));
    const broken = links.flatMap(([, path = '', heading]) => {
      const target = new URL(path === '' ? page : path, docs);
      if (!existsSync(target)) return [path];
      const isThere = heading === undefined || headings(readFileSync(target, 'utf8')).includes(heading);
      return isThere ? [] : [`${path}#${heading}`];
    });
    expect(broken).toEqual([]);
  });

  test('keys of the review queue, no more and no fewer', () => {
    const section = /## The review queue\n([\s\S]+?)\n## /u.exec(at('docs/reviewing.md'))?.[1] ?? '';
    const cells = Array.from(section.matchAll(/^\| (`[^|]+) \|/gmu), ([, cell = '']) => cell);
    const told = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/gu), ([, key = '']) => key));
    expect(told).toEqual(keyHelp.flatMap(([keys]) => keys.split(/, | or /u)));
  });
});

/** As links name them. */
function headings(markdown: string): readonly string[] {
  return Array.from(markdown.matchAll(/^#+ (.*)$/gmu), ([, title = '']) =>
    title
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}
