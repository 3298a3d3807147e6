import type { NewRecord } from '../../spar/datasets/newLines';
import type { DatasetRecord } from '../../spar/datasets/schema';
import type { TreeNode } from '../../spar/search/tree';
import { applyChanges, textChanges, type TextChange } from '../../spar/text/wordDiff';
import { decidedPair } from './decidedPair';
import type { DecidedNode } from './ports';

/** What becomes of changes that a person refused: nothing, or a second pair where the evidence suffices. */
export type RefusedChanges = 'off' | 'verified' | 'always';

/** The decision that a further pair comes from. */
export interface DecisionPlace {
  readonly record: string;
  readonly line: string;
}

/**
 * The second, smaller pair of a candidate that was taken without some of its changes: chosen is what the person
 * took, rejected the candidate with the refused changes in it. So the pair differs in nothing but what was refused.
 *
 * Null where it would teach nothing or the wrong thing: nothing was refused; the person also wrote
 * something, so that more differs than was refused; or what was taken breaks a constraint that the candidate holds.
 * With `verified` also where neither rules nor the judge find the candidate worse: then the refusal alone says so.
 * With `always` such a refusal is the evidence: the candidate's step then has it as a given critique that concludes
 * No, and what the votes said before as an audit.
 */
export function refusedPair(
  decided: DecidedNode,
  options: {
    readonly wanted: RefusedChanges;
    readonly file: string | null;
    /** Null while the decision is not written yet. */
    readonly decision: DecisionPlace | null;
  },
): NewRecord | null {
  const { session, path, madeOf, kept, state } = decided;
  const { wanted, file, decision } = options;
  const { tree } = session;
  const candidate = madeOf === null ? undefined : tree.nodes.get(madeOf);
  const taken = tree.nodes.get(path);
  if (wanted === 'off' || state !== 'accepted' || kept === null) return null;
  if (candidate?.node == null || taken?.node == null) return null;
  const changes = textChanges(session.original, candidate.node.text);
  const refused = changes.filter((_, index) => !kept.includes(index));
  const isMixture = applyChanges(session.original, changes, new Set(kept)) === taken.node.text;
  if (refused.length === 0 || !isMixture || breaksMore(taken, candidate)) return null;
  const isWorse = breaksMore(candidate, taken) || failsBeside(candidate, taken, tree.settings?.gate ?? 0.5);
  if (!isWorse && wanted === 'verified') return null;
  const record = decidedPair(decided, file);
  const { value = null, yes = 0, no = 0, notDrawn = 0 } = record.metrics ?? {};
  // What was taken may stand elsewhere in the tree; here it comes after the candidate that it was made of.
  const before = decidedPair({ ...decided, path: candidate.path }, file).evidence?.path ?? [];
  const steps = [...before, ...(record.evidence?.path.slice(-1) ?? [])];
  return {
    ...record,
    rejected: candidate.node.text,
    evidence: {
      path: isWorse ? steps : steps.map((step) => (step.path === madeOf ? given(step, refused) : step)),
    },
    // Distance is worked out anew; of interference nothing is known, since nothing was to be mended but the changes.
    metrics: { value, yes, no, notDrawn, interference: null },
    source: { ...record.source, ...(decision === null ? {} : { decision }) },
  };
}

type Step = DatasetRecord['evidence']['path'][number];

/** True where rules find a constraint broken in `node` that `other` holds. */
function breaksMore(node: TreeNode, other: TreeNode): boolean {
  const held = new Set(constraintsIn(other, 'held'));
  return constraintsIn(node, 'broken').some((id) => held.has(id));
}

function constraintsIn({ node }: TreeNode, state: 'held' | 'broken'): readonly string[] {
  return (node?.checks ?? []).flatMap(({ constraint, result }) =>
    result.state === state ? [constraint.id] : [],
  );
}

function failsBeside(candidate: TreeNode, taken: TreeNode, gate: number): boolean {
  const [before, after] = [candidate, taken].map(({ judgement }) => judgement?.value ?? null);
  return before != null && after != null && before <= gate && after > gate;
}

/** The candidate's step as a person judged it by refusing some of its changes. */
function given(step: Step, refused: readonly TextChange[]): Step {
  const before = step.judgement;
  const { yes = 0, no = 0, unparsed = 0, votes = [] } = before ?? {};
  return {
    ...step,
    judgement: {
      by: 'given',
      value: 0,
      verdict: 'no',
      critique: refusalCritique(refused),
      ...{ yes: 0, no: 0, notDrawn: 0, unparsed: 0, votes: [] },
      ...(votes.length === 0 ? {} : { audit: { yes, no, unparsed, votes } }),
    },
  };
}

/** What the refusal says of the candidate, as a judge would write it. */
export function refusalCritique(refused: readonly TextChange[]): string {
  const lines = refused.map(({ removed, added }, index) => `${index + 1}. ${refusalOf(removed, added)}`);
  return `These parts of the response should not be as they are:\n${lines.join('\n')}\n\nFinal Judgement (Yes or No): No`;
}

function refusalOf(removed: string, added: string): string {
  const [before, after] = [removed, added].map((text) => `“${text.trim()}”`);
  if (removed.trim() === '') return `${after} should not be there.`;
  if (added.trim() === '') return `${before} is missing.`;
  return `${after} should be ${before}.`;
}
