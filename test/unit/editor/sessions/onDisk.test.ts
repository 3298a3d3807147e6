import { appendFile, chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { SessionStore } from '../../../../src/editor/sessions';
import { FileJournals } from '../../../../src/editor/sessions/fileJournals';
import { FilePairs } from '../../../../src/editor/sessions/filePairs';
import { finished, grown, item, RecordedProblems, ScriptedEngine, started, votes } from './fakes';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-sessions-'));
});

afterEach(async () => {
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true });
});

/** A window over the folder: what `activate` builds, with a scripted engine. */
function openWindow() {
  const home = {
    sparFolder: join(folder, '.spar'),
    datasetFile: join(folder, 'datasets', 'pairs.spar.jsonl'),
    workspaceFolder: `file://${folder}`,
  };
  const others: string[] = [];
  const engine = new ScriptedEngine();
  engine.script = [
    started({ model: 'm' }),
    { type: 'node-judged', path: '0', judgement: votes(0, 5) },
    ...grown('1', votes(5, 0), { text: 'Hello world', interference: 0.5 }),
    finished(),
  ];
  engine.editScript = ({ text }) => grown('1.1', votes(4, 1), { origin: 'edited', text });
  const problems = new RecordedProblems();
  const notes: string[] = [];
  const store = new SessionStore({
    engine,
    problems,
    journals: new FileJournals({
      homeOf: () => home,
      homes: () => [home],
      note: (message) => notes.push(message),
    }),
    pairs: new FilePairs({
      open: (file) => DatasetFile.open(file),
      datasetOf: () => home.datasetFile,
      relativePath: () => 'a.md',
      others: () => Promise.resolve(others),
    }),
    clock: () => new Date(),
    nonce: () => 'abcd',
  });
  return { store, engine, problems, notes, home, others };
}

async function datasetLines(): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(join(folder, 'datasets', 'pairs.spar.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a decision', () => {
  it('is a record and a line in the dataset; taken back, one line more', async () => {
    const { store } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await store.accept(session, '1');
    await store.undoDecision(session, '1');
    await store.reject(session, '1');
    const [record, ...decisions] = await datasetLines();
    expect(record).toMatchObject({
      kind: 'record',
      instruction: item.instruction,
      rejected: item.original,
      chosen: 'Hello world',
      metrics: { value: 1, yes: 5, no: 0, interference: 0.5 },
      source: { file: 'a.md', run: session.id },
      model: 'm',
      evidence: { path: [{ path: '0' }, { path: '1', judgement: { yes: 5 } }] },
    });
    expect(decisions.map(({ status }) => status)).toEqual(['accepted', 'pending', 'rejected']);
    expect(decisions.map(({ record: about }) => about)).toEqual([
      record?.['id'],
      record?.['id'],
      record?.['id'],
    ]);
  });

  it('on a mixture tells which changes were kept', async () => {
    const { store } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await store.accept(session, '1', { kept: [0], editedText: 'Hello  world' });
    const [record, decision] = await datasetLines();
    expect(record).toMatchObject({
      chosen: 'Hello  world',
      evidence: { path: [{}, {}, { origin: 'edited' }] },
    });
    expect(decision).toMatchObject({ changes: { kept: [0], all: [{ removed: 'Hello,', added: 'Hello' }] } });
  });

  it('survives a dataset that was deleted meanwhile', async () => {
    const { store } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await store.accept(session, '1');
    await store.undoDecision(session, '1');
    await rm(join(folder, 'datasets'), { recursive: true });
    await store.accept(session, '1');
    expect((await datasetLines()).map(({ kind }) => kind)).toEqual(['record', 'decision']);
  });

  it('is taken back where its pair went, by a new name of the dataset or a move', async () => {
    const { store, others } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await store.accept(session, '1');
    const renamed = join(folder, 'datasets', 'renamed.spar.jsonl');
    await rename(join(folder, 'datasets', 'pairs.spar.jsonl'), renamed);
    others.push(join(folder, 'gone.spar.jsonl'), renamed);
    await store.undoDecision(session, '1');
    const lines = (await readFile(renamed, 'utf8')).trimEnd().split('\n');
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { status: string }).status)).toEqual([
      'accepted',
      'pending',
    ]);
    expect(session.decisions.size).toBe(0);
    expect(await readdir(join(folder, 'datasets'))).not.toContain('pairs.spar.jsonl');
  });

  it('whose pair is in no dataset any more stays, and what to do is said', async () => {
    const { store } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await store.accept(session, '1');
    await rm(join(folder, 'datasets'), { recursive: true });
    await expect(store.undoDecision(session, '1')).rejects.toThrow(/Restore Deleted Dataset/u);
    expect(session.decisions.size).toBe(1);
  });

  it('that can not be written says why, and decides nothing', async () => {
    const { store } = openWindow();
    const { session, finished: end } = store.start(item);
    await end;
    await writeFile(join(folder, 'datasets'), 'a file where the folder should be');
    await expect(store.accept(session, '1')).rejects.toThrow(
      /a file where a folder should be|folder stands/u,
    );
    expect(session.decisions.size).toBe(0);
  });
});

describe('a reload', () => {
  it('brings back all of a search from its files', async () => {
    const first = openWindow();
    const { session, finished: end } = first.store.start(item);
    await end;
    const state = { editedText: 'Hello you', kept: [], undone: [0], savedAt: 3 };
    await first.store.saveReviewState(session, '1', state);
    await first.store.reject(session, '1');
    first.store.dispose();
    const second = openWindow();
    await second.store.restore();
    const [restored] = second.store.sessions;
    expect({
      id: restored?.id,
      nodes: [...(restored?.tree.nodes.keys() ?? [])],
      decision: restored?.decisions.get('1')?.state,
      review: restored?.reviewState('1'),
      isRestored: restored?.isRestored,
    }).toEqual({ id: session.id, nodes: ['0', '1'], decision: 'rejected', review: state, isRestored: true });
  });

  it('goes on where the old window stopped', async () => {
    const first = openWindow();
    const started = first.store.start(item);
    await started.finished;
    first.store.dispose();
    const second = openWindow();
    await second.store.restore();
    const [restored] = second.store.sessions;
    if (restored === undefined) throw new Error('nothing was restored');
    expect((await second.store.accept(restored, '1')).status).toBe('accepted');
    second.store.dispose();
    const third = openWindow();
    await third.store.restore();
    expect(third.store.sessions[0]?.decisions.get('1')?.state).toBe('accepted');
  });

  it('leaves out lines that are damaged, and says so', async () => {
    const first = openWindow();
    const { session, finished: end } = first.store.start(item);
    await end;
    first.store.dispose();
    const journal = join(folder, '.spar', 'runs', session.id, 'journal.jsonl');
    const foreign = {
      spar: 1,
      kind: 'event',
      time: '2030-01-01T00:00:00.000Z',
      payload: { type: 'node-judged', path: '../x' },
    };
    await appendFile(journal, `not json\n${JSON.stringify(foreign)}\n{"torn`);
    const second = openWindow();
    await second.store.restore();
    expect([...(second.store.sessions[0]?.tree.nodes.keys() ?? [])]).toEqual(['0', '1']);
    expect(second.notes).toEqual([expect.stringMatching(/^3 lines of the search/u)]);
  });

  it('does not bring back a search that was taken off the list', async () => {
    const first = openWindow();
    const { session, finished: end } = first.store.start(item);
    await end;
    await first.store.remove(session);
    const second = openWindow();
    await second.store.restore();
    expect(second.store.sessions).toEqual([]);
  });
});
