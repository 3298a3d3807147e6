import { writeLinesDurably } from '../../log/writeLines';
import type { DatasetEdit } from '../edits';
import { recordIdOf } from '../newLines';
import { DatasetFile } from '../store';
import type { ImportPlan } from './plan';

export interface Imported {
  readonly added: number;
  /** Pairs that others added since the plan was made. */
  readonly alreadyThere: number;
}

/**
 * Does what a plan says, in one append: all of it or nothing.
 *
 * @throws LogError; `signal.reason` when aborted before the first byte. Nothing is added then.
 */
export async function runImport(plan: ImportPlan, signal?: AbortSignal): Promise<Imported> {
  const dataset = await DatasetFile.open(plan.dataset, signal === undefined ? {} : { signal });
  const edits: DatasetEdit[] = [];
  let alreadyThere = 0;
  const by = { kind: 'policy', name: 'import as accepted' } as const;
  for (const record of plan.records) {
    const id = recordIdOf(record);
    if (dataset.state(id) !== undefined) {
      alreadyThere += 1;
      continue;
    }
    const decision = plan.status === 'accepted' ? ({ status: 'accepted', by } as const) : undefined;
    edits.push({ type: 'add', record, decision });
    if (plan.tags.length > 0) edits.push({ type: 'change', id, change: { tags: { add: plan.tags } } });
  }
  await dataset.apply(edits, signal);
  return { added: plan.records.length - alreadyThere, alreadyThere };
}

/**
 * Writes the rows that are no pairs as JSON lines of `prompt` or `messages`, `response` and `source`, which can be
 * refined row by row. An old file is replaced.
 *
 * @throws LogError; `signal.reason`.
 */
export async function writeUnpaired(plan: ImportPlan, file: string, signal?: AbortSignal): Promise<void> {
  const rows = plan.unpaired.map(({ answer: { instruction, response }, place }) =>
    JSON.stringify(
      typeof instruction === 'string'
        ? { prompt: instruction, response, source: place }
        : { messages: [...instruction, { role: 'assistant', content: response }], source: place },
    ),
  );
  await writeLinesDurably(file, rows, signal === undefined ? {} : { signal });
}
