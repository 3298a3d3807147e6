import { readFile } from 'node:fs/promises';
import type { ChatMessage } from '../../../src/spar/models/chatModel';
import { mixed } from './tokens';

/** A row of a file of requests, as an engine reads it. */
export interface SimulatedRow {
  readonly customId: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** From 0. */
  readonly row: number;
}

/** What an engine says to one choice. */
export type RowResponder = (request: {
  readonly messages: readonly ChatMessage[];
  readonly seed: number;
}) => string;

/** What goes wrong with a row; undefined: nothing. */
export type RowFault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'status'; readonly status: number; readonly message: string; readonly code?: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'choices'; readonly count: number }
  | { readonly kind: 'empty' };

export interface SimulatedEngine {
  readonly responder: RowResponder;
  readonly fault?: (row: SimulatedRow) => RowFault | undefined;
  /** Told for each row that is served. */
  readonly onServed?: (row: SimulatedRow) => void;
}

export async function rowsIn(file: string): Promise<readonly SimulatedRow[]> {
  return rowsOf(await readFile(file, 'utf8'));
}

export function rowsOf(text: string): readonly SimulatedRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, row) => {
      const { custom_id: customId, body } = JSON.parse(line) as {
        custom_id: string;
        body: Record<string, unknown>;
      };
      return { customId, body, row };
    });
}

/** The line of a served row, or of a failed one; null where an engine writes none. Every line says that it is simulated. */
export function simulatedLine(
  row: SimulatedRow,
  { responder, fault, onServed }: SimulatedEngine,
): { readonly line: string; readonly isError: boolean } | null {
  const wrong = fault?.(row);
  if (wrong?.kind === 'missing') return null;
  const head = { id: `simulated-${row.customId}`, custom_id: row.customId, simulated: true };
  if (wrong?.kind === 'expired') {
    const error = {
      code: 'batch_expired',
      message: 'Simulated: this request could not be executed in time.',
    };
    return { line: JSON.stringify({ ...head, response: null, error }), isError: true };
  }
  if (wrong?.kind === 'status') {
    const { status, message, code = null } = wrong;
    const body = { error: { message, code } };
    return {
      line: JSON.stringify({
        ...head,
        response: { status_code: status, request_id: 'simulated', body },
        error: null,
      }),
      isError: true,
    };
  }
  onServed?.(row);
  const messages = row.body['messages'] as readonly ChatMessage[];
  const seed = (row.body['seed'] as number | undefined) ?? 0;
  const asked = (row.body['n'] as number | undefined) ?? 1;
  const count = wrong?.kind === 'choices' ? Math.min(asked, wrong.count) : asked;
  const texts = Array.from({ length: count }, (_, choice) =>
    wrong?.kind === 'empty' ? '' : responder({ messages, seed: seedOfChoice(seed, choice) }),
  );
  const body = {
    id: 'simulated',
    object: 'chat.completion',
    choices: texts.map((content, index) => ({
      index,
      finish_reason: 'stop',
      message: { role: 'assistant', content },
    })),
    usage: {
      prompt_tokens: messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0),
      completion_tokens: texts.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0),
    },
  };
  return {
    line: JSON.stringify({
      ...head,
      response: { status_code: 200, request_id: 'simulated', body },
      error: null,
    }),
    isError: false,
  };
}

/** As the simulator's server does it. */
export function seedOfChoice(seed: number, choice: number): number {
  return choice === 0 ? seed : mixed(seed, choice);
}
