import type { ChatMessage } from '../models/chatModel';
import { refineMessages } from '../refiner/prompts';
import { parseRefinement } from '../refiner/refinement';
import { setImmediate as turn } from 'node:timers/promises';
import { repairs } from '../verifiers/repair';
import type { SearchContext } from './context';
import { critiqueFor } from './critique';
import type { Draw, Question } from './desk';
import type { Judgement, SearchNode } from './events';
import { comparePaths } from './order';

/** A node together with what it was judged. */
export interface Judged {
  readonly node: SearchNode;
  readonly judgement: Judgement | null;
}

/**
 * New children of several nodes, asked for at once: what rules can mend, then the refiner's answers. Texts that the
 * tree already holds are merged into it, in order of their paths, so that the result does not hang on timing.
 */
export async function expand(
  parents: readonly Judged[],
  width: number,
  context: SearchContext,
): Promise<readonly SearchNode[]> {
  context.ledger.requireNodes();
  const made = await Promise.all(parents.map((parent) => childrenOf(parent, width, context)));
  return merged(made.flat(), context);
}

function merged(nodes: readonly SearchNode[], context: SearchContext): readonly SearchNode[] {
  const inOrder = [...nodes].sort((a, b) => comparePaths(a.path, b.path));
  return inOrder.filter((node) => {
    const holder = context.claim(node);
    if (holder === null) return true;
    context.emit({ type: 'node-merged', path: node.path, into: holder });
    return false;
  });
}

/** Asks for the refinements of nodes that will most likely be expanded next; `expand` then finds them on the way. */
export function expandEarly(parents: readonly Judged[], width: number, context: SearchContext): void {
  if (!context.hasModel || context.settings.budget.nodes !== undefined) return;
  for (const parent of parents)
    context.askEarly(refineQuestion(parent, firstDraws(parent.node, width, context), context));
}

async function childrenOf(
  parent: Judged,
  width: number,
  context: SearchContext,
): Promise<readonly SearchNode[]> {
  const draws = firstDraws(parent.node, width, context);
  const repaired = await repairedChildren(parent.node, context);
  if (!context.hasModel) return repaired;
  const count = context.ledger.takeNodes(width);
  const paths = startPaths(parent.node, count, context);
  const refined = await refinedChildren(parent, { paths, draws: draws.slice(0, count) }, context);
  return [...repaired, ...refined];
}

/** Independent answers to the instruction itself, as children of the root (best-of-N). */
export async function sample(
  root: SearchNode,
  count: number,
  context: SearchContext,
): Promise<readonly SearchNode[]> {
  const { instruction } = context.item;
  const messages: readonly ChatMessage[] =
    typeof instruction === 'string' ? [{ role: 'user', content: instruction }] : instruction;
  const paths = startPaths(root, context.ledger.takeNodes(count), context);
  const nodes: SearchNode[] = [];
  const draws = paths.map((_, draw) => ({ draw, attempt: 0 }));
  const problem = await context.attempt(async () => {
    const desk = context.deskOrThrow();
    const replies = await desk.ask({ role: 'sample', path: root.path, messages, draws }, context.signal);
    paths.forEach((path, index) => {
      const reply = replies[index];
      const text = reply?.text.trim() ?? '';
      if (text === '') fail(path, 'the answer is empty', context);
      else if (reply?.finishReason === 'length') fail(path, 'the answer was cut at its token limit', context);
      else nodes.push(add({ path, parent: root, origin: 'sampled', text, reflection: '' }, context));
    });
  });
  if (problem !== null) for (const path of paths) fail(path, problem, context);
  return merged(nodes, context);
}

function startPaths(parent: SearchNode, count: number, context: SearchContext): readonly string[] {
  const paths = Array.from({ length: count }, () => context.nextPath(parent.path));
  for (const path of paths) {
    context.emit({ type: 'node-started', path, parent: parent.path, depth: parent.depth + 1 });
  }
  return paths;
}

/** Rules on a longer text take so long that a person who wants to stop must be heard in between. */
const longText = 50_000;

async function repairedChildren(parent: SearchNode, context: SearchContext): Promise<readonly SearchNode[]> {
  if (!parent.checks.some((check) => check.result.state === 'broken')) return [];
  const heard = async (): Promise<void> => {
    if (parent.text.length > longText) await turn();
    context.signal.throwIfAborted();
  };
  await heard();
  const made = repairs(context.instruction, context.options.constraints, parent.text);
  const room = context.ledger.takeNodes(made.length);
  const nodes: SearchNode[] = [];
  for (const repair of made.slice(0, room)) {
    await heard();
    const path = context.nextPath(parent.path);
    nodes.push(
      add({ path, parent, origin: 'repaired', text: repair.text, reflection: repair.description }, context),
    );
  }
  return nodes;
}

async function refinedChildren(
  parent: Judged,
  { paths, draws: first }: { readonly paths: readonly string[]; readonly draws: readonly Draw[] },
  context: SearchContext,
): Promise<readonly SearchNode[]> {
  const { settings, item } = context;
  const sent = [context.instruction, parent.node.text];
  const nodes: SearchNode[] = [];
  let wanted = first;
  const pathOf = ({ draw }: Draw): string => paths[draw - (first[0]?.draw ?? 0)] ?? '';
  while (wanted.length > 0) {
    const again: Draw[] = [];
    const draws = wanted;
    const problem = await context.attempt(async () => {
      const replies = await context.deskOrThrow().ask(refineQuestion(parent, draws, context), context.signal);
      draws.forEach((draw, index) => {
        const refinement = parseRefinement(replies[index] ?? { text: '', finishReason: 'other' }, sent);
        if (refinement.ok) {
          const text = likeOriginal(refinement.text, item.original);
          const { reflection } = refinement;
          nodes.push(
            add({ path: pathOf(draw), parent: parent.node, origin: 'refined', text, reflection }, context),
          );
        } else if (draw.attempt < settings.retriesOfUnparsed) {
          again.push({ draw: draw.draw, attempt: draw.attempt + 1 });
        } else {
          fail(pathOf(draw), `${refinement.reason}, after ${String(draw.attempt + 1)} tries`, context);
        }
      });
    });
    if (problem !== null) for (const draw of draws) fail(pathOf(draw), problem, context);
    wanted = problem === null ? again : [];
  }
  return nodes;
}

function refineQuestion(parent: Judged, draws: readonly Draw[], context: SearchContext): Question {
  const judged = context.judgeRequest(parent.node);
  const messages = refineMessages(judged, critiqueOf(parent), context.options.prompts);
  return { role: 'refine', path: parent.node.path, messages, draws };
}

function critiqueOf({ node, judgement }: Judged): string {
  return critiqueFor(node.checks, judgement);
}

/** Draw numbers go on where earlier children of the node ended, so a further search asks anew. */
function firstDraws(parent: SearchNode, count: number, context: SearchContext): readonly Draw[] {
  const first = context.childCount(parent.path);
  return Array.from({ length: count }, (_, index) => ({ draw: first + index, attempt: 0 }));
}

interface NewNode {
  readonly path: string;
  readonly parent: SearchNode;
  readonly origin: SearchNode['origin'];
  readonly text: string;
  readonly reflection: string;
}

function add({ path, parent, origin, text, reflection }: NewNode, context: SearchContext): SearchNode {
  const node = context.measure({
    path,
    parent: parent.path,
    depth: parent.depth + 1,
    origin,
    text,
    reflection,
  });
  context.emit({ type: 'node-refined', node });
  return node;
}

function fail(path: string, reason: string, context: SearchContext): void {
  context.firstFailure ??= reason;
  context.emit({ type: 'node-failed', path, stage: 'refine', reason });
}

/** Markers cost a reply its outer white space and models choose its line ends; neither is a change that anyone asked for. */
function likeOriginal(text: string, original: string): string {
  const lines = /\r(?!\n)/u.test(original)
    ? text
    : withLineEnds(text, original.includes('\r\n') ? '\r\n' : '\n');
  const lead = original.slice(0, original.length - original.trimStart().length);
  const trail = original.trim() === '' ? '' : original.slice(original.trimEnd().length);
  return `${lead}${lines}${trail}`;
}

function withLineEnds(text: string, lineEnd: '\n' | '\r\n'): string {
  return text.replace(/\r?\n/gu, lineEnd);
}
