import type { Constraint } from './constraint';
import { identified } from './identity';
import { verifierOf } from './table';

export interface RowConstraints {
  readonly constraints: readonly Constraint[];
  /** Entries that code can't check, and why, in row order. */
  readonly refused: readonly { readonly type: string; readonly reason: string }[];
}

/**
 * The constraints that a row carries in IFEval's columns: `instruction_id_list` (names) and `kwargs` (arguments, one
 * object a name; null members mean absent). Takes what a file holds, so both are of unknown shape.
 */
export function constraintsFromRow(instructionIds: unknown, keywordArguments: unknown): RowConstraints {
  const ids: readonly unknown[] = Array.isArray(instructionIds) ? instructionIds : [];
  const list: readonly unknown[] = Array.isArray(keywordArguments) ? keywordArguments : [];
  const found: Omit<Constraint, 'id'>[] = [];
  const refused: { type: string; reason: string }[] = [];
  ids.forEach((type, index) => {
    if (typeof type !== 'string') {
      refused.push({ type: String(index), reason: 'The name is not a text.' });
      return;
    }
    const verifier = verifierOf(type);
    if (verifier === undefined) {
      refused.push({ type, reason: 'Code does not know this type.' });
      return;
    }
    const args = verifier.args.safeParse(withoutNulls(list[index]));
    if (args.success) {
      const text = verifier.describe(args.data);
      found.push({ type, args: args.data, text, span: null, source: 'columns' });
    } else
      refused.push({
        type,
        reason: args.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
      });
  });
  return { constraints: identified(found), refused };
}

function withoutNulls(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
