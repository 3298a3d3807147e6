import { parseVerdict } from '../refiner/verdict';
import type { Contest } from './contest';
import type { SearchContext } from './context';
import type { Judgement, SearchEvent, SearchNode } from './events';
import type { Judged } from './expand';
import { growers } from './grow';
import { judgeLevel, judgementOf } from './level';
import type { Ending } from './outcome';
import { runBody, type SearchDependencies, type SearchOptions, type SearchStart } from './run';
import type { SearchTree } from './tree';
import { trimmed } from './trim';

export type { SearchDependencies, SearchOptions, SearchStart } from './run';

/**
 * Searches refinements of a response (arXiv 2412.11605, section 3) and tells all it does as events, the last of which
 * is always `search-finished`: it does not throw for bad replies, a failing server, a limit or an abort. After an
 * abort the last event comes at once, with all that was found so far. The same start, settings and replies give the
 * same tree whatever the timing.
 */
export function runSearch(
  start: SearchStart,
  dependencies: SearchDependencies,
  options: SearchOptions,
): AsyncGenerator<SearchEvent, void, undefined> {
  return runBody({ purpose: 'search', start, dependencies, options }, async (context, root) => {
    const from = await judgeStart(start, root, context);
    if ('kind' in from) return from;
    if (start.continueFrom === undefined && passes(from.judgement, context)) return following(from, context);
    const winner = await growers[context.settings.algorithm](from, context);
    return winner === null
      ? { kind: 'exhausted' }
      : { kind: 'accepted', path: (await trimmed(winner, context)).node.path };
  });
}

/** Judges a text that a person wrote or mixed in review, as a new child of `parent` in its tree. */
export function judgeEdited(
  edit: { readonly tree: SearchTree; readonly parent: string; readonly text: string },
  dependencies: SearchDependencies,
  options: SearchOptions,
): AsyncGenerator<SearchEvent, void, undefined> {
  const { tree, parent, text } = edit;
  if (tree.item === null) throw new RangeError('judgeEdited needs a tree whose search has started');
  const { instruction, original } = tree.item;
  const { constraints } = tree;
  const start: SearchStart = { instruction, original, constraints, continueFrom: { tree, path: parent } };
  return runBody({ purpose: 'edit', start, dependencies, options }, async (context, from) => {
    const path = context.nextPath(from.path);
    const place = { path, parent: from.path, depth: from.depth + 1 };
    const node = context.measure({ ...place, origin: 'edited', text, reflection: '' });
    context.emit({ type: 'node-refined', node });
    const { winner } = await judgeLevel([context.candidate(node)], judgeOnly(context), { context });
    return winner === null ? { kind: 'exhausted' } : { kind: 'accepted', path };
  });
}

/** The start with its judgement: known from its tree, given with a critique, or asked for now. */
async function judgeStart(
  start: SearchStart,
  node: SearchNode,
  context: SearchContext,
): Promise<Judged | Ending> {
  const known = start.continueFrom;
  const judgement = known?.tree.nodes.get(known.path)?.judgement ?? givenJudgement(start.critique, context);
  if (judgement !== null) {
    context.emit({ type: 'node-judged', path: node.path, judgement });
    return { node, judgement };
  }
  const candidate = context.candidate(node);
  await judgeLevel([candidate], judgeOnly(context), { context });
  const found = judgementOf(candidate);
  if (found !== null) return { node, judgement: found };
  const reason =
    context.firstFailure ??
    'The judge gave no verdict on the original. Choose another model, or look at its replies in the log.';
  return { kind: 'failed', reason };
}

/** What follows from an original that needs no refinement, or whose faults nobody here can see. */
function following({ node, judgement }: Judged, context: SearchContext): Ending {
  const isCertain =
    judgement?.by === 'votes' || (node.checks.length > 0 && context.isComplete(node.checks, judgement));
  return isCertain ? { kind: 'follows' } : { kind: 'undetermined' };
}

function passes(judgement: Judgement | null, context: SearchContext): boolean {
  // Without a constraint and without a model nobody can say; that is not a failing either.
  if (judgement?.value == null) return !context.hasModel;
  return judgement.value > context.settings.gate;
}

function givenJudgement(critique: string | undefined, context: SearchContext): Judgement | null {
  if (critique === undefined) return null;
  const text = critique.trim();
  const verdict = parseVerdict(text, []);
  return {
    by: 'given',
    value: 0,
    yes: 0,
    no: 0,
    notDrawn: context.settings.votes,
    unparsed: 0,
    critique: verdict === 'no' ? text : `${text}\n\nFinal Judgement (Yes or No): No`,
    votes: [],
    ...(verdict === 'unparsed' ? {} : { verdict }),
  };
}

function judgeOnly(context: SearchContext): Contest {
  return {
    gate: context.settings.gate,
    stop: 'level',
    survivors: 0,
    ordered: false,
    eager: true,
    selection: 'greedy',
  };
}
