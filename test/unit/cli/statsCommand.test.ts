import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pairDataset } from '../../support/pairDataset';
import { SparProcess } from './bundle';

let spar: SparProcess;
beforeAll(async () => {
  spar = await SparProcess.build();
  await build({
    entryPoints: ['main.ts', 'style.css'].map((name) => ({
      in: `src/views/report/webview/${name}`,
      out: 'report',
    })),
    outdir: join(spar.folder, 'webviews'),
    bundle: true,
    minify: true,
    logLevel: 'error',
  });
});
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

const path = (name: string): string => join(spar.folder, name);

beforeEach(async () => {
  await writeFile(path('a.spar.jsonl'), pairDataset(30));
  await writeFile(path('b.spar.jsonl'), pairDataset(12, 2));
});

describe('spar stats', () => {
  it('prints numbers for a person, and as one JSON object', async () => {
    const { code, stdout, stderr } = await spar.run(['stats', 'a.spar.jsonl']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^a\n30 pairs, \d+ accepted, \d+ rejected, \d+ pending/u);
    expect(stdout).toContain('Constraints\n  Rejected texts break ');
    expect(stdout).not.toContain('\u001b');
    const both = await spar.run(['stats', 'a.spar.jsonl', 'b.spar.jsonl', '--json']);
    expect(JSON.parse(both.stdout)).toMatchObject({
      version: 1,
      files: ['a.spar.jsonl', 'b.spar.jsonl'],
      records: 42,
      deleted: 0,
    });
  });

  it('writes one page that loads nothing, the same for the same dataset, hostile names and all', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>\u2028<!--';
    const dataset = pairDataset(5).replaceAll('notes/sea.md', JSON.stringify(hostile).slice(1, -1));
    await writeFile(path('a.spar.jsonl'), dataset);
    const first = await spar.run(['stats', 'a.spar.jsonl', '--html', 'page.html']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const page = await readFile(path('page.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u2028');
    expect(page.match(/<\/script>/gu)).toHaveLength(2);
    expect(page).not.toMatch(/(?:src|href)="/u);
    await spar.run(['stats', 'a.spar.jsonl', '--html', 'again.html']);
    expect(await readFile(path('again.html'), 'utf8')).toBe(page);
  });

  it('says what is wrong and writes nothing over what it reads', async () => {
    expect(await spar.run(['stats'])).toMatchObject({
      code: 2,
      stderr: 'spar stats: Name a dataset: spar stats FILE…. Run “spar stats --help” for what it takes.\n',
    });
    expect(await spar.run(['stats', 'none.spar.jsonl'])).toMatchObject({
      code: 1,
      stderr: 'spar stats: none.spar.jsonl is not there. Name a dataset (*.spar.jsonl).\n',
    });
    const before = await readFile(path('a.spar.jsonl'), 'utf8');
    await symlink(path('a.spar.jsonl'), path('link.html'));
    expect(await spar.run(['stats', 'a.spar.jsonl', '--html', 'link.html'])).toMatchObject({
      code: 1,
      stderr: 'spar stats: --html is a.spar.jsonl, which is read. Name another file; nothing was changed.\n',
    });
    expect(await readFile(path('a.spar.jsonl'), 'utf8')).toBe(before);
    expect((await readdir(spar.folder)).filter((name) => name.includes('.spar-'))).toEqual([]);
  });
});
