import type { ShownRun } from '../../editor/runs/runs';
import { countWords, timeWords } from '../../spar/text/amountWords';
import { nameOf } from './describe';
import { figuresOf } from './figures';
import { counted, itemsWords } from './words';

/** What the status bar says while runs work; null while none does. */
export function runsStatus(
  working: readonly ShownRun[],
): { readonly text: string; readonly tooltip: string } | null {
  if (working.length === 0) return null;
  const parts = working.map((run) => ({ run, figures: figuresOf(run) }));
  const finished = parts.reduce((sum, { figures }) => sum + (figures?.totals.finished ?? 0), 0);
  const totals = parts.map(({ figures }) => figures?.total ?? null);
  const total = totals.includes(null) ? null : totals.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const many = working.length === 1 ? 'Run' : `${working.length} runs`;
  const progress =
    total === null || total === 0 ? countWords(finished) : `${Math.floor((100 * finished) / total)} %`;
  const lines = parts.map(({ run, figures }) => {
    if (figures === null) return `${nameOf(run)}: opening`;
    const left = figures.left === null ? '' : `, about ${timeWords(figures.left)} left`;
    return `${nameOf(run)}: ${itemsWords(figures)}, ${counted(figures.totals.pairs, 'pair')}${left}`;
  });
  return {
    text: `$(sync~spin) ${many} ${progress}`,
    tooltip: `${lines.join('\n')}\nClick to show the runs.`,
  };
}
