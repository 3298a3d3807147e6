import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { worldItems, worldReply } from '../../support/world';
import { SparProcess } from './bundle';
import { withSimulator } from './texts';

const hostile = '</script><img src=x onerror=alert(1)>\u2028<!-- \u001b[31m';

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
  const rows = worldItems(12).map(({ instruction }) => ({ instruction: `${instruction}. ${hostile}` }));
  const lines = [...rows.map((row) => JSON.stringify(row)), '{"instruction":7}'];
  await writeFile(join(spar.folder, 'prompts.jsonl'), `${lines.join('\n')}\n`);
  const ended = await withSimulator({ responder: (asked) => worldReply(asked).text }, (simulator) =>
    spar.run([
      ...['run', '--input', 'prompts.jsonl', '--output', 'run', '--price', '1,2,EUR', '--model', 'simulated'],
      ...[
        '--base-url',
        simulator.url,
        '--accept-when',
        'value=0.8',
        '--stages',
        'sample,judge,select,search',
      ],
    ]),
  );
  if (ended.code !== 0) throw new Error(ended.stderr);
}, 60_000);
afterAll(async () => {
  await rm(spar.folder, { recursive: true });
});

describe('spar report', { timeout: 60_000 }, () => {
  it('tells a person what the run came to', async () => {
    const { code, stdout, stderr } = await spar.run(['report', 'run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^prompts\.jsonl · run\nstate: finished, rows: 13, pairs: \d+/u);
    expect(stdout).toContain('    − 1 could not be used: ');
    expect(stdout).toMatch(/ {2}Rows of the input {2,}13 {2}█+/u);
    expect(stdout).toContain('Tokens by stage\n  In total ');
    expect(stdout).toMatch(/For a pair: [\d,]+ tokens, [\d.]+ EUR\./u);
    expect(stdout).toMatch(/line \d+: value/u);
    expect(stdout).toContain('{+');
    expect(stdout).toContain('onerror=alert(1)');
    expect(stdout).not.toContain('\u001b');
  });

  it('prints its numbers as one JSON object', async () => {
    const { stdout } = await spar.run(['report', 'run', '--json']);
    const status = await spar.run(['status', 'run', '--json']);
    const told = JSON.parse(status.stdout) as { pairs: number; cost: number };
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      state: 'finished',
      pairs: { count: told.pairs },
      spent: { cost: told.cost, currency: 'EUR' },
      refused: { count: 1, rows: [{ place: 13 }] },
    });
  });

  it('writes one page that loads nothing, hostile texts and all', async () => {
    const { code, stdout } = await spar.run(['report', 'run', '--output', 'page.html']);
    expect(code).toBe(0);
    expect(stdout).toContain('Page: page.html\n');
    const page = await readFile(join(spar.folder, 'page.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('onerror=alert(1)');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/gu)).toHaveLength(2);
    expect(page).not.toMatch(/(?:src|href)="/u);
    await spar.run(['report', 'run', '--output', 'again.html']);
    expect(await readFile(join(spar.folder, 'again.html'), 'utf8')).toBe(page);
  });

  it('refuses what it can’t use, and changes nothing', async () => {
    const before = await readFile(join(spar.folder, 'run/journal.jsonl'), 'utf8');
    expect(await spar.run(['report'])).toMatchObject({ code: 2 });
    expect(await spar.run(['report', 'run', '--output', '-'])).toMatchObject({ code: 2 });
    const own = await spar.run(['report', 'run', '--output', './run/journal.jsonl']);
    expect(own).toMatchObject({ code: 1 });
    expect(own.stderr).toContain('a file of the run');
    expect(await spar.run(['report', 'nowhere'])).toMatchObject({ code: 1 });
    expect(await readFile(join(spar.folder, 'run/journal.jsonl'), 'utf8')).toBe(before);
  });
});
