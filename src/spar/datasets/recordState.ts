import { jsonLine } from '../log/jsonLine';
import { byTime, LineGraph } from './lineGraph';
import type { AboutLine, Decision, DecisionStatus, Judgements, RecordedInstruction } from './schema';

/** What two lines can contradict each other about. */
export type Field = 'status' | 'chosen' | 'rejected' | 'instruction' | 'split' | 'deletion';

/** Lines that say different things about a field, each written without knowledge of the other. */
export interface Conflict {
  readonly field: Field;
  /** By time, the latest last. */
  readonly lines: readonly AboutLine[];
}

/** What all lines about one record come to. */
export interface RecordState {
  /** `contested` while there are conflicts: such a record is no training data until a person settles it. */
  readonly status: DecisionStatus | 'contested';
  /** The decision that holds; null when there is none, or when it is contested. */
  readonly decision: Decision | null;
  readonly deleted: boolean;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly split: string | null;
  /** Corrected texts; absent: the record's own. While contested, the latest. */
  readonly instruction?: RecordedInstruction;
  readonly rejected?: string;
  readonly chosen?: string;
  /** What a later judge said of the texts as they stand; absent where none did, or a text was corrected since. */
  readonly judgements?: Judgements;
  readonly conflicts: readonly Conflict[];
  /** Ids of the lines that no other line comes after, sorted. */
  readonly heads: readonly string[];
}

/** What corrects a record, or says something new of it. */
export type Corrections = Pick<RecordState, 'instruction' | 'rejected' | 'chosen' | 'judgements'>;

/** True where a text is another than was found. */
export function isCorrected({ instruction, rejected, chosen }: Corrections): boolean {
  return instruction !== undefined || rejected !== undefined || chosen !== undefined;
}

/**
 * Folds the lines about one record. Their order does not matter: what a line says about a field holds
 * until a line written in knowledge of it says something else about that field.
 *
 * - Decisions write the status, and the chosen text where they give one. Changes write what they name.
 *   Deletions delete; any later decision or change brings the record back.
 * - Of lines that write a field, those count that no other such line comes after. If they disagree, the
 *   record is contested, unless a person's decision knew them all: then the latest holds, as it was shown.
 * - A text written beside a decision, neither knowing of the other, is contested too: what was
 *   decided on was another text.
 * - A tag that one line adds and another removes, neither knowing of the other, stays.
 * - Later judgements count while no text was written that they do not know of; of several the latest.
 */
export function foldLines(lines: readonly AboutLine[]): RecordState {
  const [only, ...more] = lines;
  if (only !== undefined && more.length === 0) return foldLine(only);
  const graph = new LineGraph(lines);
  const heads = graph.latest(() => true);
  const decisions = graph
    .latest((line) => line.kind === 'decision')
    .filter((line) => line.kind === 'decision');
  const texts = textFields.map((field) => foldText(graph, decisions, field));
  const split = foldField(
    graph,
    'split',
    graph.latest((line) => written(line, 'split') !== undefined),
  );
  const conflicts = [
    ...conflictOver('status', decisions, (line) => line.kind === 'decision' && line.status),
    ...conflictOver('deletion', heads, (line) => line.kind === 'deletion'),
    ...[...texts, split].flatMap(({ conflict }) => (conflict === null ? [] : [conflict])),
  ];
  const statusContested = conflicts.some(({ field }) => field === 'status');
  const decision = statusContested ? null : (decisions.at(-1) ?? null);
  const judgements = foldJudgements(graph);
  const contestedDeletion = conflicts.some(({ field }) => field === 'deletion');
  return {
    status: conflicts.length > 0 ? 'contested' : (decision?.status ?? 'pending'),
    decision,
    deleted: !contestedDeletion && heads.at(-1)?.kind === 'deletion',
    tags: foldTags(graph, lines),
    split: typeof split.value === 'string' ? split.value : null,
    ...Object.fromEntries(texts.flatMap(({ field, value }) => (value == null ? [] : [[field, value]]))),
    ...(judgements === null ? {} : { judgements }),
    conflicts,
    heads: heads.map(({ id }) => id).sort(),
  };
}

/** What most records have: one line alone, which contradicts nothing. */
function foldLine(line: AboutLine): RecordState {
  const texts = textFields.flatMap((field) => {
    const value = written(line, field);
    return value == null ? [] : [[field, value] as const];
  });
  // Of a text that the line itself writes its judge can't have known.
  const isTextless = textFields.every((field) => written(line, field) === undefined);
  const judgements = line.kind === 'change' && isTextless ? line.judgements : null;
  return {
    status: line.kind === 'decision' ? line.status : 'pending',
    decision: line.kind === 'decision' ? line : null,
    deleted: line.kind === 'deletion',
    tags: line.kind === 'change' ? [...new Set(line.tags?.add)].sort() : [],
    split: line.kind === 'change' ? (line.split ?? null) : null,
    ...Object.fromEntries(texts),
    ...(judgements == null ? {} : { judgements }),
    conflicts: [],
    heads: [line.id],
  };
}

export interface CompactOptions {
  /** A deleted record keeps its deletion only; false by default, so that a merge can't lose what another branch decided. */
  readonly forgetsDeleted?: boolean;
}

/**
 * The lines of a record that its state rests on, each naming in `after` all that it comes after, so that the
 * others can be left out: should a merge bring them back, they are known to be replaced. Null where lines
 * have to stay as they are.
 */
export function compactLines(
  lines: readonly AboutLine[],
  { forgetsDeleted = false }: CompactOptions = {},
): readonly AboutLine[] | null {
  const graph = new LineGraph(lines);
  if (graph.hasCycle || restsOnSettlement(graph)) return null;
  const kept = new Set(graph.latest(() => true));
  if (!forgetsDeleted || !foldLines(lines).deleted) {
    const writers: ((line: AboutLine) => boolean)[] = [
      (line) => line.kind === 'decision',
      ...[...textFields, 'split' as const].map(
        (field) => (line: AboutLine) => written(line, field) !== undefined,
      ),
      (line) => line.kind === 'change' && line.judgements !== undefined,
      ...tagsNamed(lines).map((tag) => (line: AboutLine) => namesTag(line, tag)),
    ];
    for (const writes of writers) for (const line of graph.latest(writes)) kept.add(line);
  }
  return [...kept].sort(byTime).map((line) => ({ ...line, after: [...graph.before(line)].sort() }));
}

const textFields = ['instruction', 'rejected', 'chosen'] as const;

type WrittenField = (typeof textFields)[number] | 'split';

interface FoldedField {
  readonly field: WrittenField;
  readonly value: unknown;
  readonly conflict: Conflict | null;
}

/** What a line says about a field; undefined when nothing, null when it takes the field back. */
function written(line: AboutLine, field: WrittenField): unknown {
  if (line.kind === 'change') return line[field];
  return line.kind === 'decision' && field === 'chosen' ? line.chosen : undefined;
}

function foldField(graph: LineGraph, field: WrittenField, writers: readonly AboutLine[]): FoldedField {
  const differ = new Set(writers.map((line) => jsonLine(written(line, field)))).size > 1;
  const latest = writers.at(-1);
  const value = latest === undefined ? null : written(latest, field);
  const settled = !differ || isSettled(graph, writers);
  return { field, value, conflict: settled ? null : { field, lines: writers } };
}

function foldText(
  graph: LineGraph,
  decisions: readonly Decision[],
  field: (typeof textFields)[number],
): FoldedField {
  const writers = graph.latest((line) => written(line, field) !== undefined);
  const folded = foldField(graph, field, writers);
  if (folded.conflict !== null) return folded;
  const besides = decisions.filter(
    (decision) =>
      decision.status !== 'pending' &&
      writers.some(
        (writer) =>
          graph.areConcurrent(decision, writer) &&
          jsonLine(written(decision, field)) !== jsonLine(written(writer, field)),
      ),
  );
  if (besides.length === 0) return folded;
  return {
    ...folded,
    conflict: { field, lines: [...new Set<AboutLine>([...writers, ...besides])].sort(byTime) },
  };
}

function foldJudgements(graph: LineGraph): Judgements | null {
  const judging = graph.latest((line) => line.kind === 'change' && line.judgements !== undefined);
  if (judging.length === 0) return null;
  const writers = textFields.flatMap((field) => graph.latest((line) => written(line, field) !== undefined));
  const latest = judging.findLast((line) => writers.every(({ id }) => graph.before(line).has(id)));
  return latest?.kind === 'change' ? (latest.judgements ?? null) : null;
}

function isSettled(graph: LineGraph, writers: readonly AboutLine[]): boolean {
  return graph.lines.some(
    (line) =>
      line.kind === 'decision' &&
      line.by.kind === 'person' &&
      writers.every((writer) => graph.before(line).has(writer.id)),
  );
}

/** True where lines disagree and only a decision, perhaps one that was itself replaced, tells which holds. */
function restsOnSettlement(graph: LineGraph): boolean {
  return [...textFields, 'split' as const].some((field) => {
    const writers = graph.latest((line) => written(line, field) !== undefined);
    return new Set(writers.map((line) => jsonLine(written(line, field)))).size > 1;
  });
}

function conflictOver(
  field: Field,
  lines: readonly AboutLine[],
  says: (line: AboutLine) => unknown,
): readonly Conflict[] {
  return new Set(lines.map(says)).size > 1 ? [{ field, lines }] : [];
}

function foldTags(graph: LineGraph, lines: readonly AboutLine[]): readonly string[] {
  return tagsNamed(lines).filter((tag) =>
    graph
      .latest((line) => namesTag(line, tag))
      .some((line) => line.kind === 'change' && line.tags?.add.includes(tag) === true),
  );
}

function tagsNamed(lines: readonly AboutLine[]): readonly string[] {
  const tags = lines.flatMap((line) =>
    line.kind === 'change' ? [...(line.tags?.add ?? []), ...(line.tags?.remove ?? [])] : [],
  );
  return [...new Set(tags)].sort();
}

function namesTag(line: AboutLine, tag: string): boolean {
  return (
    line.kind === 'change' &&
    (line.tags?.add.includes(tag) === true || line.tags?.remove.includes(tag) === true)
  );
}
