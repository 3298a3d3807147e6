import type { NewRecord } from '../../spar/datasets/newLines';
import type { DatasetRecord } from '../../spar/datasets/schema';
import type { Check, Step } from '../../spar/datasets/steps';
import { checkedAnew } from '../../spar/datasets/textEvidence';
import { textChanges } from '../../spar/text/wordDiff';
import { refusalCritique, type DecisionPlace, type RefusedChanges } from '../sessions/refusedPair';
import type { Mixture } from './mixture';

/**
 * The second, smaller pair of a record that was taken without some of its changes, as `refusedPair` makes it of a
 * search: chosen is what the person took, rejected the candidate with the refused changes in it.
 *
 * Null where what was taken breaks a constraint that the candidate holds; with `verified` also where rules don't find
 * the candidate worse. No judge has seen the mixture, so with `always` the refusal is all that speaks against the
 * candidate, and says so as a given critique.
 *
 * @param record As it stands.
 */
export function refusedRecord(
  record: DatasetRecord,
  mixture: Mixture,
  options: { readonly wanted: RefusedChanges; readonly decision: DecisionPlace },
): NewRecord | null {
  const { wanted, decision } = options;
  if (wanted === 'off' || mixture.kept.length === 0 || mixture.text === record.chosen) return null;
  const ofCandidate = checkedAnew(record, record.chosen);
  const ofTaken = checkedAnew(record, mixture.text);
  if (breaksMore(ofTaken, ofCandidate)) return null;
  const isWorse = breaksMore(ofCandidate, ofTaken);
  if (!isWorse && wanted === 'verified') return null;
  const { instruction, evidence, source, model, search } = record;
  const refused = textChanges(record.rejected, record.chosen).filter(
    (_, index) => !mixture.kept.includes(index),
  );
  const found = stepOf(record);
  const candidate: Step = {
    ...found,
    checks: ofCandidate,
    judgement: isWorse ? found.judgement : refusal(found, refusalCritique(refused)),
  };
  const taken: Step = {
    path: `${candidate.path}.1`,
    origin: 'edited',
    text: mixture.text,
    reflection: '',
    judgement: null,
    checks: ofTaken,
  };
  const before = evidence.path.filter(({ text }) => text !== record.chosen && text !== mixture.text);
  return {
    instruction,
    rejected: record.chosen,
    chosen: mixture.text,
    evidence: { path: [...before, candidate, taken] },
    metrics: { value: null, yes: 0, no: 0, notDrawn: 0, interference: null },
    source: { ...source, decision },
    model,
    search,
  };
}

/** The candidate as a person judged it by refusing some of its changes; what votes said before is an audit. */
function refusal({ judgement }: Step, critique: string): NonNullable<Step['judgement']> {
  const { yes = 0, no = 0, unparsed = 0, votes = [] } = judgement ?? {};
  return {
    by: 'given',
    value: 0,
    verdict: 'no',
    critique,
    ...{ yes: 0, no: 0, notDrawn: 0, unparsed: 0, votes: [] },
    ...(votes.length === 0 ? {} : { audit: { yes, no, unparsed, votes } }),
  };
}

/** The step that has the candidate; of a pair that no search found, one made of its text. */
function stepOf({ evidence, chosen }: DatasetRecord): Step {
  const found = evidence.path.findLast(({ text }) => text === chosen);
  return found ?? { path: '1', origin: 'refined', text: chosen, reflection: '', judgement: null, checks: [] };
}

/** True where rules find a constraint broken that the other text holds. */
function breaksMore(checks: readonly Check[], others: readonly Check[]): boolean {
  const held = new Set(idsOf(others, 'held'));
  return idsOf(checks, 'broken').some((id) => held.has(id));
}

function idsOf(checks: readonly Check[], state: 'held' | 'broken'): readonly string[] {
  return checks.flatMap(({ constraint, result }) => (result.state === state ? [constraint.id] : []));
}
