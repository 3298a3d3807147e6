/** What waits, and where it belongs in the line. */
export interface LinePlace {
  /** Lower goes first. */
  readonly priority: number;
  /** Entries of one group at one priority go one after another; null: a group of its own. */
  readonly group: string | null;
  /** True for what has waited before: it goes before all others of its priority. */
  readonly returned: boolean;
}

/**
 * A line by priority. Within a priority, groups go in the order in which they came, and each group's entries one
 * after another: requests about one item share the beginning of their prompts, which servers then find in their
 * caches.
 */
export class WaitingLine<Entry extends LinePlace> {
  /** Sorted by priority, what returned first. */
  private readonly classes: EntryClass<Entry>[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Who goes next. */
  first(): Entry | undefined {
    for (const { groups } of this.classes) {
      for (const entries of groups.values()) for (const entry of entries) return entry;
    }
    return undefined;
  }

  add(entry: Entry): void {
    const { groups } = this.classOf(entry);
    const key = entry.group ?? entry;
    const entries = groups.get(key);
    if (entries === undefined) groups.set(key, new Set([entry]));
    else entries.add(entry);
    this.count += 1;
  }

  /** Takes one out, wherever it stands; false where it has left. */
  delete(entry: Entry): boolean {
    const own = this.classOf(entry);
    const key = entry.group ?? entry;
    const entries = own.groups.get(key);
    const isThere = entries?.delete(entry) === true;
    if (isThere) this.count -= 1;
    if (entries?.size === 0) own.groups.delete(key);
    if (own.groups.size === 0) this.classes.splice(this.classes.indexOf(own), 1);
    return isThere;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (const { groups } of this.classes) for (const entries of groups.values()) yield* entries;
  }

  private classOf({ priority, returned }: LinePlace): EntryClass<Entry> {
    const at = this.classes.findIndex(
      (own) => own.priority > priority || (own.priority === priority && (own.returned ? returned : true)),
    );
    const found = this.classes[at];
    if (found?.priority === priority && found.returned === returned) return found;
    const made = { priority, returned, groups: new Map<string | Entry, Set<Entry>>() };
    this.classes.splice(at < 0 ? this.classes.length : at, 0, made);
    return made;
  }
}

interface EntryClass<Entry> {
  readonly priority: number;
  readonly returned: boolean;
  readonly groups: Map<string | Entry, Set<Entry>>;
}
