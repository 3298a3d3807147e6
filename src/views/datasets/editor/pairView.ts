import { describeCode, type Finding } from '../../../spar/datasets/lint/finding';
import type { AboutLine, DatasetRecord, Judgements } from '../../../spar/datasets/schema';
import type { Conflict, RecordState } from '../../../spar/datasets/recordState';
import type { Check, Step } from '../../../spar/datasets/steps';
import { textEvidence, type TextEvidence } from '../../../spar/datasets/textEvidence';
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
  /** Pieces name the change that they are of. */
  readonly isNumbered?: boolean;
}

/** A record as a person reads it. */
export function pairView({ record, state, line }: TableRecord, options: PairViewOptions): PairView {
  const { evidence, instruction } = record;
  const limit = options.whole ? Number.POSITIVE_INFINITY : shownCharacters;
  const ofRejected = textEvidence(record, state, 'rejected');
  const ofChosen = textEvidence(record, state, 'chosen');
  const isOfFound =
    ofChosen.judgement === null && (state.chosen !== undefined || state.instruction !== undefined);
  const { pieces, cut } = pairPieces({
    rejected: record.rejected,
    chosen: record.chosen,
    inRejected: marksOf(ofRejected),
    inChosen: marksOf(ofChosen),
    limit,
    isNumbered: options.isNumbered === true,
  });
  const turns = typeof instruction === 'string' ? [{ role: 'user', content: instruction }] : instruction;
  return {
    id: record.id,
    line,
    status: state.status,
    deleted: state.deleted,
    unsaved: options.isUnsaved,
    decided: decidedWords(state),
    tags: tagWords(state.tags),
    split: state.split === null ? null : visibleLine(state.split, 200),
    turns: turns.map(({ role, content }) => ({ role, text: visibleText(content.slice(0, limit)) })),
    isPlainInstruction: typeof instruction === 'string',
    corrected: (['instruction', 'rejected', 'chosen'] as const).filter((field) => state[field] !== undefined),
    pieces,
    cut,
    critiqueOfRejected: critiqueWords(ofRejected, stepsAsFound(record).rejected).slice(0, limit),
    critiqueOfChosen: critiqueWords(ofChosen, stepsAsFound(record).chosen).slice(0, limit),
    checks: checksOf(ofRejected, ofChosen),
    path: evidence.path.map(stepView),
    measures: measuresOf(record, state, isOfFound).filter(
      ([label]) => options.isSearched || ofTexts.has(label),
    ),
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

/** Where a text breaks something. */
function marksOf({ checks }: TextEvidence): readonly Mark[] {
  return checks.flatMap(({ constraint, result }) =>
    result.state === 'broken'
      ? result.spans.map(({ start, end }) => ({
          start,
          end,
          message: visibleLine(`${constraint.text}: ${result.message}`, 300),
        }))
      : [],
  );
}

interface StepsAsFound {
  readonly rejected: Step | undefined;
  readonly chosen: Step | undefined;
}

/** What the search said of both texts, whatever was corrected since. */
function stepsAsFound({ evidence: { path } }: DatasetRecord): StepsAsFound {
  return { rejected: path[0], chosen: path.length > 1 ? path.at(-1) : undefined };
}

function critiqueWords({ judgement }: TextEvidence, found: Step | undefined): string {
  if (judgement !== null) return visibleText(judgement.critique);
  const critique = found?.judgement?.critique ?? '';
  return critique === '' ? '' : visibleText(`Of the text as found: ${critique}`);
}

/** What is known of the constraints of a rejected and a chosen text. */
export function checksOf(first: TextEvidence, last: TextEvidence): readonly CheckView[] {
  const all = new Map([...first.checks, ...last.checks].map((check) => [idOf(check), check]));
  return [...all].map(([id, { constraint }]) => ({
    text: visibleLine(constraint.text, 300),
    type: visibleLine(constraint.type, 100),
    rejected: stateOf(first, id),
    chosen: stateOf(last, id),
  }));
}

function idOf({ constraint }: Check): string {
  return constraint.id;
}

function stateOf({ checks }: TextEvidence, id: string): CheckState {
  const result = checks.find((check) => idOf(check) === id)?.result;
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

/** Of the texts as they stand. What was said of other ones is told as such. */
function measuresOf(
  record: DatasetRecord,
  { judgements }: RecordState,
  isOfFound: boolean,
): PairView['measures'] {
  const { value, interference, lengths, ...metrics } = record.metrics;
  const { rejected, chosen } = lengths;
  const found = isOfFound ? stepsAsFound(record).chosen?.judgement : null;
  const valueFound = found?.value == null ? '' : ` (${decimal(found.value)} for the text as found)`;
  const votesFound = found == null ? '' : voteWords(found);
  return [
    ['Value', value === null ? `unknown${valueFound}` : decimal(value)] as const,
    [
      'Votes',
      votesFound === '' ? voteWords(metrics) : `unknown (${votesFound} for the text as found)`,
    ] as const,
    [
      'Judged again',
      judgements === undefined ? '' : `by ${visibleLine(judgements.model ?? 'rules alone', 120)}`,
    ] as const,
    ['Changed', percent(metrics.distance)] as const,
    ['Interference', interference === null ? 'unknown' : percent(interference)] as const,
    [
      'Words',
      rejected.words === chosen.words ? `${chosen.words}` : `${rejected.words} → ${chosen.words}`,
    ] as const,
    ['Model', record.model === null ? 'rules alone' : visibleLine(record.model, 120)] as const,
    ['Found', dateWords(record.created)] as const,
  ].filter(([, words]) => words !== '');
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

/** So many tags that the texts are still in view. */
const mostTags = 30;

function tagWords(tags: readonly string[]): readonly string[] {
  const shown = tags.slice(0, mostTags).map((tag) => visibleLine(tag, 200));
  const rest = tags.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${rest.toLocaleString('en')} more`];
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
    judgements == null ? '' : judgedWords(judgements),
  ].filter((part) => part !== '');
  return `${when}: ${visibleLine(said.length === 0 ? 'restored' : said.join('; '), 300)}${undo}`;
}

function judgedWords({ model, rejected, chosen }: Judgements): string {
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
