import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

interface StatusArguments {
  readonly folder: string;
  readonly json: boolean;
}

/** `spar status`: how a run stands, also while a process works on it. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'status', usage, parse, work, afterInterruption: '' }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<StatusArguments> {
  return parseFilesAndOptions(args, { json: flag }, ({ files, given, problems }) => {
    const [folder] = files;
    if (folder === undefined || files.length > 1) problems.push('Name one run: spar status DIR.');
    return folder === undefined ? undefined : { folder, json: given.json ?? false };
  });
}

async function work({ folder, json }: StatusArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const [{ readRunStatus }, { parsePlan }, { restOf }, { printStatus }, { openBatches }, { requireRun }] =
    await Promise.all([
      import('../../spar/selfplay/runStatus'),
      import('../../spar/selfplay/plan/runPlan'),
      import('../../spar/selfplay/plan/rest'),
      import('../run/print'),
      import('../run/batch'),
      import('../run/held'),
    ]);
  await requireRun(folder);
  const status = await readRunStatus(folder, signal);
  const plan = parsePlan(status.settings);
  const rest = plan === null ? null : restOf(status, { plan, shape: null });
  const batches = await openBatches(folder);
  printStatus({ folder, status, plan, rest, results: null, batches }, { terminal, json });
  return exitCodes.done;
}

const usage = `Tells how a run stands, also while another process works on it.

Usage: spar status DIR [options]

  --json  print one JSON object
  --help  this text

Exit code: 0 done, 1 no run there, 2 wrong usage, 130 interrupted.
`;
