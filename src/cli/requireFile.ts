import { stat } from 'node:fs/promises';

/** @throws Error, in words for a person, where there is no such file. */
export async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isFile() === true) return;
  throw new Error(
    found === null
      ? `${file} is not there. Name a dataset (*.spar.jsonl).`
      : `${file} is no file. Name a dataset (*.spar.jsonl).`,
  );
}
