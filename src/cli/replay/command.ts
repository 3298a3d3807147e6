import type { ReplayChanges } from '../../spar/selfplay/replay/replayPlan';
import { placeOptionTypes, readPlaces, type GivenPlaces } from '../keys/places';
import { readConcurrency } from '../modelFlags';
import { flag, parseFilesAndOptions, text, type Given, type ParsedArguments } from '../options';
import { limitOptionTypes, readLimits, readPolicy } from '../run/arguments';
import { runCommand } from '../runCommand';
import { readSearchSettings, seedlessSearchTypes } from '../searchFlags';
import type { Terminal } from '../terminal';
import { ValueReader } from '../values';

export interface ReplayArguments {
  readonly folder: string;
  /** Where the replay is kept as a run of its own; null: nowhere. */
  readonly output: string | null;
  readonly changes: ReplayChanges;
  readonly drawMissing: boolean;
  readonly places: GivenPlaces;
  readonly concurrency: 'auto' | number | undefined;
  readonly json: boolean;
}

const optionTypes = {
  ...seedlessSearchTypes,
  ...limitOptionTypes,
  samples: text,
  select: text,
  draw: text,
  'complete-share': text,
  'accept-when': text,
  output: text,
  'draw-missing': flag,
  concurrency: text,
  ...placeOptionTypes,
  json: flag,
} as const;

/** `spar replay`: what a run would have come to under other settings. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    {
      name: 'replay',
      usage: async () => (await import('./usage')).usage,
      parse: parseReplayArguments,
      work: async (options, surroundings) => (await import('./replayRun')).replayRun(options, surroundings),
      afterInterruption: 'The run that was replayed stands as it stood.',
    },
    args,
    terminal,
  );
}

export function parseReplayArguments(args: readonly string[]): ParsedArguments<ReplayArguments> {
  return parseFilesAndOptions(
    args,
    optionTypes,
    ({ files, given, problems }): ReplayArguments | undefined => {
      const [folder] = files;
      if (folder === undefined || files.length > 1) problems.push('Name one run: spar replay DIR.');
      const { output = null, 'draw-missing': drawMissing = false, json = false } = given;
      if (drawMissing && output === null)
        problems.push('--draw-missing needs --output DIR, where the replies that are paid for are kept.');
      // Where nothing is asked for, they would be passed over without a word.
      for (const name of Object.keys(placeOptionTypes) as (keyof typeof placeOptionTypes)[])
        if (!drawMissing && given[name] !== undefined) problems.push(`--${name} is for --draw-missing.`);
      const changes = readChanges(given, problems);
      const concurrency = readConcurrency(given, problems);
      const places = readPlaces(given, problems);
      if (folder === undefined) return undefined;
      return { folder, output, changes, drawMissing, places, concurrency, json };
    },
  );
}

function readChanges(given: Given<typeof optionTypes>, problems: string[]): ReplayChanges {
  const read = new ValueReader(given, problems);
  const run = {
    samples: read.number('samples', { least: 1, most: 1000, whole: true }),
    select: read.choice('select', ['one', 'all'] as const),
    draw: read.choice('draw', ['as-needed', 'all'] as const),
    completeShare: read.number('complete-share', { least: 0, most: 1, whole: false }),
    policy: readPolicy(given['accept-when'], { command: 'spar replay', problems }) ?? undefined,
  };
  const limits = readLimits(given, problems);
  return {
    search: readSearchSettings(given, problems),
    run: Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined)),
    limits,
  };
}
