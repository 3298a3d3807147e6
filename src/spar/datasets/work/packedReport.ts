import type { FindingCode } from '../lint/finding';
import type { IdSet, LintReport } from '../lint/report';

/** A report as it crosses from thread to thread: a million ids are one buffer, not a million strings. */
export interface PackedReport extends Omit<LintReport, 'ids'> {
  /** Ids in hexadecimal, each as long as the others of its code, one after the other. */
  readonly ids: ReadonlyMap<FindingCode, { readonly size: number; readonly bytes: Uint8Array }>;
}

export function packedReport(report: LintReport): PackedReport {
  const ids = new Map([...report.ids].map(([code, set]) => [code, { size: set.size, bytes: bytesOf(set) }]));
  return { ...report, ids };
}

export function unpackedReport(packed: PackedReport): LintReport {
  const ids = new Map([...packed.ids].map(([code, { size, bytes }]) => [code, new PackedIds(size, bytes)]));
  return { ...packed, ids };
}

/** Ids that become strings when they are asked for. */
class PackedIds implements IdSet {
  constructor(
    readonly size: number,
    private readonly bytes: Uint8Array,
  ) {}

  *[Symbol.iterator](): Generator<string, void, void> {
    const { buffer, byteOffset, byteLength } = this.bytes;
    const all = Buffer.from(buffer, byteOffset, byteLength).toString('hex');
    const length = all.length / Math.max(this.size, 1);
    for (let at = 0; at < all.length; at += length) yield all.slice(at, at + length);
  }
}

function bytesOf(ids: IdSet): Uint8Array {
  return new Uint8Array(Buffer.from([...ids].join(''), 'hex'));
}
