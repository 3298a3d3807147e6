import type * as vscode from 'vscode';
import type { Constraint } from '../../spar/verifiers/constraint';
import { verifiers } from '../../spar/verifiers/table';
import { askPick, askText, type StepPlace, type StepResult } from '../steps';
import {
  fieldsOf,
  fromArguments,
  problemWith,
  readWritten,
  withArguments,
  written,
  type ArgumentField,
  type Arguments,
} from './fields';
import { wordsOfType } from './typeWords';

/** The constraint with other arguments, one step for each; null where the person stopped. */
export async function askEdited(constraint: Constraint): Promise<Constraint | null> {
  const asked = await askArguments({
    title: `Edit Constraint: ${wordsOfType(constraint.type).label}`,
    type: constraint.type,
    args: constraint.args,
    stepsBefore: 0,
  });
  return asked.kind === 'value' ? withArguments(constraint, asked.value) : null;
}

interface TypeItem extends vscode.QuickPickItem {
  readonly type: string;
}

/** A constraint of a person's own: its type, then its arguments; null where they stopped. */
export async function askAdded(): Promise<Omit<Constraint, 'id'> | null> {
  const items = verifiers
    .map(({ type }): TypeItem => ({ type, ...wordsOfType(type) }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en'));
  while (true) {
    const picked = await askPick<TypeItem>({
      title: 'Add Constraint',
      step: 1,
      totalSteps: 1,
      placeholder: 'What code is to check',
      items,
    });
    if (picked.kind !== 'value') return null;
    const { type, label } = picked.value;
    const asked = await askArguments({ title: `Add Constraint: ${label}`, type, args: {}, stepsBefore: 1 });
    if (asked.kind === 'value') return fromArguments(type, asked.value);
    if (asked.kind === 'cancelled') return null;
  }
}

interface Asking {
  readonly title: string;
  readonly type: string;
  /** As they are; empty for a new constraint. */
  readonly args: Arguments;
  /** Steps that the person has gone before these. */
  readonly stepsBefore: number;
}

/** One step for each argument, checked as it is given; Back goes back, from the first one out. */
async function askArguments({ title, type, args, stepsBefore }: Asking): Promise<StepResult<Arguments>> {
  const fields = fieldsOf(type);
  let given = args;
  let at = 0;
  for (let field = fields[at]; field !== undefined; field = fields[at]) {
    const place = { title, step: stepsBefore + at + 1, totalSteps: stepsBefore + fields.length };
    const isLast = at === fields.length - 1;
    const { name } = field;
    const before = given;
    const check = (value: unknown): string | null =>
      problemWith(type, withArgument(before, name, value), isLast ? null : name);
    const result = await askArgument({ field, place, value: given[name], check });
    if (result.kind === 'cancelled' || (result.kind === 'back' && at === 0)) return result;
    if (result.kind === 'value') given = withArgument(given, name, result.value);
    at += result.kind === 'back' ? -1 : 1;
  }
  return { kind: 'value', value: given };
}

function withArgument(args: Arguments, name: string, value: unknown): Arguments {
  const others = Object.entries(args).filter(([other]) => other !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}

interface AskingArgument {
  readonly field: ArgumentField;
  readonly place: StepPlace;
  /** As it is; undefined for none. */
  readonly value: unknown;
  readonly check: (value: unknown) => string | null;
}

function askArgument(asking: AskingArgument): Promise<StepResult<unknown>> {
  const { input } = asking.field;
  switch (input.kind) {
    case 'choice':
      return askChoice(
        asking,
        input.values.map((value) => ({ label: value, value })),
      );
    case 'switch':
      return askChoice(asking, [
        { label: 'Yes', value: true },
        { label: 'No', value: false },
      ]);
    default:
      return askWritten(asking);
  }
}

interface ChoiceItem extends vscode.QuickPickItem {
  readonly value: unknown;
}

async function askChoice(
  { field, place, value, check }: AskingArgument,
  items: readonly ChoiceItem[],
): Promise<StepResult<unknown>> {
  const active = items.find((item) => item.value === value);
  let placeholder = field.label;
  while (true) {
    const picked = await askPick<ChoiceItem>({
      ...place,
      placeholder,
      items,
      ...(active === undefined ? {} : { active }),
    });
    if (picked.kind !== 'value') return picked;
    const problem = check(picked.value.value);
    if (problem === null) return { kind: 'value', value: picked.value.value };
    placeholder = `${field.label}. ${problem}`;
  }
}

async function askWritten({ field, place, value, check }: AskingArgument): Promise<StepResult<unknown>> {
  const answer = await askText({
    ...place,
    prompt: promptOf(field),
    value: written(field, value),
    validate: (text) => {
      const read = readWritten(field, text, value);
      return read.ok ? check(read.value) : read.problem;
    },
  });
  if (answer.kind !== 'value') return answer;
  const read = readWritten(field, answer.value, value);
  return { kind: 'value', value: read.ok ? read.value : value };
}

function promptOf({ label, isOptional, input }: ArgumentField): string {
  const how = { list: 'commas between them', json: 'as JSON' } as const;
  const hints = [
    input.kind === 'list' || input.kind === 'json' ? how[input.kind] : '',
    isOptional ? 'may be left empty' : '',
  ].filter((hint) => hint !== '');
  return hints.length === 0 ? label : `${label} (${hints.join('; ')})`;
}
