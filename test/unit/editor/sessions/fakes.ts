import type { ReplyStore } from '../../../../src/spar/models/recorded';
import type { Judgement, SearchEvent, SearchNode, SearchOutcome } from '../../../../src/spar/search/events';
import { noUsage } from '../../../../src/spar/models/chatModel';
import { defaultSettings } from '../../../../src/spar/search/settings';
import type {
  DecidedNode,
  EngineEdit,
  EngineStart,
  JournalEntry,
  PairStore,
  SessionEngine,
  SessionJournal,
  SessionJournals,
  SessionProblems,
  StoredSession,
} from '../../../../src/editor/sessions/ports';
import type { NodeDecision, Session, SessionItem } from '../../../../src/editor/sessions/session';
import { SessionStore } from '../../../../src/editor/sessions';

export const item: SessionItem = {
  instruction: 'Say hello. Use no commas.',
  original: 'Hello, world',
  source: { kind: 'selection', uri: 'file:///w/a.md', range: { start: 5, end: 17 }, line: null },
};

export function node(path: string, change: Partial<SearchNode> = {}): SearchNode {
  const parent = path === '0' ? null : path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '0';
  return {
    path,
    parent,
    depth: path === '0' ? 0 : path.split('.').length,
    origin: path === '0' ? 'original' : 'refined',
    text: path === '0' ? item.original : `Hello world ${path}`,
    reflection: '',
    checks: [],
    distance: path === '0' ? 0 : 0.25,
    interference: null,
    ...change,
  };
}

export function votes(yes: number, no: number, change: Partial<Judgement> = {}): Judgement {
  const value = yes / (yes + no);
  return {
    by: 'votes',
    value,
    yes,
    no,
    notDrawn: 0,
    unparsed: 0,
    critique: 'Because.',
    votes: [],
    ...change,
  };
}

export function started(change: Partial<Extract<SearchEvent, { type: 'search-started' }>> = {}): SearchEvent {
  const { instruction, original } = item;
  return {
    type: 'search-started',
    purpose: 'search',
    item: { id: 'item', instruction, original },
    settings: defaultSettings,
    model: null,
    constraints: [],
    unchecked: [],
    from: node('0'),
    ...change,
  };
}

export function grown(
  path: string,
  judgement: Judgement | null,
  change: Partial<SearchNode> = {},
): readonly SearchEvent[] {
  return [
    { type: 'node-refined', node: node(path, change) },
    ...(judgement === null ? [] : [{ type: 'node-judged' as const, path, judgement }]),
  ];
}

export function finished(change: Partial<SearchOutcome> = {}): SearchEvent {
  const outcome: SearchOutcome = {
    status: 'accepted',
    reason: 'Found.',
    best: '1',
    complete: true,
    needsModel: false,
    stoppedBy: null,
    usage: noUsage,
    cost: null,
    milliseconds: 5,
    ...change,
  };
  return { type: 'search-finished', outcome };
}

/** Plays scripted events; `hold` keeps a search open until it is stopped. */
export class ScriptedEngine implements SessionEngine {
  readonly searches: EngineStart[] = [];
  readonly edits: Pick<EngineEdit, 'parent' | 'text'>[] = [];
  script: readonly SearchEvent[] = [];
  editScript: (edit: EngineEdit) => readonly SearchEvent[] = () => [];
  hold = false;
  failure: unknown = null;

  async *search(start: EngineStart, { signal }: { signal: AbortSignal }) {
    this.searches.push(start);
    yield* this.script;
    if (this.failure !== null) throw this.failure as Error;
    if (!this.hold) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    yield finished({ status: 'stopped', stoppedBy: 'abort', best: null });
  }

  async *judgeEdited(edit: EngineEdit) {
    this.edits.push({ parent: edit.parent, text: edit.text });
    await Promise.resolve();
    yield* this.editScript(edit);
  }
}

class MemoryJournal implements SessionJournal {
  readonly entries: JournalEntry[] = [];
  isClosed = false;

  constructor(private readonly owner: MemoryJournals) {}

  append(entry: JournalEntry): Promise<void> {
    if (this.owner.failure !== null) return Promise.reject(this.owner.failure);
    this.entries.push(JSON.parse(JSON.stringify(entry)) as JournalEntry);
    return Promise.resolve();
  }

  replies(): Promise<ReplyStore> {
    return Promise.resolve({ get: () => undefined, put: () => undefined });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** Journals that outlive a store, as files do. */
export class MemoryJournals implements SessionJournals {
  readonly journals = new Map<string, MemoryJournal>();
  readonly forgotten: string[] = [];
  failure: Error | null = null;

  create(id: string): Promise<SessionJournal> {
    const journal = new MemoryJournal(this);
    this.journals.set(id, journal);
    return Promise.resolve(journal);
  }

  async *restore(): AsyncIterable<StoredSession> {
    await Promise.resolve();
    for (const [id, journal] of this.journals) {
      if (!this.forgotten.includes(id)) yield { id, entries: [...journal.entries], journal };
    }
  }

  forget(id: string): Promise<void> {
    this.forgotten.push(id);
    return Promise.resolve();
  }
}

/** A dataset as a list of what was written. */
export class MemoryPairs implements PairStore {
  readonly lines: string[] = [];
  failure: Error | null = null;

  decide({
    session,
    path,
    state,
    madeOf,
    kept,
  }: DecidedNode): Promise<{ recordId: string; dataset: string }> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const text = session.tree.nodes.get(path)?.node?.text ?? '';
    const from = madeOf === null ? '' : ` of ${madeOf}${kept === null ? '' : ` keeping ${kept.join(',')}`}`;
    this.lines.push(`${state} ${path}${from}: ${text}`);
    return Promise.resolve({ recordId: `record-${path}`, dataset: '/w/datasets/pairs.spar.jsonl' });
  }

  undo({ recordId }: NodeDecision): Promise<void> {
    this.lines.push(`pending ${recordId}`);
    return Promise.resolve();
  }
}

export class RecordedProblems implements SessionProblems {
  readonly told: string[] = [];

  journalFailed(_session: Session, cause: unknown): void {
    this.told.push(`journal: ${String(cause)}`);
  }

  searchFailed(_session: Session, cause: unknown): void {
    this.told.push(`search: ${String(cause)}`);
  }
}

/** A store with everything beneath it in memory. */
export function storeOfFakes(journals = new MemoryJournals()) {
  const engine = new ScriptedEngine();
  const pairs = new MemoryPairs();
  const problems = new RecordedProblems();
  let minutes = 0;
  const store = new SessionStore({
    engine,
    journals,
    pairs,
    problems,
    clock: () => new Date(Date.UTC(2030, 0, 1, 0, (minutes += 1))),
    nonce: () => 'abcd',
  });
  return { store, engine, journals, pairs, problems };
}
