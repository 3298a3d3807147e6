import type { Target } from '../editor/protocol';

/** Which records bulk actions are about. */
export class Selection {
  private ids: ReadonlySet<string> = new Set();
  private everything = false;

  /** True where all that the filter leaves is meant, also what was never loaded. */
  get isAll(): boolean {
    return this.everything;
  }

  has(id: string): boolean {
    return this.everything || this.ids.has(id);
  }

  /** Of a result with that many records. */
  size(count: number): number {
    return this.everything ? count : this.ids.size;
  }

  clear(): void {
    this.ids = new Set();
    this.everything = false;
  }

  selectAll(): void {
    this.ids = new Set();
    this.everything = true;
  }

  toggle(id: string): void {
    const ids = new Set(this.everything ? [] : this.ids);
    this.everything = false;
    if (!ids.delete(id)) ids.add(id);
    this.ids = ids;
  }

  add(more: Iterable<string>): void {
    this.ids = new Set([...this.ids, ...more]);
  }

  replace(ids: Iterable<string>): void {
    this.everything = false;
    this.ids = new Set(ids);
  }

  /** What an action is about: what is selected, or else the record that is shown. */
  target(shown: string | null): Target | null {
    if (this.everything) return { all: true };
    if (this.ids.size > 0) return { ids: [...this.ids] };
    return shown === null ? null : { ids: [shown] };
  }
}
