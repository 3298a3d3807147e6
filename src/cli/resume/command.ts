import type { LimitChanges } from '../../spar/selfplay/settings';
import { placeOptionTypes, readPlaces, type GivenPlaces } from '../keys/places';
import { placeUsage } from '../keys/usage';
import { readConcurrencies, runConcurrencyOptionTypes, type GivenConcurrency } from '../modelFlags';
import { flag, parseFilesAndOptions, type ParsedArguments } from '../options';
import { limitOptionTypes, readLimitChanges } from '../run/arguments';
import { engineOptionTypes, readEngine, refuseBatchOptions, type GivenEngine } from '../run/engineFlags';
import { engineUsage, limitUsage } from '../run/usage';
import { runCommand } from '../runCommand';
import type { Terminal } from '../terminal';

export interface ResumeArguments {
  readonly folder: string;
  /** What differs from the limits so far. */
  readonly limits: LimitChanges;
  readonly retryFailed: boolean;
  /** What is left out: as before. */
  readonly concurrency: GivenConcurrency;
  readonly engine: GivenEngine;
  readonly places: GivenPlaces;
  readonly json: boolean;
}

const optionTypes = {
  ...limitOptionTypes,
  'retry-failed': flag,
  ...runConcurrencyOptionTypes,
  ...engineOptionTypes,
  ...placeOptionTypes,
  cancel: flag,
  json: flag,
} as const;

/** `spar resume`: goes on with a run. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    {
      name: 'resume',
      usage,
      parse,
      work: async (options, surroundings) => (await import('./resume')).resumeRun(options, surroundings),
      afterInterruption: 'The run stands as it stood.',
    },
    args,
    terminal,
  );
}

function parse(args: readonly string[]): ParsedArguments<ResumeArguments> {
  return parseFilesAndOptions(
    args,
    optionTypes,
    ({ files, given, problems }): ResumeArguments | undefined => {
      const [folder] = files;
      if (folder === undefined || files.length > 1) problems.push('Name one run: spar resume DIR.');
      const limits = readLimitChanges(given, problems);
      const concurrency = readConcurrencies(given, problems);
      const engine = readEngine(given, problems);
      const { 'retry-failed': retryFailed = false, json = false, cancel = false } = given;
      const places = readPlaces(given, problems);
      if (cancel && engine.engine === 'live') problems.push('--cancel is for --engine batch.');
      if (!cancel && engine.engine === 'live') refuseBatchOptions(engine, problems);
      if (folder === undefined) return undefined;
      const cancelling: GivenEngine = {
        ...engine,
        ...(cancel ? { engine: 'batch' } : {}),
        waiting: { ...engine.waiting, cancel },
      };
      return { folder, limits, retryFailed, concurrency, engine: cancelling, places, json };
    },
  );
}

const usage = `Goes on with a run of “spar run” where it stopped. What was paid for is not paid for again.

Usage: spar resume DIR [options]

  --retry-failed       give items that failed another try
${limitUsage}\
                       limits that are given replace those so far; “none” lifts one
  --concurrency auto|N, --actor-concurrency auto|N, --refiner-concurrency auto|N
                       as for spar run; as before unless told
${engineUsage}\
                       what is left out of these is as before
${placeUsage}\
  --cancel             cancel the batches at the provider, take in what came of them, ask for no more
  --json               print one JSON object at the end
  --help               this text

Exit codes are those of spar run.
`;
