import type { RowView } from '../editor/protocol';

/** Rows asked for at once, and blocks of them that are kept. */
const blockSize = 100;
const mostBlocks = 60;

/** The rows of one result that have come from the host; what is missing is asked for, a block at a time. */
export class RowWindow {
  private readonly blocks = new Map<number, readonly RowView[] | 'asked'>();
  private result = 0;
  /** Of results before, shown until the rows of this one come, so that nothing flickers. */
  private old = new Map<number, readonly RowView[]>();

  constructor(private readonly ask: (result: number, from: number, to: number) => void) {}

  begin(result: number, keep: boolean): void {
    this.result = result;
    if (!keep) this.old.clear();
    for (const [block, rows] of this.blocks) if (keep && rows !== 'asked') this.old.set(block, rows);
    for (const block of [...this.old.keys()].slice(0, -mostBlocks)) this.old.delete(block);
    this.blocks.clear();
  }

  take(result: number, from: number, rows: readonly RowView[]): void {
    const block = Math.floor(from / blockSize);
    if (result !== this.result) return;
    this.blocks.set(block, rows);
    for (const other of [...this.blocks.keys()]) {
      if (this.blocks.size <= mostBlocks) break;
      if (other !== block && this.blocks.get(other) !== 'asked') this.blocks.delete(other);
    }
  }

  /** What could not be read is asked for again when it is next looked at. */
  forgetAsked(): void {
    for (const [block, rows] of this.blocks) if (rows === 'asked') this.blocks.delete(block);
  }

  /** Undefined: not there yet; `stale` rows are of the result before. */
  row(index: number): { readonly view: RowView; readonly isStale: boolean } | undefined {
    const block = Math.floor(index / blockSize);
    const rows = this.blocks.get(block);
    if (rows !== undefined && rows !== 'asked') return found(rows[index % blockSize], false);
    const before = this.old.get(block);
    return found(before?.[index % blockSize], true);
  }

  /** Asks for what is missing of a stretch, half open. */
  want(from: number, to: number, count: number): void {
    const end = Math.min(to, count);
    for (let block = Math.floor(from / blockSize); block * blockSize < end; block += 1) {
      if (this.blocks.has(block)) continue;
      this.blocks.set(block, 'asked');
      this.ask(this.result, block * blockSize, Math.min(count, (block + 1) * blockSize));
    }
  }
}

function found(
  view: RowView | undefined,
  isStale: boolean,
): { readonly view: RowView; readonly isStale: boolean } | undefined {
  return view === undefined ? undefined : { view, isStale };
}
