import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { LogError } from '../../spar/log/logError';
import { runFiles } from '../../spar/log/runFolders';
import { batchFolder } from '../../spar/selfplay/batch/batchFiles';
import { forecastRun } from '../../spar/selfplay/forecast';
import type { EarlierRun } from '../../spar/selfplay/forecast/earlier';
import { evidenceFor, readEarlierRuns } from '../../spar/selfplay/plan/earlierRuns';
import { scanInput, type InputScan } from '../../spar/selfplay/plan/inputScan';
import { constraintsReader, overlapReader } from '../../spar/selfplay/plan/readers';
import { readPromptFiles } from '../../spar/selfplay/plan/promptFiles';
import type { BatchEngine, OwnPrompts, RunPlan } from '../../spar/selfplay/plan/runPlan';
import { RunStore, selfplayFiles } from '../../spar/selfplay/runStore';
import { countWords } from '../../spar/text/amountWords';
import { ownVerifiersFile } from '../../spar/verifiers/own/ownFile';
import { exitCodes } from '../exitCodes';
import { fail as failWith } from '../fail';
import { noteOwnRun } from '../keys/ownRuns';
import { harmlessLine } from '../output/paint';
import { quoted } from '../output/quoted';
import type { Surroundings } from '../runCommand';
import type { RunArguments } from './arguments';
import { engineOf } from './engineFlags';
import { holdsRun } from './held';
import { forecastWords } from './print';
import { badRowWords, inputProblemWords } from './inputWords';
import { whileReading } from './reading';
import { workOnRun } from './work';

const command = 'spar run';
/** Of a folder; one may hold anything. */
const mostFolders = 200;

/** Begins a run, or tells what it would do. @throws LogError; `signal.reason`. */
export async function beginRun(options: RunArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const { input, output, columns, settings } = options;
  const fail = (reason: string): number => failWith(command, reason, terminal);
  const problem = await folderProblem(output);
  if (problem !== null) return fail(problem);
  const { items: limit } = settings.limits;
  const scan = await whileReading(input, surroundings, (onProgress) =>
    scanInput({ input, columns, limit, signal, onProgress }),
  );
  if (scan.kind !== 'usable') return fail(inputProblemWords(input, scan));
  for (const line of badRowWords(input, scan)) terminal.stderr.write(`${command}: ${line}\n`);
  const sampledFor = scan.shape.items - scan.shape.answered;
  if (options.models.actor === null && scan.shape.answered === 0)
    return fail(
      'The rows bring no answers, and there is no model to give any. Name one: --model NAME --base-url URL.',
    );
  if (options.models.actor === null && sampledFor > 0)
    terminal.stderr.write(
      `${command}: ${sampledFor === 1 ? '1 row brings no answer and will fail' : `${countWords(sampledFor)} rows bring no answer and will fail`}, since no model is there to answer.\n`,
    );
  if (settings.evolve && scan.shape.answered > 0)
    terminal.stderr.write(
      `${command}: Answers that rows bring (${countWords(scan.shape.answered)} of ${countWords(scan.shape.items)}) are not used: they are about instructions as they were before they are made harder.\n`,
    );
  const prompts = options.prompts === null ? undefined : await readPromptFiles(options.prompts);
  if (options.prompts !== null && prompts === undefined)
    return fail(
      `“${harmlessLine(options.prompts, 300)}” holds no judge.md, refine.md or evolve.md. Give the folder of your prompts.`,
    );
  const plan = await planOf(options, { scan, prompts });
  // Before there is a folder, which could not be gone on with if one of these files is not right.
  await constraintsReader(plan.source.verifiers, (words) => {
    if (options.dryRun) terminal.stderr.write(`${command}: ${harmlessLine(words, 400)}\n`);
  });
  await overlapReader(plan.source.guard, signal);
  if (options.dryRun) {
    const earlier = await earlierRuns(output, signal);
    printDryRun(options, { plan, scan, earlier }, surroundings);
    return exitCodes.done;
  }
  const store = await RunStore.create(output, { settings: plan }).catch(async (error: unknown) => {
    // Another process may have begun one meanwhile.
    if (error instanceof LogError && (await holdsRun(output))) return heldAlready(output);
    throw error;
  });
  if (typeof store === 'string') return fail(store);
  try {
    await noteOwnRun(store.folder, terminal);
    const { waiting } = options.engine;
    return await workOnRun({ store, plan, scan, command, json: options.json, waiting }, surroundings);
  } finally {
    await store.close();
  }
}

/** Why no run can be begun in a folder, as a sentence; null where one can. */
export async function folderProblem(folder: string): Promise<string | null> {
  if (await holdsRun(folder)) return heldAlready(folder);
  const others = await ownNamesIn(folder);
  return others.length === 0 ? null : otherFiles(folder, others);
}

function heldAlready(folder: string): string {
  const place = harmlessLine(folder, 300);
  return `“${place}” holds a run already. Go on with it by “spar resume ${quoted(folder)}”, or choose another folder.`;
}

/** Files that are not a run's, under names that a run writes to. */
async function ownNamesIn(folder: string): Promise<readonly string[]> {
  // A folder that is not there holds none, and one that can't be read is told of where the run is begun.
  const there = new Set(await readdir(folder).catch(() => []));
  return [runFiles.journal, runFiles.summary, ...Object.values(selfplayFiles)].filter((name) =>
    there.has(name),
  );
}

function otherFiles(folder: string, names: readonly string[]): string {
  return `“${harmlessLine(folder, 300)}” holds ${names.join(', ')}, which a run would write to. Choose another folder.`;
}

async function planOf(
  options: RunArguments,
  { scan, prompts }: { readonly scan: InputScan; readonly prompts: OwnPrompts | undefined },
): Promise<RunPlan> {
  const { input, models, settings, inFlight, guard, dataset } = options;
  const engine = engineOf(options.engine, models, undefined);
  const verifiers = options.verifiers ?? ((await isFile(ownVerifiersFile)) ? ownVerifiersFile : null);
  return {
    ...settings,
    source: {
      begun: new Date().toISOString(),
      input: {
        path: resolve(input),
        name: nameOf(input),
        sha256: scan.sha256,
        columns: scan.columns,
      },
      ...models,
      ...inFlight,
      ...(engine === undefined ? {} : { engine }),
      guard: guard.map((file) => resolve(file)),
      verifiers: verifiers === null ? null : resolve(verifiers),
      dataset: dataset === null ? null : resolve(dataset),
      ...(prompts === undefined ? {} : { prompts }),
    },
  };
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A path below this folder; a file elsewhere by its name alone. */
export function nameOf(file: string): string {
  const below = relative(process.cwd(), resolve(file));
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return isBelow ? below.replaceAll('\\', '/') : basename(file);
}

/** Those beside the output's folder and those of the working directory's `.spar`, the newest names first. */
async function earlierRuns(output: string, signal: AbortSignal): Promise<readonly EarlierRun[]> {
  const places = [...new Set([dirname(resolve(output)), resolve('.spar', 'runs')])];
  const folders = await Promise.all(
    places.map(async (place) => {
      const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      return names
        .sort()
        .reverse()
        .slice(0, mostFolders)
        .map((name) => join(place, name));
    }),
  );
  return readEarlierRuns(folders.flat(), signal);
}

function engineWords({ to, rows, bytes }: BatchEngine, output: string): string {
  const place =
    to === 'files' ? `left in ${harmlessLine(join(output, batchFolder), 300)}` : 'submitted to the endpoint';
  return `Engine: files of at most ${countWords(rows)} requests and ${countWords(bytes / 1_000_000)} MB, ${place}, round after round, often 10 to 20`;
}

function printDryRun(
  { output, json }: RunArguments,
  { plan, scan, earlier }: { plan: RunPlan; scan: InputScan; earlier: readonly EarlierRun[] },
  { terminal: { stdout } }: Surroundings,
): void {
  const { actor, refiner, input, engine } = plan.source;
  const forecast = forecastRun({
    input: scan.shape,
    settings: plan,
    hasActor: actor !== null,
    hasRefiner: refiner !== null,
    earlier: evidenceFor(plan, earlier),
  });
  if (json) {
    const { shape, badRows, badRowCount, columns } = scan;
    stdout.write(
      `${JSON.stringify({ dryRun: true, output, input: { ...shape, badRowCount, badRows, columns }, plan, forecast }, null, 2)}\n`,
    );
    return;
  }
  const { items, answered } = scan.shape;
  const columns = Object.entries(input.columns ?? {}).map(([name, column]) => `${name}=${column}`);
  const stages = [
    ...(plan.evolve ? ['make harder'] : []),
    ...(actor === null ? [] : [`sample up to ${plan.samples} answers (${actor.model})`]),
    ...(plan.judge ? [`judge (${refiner?.model ?? 'rules alone'})`] : []),
    ...(plan.refine
      ? [
          `select ${plan.select === 'one' ? 'one failing answer' : 'all failing answers'}`,
          `search ${plan.search.algorithm}`,
        ]
      : []),
    ...(plan.completeShare > 0 && refiner !== null ? ['collect'] : []),
  ];
  const lines = [
    'Dry run: nothing was sent, no file was written.',
    `Input: ${countWords(items)} ${items === 1 ? 'item' : 'items'}, ${countWords(answered)} of them with answers; ${countWords(scan.badRowCount)} ${scan.badRowCount === 1 ? 'row' : 'rows'} can’t be used`,
    ...(columns.length === 0 ? [] : [`Columns: ${harmlessLine(columns.join(', '), 300)}`]),
    `Stages: ${harmlessLine(stages.join(' → '), 400)}`,
    // How long a provider or an engine takes for a file nobody knows.
    ...forecastWords(engine === undefined ? forecast : { ...forecast, milliseconds: null }, {
      settings: plan,
      shape: scan.shape,
    }),
    ...(engine === undefined ? [] : [engineWords(engine, output)]),
    `Output: ${harmlessLine(output, 300)}`,
  ];
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}
