import { noUsage } from '../../../src/spar/models/chatModel';
import type {
  Judgement,
  SearchEvent,
  SearchNode,
  SearchOutcome,
  SearchStarted,
} from '../../../src/spar/search/events';
import { defaultSettings } from '../../../src/spar/search/settings';
import { SearchTreeBuilder, type SearchTree } from '../../../src/spar/search/tree';
import type { Constraint, ConstraintCheck } from '../../../src/spar/verifiers/constraint';

export const noComma: Constraint = {
  id: 'punctuation:no_comma',
  type: 'punctuation:no_comma',
  args: {},
  text: 'no comma',
  span: null,
};
export const lowercase: Constraint = {
  id: 'case:lower',
  type: 'case:lower',
  args: {},
  text: 'all lowercase',
  span: null,
};

export function check(constraint: Constraint, broken?: string): ConstraintCheck {
  return {
    constraint,
    result: broken === undefined ? { state: 'held' } : { state: 'broken', message: broken, spans: [] },
  };
}

export function node(path: string, change: Partial<SearchNode> = {}): SearchNode {
  const parent = path === '0' ? null : path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '0';
  const depth = path === '0' ? 0 : path.split('.').length;
  return {
    path,
    parent,
    depth,
    origin: path === '0' ? 'original' : 'refined',
    text: `text of ${path}`,
    reflection: '',
    checks: [],
    distance: 0,
    interference: null,
    ...change,
  };
}

export function votes(yes: number, no: number, notDrawn = 0): Judgement {
  const critique = `Simulated critique.\nFinal Judgement (Yes or No): ${yes > no ? 'Yes' : 'No'}`;
  return { by: 'votes', value: yes / (yes + no), yes, no, notDrawn, unparsed: 0, critique, votes: [] };
}

export function rules(value: number | null, critique = ''): Judgement {
  return { by: 'rules', value, yes: 0, no: 0, notDrawn: 5, unparsed: 0, critique, votes: [] };
}

export function started(change: Partial<SearchStarted> = {}): SearchStarted {
  const from = change.from ?? node('0', { text: 'a, b' });
  return {
    type: 'search-started',
    purpose: 'search',
    item: { id: 'item', instruction: 'Write without commas. Be kind.', original: from.text },
    settings: defaultSettings,
    model: 'simulated-model',
    constraints: [noComma],
    unchecked: ['Be kind.'],
    from,
    ...change,
  };
}

export function finished(change: Partial<SearchOutcome> = {}): SearchEvent {
  return {
    type: 'search-finished',
    outcome: {
      status: 'accepted',
      reason: 'A refinement passed the gate.',
      best: '1',
      complete: true,
      needsModel: false,
      stoppedBy: null,
      usage: { requests: 3, sequences: 8, promptTokens: 1000, completionTokens: 240, estimated: false },
      cost: null,
      milliseconds: 1234,
      ...change,
    },
  };
}

export const nothingSpent = { usage: noUsage };

export function treeOf(events: readonly SearchEvent[]): SearchTree {
  const builder = new SearchTreeBuilder();
  for (const event of events) builder.fold(event);
  return builder.tree;
}

/** One refinement fails, one is a copy, the best breaks nothing. */
export const acceptedSearch: readonly SearchEvent[] = [
  started({
    from: node('0', { text: 'a, b c', checks: [check(noComma, 'There is 1 comma; none is allowed.')] }),
  }),
  { type: 'node-judged', path: '0', judgement: rules(0, 'There is 1 comma; none is allowed.') },
  { type: 'node-started', path: '1', parent: '0', depth: 1 },
  { type: 'node-started', path: '2', parent: '0', depth: 1 },
  { type: 'node-started', path: '3', parent: '0', depth: 1 },
  {
    type: 'node-refined',
    node: node('1', {
      text: 'a b c',
      reflection: 'The comma goes.',
      checks: [check(noComma)],
      distance: 1 / 3,
      interference: 0,
    }),
  },
  { type: 'node-failed', path: '2', stage: 'refine', reason: 'no answer between the markers after 3 tries' },
  { type: 'node-merged', path: '3', into: '1' },
  { type: 'node-judged', path: '1', judgement: votes(3, 0, 2) },
  finished(),
];

/** Rules alone mended what they can and can say nothing about the rest. */
export const ruleSearch: readonly SearchEvent[] = [
  started({
    model: null,
    constraints: [noComma, lowercase],
    from: node('0', {
      text: 'A, b',
      checks: [check(noComma, 'There is 1 comma; none is allowed.'), check(lowercase, 'There is 1 capital.')],
    }),
  }),
  {
    type: 'node-judged',
    path: '0',
    judgement: rules(0, 'There is 1 comma; none is allowed.\nThere is 1 capital.'),
  },
  {
    type: 'node-refined',
    node: node('1', {
      origin: 'repaired',
      text: 'A b',
      checks: [check(noComma), check(lowercase, 'There is 1 capital.')],
      distance: 0.5,
      interference: null,
    }),
  },
  { type: 'node-judged', path: '1', judgement: rules(0, 'There is 1 capital.') },
  finished({
    status: 'unsolved',
    reason: "Rules alone can't mend this: all lowercase. Select a model to go on.",
    complete: false,
    needsModel: true,
    ...nothingSpent,
  }),
];
