import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { QueueFile } from '../../../../src/editor/queue/queueFile';
import type { RefusedChanges } from '../../../../src/editor/sessions/refusedPair';
import type { CuratedRecord } from '../../../../src/spar/datasets/curated';
import { recordIdOf, recordLine } from '../../../../src/spar/datasets/newLines';
import { firstOrder, type QueueOrder } from '../../../../src/spar/datasets/queue/queueOrder';
import type { Decision, Request, Response, StateMessage } from '../../../../src/views/queue/protocol';
import { QueueSession, type SessionPorts } from '../../../../src/views/queue/queueSession';
import { curatedPair, curatedRecord, datasetText } from '../../../support/curationDataset';

export const id = (number: number): string => recordIdOf(curatedPair(number));

/** The editor around a page, in memory: it records what it is told. */
export class RecordingPorts implements SessionPorts {
  readonly posted: Response[] = [];
  readonly failed: unknown[] = [];
  readonly kept: QueueOrder[] = [];
  refused: RefusedChanges = 'off';
  time = 0;

  post(message: Response): void {
    this.posted.push(message);
  }

  fail(error: unknown): void {
    this.failed.push(error);
  }

  open(_what: 'source' | 'line', record: CuratedRecord): Promise<void> {
    this.posted.push({ type: 'text', id: record.record.id, text: 'opened' });
    return Promise.resolve();
  }

  refusedChanges(): RefusedChanges {
    return this.refused;
  }

  now(): number {
    return this.time;
  }

  keep(order: QueueOrder): void {
    this.kept.push(order);
  }
}

/** A person before a queue. */
export class Reviewer {
  readonly ports = new RecordingPorts();

  private constructor(
    readonly file: QueueFile,
    readonly session: QueueSession,
    ports: RecordingPorts,
  ) {
    this.ports = ports;
  }

  static async open(
    content: string,
    order: Partial<QueueOrder> = { by: 'input' },
    at: string | null = null,
  ): Promise<Reviewer> {
    const folder = await mkdtemp(join(tmpdir(), 'spar-queue-'));
    const path = join(folder, 'pairs.spar.jsonl');
    await writeFile(path, content);
    const file = await QueueFile.open(path);
    const ports = new RecordingPorts();
    const session = new QueueSession(file, { order: { ...firstOrder, ...order }, id: at }, ports);
    const reviewer = new Reviewer(file, session, ports);
    onTestFinished(() => reviewer.close(folder));
    await reviewer.ask({ type: 'ready' });
    return reviewer;
  }

  async ask(request: Request): Promise<StateMessage> {
    await this.session.take(request);
    return this.state;
  }

  decide(decision: Decision, anyway = false): Promise<StateMessage> {
    return this.ask({ type: 'decide', id: this.shown ?? '', decision, anyway });
  }

  accept(undone: readonly number[] = [], anyway = false): Promise<StateMessage> {
    return this.decide({ status: 'accepted', undone }, anyway);
  }

  reject(): Promise<StateMessage> {
    return this.decide({ status: 'rejected' });
  }

  get state(): StateMessage {
    const last = this.ports.posted.findLast((message) => message.type === 'state');
    if (last === undefined) throw new Error('The page was told nothing.');
    return last;
  }

  get last(): Response | undefined {
    return this.ports.posted.at(-1);
  }

  get shown(): string | null {
    return this.state.pair?.id ?? null;
  }

  get path(): string {
    return this.file.path;
  }

  /** Lines of the file from a place on. */
  async lines(from: number): Promise<readonly Record<string, unknown>[]> {
    const lines = (await readFile(this.path, 'utf8')).trimEnd().split('\n').slice(from);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  private async close(folder: string): Promise<void> {
    this.session.dispose();
    this.file.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

export function stampOf(line: string) {
  return { id: line, time: '2026-10-02T00:00:00.000Z', after: [] };
}

/** Two commas, each of which is a change of its own. */
export const twoChanges = (() => {
  const pair = curatedPair(0);
  const rejected = 'Castles are quiet, and old towers stand, too.';
  const chosen = 'Castles are quiet and old towers stand too.';
  const path = pair.evidence?.path.map((step, at) => ({ ...step, text: at === 0 ? rejected : chosen })) ?? [];
  return recordLine({ ...pair, rejected, chosen, evidence: { path } }, '2026-10-01T00:00:00.000Z');
})();

export const three = (): string => datasetText([0, 1, 2].map(curatedRecord));
