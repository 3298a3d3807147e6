import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { runFiles } from '../../spar/log/runFolders';
import { buildRunReport } from '../../spar/selfplay/report/buildRunReport';
import type { RunReport } from '../../spar/selfplay/report/runReport';
import { runReportPage } from '../../spar/selfplay/report/runReportPage';
import { selfplayFiles } from '../../spar/selfplay/files';
import { harmlessLine, paintFor } from '../output/paint';
import { writeReportPage } from '../output/reportPage';
import { requireRun } from '../run/held';
import { sectionText } from '../output/section';
import type { Terminal } from '../terminal';
import type { ReportArguments } from './command';

/**
 * Reads a run and tells what it came to, in words, as numbers, and as a page where one is wanted.
 *
 * @throws LogError; Error where the page can't be written there; `signal.reason`.
 */
export async function reportRun(
  { folder, output, json }: ReportArguments,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  await requireRun(folder);
  if (output !== null) await refuseFilesOfRun(folder, output);
  const report = await readReport(folder, terminal, signal);
  const page = runReportPage(report);
  if (output !== null) await writeReportPage(page, { file: output, kind: 'self-play run', signal });
  const { stdout, environment } = terminal;
  if (json) {
    stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const facts = page.facts.map(({ label, value }) => `${label}: ${harmlessLine(value, 100)}`);
  const parts = [
    `${paint.ink('strong', harmlessLine(page.title, 200))}\n${facts.join(', ')}\n`,
    ...page.sections.map((section) => sectionText(section, paint)),
    ...(output === null ? [] : [paint.ink('faint', `Page: ${harmlessLine(output, 300)}\n`)]),
  ];
  stdout.write(parts.join('\n'));
}

async function readReport(folder: string, { stderr }: Terminal, signal: AbortSignal): Promise<RunReport> {
  try {
    return await buildRunReport(folder, {
      signal,
      onProgress: (share) => {
        if (stderr.isTTY) stderr.write(`\r\u001b[KReading… ${Math.floor(share * 100)} % · Ctrl+C stops`);
      },
    });
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  }
}

/** The page replaces what stands there, which must not be a file of the run. */
async function refuseFilesOfRun(folder: string, output: string): Promise<void> {
  const real = async (file: string): Promise<string> => realpath(file).catch(() => resolve(file));
  const target = join(await real(dirname(output)), basename(output));
  const name = relative(await real(folder), await realpath(output).catch(() => target));
  const own: readonly string[] = [...Object.values(runFiles), ...Object.values(selfplayFiles)];
  const [first = ''] = name.split(/[\\/]/u);
  if (isAbsolute(name) || !own.includes(first)) return;
  throw new Error(`--output is ${output}, a file of the run. Name another file; nothing was changed.`);
}
