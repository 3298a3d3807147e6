import type { ChatModel } from '../models/chatModel';
import { ModelError } from '../models/modelError';
import { startTimer } from '../models/timer';
import { instructionText, type Instruction } from '../refiner/instruction';
import { defaultPrompts, type Prompts } from '../refiner/prompts';
import type { Constraint } from '../verifiers/constraint';
import { uncheckedBy } from '../verifiers/covered';
import { detectConstraints } from '../verifiers/detect';
import { Channel } from './channel';
import { SearchContext } from './context';
import { rootPath, type SearchEvent, type SearchItem, type SearchNode, type SearchStarted } from './events';
import { BudgetReached } from './ledger';
import { conclude, type Ending } from './outcome';
import { contentId } from './seeds';
import type { SearchSettings } from './settings';
import { SearchTreeBuilder, type SearchTree } from './tree';

/** What to search from. */
export interface SearchStart {
  readonly instruction: Instruction;
  /** The response to refine; every node is measured against it. */
  readonly original: string;
  /** A critique of the original that a person or an earlier judge gave; the root is then taken as failing. */
  readonly critique?: string;
  /** The constraints to check; read from the instruction's text when absent. */
  readonly constraints?: readonly Constraint[];
  /** Grow from this node of a tree that is already there (Refine Further From Here). */
  readonly continueFrom?: { readonly tree: SearchTree; readonly path: string };
}

export interface SearchDependencies {
  /** Null searches by rules alone. */
  readonly model: ChatModel | null;
  /** Writes the independent samples of best-of-N; `model` unless told. */
  readonly actor?: ChatModel;
  readonly settings: SearchSettings;
  readonly prompts?: Prompts;
}

export interface SearchOptions {
  readonly signal: AbortSignal;
}

export interface SearchRun {
  readonly purpose: SearchStarted['purpose'];
  readonly start: SearchStart;
  readonly dependencies: SearchDependencies;
  readonly options: SearchOptions;
}

/** What is done between `search-started` and `search-finished`. */
export type SearchBody = (context: SearchContext, from: SearchNode) => Promise<Ending>;

/** Runs a body; yields what it emits, then one event that says how it ended, also when it threw or was stopped. */
export async function* runBody(
  run: SearchRun,
  body: SearchBody,
): AsyncGenerator<SearchEvent, void, undefined> {
  const { start, dependencies, options } = run;
  const began = performance.now();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const channel = new Channel<SearchEvent>();
  const folded = new SearchTreeBuilder(start.continueFrom?.tree);
  const emit = (event: SearchEvent): void => {
    folded.fold(event);
    channel.push(event);
  };
  const { context, from } = openSearch(run, { emit, signal });
  const finish = (ending: Ending): void => {
    const milliseconds = performance.now() - began;
    channel.push({
      type: 'search-finished',
      outcome: conclude(ending, { tree: folded.tree, context, milliseconds }),
    });
    channel.close();
  };
  const { milliseconds } = dependencies.settings.budget;
  const callOff =
    milliseconds === undefined ? null : startTimer(milliseconds, () => stop.abort(new BudgetReached('time')));
  const running = signal.aborted
    ? Promise.reject<Ending>(new Error('stopped before it began'))
    : body(context, from);
  running.then(finish, (error: unknown) => finish(endingOf(error, options.signal)));
  try {
    yield* channel;
  } finally {
    callOff?.();
    stop.abort(new Error('nobody listens to this search any more'));
  }
}

/** Tells the start of the search and gives the node that it grows from. */
function openSearch(
  { purpose, start, dependencies }: SearchRun,
  { emit, signal }: { emit: (event: SearchEvent) => void; signal: AbortSignal },
): { readonly context: SearchContext; readonly from: SearchNode } {
  const { model, actor, settings, prompts = defaultPrompts } = dependencies;
  const text = instructionText(start.instruction);
  const constraints = start.constraints ?? detectConstraints(text).constraints;
  const unchecked = uncheckedBy(constraints, text).map((span) => text.slice(span.start, span.end).trim());
  const item: SearchItem = {
    id: contentId(text, start.original),
    instruction: start.instruction,
    original: start.original,
  };
  const known = start.continueFrom?.tree ?? null;
  const complete = unchecked.length === 0;
  const context = new SearchContext({
    item,
    settings,
    prompts,
    model,
    actor,
    constraints,
    complete,
    emit,
    signal,
    known,
  });
  const from =
    known?.nodes.get(start.continueFrom?.path ?? rootPath)?.node ??
    context.measure({
      path: rootPath,
      parent: null,
      depth: 0,
      origin: 'original',
      text: start.original,
      reflection: '',
    });
  context.claim(from);
  emit({
    type: 'search-started',
    purpose,
    item,
    settings,
    model: model?.id ?? null,
    constraints,
    unchecked,
    from,
  });
  return { context, from };
}

function endingOf(error: unknown, callerSignal: AbortSignal): Ending {
  if (callerSignal.aborted) return { kind: 'stopped', by: 'abort' };
  if (error instanceof BudgetReached) return { kind: 'stopped', by: error.kind };
  if (error instanceof ModelError) return { kind: 'endpoint', failure: error.kind, reason: error.message };
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
