import { DatasetFile } from '../../spar/datasets/store';
import { correctedRecord } from '../../spar/datasets/corrected';
import type { DatasetRecord, Judgements } from '../../spar/datasets/schema';
import { rootPath, type SearchEvent } from '../../spar/search/events';
import type { SessionEngine } from '../sessions/ports';
import type { SessionItem } from '../sessions/session';
import { atATime } from './atATime';

export interface RejudgePorts {
  readonly engine: Pick<SessionEngine, 'search'>;
  /** The item with what else it is to be checked by. */
  readonly prepare: (item: SessionItem) => Promise<SessionItem>;
}

export interface RejudgeOptions {
  readonly signal: AbortSignal;
  /** Pairs judged at the same time. */
  readonly most: number;
  /** Called after each pair. */
  readonly onProgress: (done: number, all: number) => void;
}

/** What came of judging pairs again. */
export interface Rejudged {
  /** Null where rules alone judged. */
  readonly model: string | null;
  /** Pairs whose chosen text passes and whose rejected text does not. */
  readonly held: readonly string[];
  /** The other pairs that were judged. */
  readonly doubtful: readonly string[];
  /** Pairs about which nothing could be said. */
  readonly undetermined: readonly string[];
  /** Pairs that others corrected or deleted meanwhile: what was said is of texts that are no longer theirs. */
  readonly outdated: readonly string[];
  /** Why it ended before all were judged, for a person; null where it did not. */
  readonly stopped: string | null;
}

/**
 * Judges both texts of each pair with the judge of the moment. What came of it is appended as a line of each record,
 * as soon as it is there; nothing that was said before is replaced. Records that are deleted are left out, and so is
 * what was said of texts that were corrected before it could be written.
 *
 * @throws LogError
 */
export async function rejudge(
  records: { readonly file: string; readonly ids: readonly string[] },
  ports: RejudgePorts,
  options: RejudgeOptions,
): Promise<Rejudged> {
  const dataset = await DatasetFile.open(records.file, { signal: options.signal });
  const ids = records.ids.filter((id) => dataset.state(id)?.deleted === false);
  const held: string[] = [];
  const doubtful: string[] = [];
  const undetermined: string[] = [];
  const outdated: string[] = [];
  let model: string | null = null;
  let stopped: string | null = null;
  let done = 0;
  await atATime(ids, options, async (id) => {
    const texts = await standing(dataset, id);
    if (texts === null) return true;
    const { instruction, rejected, chosen } = texts;
    const judged = [];
    for (const text of [rejected, chosen]) {
      const verdict = await judgeText(instruction, text, { ports, signal: options.signal });
      if (options.signal.aborted) return false;
      if (verdict.kind === 'stopped') {
        stopped ??= verdict.reason;
        return false;
      }
      model = verdict.model ?? model;
      judged.push(verdict);
    }
    const [worse, better] = judged;
    done += 1;
    await dataset.refresh();
    if (!isStill(await standing(dataset, id), { instruction, rejected, chosen })) {
      outdated.push(id);
      options.onProgress(done, ids.length);
      return true;
    }
    if (worse === undefined || better === undefined || worse.value === null || better.value === null)
      undetermined.push(id);
    else (better.value > better.gate && worse.value <= worse.gate ? held : doubtful).push(id);
    if (worse?.judgement != null && better?.judgement != null) {
      const judgements = {
        model: better.model,
        rejected: { judgement: worse.judgement, checks: worse.checks },
        chosen: { judgement: better.judgement, checks: better.checks },
      };
      await dataset.apply([{ type: 'change', id, change: { judgements } }]);
    }
    options.onProgress(done, ids.length);
    return true;
  });
  return { model, held, doubtful, undetermined, outdated, stopped };
}

type Texts = Pick<DatasetRecord, 'instruction' | 'rejected' | 'chosen'>;

/** The texts of a pair now; null where it is deleted or gone. */
async function standing(dataset: DatasetFile, id: string): Promise<Texts | null> {
  const record = await dataset.read(id);
  const state = dataset.state(id);
  if (record === undefined || state === undefined || state.deleted) return null;
  return correctedRecord(record, state);
}

function isStill(now: Texts | null, judged: Texts): boolean {
  const asText = ({ instruction, rejected, chosen }: Texts): string =>
    JSON.stringify([instruction, rejected, chosen]);
  return now !== null && asText(now) === asText(judged);
}

type Judged = Judgements['chosen'];

type TextVerdict =
  | {
      readonly kind: 'judged';
      readonly model: string | null;
      readonly value: number | null;
      readonly gate: number;
      readonly judgement: Judged['judgement'] | null;
      readonly checks: Judged['checks'];
    }
  | { readonly kind: 'stopped'; readonly reason: string };

async function judgeText(
  instruction: DatasetRecord['instruction'],
  text: string,
  { ports, signal }: { readonly ports: RejudgePorts; readonly signal: AbortSignal },
): Promise<TextVerdict> {
  const source = { kind: 'input', uri: null, range: null, line: null } as const;
  const item = await ports.prepare({ instruction, original: text, source, judgeOnly: true });
  const events: SearchEvent[] = [];
  const start = { item, continueFrom: null, replies: null };
  for await (const event of ports.engine.search(start, { signal })) events.push(event);
  const started = events.find((event) => event.type === 'search-started');
  const outcome = events.findLast((event) => event.type === 'search-finished')?.outcome;
  const said = events.findLast((event) => event.type === 'node-judged' && event.path === rootPath);
  const judgement = said?.type === 'node-judged' ? said.judgement : null;
  if (outcome?.stoppedBy === 'endpoint' || outcome?.status === 'failed')
    return { kind: 'stopped', reason: outcome.reason };
  return {
    kind: 'judged',
    model: started?.model ?? null,
    value: judgement?.value ?? null,
    gate: started?.settings.gate ?? 0.5,
    // A copy without prototypes and readonly, as it will stand in the file.
    judgement: judgement === null ? null : structuredClone(judgement),
    checks: structuredClone(started?.from.checks ?? []),
  };
}
