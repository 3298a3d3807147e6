import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { InputRow } from './readInput';

/** The rows of a Parquet file, a row group at a time; compression by Snappy or none. */
export async function* parquetRows(file: string, signal?: AbortSignal): AsyncGenerator<InputRow, void, void> {
  let place = 0;
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    for (const { num_rows: count } of metadata.row_groups) {
      signal?.throwIfAborted();
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        rowStart: place,
        rowEnd: place + Number(count),
      });
      for (const row of rows) {
        place += 1;
        yield { place, ok: true, value: plain(row) };
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    const words = error instanceof Error ? error.message : String(error);
    const reason = /codec|compress/iu.test(words)
      ? 'compressed in a way that is not read here; write it again with Snappy'
      : `not a Parquet file that can be read (${words.slice(0, 200)})`;
    yield { place: place + 1, ok: false, reason };
  }
}

/** Whole numbers come as bigints, which are no JSON. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
