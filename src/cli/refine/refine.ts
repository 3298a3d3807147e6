import type { ChatModel } from '../../spar/models/chatModel';
import { runSearch, type SearchStart } from '../../spar/search/search';
import { defaultSettings, type SearchSettings } from '../../spar/search/settings';
import { SearchTreeBuilder, type SearchTree } from '../../spar/search/tree';
import { findConstraints } from '../findConstraints';
import type { Interruption } from '../interruption';
import { ProgressLine } from '../output/progress';
import { readText } from '../readText';
import { failedResult, resultOf, type RefineResult } from '../result';
import type { Terminal } from '../terminal';
import type { RefineArguments } from './arguments';
import { prepareSaving } from './save';

export interface Refined {
  /** Null where no search could begin. */
  readonly tree: SearchTree | null;
  readonly result: RefineResult;
  /** What was written to a dataset, as a sentence; null where nothing was. */
  readonly saved: string | null;
  readonly interrupted: boolean;
}

/** Reads the texts, searches, and saves an accepted pair where that was asked for. Does not throw. */
export async function refine(
  options: RefineArguments,
  terminal: Terminal,
  interruption: Interruption,
): Promise<Refined> {
  const nothing = { tree: null, saved: null };
  try {
    const start = await readStart(options, terminal, interruption.signal);
    if (typeof start === 'string') return { ...nothing, result: failedResult(start), interrupted: false };
    const saving = options.dataset === null ? null : await prepareSaving(options.dataset);
    if (saving?.ok === false) return { ...nothing, result: failedResult(saving.reason), interrupted: false };
    const settings = { ...defaultSettings, ...options.settings };
    const model = await modelOf(options, terminal);
    const { tree, forced } = await search({ start, settings, model }, terminal, interruption);
    const result = resultOf(tree);
    const interrupted = forced || tree.outcome?.stoppedBy === 'abort';
    if (saving === null || result.status !== 'accepted') return { tree, result, saved: null, interrupted };
    const saved = await Promise.race([
      saving.save(tree, {
        file: options.response,
        accept: options.accept,
        signal: interruption.signal,
      }),
      interruption.secondTime,
    ]);
    if (saved === 'forced') return { tree, result, saved: null, interrupted: true };
    if (saved.ok) return { tree, result, saved: saved.words, interrupted };
    const gaveUp = interruption.happened;
    const failure = { status: gaveUp ? 'stopped' : 'failed', reason: saved.reason } as const;
    return { tree, result: { ...result, ...failure }, saved: null, interrupted: interrupted || gaveUp };
  } catch (error) {
    const interrupted = interruption.happened;
    const reason = interrupted
      ? 'Interrupted before the search began.'
      : `Something went wrong inside SPaR: ${error instanceof Error ? error.message : String(error)}`;
    return { ...nothing, result: failedResult(reason, interrupted ? 'stopped' : 'failed'), interrupted };
  }
}

/** The texts to search from, or why there are none. */
async function readStart(
  options: RefineArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<SearchStart | string> {
  const instruction = await readText({ name: 'instruction', from: options.instruction }, terminal, signal);
  if (!instruction.ok) return instruction.reason;
  const response = await readText({ name: 'response', from: options.response }, terminal, signal);
  if (!response.ok) return response.reason;
  const { verifiers } = options;
  const asked = { instruction: instruction.text, verifiers, command: 'spar refine' };
  const found = await findConstraints(asked, terminal);
  if (!found.ok) return found.reason;
  const { constraints } = found;
  const start = { instruction: instruction.text, original: response.text, constraints };
  if (options.critique === null) return start;
  const critique = await readText({ name: 'critique', from: options.critique }, terminal, signal);
  return critique.ok ? { ...start, critique: critique.text } : critique.reason;
}

async function modelOf({ endpoint }: RefineArguments, terminal: Terminal): Promise<ChatModel | null> {
  if (endpoint === null) return null;
  const { createEndpointModel } = await import('../../spar/models/openaiModel');
  return createEndpointModel({ ...endpoint, apiKey: terminal.environment['OPENAI_API_KEY'] ?? null });
}

interface Search {
  readonly start: SearchStart;
  readonly settings: SearchSettings;
  readonly model: ChatModel | null;
}

/** The whole tree; what there is of it when a second Ctrl+C ends the search at once. */
async function search(
  { start, settings, model }: Search,
  terminal: Terminal,
  interruption: Interruption,
): Promise<{ readonly tree: SearchTree; readonly forced: boolean }> {
  const builder = new SearchTreeBuilder();
  const progress = new ProgressLine(terminal.stderr);
  const events = runSearch(start, { model, settings }, { signal: interruption.signal });
  try {
    for (;;) {
      const next = await Promise.race([events.next(), interruption.secondTime]);
      if (next === 'forced') return { tree: builder.tree, forced: true };
      if (next.done === true) return { tree: builder.tree, forced: false };
      builder.fold(next.value);
      progress.update(builder.tree);
    }
  } finally {
    progress.clear();
  }
}
