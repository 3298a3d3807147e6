import { realpath } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { planImport, type ImportPlan } from '../../spar/datasets/import/plan';
import { runImport, writeUnpaired, type Imported } from '../../spar/datasets/import/runImport';
import { rewrittenLine } from '../output/fittedLine';
import { harmlessLine } from '../output/paint';
import type { Terminal } from '../terminal';
import type { ImportArguments } from './arguments';

export interface ImportedFiles {
  readonly plan: ImportPlan;
  /** Null after a dry run. */
  readonly imported: Imported | null;
}

/** @throws LogError, Error with a sentence for a person, `signal.reason`; the dataset is as it was then. */
export async function importFiles(
  options: ImportArguments,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<ImportedFiles> {
  const { dataset, inputs, form, shape, status, tags, unpaired, dryRun } = options;
  await refuseSame(options);
  try {
    const plan = await planImport(inputs, {
      dataset,
      status,
      tags,
      ...(form === undefined ? {} : { form }),
      ...(shape === undefined ? {} : { shape }),
      sourceName: sourceOf,
      signal,
      onProgress: (file, bytes) => {
        if (stderr.isTTY)
          stderr.write(
            rewrittenLine(
              [`${bytes >> 20} MB read`, harmlessLine(basename(file), 60), 'Ctrl+C stops'],
              stderr,
            ),
          );
      },
    });
    if (dryRun) return { plan, imported: null };
    const imported = await runImport(plan, signal);
    if (unpaired !== undefined && plan.unpaired.length > 0) await writeUnpaired(plan, unpaired, signal);
    return { plan, imported };
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  }
}

/** Neither the dataset nor the file for other rows may be one that is read. */
async function refuseSame({ dataset, inputs, unpaired }: ImportArguments): Promise<void> {
  const real = async (file: string): Promise<string> => realpath(file).catch(() => resolve(file));
  const read = await Promise.all(inputs.map(real));
  for (const [option, file] of [
    ['--dataset', dataset],
    ['--unpaired', unpaired],
  ] as const) {
    if (file !== undefined && read.includes(await real(file)))
      throw new Error(`${option} is ${file}, which is read. Name another file; nothing was changed.`);
  }
  if (unpaired !== undefined && (await real(unpaired)) === (await real(dataset)))
    throw new Error(`--unpaired is the dataset. Name another file; nothing was changed.`);
}

/** As a path below this folder; a file elsewhere by its name alone. */
function sourceOf(file: string): string {
  const below = relative(process.cwd(), resolve(file));
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return isBelow ? below.replaceAll('\\', '/') : basename(file);
}
