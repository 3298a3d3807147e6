import type * as vscode from 'vscode';
import { plain } from '../../../editor/datasets/pickDataset';
import { askPick, type StepPlace, type StepResult } from '../../../editor/steps';
import type { ColumnSample, Mapping } from '../../../spar/selfplay/intake/mapping';
import type { StartChoices } from './choices';

interface ColumnItem extends vscode.QuickPickItem {
  readonly column: string | null;
}

const roles = ['instruction', 'response', 'critique', 'system'] as const;
type Role = (typeof roles)[number];

const questions: Readonly<Record<Role, string>> = {
  instruction: 'Which column says what is asked?',
  response: 'Which column holds answers? They are judged instead of new ones',
  critique: 'Which column says what is wrong with the answer? The search begins with it',
  system: 'Which column holds a system prompt?',
};

const noneWords: Readonly<Record<Role, string>> = {
  instruction: '',
  response: 'None: the actor answers',
  critique: 'None: answers are judged',
  system: 'None',
};

/** Asks one column after the other, with what stands in them; Back goes to the column before. */
export async function askColumns(choices: StartChoices, place: StepPlace): Promise<StepResult<StartChoices>> {
  const columns = choices.unclear?.columns ?? [];
  const chosen: Partial<Record<Role, string>> = { ...choices.columns };
  let at = 0;
  for (;;) {
    const role = roles[at];
    if (role === undefined) break;
    const picked = await askPick({ ...place, ...offersOf(role, { columns, chosen }) });
    if (picked.kind === 'cancelled') return picked;
    if (picked.kind === 'back') {
      if (at === 0) return picked;
      at = askedBefore(at, chosen);
      continue;
    }
    const { column } = picked.value;
    if (column === null) Reflect.deleteProperty(chosen, role);
    else chosen[role] = column;
    at += 1;
    // A critique is of an answer.
    if (roles[at] === 'critique' && chosen.response === undefined) {
      delete chosen.critique;
      at += 1;
    }
    if (remaining(columns, chosen).length === 0) break;
  }
  const { instruction, ...others } = chosen;
  if (instruction === undefined) return { kind: 'back' };
  const mapping: Mapping = { instruction, ...others };
  return { kind: 'value', value: { ...choices, columns: mapping } };
}

function askedBefore(at: number, chosen: Partial<Record<Role, string>>): number {
  const before = at - 1;
  return roles[before] === 'critique' && chosen.response === undefined ? before - 1 : before;
}

function remaining(
  columns: readonly ColumnSample[],
  chosen: Partial<Record<Role, string>>,
): readonly ColumnSample[] {
  const taken = new Set(Object.values(chosen));
  return columns.filter(({ name }) => !taken.has(name));
}

function offersOf(
  role: Role,
  { columns, chosen }: { columns: readonly ColumnSample[]; chosen: Partial<Record<Role, string>> },
) {
  const { [role]: current, ...others } = chosen;
  const none: readonly ColumnItem[] =
    role === 'instruction' ? [] : [{ label: `$(circle-slash) ${noneWords[role]}`, column: null }];
  const items = [...none, ...remaining(columns, others).map(columnItem)];
  const active = items.find(({ column }) => column === (current ?? null));
  return { placeholder: questions[role], items, ...(active === undefined ? {} : { active }) };
}

function columnItem({ name, kind, filled, example }: ColumnSample): ColumnItem {
  return {
    label: `$(symbol-field) ${plain(name)}`,
    description: filled === 0 ? 'empty in the first rows' : kind,
    ...(filled === 0 ? {} : { detail: plain(example) }),
    column: name,
  };
}
