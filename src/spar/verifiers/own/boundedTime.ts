import { createContext, Script, type Context } from 'node:vm';

export type Bounded<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'too-long' }
  /** The work threw, for example for a pattern that is too large to be compiled. */
  | { readonly kind: 'failed'; readonly message: string };

/** For one try on a text of up to a hundred thousand characters; in milliseconds. */
const patience = 200;
const charactersOfPatience = 100_000;
const longestPatience = 2000;

/**
 * The result of synchronous work about a text of `size` characters, given up after 200 ms for each 100,000 characters
 * (2 s at most), and tried twice, so that a machine that was busy elsewhere does not count as a slow pattern. The work
 * must leave nothing half done behind: it is cut off in its midst, without its `finally`. Patterns that it matches must
 * be `compiled` before.
 *
 * The timer of `node:vm` interrupts all that a script calls, a regular expression amid its backtracking too. It serves
 * as a stopwatch only: no text from outside is ever run as code, so what the context could reach does not matter.
 */
export function inBoundedTime<Value>(work: () => Value, size: number): Bounded<Value> {
  const pieces = Math.max(1, Math.ceil(size / charactersOfPatience));
  const timeout = Math.min(patience * pieces, longestPatience);
  const first = attempt(work, timeout);
  return first.kind === 'too-long' ? attempt(work, timeout) : first;
}

/**
 * The pattern, compiled for texts of both widths. V8 ends the whole process where the timer interrupts it while it
 * compiles a pattern, so that must be over before; it compiles at the first match, and once more at the second.
 */
export function compiled(pattern: RegExp): RegExp {
  for (const probe of ['', '', '\u4e00', '\u4e00']) {
    pattern.lastIndex = 0;
    pattern.test(probe);
  }
  pattern.lastIndex = 0;
  return pattern;
}

let shared: { readonly context: Context; readonly script: Script } | null = null;

function attempt<Value>(work: () => Value, timeout: number): Bounded<Value> {
  // Making a context takes longer than most checks do.
  shared ??= { context: createContext({}), script: new Script('work()') };
  const { context, script } = shared;
  let result: Bounded<Value> = { kind: 'too-long' };
  context['work'] = (): void => {
    result = { kind: 'done', value: work() };
  };
  try {
    script.runInContext(context, { timeout });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'too-long' };
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  } finally {
    // The work holds the text, which may be large.
    context['work'] = undefined;
  }
  return result;
}
