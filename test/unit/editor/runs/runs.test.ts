import { appendFile, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunPlace } from '../../../../src/editor/runs/findRuns';
import { RunNotes } from '../../../../src/editor/runs/runNotes';
import {
  deleteRunForGood,
  inputNameOf,
  restoreRun,
  runSize,
  trashedRuns,
  trashRun,
} from '../../../../src/editor/runs/runTrash';
import { thisOwner } from '../../../../src/spar/log/lockOwner';
import { readRunStatus } from '../../../../src/spar/selfplay/runStatus';
import { RunStore } from '../../../../src/spar/selfplay/runStore';
import { MemoryNotes } from '../models/fakes';
import { planOf, resultsOf, simulatedWorld, Window, workspace } from './support';

describe('runs of a window', { timeout: 60_000 }, () => {
  test('a run is begun, tells its progress, and finishes with its files', async () => {
    const server = await simulatedWorld();
    const folder = await workspace();
    const window = new Window(folder, new MemoryNotes());
    const { plan, scan } = await planOf(folder, { urls: [server.url] });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    expect(window.runs.shown(run)?.live).not.toBeNull();
    const progress: number[] = [];
    window.runs.onDidChange(() =>
      progress.push(window.runs.shown(run)?.live?.progress?.totals.finished ?? 0),
    );
    const end = await window.ended();
    expect(end).toMatchObject({ kind: 'concluded', conclusion: { ending: { kind: 'finished' } } });
    expect(Math.max(...progress)).toBe(6);
    expect(window.runs.shown(run)).toMatchObject({
      live: null,
      known: { state: 'known', status: { state: 'finished', total: 6, totals: { finished: 6 } } },
    });
    expect(await readFile(join(window.sparFolder, '.gitignore'), 'utf8')).toContain('/runs/*');
    expect(await readFile(join(run, 'pairs.spar.jsonl'), 'utf8')).toContain('"kind":"record"');
    expect(window.runs.pairsOf(run)).toBe(join(run, 'pairs.spar.jsonl'));
  });

  test('a run that was paused goes on in a later window and comes to the same, with no reply asked for twice', async () => {
    const server = await simulatedWorld({ latency: { baseMs: 5, perTokenMs: 0 } });
    const [whole, stopped] = [await workspace(24), await workspace(24)];
    const first = new Window(whole, new MemoryNotes());
    const undisturbed = await planOf(whole, { urls: [server.url] });
    const reference = await first.runs.start({ ...undisturbed, sparFolder: first.sparFolder });
    await first.ended();
    const asked = server.totals().sequences;

    const notes = new MemoryNotes();
    const second = new Window(stopped, notes);
    const { plan, scan } = await planOf(stopped, { urls: [server.url] });
    const run = await second.runs.start({ plan, scan, sparFolder: second.sparFolder });
    await second.until(() => (second.runs.shown(run)?.live?.progress?.totals.finished ?? 0) > 0);
    second.runs.pause(run);
    expect(second.runs.shown(run)?.live?.phase).toBe('pausing');
    await second.ended();
    expect(second.runs.shown(run)).toMatchObject({
      live: null,
      known: { status: { state: 'paused', pause: { kind: 'asked' } } },
    });

    const third = new Window(stopped, notes);
    await third.runs.look();
    expect(await third.runs.resume(run)).toBe(true);
    await third.ended();
    expect(third.asked).toEqual([]);
    expect(await resultsOf(run)).toBe(await resultsOf(reference));
    expect(server.totals().sequences).toBe(2 * asked);
  });

  test('a run that worked when the window went is offered by the next one, once', async () => {
    const server = await simulatedWorld({ latency: { baseMs: 20, perTokenMs: 0 } });
    const folder = await workspace();
    const notes = new MemoryNotes();
    const window = new Window(folder, notes);
    const { plan, scan } = await planOf(folder, { urls: [server.url] });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    await window.until(() => (window.runs.shown(run)?.live?.progress?.requests ?? 0) > 0);
    window.runs.dispose();
    // The window that goes lets go of the run's lock.
    await window.runs.stop(run);

    const next = new Window(folder, notes);
    expect((await next.runs.interrupted()).map(({ found }) => found.folder)).toEqual([run]);
    await next.runs.resume(run);
    expect(await next.runs.interrupted()).toEqual([]);
    await next.ended();
    expect(await new Window(folder, notes).runs.interrupted()).toEqual([]);
  });

  test('a run that a power cut broke off is offered, though its lock names a machine that is no more', async () => {
    const folder = await workspace();
    const notes = new MemoryNotes();
    const window = new Window(folder, notes);
    const { plan } = await planOf(folder, {});
    const run = join(window.sparFolder, 'runs', 'broken');
    await (await RunStore.create(run, { settings: plan })).close();
    await new RunNotes(notes).begin(run);
    const lock = join(run, 'run.lock');
    await writeFile(lock, JSON.stringify({ token: 'far', pid: 1, machine: 'this host, before it went off' }));
    expect(await window.runs.interrupted()).toEqual([]);
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(lock, aMinuteAgo, aMinuteAgo);
    expect((await window.runs.interrupted()).map(({ found }) => found.folder)).toEqual([run]);

    // The number of a process may be a stranger's by now.
    const mine = JSON.stringify({ token: 'near', ...thisOwner() });
    await writeFile(lock, mine);
    expect(await readRunStatus(run)).toMatchObject({ state: 'running' });
    await utimes(lock, aMinuteAgo, aMinuteAgo);
    expect(await readRunStatus(run)).toMatchObject({ state: 'interrupted' });
  });

  test('a limit pauses the run; with a higher one it goes on', async () => {
    const server = await simulatedWorld();
    const folder = await workspace();
    const window = new Window(folder, new MemoryNotes());
    const { plan, scan } = await planOf(folder, { urls: [server.url] }, { limits: { tokens: 5000 } });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    expect(await window.ended()).toMatchObject({
      conclusion: { ending: { kind: 'paused', reason: { kind: 'limit', limit: 'tokens' } } },
    });
    // More than a timer takes.
    await window.runs.resume(run, { limits: { milliseconds: 3_000_000_000 } });
    expect(await window.ended(2)).toMatchObject({ conclusion: { ending: { kind: 'finished' } } });
  });

  test('items that failed get another try', async () => {
    let isBroken = true;
    const server = await simulatedWorld({
      faults: () => {
        const error = { code: 'context_length_exceeded', message: 'maximum context length' };
        return isBroken ? { kind: 'status', status: 400, body: { error } } : undefined;
      },
    });
    const folder = await workspace(3);
    const window = new Window(folder, new MemoryNotes());
    const { plan, scan } = await planOf(folder, { urls: [server.url] });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    expect(await window.ended()).toMatchObject({
      conclusion: { ending: { kind: 'finished' }, status: { totals: { statuses: { failed: 3 } } } },
    });
    isBroken = false;
    await window.runs.resume(run, { retryFailed: true });
    expect(await window.ended(2)).toMatchObject({
      conclusion: { ending: { kind: 'finished' }, status: { totals: { finished: 3 } } },
    });
    const status = await window.runs.status(run);
    expect(status).toMatchObject({ state: 'known', status: { state: 'finished' } });
    const statuses = status.state === 'known' ? status.status.totals.statuses : null;
    expect(Object.keys(statuses ?? {})).not.toContain('failed');
  });

  test('an input that has changed, a plan of others, a file that is no dataset and Restricted Mode are refused', async () => {
    const folder = await workspace();
    const window = new Window(folder, new MemoryNotes());
    const { plan, scan } = await planOf(folder, {}, { limits: { items: 2 } });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    await window.ended();
    await appendFile(join(folder, 'prompts.jsonl'), '{"instruction":"One more."}\n');
    await expect(window.runs.resume(run)).rejects.toThrow('has changed since the run was begun');
    expect(window.runs.shown(run)?.live).toBeNull();
    const begin = window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    await expect(begin).rejects.toThrow('has changed since it was read');
    expect(await window.runs.look()).toHaveLength(1);

    const strange = join(window.sparFolder, 'runs', 'strange');
    const store = await RunStore.create(strange, { settings: { ...plan, source: 'none' } });
    await store.close();
    await window.runs.look();
    await expect(window.runs.resume(strange)).rejects.toThrow('begun by another version of SPaR');

    const greedy = join(window.sparFolder, 'runs', 'greedy');
    const source = { ...plan.source, dataset: join(folder, '.bashrc') };
    await (await RunStore.create(greedy, { settings: { ...plan, source } })).close();
    await window.runs.look();
    await expect(window.runs.resume(greedy)).rejects.toThrow('which is no dataset of SPaR');

    const restricted = new Window(folder, new MemoryNotes(), { isTrusted: () => false });
    await expect(restricted.runs.resume(run)).rejects.toThrow('trusted folders only');
    await expect(restricted.runs.start({ plan, scan, sparFolder: folder })).rejects.toThrow('trusted');
  });

  test('a run that came with the folder, or whose settings were changed, is asked about before anything is sent', async () => {
    const server = await simulatedWorld();
    const folder = await workspace();
    const { plan } = await planOf(folder, { urls: [server.url] });
    const run = join(folder, '.spar', 'runs', 'theirs');
    await (await RunStore.create(run, { settings: plan })).close();
    const notes = new MemoryNotes();
    const refusing = new Window(folder, notes, { askToWork: () => Promise.resolve(false) });
    await refusing.runs.look();
    expect(await refusing.runs.resume(run)).toBe(false);
    expect(server.requests).toEqual([]);
    expect(refusing.runs.shown(run)?.live).toBeNull();

    const window = new Window(folder, notes);
    await window.runs.look();
    await window.runs.resume(run);
    await window.ended();
    expect(window.asked).toEqual([run]);
    const settings = await readFile(join(run, 'settings.json'), 'utf8');
    await writeFile(join(run, 'settings.json'), `${settings.trimEnd()} \n`);
    await window.runs.resume(run);
    expect(window.asked).toEqual([run, run]);
    await window.ended(2);
  });

  test.runIf(process.platform !== 'win32')(
    'a run with a link in its folder is not gone on with, nor written to',
    async () => {
      const folder = await workspace(1);
      const { plan } = await planOf(folder, {});
      const run = join(folder, '.spar', 'runs', 'linked');
      await (await RunStore.create(run, { settings: plan })).close();
      const notes = join(folder, 'notes');
      await writeFile(notes, 'of the person\n');
      await symlink(notes, join(run, 'pairs.spar.jsonl'));
      const before = await readdir(run);
      const window = new Window(folder, new MemoryNotes());
      await window.runs.look();
      await expect(window.runs.resume(run)).rejects.toThrow('through the link pairs.spar.jsonl');
      expect(window.asked).toEqual([]);
      expect(window.runs.shown(run)?.live).toBeNull();
      expect(await readFile(notes, 'utf8')).toBe('of the person\n');
      expect(await readdir(run)).toEqual(before);

      // Nor is a dataset that is a link to another file, be it there or not.
      for (const [name, target] of [
        ['there', notes],
        ['new', join(folder, 'new')],
      ] as const) {
        const dataset = join(folder, `${name}.spar.jsonl`);
        await symlink(target, dataset);
        const into = join(folder, '.spar', 'runs', name);
        const source = { ...plan.source, dataset };
        await (await RunStore.create(into, { settings: { ...plan, source } })).close();
        await expect(window.runs.resume(into)).rejects.toThrow('which is no dataset of SPaR');
      }
    },
  );

  test('a run that another process works on can’t be resumed, nor deleted; left alone it can, and comes back', async () => {
    const folder = await workspace();
    const window = new Window(folder, new MemoryNotes());
    const { plan } = await planOf(folder, {});
    const run = join(window.sparFolder, 'runs', 'theirs');
    const store = await RunStore.create(run, { settings: plan });
    await window.runs.look();
    expect(await window.runs.status(run)).toMatchObject({ status: { state: 'running' } });
    await expect(trashRun(run, new Date())).rejects.toMatchObject({ kind: 'locked' });
    await store.close();
    expect(await window.runs.status(run)).toMatchObject({ status: { state: 'interrupted' } });
    const trashed = await trashRun(run, new Date());
    expect(await window.runs.look()).toEqual([]);
    await restoreRun(trashed);
    expect((await window.runs.look()).map(({ found }) => found.folder)).toEqual([run]);
    expect(await window.runs.status(run)).toMatchObject({ status: { state: 'interrupted' } });

    const again = await trashRun(run, new Date());
    expect(await trashedRuns(window.sparFolder)).toEqual([again]);
    expect(await runSize(again)).toBeGreaterThan(100);
    await deleteRunForGood(again);
    expect(await trashedRuns(window.sparFolder)).toEqual([]);
    expect(await readdir(join(window.sparFolder, 'trash'))).toEqual(['.gitignore']);
  });

  test('a note in the trash that names another place, and a link there, lead nowhere', async () => {
    const folder = await workspace();
    const spar = join(folder, '.spar');
    const note = async (name: string, from: string): Promise<void> => {
      await mkdir(join(spar, 'trash', name, 'run'), { recursive: true });
      await writeFile(join(spar, 'trash', name, 'run.json'), JSON.stringify({ from }));
    };
    await note('up', '..');
    await note('gone', join(folder, 'prompts.jsonl'));
    await note('dot', '/x/.');
    await note('linked', '/x/link');
    await symlink(folder, join(spar, 'trash', 'linked', 'link'), 'junction');
    expect(await trashedRuns(spar)).toEqual([]);
    await note('true', '/elsewhere/run');
    expect(await trashedRuns(spar)).toEqual([
      { from: join(spar, 'runs', 'run'), kept: join(spar, 'trash', 'true', 'run'), at: '' },
    ]);
  });

  test('the size of a deleted run counts no link and follows none', async () => {
    const folder = await workspace();
    const kept = join(folder, 'kept');
    await mkdir(join(kept, 'replies'), { recursive: true });
    await writeFile(join(kept, 'journal.jsonl'), 'ten bytes\n');
    await writeFile(join(kept, 'replies', 'one'), 'five\n');
    await symlink(kept, join(kept, 'replies', 'round'), 'junction');
    await symlink(join(folder, 'prompts.jsonl'), join(kept, 'file'));
    expect(await runSize({ kept })).toBe(15);
  });

  test('a run whose folder the window leaves pauses, and is shown until it has ended', async () => {
    const server = await simulatedWorld({ latency: { baseMs: 20, perTokenMs: 0 } });
    const folder = await workspace(40);
    let places: readonly RunPlace[] = [{ sparFolder: join(folder, '.spar'), name: '' }];
    const window = new Window(folder, new MemoryNotes(), { places: () => places });
    const { plan, scan } = await planOf(folder, { urls: [server.url] });
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    await window.until(() => (window.runs.shown(run)?.live?.progress?.requests ?? 0) > 0);
    expect(window.runs.pauseLeft()).toEqual([]);
    places = [];
    await window.runs.look();
    expect(window.runs.working).toHaveLength(1);
    expect(window.runs.pauseLeft().map(({ found }) => found.folder)).toEqual([run]);
    const end = await window.ended();
    expect(end).toMatchObject({
      kind: 'concluded',
      conclusion: { ending: { kind: 'paused', reason: { kind: 'asked' } } },
    });
    expect(await window.runs.look()).toEqual([]);
  });

  test('a deleted run comes back in a later window, is gone on with there, and never onto another', async () => {
    const folder = await workspace();
    const notes = new MemoryNotes();
    const first = new Window(folder, notes);
    const { plan, scan } = await planOf(folder, {}, { limits: { items: 2 } });
    const run = await first.runs.start({ plan, scan, sparFolder: first.sparFolder });
    await first.ended();
    await trashRun(run, new Date('2026-01-02T03:04:05.678Z'));

    const later = new Window(folder, notes);
    expect(await later.runs.look()).toEqual([]);
    const [trashed] = await trashedRuns(later.sparFolder);
    if (trashed === undefined) throw new Error('nothing is kept');
    expect(trashed).toMatchObject({ from: run, at: '2026-01-02T03:04:05.678Z' });
    expect(await inputNameOf(trashed)).toBe('prompts.jsonl');
    await mkdir(run);
    await writeFile(join(run, 'mine.txt'), 'mine');
    await expect(restoreRun(trashed)).rejects.toThrow('another folder stands there now');
    expect(await readFile(join(run, 'mine.txt'), 'utf8')).toBe('mine');
    await rm(run, { recursive: true });
    await restoreRun(trashed);
    expect(await trashedRuns(later.sparFolder)).toEqual([]);
    await later.runs.look();
    expect(await later.runs.resume(run, { limits: {} })).toBe(true);
    await later.ended();
    expect(later.asked).toEqual([]);
    expect(await later.runs.status(run)).toMatchObject({ status: { totals: { finished: 6 } } });
  });

  test('a finished run goes on with further rows when its limit on them is lifted', async () => {
    const server = await simulatedWorld();
    const folder = await workspace();
    const window = new Window(folder, new MemoryNotes());
    const limited = { limits: { items: 2 } };
    const { plan, scan } = await planOf(folder, { urls: [server.url] }, limited);
    const run = await window.runs.start({ plan, scan, sparFolder: window.sparFolder });
    await window.ended();
    expect(await window.runs.status(run)).toMatchObject({
      status: { state: 'finished', isMore: true, totals: { finished: 2 } },
    });
    await window.runs.resume(run, { limits: {} });
    await window.ended(2);
    expect(await window.runs.status(run)).toMatchObject({
      status: { state: 'finished', isMore: false, totals: { finished: 6 } },
    });
  });

  test('a run that can’t be noted as begun here is let go of', async () => {
    const folder = await workspace();
    const notes = new MemoryNotes();
    const window = new Window(folder, notes);
    notes.update = () => Promise.reject(new Error('no room'));
    const { plan, scan } = await planOf(folder, {});
    await expect(window.runs.start({ plan, scan, sparFolder: window.sparFolder })).rejects.toThrow('no room');
    expect(window.runs.working).toEqual([]);
    const [found] = await window.runs.look();
    await (await RunStore.open(found?.found.folder ?? '', { waitMs: 0 })).close();
  });
});
