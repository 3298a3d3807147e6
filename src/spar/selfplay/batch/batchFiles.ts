import { join } from 'node:path';

/** What lies in a run's folder of batches. */
export const batchFolder = 'batches';

/** `000001`. */
export function fileNumber(file: number): string {
  return String(file).padStart(6, '0');
}

export function requestsFile(folder: string, file: number): string {
  return join(folder, `${fileNumber(file)}.requests.jsonl`);
}

/** Which reply each row is for. */
export function indexFile(folder: string, file: number): string {
  return join(folder, `${fileNumber(file)}.index.jsonl`);
}

export function answersFile(folder: string, file: number): string {
  return join(folder, `${fileNumber(file)}.answers.jsonl`);
}

export function errorsFile(folder: string, file: number): string {
  return join(folder, `${fileNumber(file)}.errors.jsonl`);
}

/** Names a row: its file, its place there from 0, and what is asked (see `RequestFiles`). */
export function customIdOf(file: number, row: number, digest: string): string {
  return `spar-${fileNumber(file)}-${row}-${digest}`;
}

export interface RowName {
  readonly file: number;
  readonly row: number;
  readonly digest: string;
}

export function parseCustomId(customId: string): RowName | null {
  const match = /^spar-(\d{6,9})-(\d{1,9})-([\da-f]{16})$/u.exec(customId);
  if (match === null) return null;
  const [, file = '', row = '', digest = ''] = match;
  return { file: Number(file), row: Number(row), digest };
}
