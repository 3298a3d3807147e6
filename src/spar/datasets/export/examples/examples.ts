import { judgeMessages, refineMessages, type Prompts } from '../../../refiner/prompts';
import { escapeMarkers } from '../../../refiner/markers';
import { instructionText } from '../../../refiner/instruction';
import { parseVerdict } from '../../../refiner/verdict';
import { critiqueFor, verifiedIn } from '../../../search/critique';
import { textChanges } from '../../../text/wordDiff';
import { uncheckedBy } from '../../../verifiers/covered';
import type { CuratedRecord } from '../../curated';
import type { RecordState } from '../../recordState';
import type { DatasetRecord, RecordedInstruction } from '../../schema';
import { stepOf, type Step } from '../../steps';
import type { ExportTurn } from '../pair';
import { isWellFormed } from '../pair';

/**
 * What an example teaches. Judgements are told apart by what was judged (the answer that a search began with, or a
 * refinement in its tree) and by the verdict, since the mix has a number for each.
 */
export type ExampleKind = 'refinement' | 'tree-yes' | 'tree-no' | 'answer-yes' | 'answer-no';

/** A conversation that the refiner is trained on. */
export interface RefinerExample {
  readonly kind: ExampleKind;
  readonly messages: readonly ExportTurn[];
  /** Path of the search node that is judged or refined. */
  readonly path: string;
  /** A person's No to a candidate, which stands beside the refinement of the same prompt. */
  readonly isRefusal?: true;
  /** Votes on that node; null where code or a person judged it. */
  readonly votes: {
    readonly yes: number;
    readonly no: number;
    readonly notDrawn: number;
    readonly unparsed: number;
  } | null;
}

/** Most examples of each kind. */
export type RefinerMix = Readonly<Record<ExampleKind, number>>;

/** Of one iteration, as in SPaR (arXiv 2412.11605). */
export const paperMix: RefinerMix = {
  refinement: 4000,
  'tree-yes': 1500,
  'tree-no': 1000,
  'answer-yes': 2500,
  'answer-no': 500,
};

/**
 * The examples in a record's path, at most one of a kind, and no two that begin with the same judge prompt: first the
 * refinement, then judgements.
 *
 * - Refinement: the last text of the path that was judged to fail, its critique, and the text that was chosen. Where
 *   a person changed the refiner's text the reflection about it is left out, since it is about another text.
 * - Judgement: a node about which the votes were split, which is where a judge can learn; or one that code judged,
 *   which is certain: No where it found something broken, Yes only where it covers the whole instruction.
 *
 * Of a pair that was made of refused changes: the refinement, and the No to the candidate as a judgement of its own,
 * which begins with the same prompt and says the same. What else stands in its path is the first pair's to teach.
 *
 * A record whose instruction was corrected has none: its critiques are about another instruction.
 */
export function examplesOf({ record, state }: CuratedRecord, prompts: Prompts): readonly RefinerExample[] {
  if (state.instruction !== undefined) return [];
  const item = { instruction: record.instruction, gate: gateOf(record) };
  const steps = record.evidence.path;
  const refined = refinementExample(item, { steps, chosen: record.chosen }, prompts);
  if (record.source?.decision !== undefined)
    return [refined, refusalExample(item, stepOf(record, 'rejected'), prompts)].filter(
      (example) => example !== null,
    );
  return onePerKind([
    refined,
    ...steps.map((step, index) => {
      const example = judgementExample(item, { step, isAnswer: index === 0 }, prompts);
      return example?.kind === 'tree-yes' && isPartlyRefused(record, state, step) ? null : example;
    }),
  ]);
}

/** What examples are about. */
export interface ExampleItem {
  readonly instruction: RecordedInstruction;
  /** A text passes when more than this share of its votes is Yes. */
  readonly gate: number;
}

/** The first of each kind, of those that are well formed and whose judge prompt no other one has. */
export function onePerKind(candidates: Iterable<RefinerExample | null>): readonly RefinerExample[] {
  const examples: RefinerExample[] = [];
  for (const example of candidates) {
    if (example === null || !example.messages.every(({ content }) => isWellFormed(content))) continue;
    const asked = example.messages[0]?.content;
    const isKnown = examples.some(
      ({ kind, messages }) => kind === example.kind || messages[0]?.content === asked,
    );
    if (!isKnown) examples.push(example);
  }
  return examples;
}

export type { Step };

/** How the last failing text of a path was mended; null where there is none, or where nothing was changed. */
export function refinementExample(
  item: ExampleItem,
  { steps, chosen }: { readonly steps: readonly Step[]; readonly chosen: string },
  prompts: Prompts,
): RefinerExample | null {
  const at = steps.findLastIndex((step) => fails(step, item.gate));
  const parent = steps[at];
  if (parent === undefined || parent.text.trim() === chosen.trim()) return null;
  const [next] = steps.slice(at + 1);
  const isRefiners = next !== undefined && next.text === chosen;
  const reflection = isRefiners ? next.reflection : '';
  const messages = [
    ...refineMessages(
      judgePrompt(item, parent, { prompts, verified: true }),
      critiqueFor(parent.checks, parent.judgement),
      prompts,
    ),
    { role: 'assistant' as const, content: refinerReply(reflection, chosen) },
  ];
  if (!messages.every(({ content }) => content.trim() !== '' && isWellFormed(content))) return null;
  return { kind: 'refinement', messages, path: parent.path, votes: votesOn(parent) };
}

/** What a refiner answers: its reflection, and the whole answer between the markers. */
export function refinerReply(reflection: string, text: string): string {
  const words = reflection.trim() === '' ? '' : `${escapeMarkers(reflection.trim())}\n\n`;
  return `${words}[[start]]\n${escapeMarkers(text.trim())}\n[[end]]`;
}

/** What a judge can learn from a text; null where its judgement is neither certain nor split. */
export function judgementExample(
  item: ExampleItem,
  { step, isAnswer }: { readonly step: Step; readonly isAnswer: boolean },
  prompts: Prompts,
): RefinerExample | null {
  const said = step.judgement;
  if (said === null || said.value === null || step.text.trim() === '') return null;
  const verdict = said.value > item.gate ? 'yes' : 'no';
  const critique = said.by === 'rules' ? ruledCritique(item, step) : splitCritique(said, verdict);
  if (critique === null || critique.trim() === '') return null;
  // Rules judge all that they check; votes were told what rules had verified.
  const asked = judgePrompt(item, step, { prompts, verified: said.by !== 'rules' });
  return {
    kind: `${isAnswer ? 'answer' : 'tree'}-${verdict}`,
    messages: [...asked, { role: 'assistant', content: critique }],
    path: step.path,
    votes: votesOn(step),
  };
}

/** The No to a candidate of which a person refused some changes, be it the judge's, the rules' or the person's own. */
function refusalExample(item: ExampleItem, step: Step | null, prompts: Prompts): RefinerExample | null {
  const said = step?.judgement ?? null;
  if (step === null || said === null || !fails(step, item.gate)) return null;
  const critique = splitCritique(said, 'no') ?? said.critique;
  if (parseVerdict(critique, [instructionText(item.instruction), step.text]) !== 'no') return null;
  const asked = judgePrompt(item, step, { prompts, verified: said.by !== 'rules' });
  const messages = [...asked, { role: 'assistant' as const, content: critique }];
  if (!messages.every(({ content }) => content.trim() !== '' && isWellFormed(content))) return null;
  return { kind: 'tree-no', messages, path: step.path, isRefusal: true, votes: votesOn(step) };
}

/** True for a candidate of which a person took only some changes: that all of it is good is not for votes to teach. */
function isPartlyRefused({ rejected }: DatasetRecord, { decision }: RecordState, step: Step): boolean {
  const { kept, all } = decision?.changes ?? { kept: [], all: [] };
  if (kept.length >= all.length) return false;
  const changes = textChanges(rejected, step.text);
  return (
    changes.length === all.length &&
    changes.every(({ removed, added }, at) => all[at]?.removed === removed && all[at].added === added)
  );
}

type StepJudgement = NonNullable<Step['judgement']>;

/** Of split votes, the kept critique where it concludes as the node was judged, else the first vote that does. */
function splitCritique(said: StepJudgement, verdict: 'yes' | 'no'): string | null {
  if (said.by !== 'votes' || said.yes === 0 || said.no === 0) return null;
  const kept = said.votes.find(({ text }) => text === said.critique);
  const majority = said.yes >= said.no ? 'yes' : 'no';
  if ((kept?.verdict ?? majority) === verdict) return said.critique;
  return said.votes.find((vote) => vote.verdict === verdict)?.text ?? null;
}

function ruledCritique(item: ExampleItem, step: Step): string | null {
  const said = step.judgement;
  if (said === null || step.checks.length === 0) return null;
  if (said.value === 0) return said.critique;
  const states = step.checks.map(({ result }) => result.state);
  if (states.some((state) => state !== 'held')) return null;
  // What nobody looked at must not be taught to be passed over.
  const constraints = step.checks.map(({ constraint: { id, type, args, text, span } }) => ({
    id,
    type,
    args,
    text,
    span,
  }));
  return uncheckedBy(constraints, instructionText(item.instruction)).length === 0 ? said.critique : null;
}

function fails({ judgement: said }: Step, gate: number): boolean {
  if (said === null) return false;
  if (said.by === 'given') return said.verdict !== 'yes';
  return said.value !== null && said.value <= gate;
}

function judgePrompt(
  { instruction }: ExampleItem,
  { text, checks }: Step,
  { prompts, verified }: { readonly prompts: Prompts; readonly verified: boolean },
): readonly ExportTurn[] {
  const names = verified ? verifiedIn(checks) : [];
  return judgeMessages(prompts, { instruction, response: text, verified: names });
}

function votesOn({ judgement: said }: Step): RefinerExample['votes'] {
  if (said?.by !== 'votes') return null;
  const { yes, no, notDrawn, unparsed } = said;
  return { yes, no, notDrawn, unparsed };
}

function gateOf({ search }: DatasetRecord): number {
  const gate = search?.['gate'];
  return typeof gate === 'number' && gate >= 0 && gate < 1 ? gate : 0.5;
}
