import { isEdited, areTouched, isSame, type ConstraintChoice } from '../../editor/sessions/choices';
import type { Session } from '../../editor/sessions/session';
import { rootPath } from '../../spar/search/events';
import type { CheckResult } from '../../spar/verifiers/constraint';
import { oneLine } from './checkMarks';
import type { ItemDescription } from './describe';

/** Longest label of a constraint or a part of the instruction, in UTF-16 units; the tooltip tells all. */
const longestLabel = 60;

/** True once a search has read its instruction; before that there is nothing to say about constraints. */
export function hasConstraintLine({ tree }: Session): boolean {
  return tree.item !== null;
}

/** The line above a search's constraints. */
export function describeConstraints(session: Session): ItemDescription {
  const { choices, tree } = session;
  const isChanged = session.areConstraintsChanged;
  const active = choices.filter(({ isActive }) => isActive).length;
  const off = choices.length - active;
  const parts = tree.unchecked.length;
  const description = [
    isChanged ? 'changed' : '',
    `${active === 0 ? 'none' : active} checked by code`,
    off === 0 ? '' : `${off} off`,
    parts === 0 ? '' : `${parts} ${parts === 1 ? 'part' : 'parts'} ${leftTo(session)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return {
    id: `${session.id}/constraints`,
    label: 'Constraints',
    description,
    icon: 'checklist',
    color: null,
    capabilities: [
      'constraints',
      ...(isChanged && !session.isRunning ? ['changed'] : []),
      ...(areTouched(choices) ? ['restorable'] : []),
    ],
    children: choices.length + parts === 0 ? 'none' : 'collapsed',
    spoken: `Constraints: ${description}${isChanged ? '; they count when you search again' : ''}`,
  };
}

/** The line of one constraint, with a box that switches it on and off. */
export function describeConstraint(session: Session, id: string): ItemDescription {
  const choice = session.choices.find(({ constraint }) => constraint.id === id);
  const lineId = `${session.id}/constraint/${id}`;
  if (choice === undefined) {
    const gone = { label: id, description: 'no longer there', icon: 'circle-slash', color: null };
    return { id: lineId, ...gone, capabilities: [], children: 'none', spoken: `${id} is no longer there` };
  }
  const { constraint, isActive, found } = choice;
  const label = oneLine(constraint.text, longestLabel);
  const state = stateOf(session, choice);
  const description = [isActive ? state.words : 'off', sourceWords(choice)]
    .filter((part) => part !== '')
    .join(' · ');
  return {
    id: lineId,
    label: label === '' ? constraint.type : label,
    description,
    ...(isActive ? state.icon : { icon: 'circle-slash', color: 'disabledForeground' }),
    capabilities: [
      'constraint',
      ...(Object.keys(constraint.args).length > 0 ? ['editable'] : []),
      ...(found === null ? ['added'] : []),
    ],
    children: 'none',
    spoken: `Constraint ${constraint.text}: ${isActive ? 'on' : 'off'}, ${spokenState(state.words)}, ${sourceWords(choice)}`,
    checkbox: {
      isChecked: isActive,
      tooltip: isActive
        ? 'Counts in the next search. Uncheck to leave it out.'
        : 'Left out of the next search.',
    },
  };
}

/** The line of a part of the instruction that no constraint covers. */
export function describePart(session: Session, index: number): ItemDescription {
  const text = session.tree.unchecked[index] ?? '';
  const description = leftTo(session);
  return {
    id: `${session.id}/part/${index}`,
    label: `“${oneLine(text, longestLabel)}”`,
    description,
    icon: session.tree.model === null ? 'question' : 'comment-discussion',
    color: null,
    capabilities: ['part'],
    children: 'none',
    spoken: `Part of the instruction, ${description}: ${text}`,
  };
}

function leftTo({ tree }: Session): string {
  return tree.model === null ? 'not checked offline' : 'left to votes';
}

/** `held`, `broken` and `not known` are said of the original. */
function spokenState(words: string): string {
  return words === 'held' || words === 'broken' || words === 'not known' ? `${words} in the original` : words;
}

interface ConstraintState {
  readonly words: string;
  readonly icon: Pick<ItemDescription, 'icon' | 'color'>;
}

function stateOf(session: Session, choice: ConstraintChoice): ConstraintState {
  const { tree } = session;
  const known = tree.constraints.some((constraint) => isSame(constraint, choice.constraint));
  if (!known) return { words: 'counts in the next search', icon: { icon: 'circle-outline', color: null } };
  const result = resultOf(session, choice);
  if (result === null) return { words: 'not checked', icon: { icon: 'question', color: null } };
  return states[result.state];
}

/** What the original's check says of it; null where it was not checked, or not as it is now. */
export function resultOf({ tree }: Session, { constraint }: ConstraintChoice): CheckResult | null {
  const checks = tree.nodes.get(rootPath)?.node?.checks ?? [];
  return checks.find((check) => isSame(check.constraint, constraint))?.result ?? null;
}

const states: Readonly<Record<CheckResult['state'], ConstraintState>> = {
  held: {
    words: 'held',
    icon: { icon: 'check', color: 'testing.iconPassed' },
  },
  broken: {
    words: 'broken',
    icon: { icon: 'close', color: 'testing.iconFailed' },
  },
  unknown: {
    words: 'not known',
    icon: { icon: 'question', color: 'testing.iconQueued' },
  },
};

/** Where it comes from; journals of earlier versions say so only by the place in the instruction. */
export function sourceWords(choice: ConstraintChoice): string {
  const { constraint, found } = choice;
  if (found !== null && isEdited(choice)) return `edited, was ${oneLine(found.text, longestLabel)}`;
  switch (constraint.source) {
    case 'instruction':
      return 'from the instruction';
    case 'columns':
      return 'from the row';
    case 'own':
      return 'from your verifiers';
    case 'proposed':
      return 'proposed by a model';
    case 'person':
      return 'added by you';
    default:
      return constraint.span === null ? '' : 'from the instruction';
  }
}
