import type { DatasetRecord, RecordedInstruction } from '../../../spar/datasets/schema';
import { textEvidence } from '../../../spar/datasets/textEvidence';
import type { Check } from '../../../spar/datasets/steps';
import { changeLine } from './pieces';
import type { RowView } from './protocol';
import type { TableRecord } from './recordTable';
import { visibleLine } from './visibleText';

/** A record as its row in the table shows it. */
export function rowView({ record, state, line }: TableRecord, isUnsaved: boolean): RowView {
  const { metrics } = record;
  return {
    id: record.id,
    line,
    status: state.status,
    deleted: state.deleted,
    unsaved: isUnsaved,
    instruction: visibleLine(lastTurn(record.instruction), 240),
    change: changeLine(record.rejected, record.chosen),
    value: metrics.value,
    votes: voteWords(metrics),
    verifiers: verifierWords(textEvidence(record, state, 'chosen').checks),
    interference: metrics.interference,
    distance: metrics.distance,
    rejectedWords: metrics.lengths.rejected.words,
    chosenWords: metrics.lengths.chosen.words,
    tags: state.tags.slice(0, 12).map((tag) => visibleLine(tag, 40)),
    split: state.split === null ? null : visibleLine(state.split, 40),
    model: record.model === null ? null : visibleLine(record.model, 80),
    source: sourceWords(record),
    created: record.created,
  };
}

/** For example `5 of 5 yes, 2 not drawn`; empty where none was drawn. */
export function voteWords({
  yes,
  no,
  notDrawn,
}: Pick<DatasetRecord['metrics'], 'yes' | 'no' | 'notDrawn'>): string {
  if (yes + no + notDrawn === 0) return '';
  const rest = notDrawn === 0 ? '' : `, ${notDrawn} not drawn`;
  return `${yes} of ${yes + no} yes${rest}`;
}

/** Where a pair came from, for example `answers.jsonl:12`. */
export function sourceWords({ source }: DatasetRecord): string {
  if (source === null) return '';
  const { file, row, run } = source;
  if (file === undefined) return run === undefined ? '' : visibleLine(`run ${run}`, 80);
  return visibleLine(row === undefined ? file : `${file}:${row}`, 120);
}

function verifierWords(checks: readonly Check[]): string {
  const count = (wanted: string): number => checks.filter(({ result }) => result.state === wanted).length;
  const [held, broken, unknown] = [count('held'), count('broken'), count('unknown')];
  return [
    held === 0 ? '' : `✓ ${held} held`,
    broken === 0 ? '' : `✗ ${broken} broken`,
    unknown === 0 ? '' : `${unknown} unknown`,
  ]
    .filter((words) => words !== '')
    .join(', ');
}

function lastTurn(instruction: RecordedInstruction): string {
  return typeof instruction === 'string' ? instruction : (instruction.at(-1)?.content ?? '');
}
