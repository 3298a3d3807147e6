import type { SearchTree } from '../../spar/search/tree';
import type { TextSink } from '../terminal';
import { rewrittenLine, type LineParts } from './fittedLine';

/** Milliseconds between two writings: quick enough to look alive, slow enough for a remote terminal. */
const interval = 100;

/** One line on standard error that is written over as a search goes on; nothing where no person watches. */
export class ProgressLine {
  private lastAt = Number.NEGATIVE_INFINITY;
  private isShown = false;

  constructor(
    private readonly sink: TextSink,
    private readonly now: () => number = () => performance.now(),
  ) {}

  update(tree: SearchTree): void {
    const now = this.now();
    if (!this.sink.isTTY || now - this.lastAt < interval) return;
    this.lastAt = now;
    this.isShown = true;
    this.sink.write(rewrittenLine(progressWords(tree), this.sink));
  }

  clear(): void {
    if (this.isShown) this.sink.write('\r\u001b[K');
    this.isShown = false;
  }
}

function progressWords({ nodes, usage }: SearchTree): LineParts {
  const judged = [...nodes.values()].filter(({ judgement }) => judgement !== null).length;
  const tokens = usage.promptTokens + usage.completionTokens;
  return [
    `Refining… ${judged} of ${nodes.size} texts judged`,
    ...(tokens === 0 ? [] : [`${usage.estimated ? 'about ' : ''}${tokens.toLocaleString('en')} tokens`]),
    'Ctrl+C stops',
  ];
}
