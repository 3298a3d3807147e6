import { instructionText } from '../../spar/refiner/instruction';
import type { SearchStatus } from '../../spar/search/events';
import type { SearchTree } from '../../spar/search/tree';
import { stateSigns } from '../../spar/verifiers/outcome';
import type { ConstraintState, RefineResult, ResultNode } from '../result';
import { harmless, harmlessLine, type Ink, type Paint } from './paint';
import { renderWordDiff } from './wordDiff';

/** What a person sees of a result: the tree, the change as a word diff, the constraints, how it ended. */
export function renderReport(tree: SearchTree, result: RefineResult, paint: Paint): string {
  const parts = [
    [paint.ink('strong', harmlessLine(titleOf(tree), 100)), ...renderTree(tree, result, paint)].join('\n'),
    renderChange(tree, result, paint),
    result.constraints.map((constraint) => renderConstraint(constraint, paint)).join('\n'),
    renderCritique(result, paint),
    renderConflicts(result, paint),
    [renderEnding(result, paint), renderUsage(tree, paint)].filter((line) => line !== '').join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Texts about which votes and rules disagree: how many, and the first of them. */
function renderConflicts({ conflicts }: RefineResult, paint: Paint): string {
  if (conflicts.length === 0) return '';
  const head = `${conflicts.length} ${conflicts.length === 1 ? 'conflict' : 'conflicts'} between rules and votes; the rules hold:`;
  const lines = conflicts.slice(0, mostConflicts).map(({ path, with: who, said, broken }) => {
    const name = path === '0' ? 'Original' : path;
    const found = broken.length === 0 ? 'rules find all met' : broken.map(({ message }) => message).join(' ');
    return `  ${name}  ${opinions[who]} ${said === 'yes' ? 'Yes' : 'No'} · ${harmlessLine(found, 100)}`;
  });
  const more = conflicts.length - lines.length;
  return [paint.ink('unsure', head), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

const mostConflicts = 10;
const opinions = { audit: 'audit says', given: 'given critique says', votes: 'votes say' } as const;

/** The line that says how a search ended. */
export function renderEnding({ status, reason }: RefineResult, paint: Paint): string {
  return `${paint.ink(statusInks[status], status)}: ${harmless(reason)}`;
}

const statusInks: Readonly<Record<SearchStatus, Ink>> = {
  accepted: 'good',
  'already-follows': 'good',
  unsolved: 'unsure',
  undetermined: 'unsure',
  stopped: 'unsure',
  failed: 'bad',
};

function titleOf(tree: SearchTree): string {
  return tree.item === null ? '' : instructionText(tree.item.instruction);
}

/** Beyond so many lines the deepest levels say nothing that a person would read in a terminal. */
const mostLines = 200;

function renderTree(tree: SearchTree, result: RefineResult, paint: Paint): readonly string[] {
  if (result.tree === null) return [];
  const best = result.response === null ? null : bestPath(tree, result);
  const rows = rowsOf(result.tree, 1);
  const width = Math.max(...rows.slice(0, mostLines).map(({ indent, label }) => indent * 2 + label.length));
  const lines = rows.slice(0, mostLines).map(({ node, indent, label }) => {
    const words = nodeWords(tree, node, paint);
    if (node.path === best) words.push(paint.ink('good', 'best'));
    return `${'  '.repeat(indent)}${label.padEnd(width - indent * 2)}  ${words.join(' · ')}`;
  });
  if (rows.length > mostLines) lines.push(`  … and ${rows.length - mostLines} more; --json has all.`);
  return lines;
}

function bestPath(tree: SearchTree, result: RefineResult): string | null {
  if (tree.outcome !== null) return tree.outcome.best;
  return [...tree.nodes.values()].find(({ node }) => node?.text === result.response)?.path ?? null;
}

interface Row {
  readonly node: ResultNode;
  readonly indent: number;
  readonly label: string;
}

function rowsOf(node: ResultNode, indent: number): readonly Row[] {
  const label = node.path === '0' ? 'Original' : `${node.path}${originWords[node.origin ?? 'refined']}`;
  return [{ node, indent, label }, ...node.children.flatMap((child) => rowsOf(child, indent + 1))];
}

const originWords = {
  original: '',
  refined: '',
  repaired: '  by rule',
  trimmed: '  trimmed',
  sampled: '  sampled',
  edited: '  edited',
} as const;

function nodeWords(tree: SearchTree, node: ResultNode, paint: Paint): string[] {
  if (node.failure !== null) return [paint.ink('bad', `failed: ${harmlessLine(node.failure.reason, 100)}`)];
  const words = [judgementWords(node)];
  const marks = checkMarks(tree, node, paint);
  if (marks !== '') words.push(marks);
  if (node.path !== '0' && node.distance !== null) words.push(changedWords(node.distance));
  if (node.copies > 0) words.push(`${node.copies + 1} times the same`);
  return words;
}

function judgementWords({ by, value, votes }: ResultNode): string {
  switch (by) {
    case 'votes': {
      const { yes, no, notDrawn } = votes ?? { yes: 0, no: 0, notDrawn: 0 };
      return `${yes}/${yes + no}${notDrawn > 0 ? ` (${notDrawn} not drawn)` : ''}`;
    }
    case 'given':
      return 'critique given';
    case 'rules':
      return value === null ? 'checked by rules only' : value > 0 ? 'all rules hold' : 'broken by rule';
    case null:
      return 'not judged';
  }
}

/** For example `4 % changed`; a change too small to round up is still a change. */
function changedWords(distance: number): string {
  if (distance === 0) return 'no word changed';
  const percent = Math.round(distance * 100);
  return percent === 0 ? 'under 1 % changed' : `${percent} % changed`;
}

const stateInks = { held: 'good', broken: 'bad', unknown: 'unsure' } as const;

/** All marks for the original, of what does not hold for the others; at most six. */
function checkMarks(tree: SearchTree, node: ResultNode, paint: Paint): string {
  const checks = tree.nodes.get(node.path)?.node?.checks ?? [];
  const shown = node.path === '0' ? checks : checks.filter(({ result }) => result.state !== 'held');
  const marks = shown.slice(0, 6).map(({ constraint, result }) => {
    const mark = paint.ink(stateInks[result.state], stateSigns[result.state]);
    return `${harmlessLine(constraint.text, 40)} ${mark}`;
  });
  if (shown.length > marks.length) marks.push(`${shown.length - marks.length} more`);
  return marks.join('  ');
}

function renderChange(tree: SearchTree, result: RefineResult, paint: Paint): string {
  if (result.response === null || tree.item === null) return '';
  const heading = `Original → ${bestPath(tree, result) ?? 'best'}${measureWords(result)}`;
  return `${paint.ink('strong', heading)}\n${renderWordDiff(tree.item.original, result.response, paint)}`;
}

function measureWords({ distance, interference }: RefineResult): string {
  const changed = distance === null ? '' : ` (${changedWords(distance)}`;
  const needless =
    interference === null ? 'needless changes unknown' : `${Math.round(interference * 100)} % of it needless`;
  return changed === '' ? '' : `${changed}, ${needless})`;
}

const stateMarks = {
  held: { mark: '✓', ink: 'good' },
  broken: { mark: '✗', ink: 'bad' },
  unchecked: { mark: '?', ink: 'unsure' },
} as const;

function renderConstraint({ id, text, state }: ConstraintState, paint: Paint): string {
  const { mark, ink } = stateMarks[state];
  const words = harmlessLine(text, 100);
  const byVotes = id.startsWith('unchecked:');
  return `${paint.ink(ink, mark)} ${byVotes ? `“${words}”` : words}${state === 'unchecked' ? ' (not checked)' : ''}`;
}

function renderCritique({ status, critique }: RefineResult, paint: Paint): string {
  if (status === 'accepted' || critique === null || critique.trim() === '') return '';
  return `${paint.ink('strong', 'Critique')}\n${harmless(critique.trim())}`;
}

function renderUsage({ model, usage, outcome }: SearchTree, paint: Paint): string {
  const tokens = usage.promptTokens + usage.completionTokens;
  const seconds = outcome === null ? [] : [`${(outcome.milliseconds / 1000).toFixed(1)} s`];
  const spent =
    usage.requests === 0
      ? []
      : [
          usage.requests === 1 ? '1 request' : `${usage.requests} requests`,
          `${usage.estimated ? 'about ' : ''}${tokens.toLocaleString('en')} tokens`,
        ];
  return paint.ink('faint', [harmlessLine(model ?? 'offline', 60), ...spent, ...seconds].join(' · '));
}
