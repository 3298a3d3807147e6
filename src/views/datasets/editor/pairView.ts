import { describeCode, type Finding } from '../../../spar/datasets/lint/finding';
import type { AboutLine, Change, DatasetRecord } from '../../../spar/datasets/schema';
import type { Conflict, RecordState } from '../../../spar/datasets/recordState';
import { distance } from '../../../spar/text/wordDiff';
import { wordsOf } from '../../../spar/text/words';
import { pairPieces, type Mark } from './pieces';
import type {
  CheckState,
  CheckView,
  ConflictView,
  FindingView,
  PairView,
  StepView,
  TextField,
} from './protocol';
import type { TableRecord } from './recordTable';
import { sourceWords, voteWords } from './rowView';
import { visibleLine, visibleText } from './visibleText';

export interface PairViewOptions {
  readonly isUnsaved: boolean;
  readonly history: readonly AboutLine[];
  readonly findings: readonly Finding[];
  /** False for rows of other files, of which only the texts are known. */
  readonly isSearched: boolean;
  /** All of long texts; else their first 100,000 characters. */
  readonly whole: boolean;
}

type Step = DatasetRecord['evidence']['path'][number];

/** A record as a person reads it. */
export function pairView({ record, state, line }: TableRecord, options: PairViewOptions): PairView {
  const { evidence, instruction } = record;
  const limit = options.whole ? Number.POSITIVE_INFINITY : shownCharacters;
  const first = evidence.path[0];
  const last = evidence.path.length > 1 ? evidence.path.at(-1) : undefined;
  const { pieces, cut } = pairPieces({
    rejected: record.rejected,
    chosen: record.chosen,
    inRejected: marksOf(first, record.rejected),
    inChosen: marksOf(last, record.chosen),
    limit,
  });
  const turns = typeof instruction === 'string' ? [{ role: 'user', content: instruction }] : instruction;
  return {
    id: record.id,
    line,
    status: state.status,
    deleted: state.deleted,
    unsaved: options.isUnsaved,
    decided: decidedWords(state),
    tags: state.tags.map((tag) => visibleLine(tag, 200)),
    split: state.split === null ? null : visibleLine(state.split, 200),
    turns: turns.map(({ role, content }) => ({ role, text: visibleText(content.slice(0, limit)) })),
    isPlainInstruction: typeof instruction === 'string',
    corrected: (['instruction', 'rejected', 'chosen'] as const).filter((field) => state[field] !== undefined),
    pieces,
    cut,
    critiqueOfRejected: visibleText((first?.judgement?.critique ?? '').slice(0, limit)),
    critiqueOfChosen: visibleText((last?.judgement?.critique ?? '').slice(0, limit)),
    checks: checksOf(first, last),
    path: evidence.path.map(stepView),
    measures: measuresOf(record, state).filter(([label]) => options.isSearched || ofTexts.has(label)),
    source: sourceWords(record),
    hasSourceFile: record.source?.file !== undefined,
    conflicts: state.conflicts.map(conflictView),
    findings: options.findings.map(findingView),
    history: options.history.map(historyWords),
  };
}

/** The text of a field as a person edits it: an instruction of several turns is JSON. */
export function editableText(record: DatasetRecord, field: TextField): string {
  const value = record[field];
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

const shownCharacters = 100_000;

/** Where the checked text breaks something; a text that was corrected since stands elsewhere. */
function marksOf(step: Step | undefined, text: string): readonly Mark[] {
  if (step?.text !== text) return [];
  return step.checks.flatMap(({ constraint, result }) =>
    result.state === 'broken'
      ? result.spans.map(({ start, end }) => ({
          start,
          end,
          message: visibleLine(`${constraint.text}: ${result.message}`, 300),
        }))
      : [],
  );
}

function checksOf(first: Step | undefined, last: Step | undefined): readonly CheckView[] {
  const all = new Map(
    [...(first?.checks ?? []), ...(last?.checks ?? [])].map((check) => [idOf(check), check]),
  );
  return [...all].map(([id, { constraint }]) => ({
    text: visibleLine(constraint.text, 300),
    type: visibleLine(constraint.type, 100),
    rejected: stateOf(first, id),
    chosen: stateOf(last, id),
  }));
}

function idOf({ constraint }: Step['checks'][number]): string {
  return constraint.id;
}

function stateOf(step: Step | undefined, id: string): CheckState {
  const result = step?.checks.find((check) => idOf(check) === id)?.result;
  if (result === undefined) return { state: 'unchecked', message: '' };
  return { state: result.state, message: result.state === 'held' ? '' : visibleLine(result.message, 500) };
}

function stepView({ path, origin, judgement, reflection }: Step): StepView {
  const { value, yes, no } = judgement ?? { value: null, yes: 0, no: 0 };
  const votes = yes + no === 0 ? '' : `${yes} of ${yes + no} yes`;
  const words = [value === null ? '' : `value ${decimal(value)}`, votes].filter((part) => part !== '');
  return {
    path: visibleLine(path, 60),
    origin: visibleLine(origin, 60),
    words: words.join(', '),
    reflection: visibleText(reflection.slice(0, 20_000)),
  };
}

/** Lengths and distance are those of the texts as they stand; all else is as it was found. */
function measuresOf(record: DatasetRecord, state: RecordState): PairView['measures'] {
  const { metrics } = record;
  const isCorrected = state.rejected !== undefined || state.chosen !== undefined;
  const words = (text: string): { readonly words: number } => ({ words: wordsOf(text).length });
  const rejected = isCorrected ? words(record.rejected) : metrics.lengths.rejected;
  const chosen = isCorrected ? words(record.chosen) : metrics.lengths.chosen;
  const changed = isCorrected ? distance(record.rejected, record.chosen) : metrics.distance;
  return [
    ['Value', metrics.value === null ? 'unknown' : decimal(metrics.value)] as const,
    ['Votes', voteWords(metrics)] as const,
    ['Changed', percent(changed)] as const,
    ['Interference', metrics.interference === null ? 'unknown' : percent(metrics.interference)] as const,
    [
      'Words',
      rejected.words === chosen.words ? `${chosen.words}` : `${rejected.words} → ${chosen.words}`,
    ] as const,
    ['Model', record.model === null ? 'rules alone' : visibleLine(record.model, 120)] as const,
    ['Found', dateWords(record.created)] as const,
  ].filter(([, value]) => value !== '');
}

function findingView({ code, severity, message, fix, fixTitle }: Finding): FindingView {
  const title = describeCode(code).title;
  const words = { title, severity, message: visibleLine(message, 600) };
  return fix === undefined ? words : { ...words, fix: fixTitle ?? 'Fix' };
}

const ofTexts: ReadonlySet<string> = new Set(['Changed', 'Words']);

const fieldTitles: Readonly<Record<Conflict['field'], string>> = {
  status: 'Status',
  chosen: 'Chosen text',
  rejected: 'Rejected text',
  instruction: 'Instruction',
  split: 'Split',
  deletion: 'Deletion',
};

function conflictView({ field, lines }: Conflict): ConflictView {
  return {
    title: fieldTitles[field],
    sides: lines.map((line) => ({
      says: saidOf(line, field),
      who: `${byWords(line)}, ${dateWords(line.time)}`,
    })),
  };
}

function saidOf(line: AboutLine, field: Conflict['field']): string {
  if (field === 'deletion') return line.kind === 'deletion' ? 'deleted' : 'kept';
  if (field === 'status') return line.kind === 'decision' ? line.status : line.kind;
  const value = fieldOf(line, field);
  if (value === undefined) return line.kind === 'decision' ? `${line.status} as it was` : 'as it was';
  if (value === null) return field === 'split' ? 'no split' : 'as it was found';
  return visibleText((typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 4000));
}

/** What a line says about a text or the split; undefined where it says nothing. */
export function fieldOf(line: AboutLine, field: TextField | 'split'): unknown {
  if (line.kind === 'change') return line[field];
  return line.kind === 'decision' && field === 'chosen' ? line.chosen : undefined;
}

function decidedWords({ decision }: RecordState): string {
  if (decision === null) return '';
  const note = decision.note === undefined ? '' : ` · ${visibleLine(decision.note, 300)}`;
  return `${decision.status} by ${byWords(decision)}, ${dateWords(decision.time)}${note}`;
}

function byWords(line: AboutLine): string {
  if (line.kind !== 'decision') return 'a change';
  return line.by.kind === 'person' ? 'a person' : `the policy ${visibleLine(line.by.name, 60)}`;
}

function historyWords(line: AboutLine): string {
  const when = dateWords(line.time);
  const undo = line.undoes === undefined ? '' : ' (taken back)';
  if (line.kind === 'deletion') return `${when}: deleted${undo}`;
  if (line.kind === 'decision') return `${when}: ${line.status} by ${byWords(line)}${undo}`;
  const { tags, split, judgements } = line;
  const texts = (['instruction', 'rejected', 'chosen'] as const).filter((field) => line[field] !== undefined);
  const said = [
    tags === undefined || tags.add.length === 0 ? '' : `tagged ${tags.add.join(', ')}`,
    tags === undefined || tags.remove.length === 0 ? '' : `untagged ${tags.remove.join(', ')}`,
    split === undefined ? '' : split === null ? 'taken out of its split' : `put into ${split}`,
    texts.length === 0 ? '' : `${texts.join(' and ')} corrected`,
    judgements === undefined ? '' : judgedWords(judgements),
  ].filter((part) => part !== '');
  return `${when}: ${visibleLine(said.length === 0 ? 'restored' : said.join('; '), 300)}${undo}`;
}

function judgedWords({ model, rejected, chosen }: NonNullable<Change['judgements']>): string {
  const value = ({ judgement }: typeof chosen): string =>
    judgement.value === null ? 'undecided' : decimal(judgement.value);
  return `judged again by ${model ?? 'rules alone'}: rejected ${value(rejected)}, chosen ${value(chosen)}`;
}

function dateWords(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function decimal(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
