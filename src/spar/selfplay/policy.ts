import type { NewDecision } from '../datasets/newLines';
import type { SearchTree } from '../search/tree';
import type { AcceptancePolicy } from './settings';

/** The policy's acceptance of a candidate, which names it; null leaves the pair to a person. */
export function policyDecision(
  policy: AcceptancePolicy | null,
  { tree, path }: { readonly tree: SearchTree; readonly path: string },
): NewDecision | null {
  const { node = null, judgement = null } = tree.nodes.get(path) ?? {};
  if (policy === null || node === null) return null;
  const { value, interference } = { value: judgement?.value ?? null, interference: node.interference };
  if (value === null || value < policy.value) return null;
  // Unknown interference is no small interference.
  if (interference === null || interference > policy.interference) return null;
  const allHold = node.checks.length > 0 && node.checks.every(({ result }) => result.state === 'held');
  if (policy.verified && (!allHold || tree.unchecked.length > 0)) return null;
  return { status: 'accepted', by: { kind: 'policy', name: policy.name } };
}
