import type { AboutLine } from './schema';

/** Which lines about one record were written in knowledge of which, by their `after`. */
export class LineGraph {
  /** By time. */
  readonly lines: readonly AboutLine[];
  /** Only a forged file has one; the lines on it count as written in ignorance of each other. */
  readonly hasCycle: boolean;
  private readonly byId: ReadonlyMap<string, AboutLine>;
  private readonly onCycle: ReadonlySet<string>;
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(lines: readonly AboutLine[]) {
    this.lines = [...lines].sort(byTime);
    this.byId = new Map(this.lines.map((line) => [line.id, line]));
    this.onCycle = isInOrder(this.lines, this.byId) ? new Set() : cyclicIds(this.byId);
    this.hasCycle = this.onCycle.size > 0;
  }

  /** Of the lines that `matches`, those that no other one of them comes after, by time. */
  latest(matches: (line: AboutLine) => boolean): readonly AboutLine[] {
    const matching = this.lines.filter(matches);
    if (matching.length < 2) return matching;
    const replaced = this.reach(matching);
    return matching.filter(({ id }) => !replaced.has(id));
  }

  /** Ids of all lines that this one comes after, also of lines that are not there. */
  before(line: AboutLine): ReadonlySet<string> {
    const known = this.known.get(line.id) ?? this.reach([line]);
    this.known.set(line.id, known);
    return known;
  }

  areConcurrent(a: AboutLine, b: AboutLine): boolean {
    return a.id !== b.id && !this.before(a).has(b.id) && !this.before(b).has(a.id);
  }

  private reach(from: readonly AboutLine[]): ReadonlySet<string> {
    const reached = new Set<string>();
    const waiting = [...from];
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
      for (const id of line.after) {
        if (reached.has(id) || id === line.id) continue;
        if (this.onCycle.has(id) && this.onCycle.has(line.id)) continue;
        reached.add(id);
        const next = this.byId.get(id);
        if (next !== undefined) waiting.push(next);
      }
    }
    return reached;
  }
}

/** True where each line comes after earlier ones only, as in any file that nobody forged and clocks agreed about. */
function isInOrder(lines: readonly AboutLine[], byId: ReadonlyMap<string, AboutLine>): boolean {
  if (byId.size < lines.length) return false;
  const earlier = new Set<string>();
  for (const { id, after } of lines) {
    if (!after.every((other) => earlier.has(other) || other === id || !byId.has(other))) return false;
    earlier.add(id);
  }
  return true;
}

/** Ids of lines on a cycle or between two: what is left when ends are taken away from both sides. */
function cyclicIds(byId: ReadonlyMap<string, AboutLine>): ReadonlySet<string> {
  const edges = [...byId.values()].flatMap((line) =>
    [...new Set(line.after)]
      .filter((id) => id !== line.id && byId.has(id))
      .map((id) => [line.id, id] as const),
  );
  const forward = edges.map(([from, to]) => [from, to] as const);
  const backward = edges.map(([from, to]) => [to, from] as const);
  const left = withoutStarts(new Set(byId.keys()), forward);
  return withoutStarts(left, backward);
}

/** The ids that stay when those without an incoming edge are taken away, again and again. */
function withoutStarts(
  ids: ReadonlySet<string>,
  edges: readonly (readonly [string, string])[],
): ReadonlySet<string> {
  const incoming = new Map([...ids].map((id) => [id, 0]));
  const outgoing = new Map<string, string[]>();
  for (const [from, to] of edges) {
    if (!ids.has(from) || !ids.has(to)) continue;
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
    outgoing.set(from, [...(outgoing.get(from) ?? []), to]);
  }
  const left = new Set(ids);
  const free = [...ids].filter((id) => incoming.get(id) === 0);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    left.delete(id);
    for (const to of outgoing.get(id) ?? []) {
      const count = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, count);
      if (count === 0) free.push(to);
    }
  }
  return left;
}

/** A total order for showing and for breaking ties, never for deciding what came after what. */
export function byTime(a: AboutLine, b: AboutLine): number {
  return Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
