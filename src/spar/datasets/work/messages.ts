import { errorCode, LogError, type LogErrorKind } from '../../log/logError';
import { TokenizerProblem } from '../../tokens/modelTokenizer';
import type { TaskInput, TaskInterim, TaskName, TaskOutput } from './tasks';

/** What a thread is begun with: its one task. */
export interface Assignment<Name extends TaskName = TaskName> {
  readonly task: Name;
  readonly input: TaskInput<Name>;
  /** Nobody waits for it, so it yields to what people do. */
  readonly inBackground: boolean;
}

export interface ToThread {
  readonly type: 'abort';
}

export type FromThread<Name extends TaskName = TaskName> =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'interim'; readonly interim: TaskInterim<Name> }
  | { readonly type: 'done'; readonly output: TaskOutput<Name> }
  | { readonly type: 'failed'; readonly error: PlainError };

/** An error whose kind and words survive the crossing, where a copy would be a mere `Error`. */
export type PlainError =
  | { readonly is: 'log'; readonly kind: LogErrorKind; readonly path: string; readonly message: string }
  | { readonly is: 'tokenizer'; readonly message: string }
  | {
      readonly is: 'other';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: string | undefined;
    };

export function plainError(error: unknown): PlainError {
  if (error instanceof LogError) {
    const { kind, path, message } = error;
    return { is: 'log', kind, path, message };
  }
  if (error instanceof TokenizerProblem) return { is: 'tokenizer', message: error.message };
  if (!(error instanceof Error))
    return { is: 'other', name: 'Error', message: String(error), stack: undefined, code: undefined };
  const { name, message, stack } = error;
  return { is: 'other', name, message, stack, code: errorCode(error) };
}

export function revivedError(plain: PlainError): Error {
  switch (plain.is) {
    case 'log':
      return new LogError(plain);
    case 'tokenizer':
      return new TokenizerProblem(plain.message);
    case 'other': {
      const { name, message, stack, code } = plain;
      const error = Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
      // Where it was thrown, not where it arrived.
      if (stack !== undefined) error.stack = stack;
      return error;
    }
  }
}
