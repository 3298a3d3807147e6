import { basename } from 'node:path';
import type { ScanOptions } from '../../spar/selfplay/plan/inputScan';
import { countWords } from '../../spar/text/amountWords';
import { harmlessLine } from '../output/paint';
import { RewrittenLines } from '../output/rewrittenLines';
import type { Surroundings } from '../runCommand';

/** Tells how far an input is read, which takes seconds where it is large. */
export async function whileReading<Scan>(
  input: string,
  { terminal, signal }: Pick<Surroundings, 'terminal' | 'signal'>,
  scan: (onProgress: NonNullable<ScanOptions['onProgress']>) => Promise<Scan>,
): Promise<Scan> {
  const lines = new RewrittenLines(terminal.stderr, { stop: signal });
  const name = harmlessLine(basename(input), 60);
  try {
    return await scan((items) => lines.show(() => [[`Reading… ${countWords(items)} rows`, name]]));
  } finally {
    lines.clear();
  }
}
