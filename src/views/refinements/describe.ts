import { conflictOf } from '../../spar/search/conflicts';
import type { Judgement } from '../../spar/search/events';
import { rootPath } from '../../spar/search/events';
import type { SearchTree, TreeNode } from '../../spar/search/tree';
import type { Session } from '../../editor/sessions/session';
import { canResume, isPending, standingOf, type Standing } from '../../editor/sessions/standing';
import { checkMarks, checkWords, oneLine } from './checkMarks';
import { conflictMark } from './conflictWords';

/** One line of the tree as plain data; the provider only wraps it. */
export interface ItemDescription {
  /** Stable while the session lives, unique in the view. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour's id, or null for the plain one. The text says the same as the colour. */
  readonly color: string | null;
  /** Words that menus look for (`viewItem`). */
  readonly capabilities: readonly string[];
  readonly children: 'none' | 'expanded' | 'collapsed';
  /** What a screen reader says. */
  readonly spoken: string;
  /** A box before the label; absent for most lines. */
  readonly checkbox?: { readonly isChecked: boolean; readonly tooltip: string };
}

/** The line of a whole search. */
export function describeSession(session: Session): ItemDescription {
  const { tree } = session;
  const state = sessionState(session);
  const { areConstraintsChanged, isRunning } = session;
  const changed = areConstraintsChanged ? 'constraints changed' : '';
  const description = [state.words, changed, brokenWords(tree), tokenWords(session)]
    .filter((part) => part !== '')
    .join(' · ');
  return {
    id: session.id,
    label: session.title === '' ? '(empty instruction)' : shortened(session.title),
    description,
    icon: state.icon,
    color: state.color,
    capabilities: [
      'session',
      ...(isRunning ? ['running'] : []),
      ...(areConstraintsChanged && !isRunning ? ['changed'] : []),
      ...(canResume(session) ? ['resumable'] : []),
      ...(tree.nodes.size > 1 ? ['reviewable'] : []),
    ],
    children: sessionChildren(session),
    spoken: `Search: ${session.title}: ${description}`,
  };
}

/** Open from the first moment: the editor opens a line by itself only when it draws it for the first time. */
function sessionChildren({ tree, isRunning, isRestored }: Session): ItemDescription['children'] {
  if (!tree.nodes.has(rootPath) && !isRunning) return 'none';
  return isRestored ? 'collapsed' : 'expanded';
}

function nodeChildren(
  { isRunning }: Session,
  { path, depth, children }: TreeNode,
): ItemDescription['children'] {
  if (children.length === 0) return isRunning && path === rootPath ? 'expanded' : 'none';
  return depth < 3 ? 'expanded' : 'collapsed';
}

/** The line of one node; a path that is not in the tree (any more) is said to be gone. */
export function describeNode(session: Session, path: string): ItemDescription {
  const node = session.tree.nodes.get(path);
  const id = `${session.id}/${path}`;
  if (node === undefined && isAwaited(session, path)) {
    const awaited = { label: 'Original', description: 'checking…', icon: 'loading~spin', color: null };
    return { id, ...awaited, capabilities: [], children: 'expanded', spoken: 'Original: checking…' };
  }
  if (node === undefined) {
    const gone = { label: path, description: 'no longer in the tree', icon: 'circle-slash', color: null };
    return { id, ...gone, capabilities: [], children: 'none', spoken: `${path} is no longer in the tree` };
  }
  const standing = standingOf(node, session.tree.settings?.gate ?? 0.5);
  const label = nodeLabel(node);
  const description = nodeWords(session, node, checkMarks).join(' · ');
  const spoken = nodeWords(session, node, checkWords).join(', ');
  return {
    id,
    label,
    description,
    ...nodeIcon(session, { node, standing }),
    capabilities: nodeCapabilities(session, node),
    children: nodeChildren(session, node),
    spoken: `${path === rootPath ? 'Original' : `Candidate ${label}`}: ${spoken}`,
  };
}

/** True for the original of a search that has only just begun: it has its line before the search has read it. */
export function isAwaited({ tree, isRunning }: Session, path: string): boolean {
  return path === rootPath && isRunning && !tree.nodes.has(rootPath);
}

/** A node's verdict, figures and state in words, without what was checked. */
export function nodeSummary(session: Session, path: string): string {
  const node = session.tree.nodes.get(path);
  return node === undefined
    ? describeNode(session, path).description
    : nodeWords(session, node, () => '').join(' · ');
}

interface StateWords {
  readonly words: string;
  readonly icon: string;
  readonly color: string | null;
}

function sessionState(session: Session): StateWords {
  const { outcome } = session.tree;
  const accepted = [...session.decisions.values()].some((decision) => decision.state === 'accepted');
  if (session.isRunning) return { words: 'searching…', icon: 'sync~spin', color: null };
  if (accepted) return { words: 'pair saved', icon: 'pass-filled', color: 'testing.iconPassed' };
  if (outcome === null) return { words: 'interrupted, can be resumed', icon: 'debug-pause', color: null };
  if (outcome.stoppedBy !== null)
    return { words: stoppedWords(outcome.stoppedBy), icon: 'debug-pause', color: null };
  switch (outcome.status) {
    case 'accepted':
      return { words: 'solved', icon: 'pass', color: 'testing.iconPassed' };
    case 'already-follows':
      return {
        words: outcome.complete ? 'already follows' : 'nothing broken · checked by rules only',
        icon: 'pass',
        color: null,
      };
    case 'unsolved':
      return { words: withNeed('unsolved', outcome.needsModel), icon: 'circle-slash', color: null };
    case 'undetermined':
      return { words: withNeed('checked by rules only', outcome.needsModel), icon: 'question', color: null };
    case 'stopped':
      return { words: 'stopped', icon: 'debug-pause', color: null };
    case 'failed':
      return { words: `failed: ${oneLine(outcome.reason, 120)}`, icon: 'error', color: 'testing.iconFailed' };
  }
}

function withNeed(words: string, needsModel: boolean): string {
  return needsModel ? `needs a model · ${words}` : words;
}

function stoppedWords(by: 'abort' | 'nodes' | 'tokens' | 'cost' | 'time' | 'endpoint'): string {
  switch (by) {
    case 'nodes':
      return 'stopped: node budget used up';
    case 'tokens':
      return 'stopped: token budget used up';
    case 'cost':
      return 'stopped: money budget used up';
    case 'time':
      return 'stopped: time budget used up';
    case 'endpoint':
      return 'paused: the model does not answer';
    case 'abort':
      return 'stopped';
  }
}

function brokenWords(tree: SearchTree): string {
  const checks = tree.nodes.get(rootPath)?.node?.checks ?? [];
  if (checks.length === 0) return '';
  const broken = checks.filter((check) => check.result.state === 'broken').length;
  return `${broken} of ${checks.length} ${checks.length === 1 ? 'constraint' : 'constraints'} broken`;
}

/** Only of a search that has ended: the number moves with every reply, and the status bar shows it meanwhile. */
function tokenWords({ tree, isRunning }: Session): string {
  const tokens = tree.usage.promptTokens + tree.usage.completionTokens;
  if (isRunning || tokens === 0) return '';
  return `${tree.usage.estimated ? 'about ' : ''}${tokens.toLocaleString('en')} tokens`;
}

const originLabels = {
  original: '',
  refined: '',
  repaired: 'by rule',
  trimmed: 'trimmed',
  sampled: 'sample',
  edited: 'edited by hand',
} as const;

function nodeLabel(node: TreeNode): string {
  if (node.path === rootPath) return 'Original';
  const origin = node.node === null ? '' : originLabels[node.node.origin];
  return origin === '' ? node.path : `${node.path}  ${origin}`;
}

/** What stands against a candidate stands before its other figures, what speaks for it behind them. */
function nodeWords(session: Session, node: TreeNode, marksOf: typeof checkMarks): readonly string[] {
  const decision = session.decisions.get(node.path);
  const decided = decision === undefined ? [] : [decision.state];
  if (node.failure !== null) return [...decided, `failed: ${oneLine(node.failure.reason, 120)}`];
  if (node.node === null) return [session.isRunning ? 'refining…' : 'not finished'];
  const isRoot = node.path === rootPath;
  const { checks } = node.node;
  const marks = marksOf(checks);
  const conflict = conflictOf(node, session.tree);
  const isHeld = checks.every((check) => check.result.state === 'held');
  const isToldByChecks = node.judgement?.by === 'rules' && node.judgement.value === 0 && marks !== '';
  const edited = session.reviewState(node.path).editedText !== null && decision === undefined;
  return [
    ...decided,
    conflict === null ? '' : conflictMark(conflict),
    isToldByChecks ? '' : verdictWords(session, node),
    isHeld ? '' : marks,
    isRoot ? '' : percentWords(node.node.distance),
    node.copies.length === 0 ? '' : `${node.copies.length + 1} times the same`,
    session.tree.outcome?.best === node.path ? 'best' : '',
    edited ? 'edits not accepted yet' : '',
    isHeld ? marks : '',
  ].filter((part) => part !== '');
}

function verdictWords({ isRunning }: Session, { judgement }: TreeNode): string {
  if (judgement !== null) return judgementWords(judgement);
  return isRunning ? 'judging…' : 'not judged';
}

/** Votes as yes of those drawn, for example `2/5`; what rules settled is said in words. */
export function judgementWords(judgement: Judgement): string {
  const { by, value, yes, no } = judgement;
  if (by === 'votes') return `${yes}/${yes + no}`;
  if (by === 'given') return 'critique given';
  if (value === null) return 'checked by rules only';
  return value > 0 ? 'all rules hold' : 'broken by rule';
}

/** For example `4 % changed`; a change too small to round up is still a change. */
export function percentWords(distance: number): string {
  if (distance === 0) return 'no word changed';
  const percent = Math.round(distance * 100);
  return percent === 0 ? 'under 1 % changed' : `${percent} % changed`;
}

function nodeIcon(
  session: Session,
  { node, standing }: { node: TreeNode; standing: Standing },
): Pick<ItemDescription, 'icon' | 'color'> {
  const decision = session.decisions.get(node.path);
  if (decision?.state === 'accepted') return { icon: 'pass-filled', color: 'testing.iconPassed' };
  if (decision?.state === 'rejected') return { icon: 'circle-slash', color: 'disabledForeground' };
  if (conflictOf(node, session.tree) !== null)
    return { icon: 'comment-unresolved', color: 'list.warningForeground' };
  switch (standing) {
    case 'passes':
      return { icon: 'pass', color: 'testing.iconPassed' };
    case 'unjudged':
      return { icon: 'question', color: null };
    case 'fails':
      return { icon: 'close', color: 'testing.iconFailed' };
    case 'failed':
      return { icon: 'warning', color: 'testing.iconErrored' };
    case 'waiting':
      return session.isRunning
        ? { icon: 'loading~spin', color: null }
        : { icon: 'circle-outline', color: null };
  }
}

function nodeCapabilities(session: Session, node: TreeNode): readonly string[] {
  if (node.node === null) return [];
  const extendable = session.isRunning ? [] : ['extendable'];
  if (node.path === rootPath) return ['original', ...extendable];
  const decided = session.decisions.has(node.path);
  return [
    'candidate',
    ...(node.parent === rootPath ? [] : ['child']),
    ...(decided ? ['decided'] : ['undecided']),
    ...(!decided && isPending(session, node) ? ['pending'] : []),
    ...extendable,
  ];
}

/** Narrow side bars cut a line at its end, where the state stands; so the title, told whole in the tooltip, is cut here. */
function shortened(title: string): string {
  if (title.length <= longestLabel) return title;
  const start = title.slice(0, longestLabel);
  const words = start.slice(0, start.lastIndexOf(' '));
  return `${(words === '' ? start : words).replace(/[\uD800-\uDBFF\p{P}\s]+$/u, '')}…`;
}

const longestLabel = 26;
