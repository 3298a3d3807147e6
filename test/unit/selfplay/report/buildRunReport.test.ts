import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { ModelError } from '../../../../src/spar/models/modelError';
import { reportHtml } from '../../../../src/spar/report/reportHtml';
import { buildRunReport } from '../../../../src/spar/selfplay/report/buildRunReport';
import type { RunReport } from '../../../../src/spar/selfplay/report/runReport';
import { runReportPage } from '../../../../src/spar/selfplay/report/runReportPage';
import { RunStore } from '../../../../src/spar/selfplay/runStore';
import { totalUsage } from '../../../../src/spar/selfplay/totals';
import { answered, pairsOf, play, SlowWorld } from '../support';
import { mixedRun, source } from './mixedRun';

let folder: string;
let run: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-report-'));
  run = join(folder, 'run');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sums = ({ funnel }: RunReport): readonly [rows: number, ends: number] => {
  const { steps } = funnel;
  const out = steps.flatMap(({ out: fallen }) => fallen.map(({ count }) => count));
  return [steps[0]!.count, out.reduce((sum, count) => sum + count, steps.at(-1)!.count)];
};

describe('the report of a run', () => {
  test('tells the same as the run itself', async () => {
    const { totals, spent } = await mixedRun(run);
    const report = await buildRunReport(run);
    expect(report).toMatchObject({ name: 'run', state: 'finished', unread: { journal: 0, outcomes: 0 } });
    expect(sums(report)).toEqual([17, 17]);
    const ends = report.funnel.steps.flatMap(({ out }) => out.map(({ what, count }) => [what, count]));
    expect(Object.fromEntries(ends)).toMatchObject({
      refused: 1,
      'held-back': 1,
      dropped: 1,
      failed: 1,
      waiting: totals.statuses.solved,
    });
    expect(report.pairs).toMatchObject({ count: totals.pairs, accepted: 0 });
    expect(report.evidence.pairs).toBe(totals.pairs);
    expect(report.pairs.depths.reduce((sum, { records }) => sum + records, 0)).toBe(totals.pairs);
    const { promptTokens, completionTokens } = totalUsage(spent);
    expect(report.spent.tokens).toBe(promptTokens + completionTokens);
    expect(report.spent.cost).toBeCloseTo((promptTokens + 2 * completionTokens) / 1e6, 9);
    expect(report.spent.perPair?.cost).toBeCloseTo((report.spent.cost ?? 0) / totals.pairs, 9);
    expect(report.failed).toMatchObject({
      count: 1,
      items: [{ place: 9, status: 'failed', reason: 'Too long for <b>this</b> model.' }],
    });
    expect(report.refused).toEqual({ count: 1, rows: [{ place: 2, reason: 'It asks for nothing.' }] });
    expect(report.slowest.map(({ milliseconds }) => milliseconds)).toEqual(
      report.slowest.map(({ milliseconds }) => milliseconds).toSorted((a, b) => b - a),
    );
    expect(report.evidence.votes.judged).toBeGreaterThan(0);
    expect(report.about).toMatchObject({
      begun: source.begun,
      seed: 5,
      input: { name: 'prompts.jsonl' },
      actor: { model: 'small' },
      refiner: null,
      guard: ['ifeval.jsonl'],
      stages: ['evolve', 'sample', 'judge', 'select', 'search', 'collect'],
    });
  });

  test('its examples are pairs of the run, word by word, and the same each time', async () => {
    await mixedRun(run);
    const { examples } = await buildRunReport(run);
    expect(examples).toHaveLength(5);
    expect((await buildRunReport(run)).examples).toEqual(examples);
    const records = (await pairsOf(run))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { rejected: string; chosen: string; source: { row: number } });
    for (const { place, difference } of examples) {
      const { rejected, chosen } = records.find(({ source: { row } }) => row === place)!;
      const without = (kind: string): string =>
        difference.flatMap((stretch) => (stretch.kind === kind ? [] : [stretch.text])).join('');
      expect([without('added'), without('removed')]).toEqual([rejected, chosen]);
    }
  });

  test('a run that was stopped, and one at work, are told as far as they are', async () => {
    const pause = new AbortController();
    const model = new SlowWorld((count) => {
      if (count >= 60) pause.abort();
      return 1;
    });
    const seen: Promise<RunReport>[] = [];
    const onProgress = (): void => {
      if (seen.length === 0) seen.push(buildRunReport(run));
    };
    const control = { pause: pause.signal, onProgress };
    const { store } = await play({ folder: run, items: answered(20), model, control });
    expect((await seen[0])?.state).toBe('running');
    expect(sums((await seen[0])!)).toEqual([sums((await seen[0])!)[0], sums((await seen[0])!)[0]]);
    const report = await buildRunReport(run);
    expect(report).toMatchObject({ state: 'paused', pause: { kind: 'asked' } });
    const said = (told: RunReport): string => runReportPage(told).sections[0]?.summary ?? '';
    expect(said(report)).toMatch(/gave a pair so far\.$/u);
    const down = { kind: 'endpoint', message: 'The server is down.' } as const;
    expect(said({ ...report, pause: down })).toMatch(/so far\. It is paused: The server is down\.$/u);
    expect(report.pairs.count).toBe(store.totals.pairs);
    expect(sums(report)[1]).toBe(sums(report)[0]);
    expect(report.funnel.steps.find(({ id }) => id === 'done')?.count ?? store.totals.finished).toBe(
      store.totals.finished,
    );
  });

  test('an item that failed and was tried again counts once, as it ended', async () => {
    const model = new SlowWorld(
      () => 0,
      ({ messages }) =>
        messages[0]!.content.includes('item 7 ')
          ? new ModelError({ kind: 'context-length', message: 'Too long.' })
          : null,
    );
    await play({ folder: run, items: answered(10), model });
    expect((await buildRunReport(run)).failed.count).toBe(1);
    const again = await RunStore.open(run);
    await again.retry([7]);
    await again.close();
    const waiting = await buildRunReport(run);
    expect(waiting.failed.count).toBe(0);
    expect(waiting.funnel.steps.find(({ id }) => id === 'done')?.out).toEqual([
      { what: 'not-done', count: 1, reasons: [] },
    ]);
    const { store } = await play({ folder: run, items: answered(10), model: new SlowWorld() });
    const report = await buildRunReport(run);
    expect(sums(report)).toEqual([10, 10]);
    expect(report.pairs.count).toBe(store.totals.pairs);
  });

  test('what is damaged is counted, and the rest told', async () => {
    const { totals } = await mixedRun(run);
    const journal = join(run, 'journal.jsonl');
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"status":"solved"'));
    const newer = lines[at]!.replace('"spar":1', '"spar":99');
    const wrong = lines[at]!.replace('"nodes":', '"Nodes":');
    await writeFile(
      journal,
      [...lines.toSpliced(at, 1, `${lines[at]!.slice(0, 50)}\u0000`), newer, wrong, '{"sp'].join('\n'),
    );
    const outcomes = join(run, 'outcomes.jsonl');
    await truncate(outcomes, (await readFile(outcomes)).length - 100);
    await appendFile(join(run, 'settings.json'), '');
    const report = await buildRunReport(run);
    expect(report.unread.journal).toBe(3);
    expect(report.pairs.count).toBeLessThan(totals.pairs);
    expect(report.evidence.pairs + report.unread.outcomes).toBeGreaterThanOrEqual(report.pairs.count);
    expect(sums(report)).toEqual([17, 17]);
    await rm(outcomes);
    expect((await buildRunReport(run)).evidence.pairs).toBe(0);
    expect(runReportPage(report).sections.at(-1)?.summary).toMatch(
      /^\d+ lines of its files could not be read/u,
    );
  });

  test('what people decided on its pairs is in the funnel', async () => {
    const { totals } = await mixedRun(run);
    const dataset = await DatasetFile.open(join(run, 'pairs.spar.jsonl'));
    const [first, second, third] = [...dataset.records()];
    await dataset.apply([
      { type: 'decide', id: first!, decision: { status: 'accepted' } },
      { type: 'decide', id: second!, decision: { status: 'rejected' } },
      { type: 'delete', id: third! },
    ]);
    // What a person refused of the first became a pair of its own, which the run did not find.
    const text = await readFile(join(run, 'pairs.spar.jsonl'), 'utf8');
    const found = JSON.parse(text.split('\n', 1)[0]!) as {
      instruction: string;
      chosen: string;
      source: object;
    };
    const { instruction, chosen } = found;
    const decision = { record: first!, line: dataset.history(first!)[0]!.id };
    const refused = { instruction, rejected: chosen, chosen: 'Less.', source: { ...found.source, decision } };
    await dataset.apply([{ type: 'add', record: refused, decision: { status: 'accepted' } }]);
    const report = await buildRunReport(run);
    const waiting = totals.pairs - 3;
    expect(report.reviewed).toEqual({ accepted: 1, rejected: 1, deleted: 1, waiting });
    expect(report.funnel.steps.at(-1)).toMatchObject({ id: 'accepted', count: 1 });
    const ends = report.funnel.steps.at(-1)!.out.map(({ what, count }) => [what, count]);
    expect(Object.fromEntries(ends)).toEqual({ rejected: 1, deleted: 1, waiting });
    expect(sums(report)).toEqual([17, 17]);
    const unread = await buildRunReport(run, { mostDatasetBytes: 10 });
    expect(unread.reviewed).toBeNull();
    expect(runReportPage(unread).sections[0]?.summary).toContain('What people decided');
  });

  test('of very many pairs so many are read, and that is said', async () => {
    const { totals } = await mixedRun(run);
    const report = await buildRunReport(run, { mostRead: 3 });
    expect(report.evidence.pairs).toBe(3);
    expect(report.pairs.count).toBe(totals.pairs);
    const votes = runReportPage(report).sections.find(({ id }) => id === 'votes');
    expect(votes?.summary).toContain('Of 3 pairs (');
  });

  test('a folder without a run, and another kind of run, are refused in words', async () => {
    await expect(buildRunReport(join(folder, 'nothing'))).rejects.toMatchObject({ kind: 'not-found' });
    await writeFile(join(folder, 'settings.json'), '{"spar":1,"settings":{"kind":"search"}}\n');
    await expect(buildRunReport(folder)).rejects.toMatchObject({ kind: 'wrong-type' });
    const abort = new AbortController();
    await mixedRun(run);
    abort.abort(new Error('enough'));
    await expect(buildRunReport(run, { signal: abort.signal })).rejects.toThrow('enough');
  });

  test('as a page, what models and servers say stays text', async () => {
    await mixedRun(run);
    const page = runReportPage(await buildRunReport(run));
    expect(page.sections.map(({ id }) => id)).toEqual([
      'funnel',
      'values',
      'depths',
      'distance',
      'interference',
      'votes',
      'constraints',
      'spent',
      'time',
      'failed',
      'refused',
      'slowest',
      'examples',
      'about',
    ]);
    const html = reportHtml(page, 'self-play run', { script: 'draw()', style: 'body {}' });
    expect(html).not.toContain('<b>this</b>');
    expect(html).toContain('\\u003cb\\u003ethis\\u003c/b\\u003e');
    expect(html).toContain("default-src 'none'; script-src 'sha256-");
    const failed = page.sections.find(({ id }) => id === 'failed');
    expect(failed?.table).toMatchObject({
      lines: [9],
      rows: [['line 9', 'Too long for <b>this</b> model.', expect.anything(), expect.anything()]],
    });
  });
});
