import { basename } from 'node:path';
import type { StandingLine } from '../curated';
import { isMeasuredAnew } from '../table/tableState';
import { numberAt, RecordBytes, valueAt } from '../table/recordBytes';
import type { RecordState } from '../recordState';
import type { DatasetRecord, RecordedInstruction } from '../schema';
import { pairRows, type Format, type Row } from './formats';
import { exportPair, type LeftOutReason, type PairTexts } from './pair';
import type { RowBatch } from './rowBatch';
import { metricsMeta, stateMeta } from './rowMeta';
import { encoder, jsonText, rowText } from './rowWriters';
import { instructionId, instructionIdOf, instructionRank } from './split';

/** How the rows of pairs are written. */
export interface PairForm {
  readonly format: Format;
  readonly seed: number;
  readonly hasSidecar: boolean;
}

type ValueName = keyof typeof valueAt;

/** Text that is the same in all rows, and the value of the record that follows it; null at the row's end. */
interface RowPart {
  readonly text: Buffer;
  readonly value: 'instruction' | 'rejected' | 'chosen' | null;
}

interface RowTemplate {
  readonly parts: readonly RowPart[];
  /** What the sidecar says of the row alone, with a comma. */
  readonly about: string;
}

/**
 * Rows of pairs, made from the bytes of their lines: texts that are written as rows have them are copied, of others each is
 * decoded by itself, and nothing is made of evidence. The rows are those that parsing the line would give.
 */
export class WrittenPairs {
  private readonly record = new RecordBytes();
  private readonly templates: readonly RowTemplate[];
  private readonly encode: (row: Row) => string;
  private chunk: Buffer | null = null;
  private isFragileChunk = false;
  private isFragile = false;
  private state: RecordState | null = null;
  private stateText = '';

  constructor(private readonly form: PairForm) {
    this.templates = templatesOf(form.format);
    this.encode = encoder(form.format.ending);
  }

  /** True where the line surely is a record's and stands as it was written: its rows can be asked for then. */
  take({ line: { buffer, start, length, isText }, state }: StandingLine): boolean {
    if (!isText || isMeasuredAnew(state)) return false;
    if (!this.record.take(buffer, start) || this.record.json.at !== start + length) return false;
    if (buffer !== this.chunk) {
      this.chunk = buffer;
      this.isFragileChunk = holdsFragile(buffer);
    }
    this.isFragile = this.isFragileChunk && holdsFragile(buffer.subarray(start, start + length));
    return true;
  }

  /** Adds the rows of what was taken last; or says why there are none. */
  addTo(batch: RowBatch, state: RecordState, dataset: string | null): LeftOutReason | null {
    if (!this.isCopied()) return this.addDecoded(batch, state, dataset);
    const reason = this.refusal();
    if (reason !== null) return reason;
    const { bytes } = this.record.json;
    const instruction = instructionIdOf(bytes.subarray(this.start('instruction'), this.end('instruction')));
    for (const { parts } of this.templates) {
      for (const { text, value } of parts) {
        batch.rows.copy(text, 0, text.length);
        if (value !== null) batch.rows.copy(bytes, this.start(value), this.end(value));
      }
      batch.rows.close();
    }
    this.addMeta(batch, { state, dataset, instruction });
    return null;
  }

  /** Whether the texts can be copied as they are. */
  private isCopied(): boolean {
    if (this.isFragile || this.record.isVarious || this.form.format.ending === 'csv') return false;
    return this.record.json.bytes[this.start('instruction')] === quote;
  }

  private addDecoded(batch: RowBatch, state: RecordState, dataset: string | null): LeftOutReason | null {
    const record: PairTexts = {
      instruction: this.value('instruction') as RecordedInstruction,
      rejected: this.value('rejected') as string,
      chosen: this.value('chosen') as string,
    };
    const pair = exportPair(record);
    const rows = typeof pair === 'string' ? pair : pairRows(this.form.format, pair);
    if (typeof rows === 'string') return rows;
    for (const row of rows) {
      batch.rows.text(this.encode(row));
      batch.rows.close();
    }
    this.addMeta(batch, { state, dataset, instruction: instructionId(record.instruction) });
    return null;
  }

  /** As `exportPair` has it, for texts that are copied: those hold no half characters. */
  private refusal(): LeftOutReason | null {
    if (this.isBlank('instruction') || this.isBlank('rejected') || this.isBlank('chosen')) return 'empty';
    const [start, end] = [this.start('rejected'), this.end('rejected')];
    const [otherStart, otherEnd] = [this.start('chosen'), this.end('chosen')];
    if (end - start !== otherEnd - otherStart) return null;
    const { bytes } = this.record.json;
    return bytes.compare(bytes, start, end, otherStart, otherEnd) === 0 ? 'equal' : null;
  }

  private isBlank(name: ValueName): boolean {
    const first = this.record.json.bytes[this.start(name) + 1] ?? 0;
    // Most begin with a letter.
    if (first > 0x20 && first < 0x7f && first !== quote && first !== backslash) return false;
    return (this.value(name) as string).trim() === '';
  }

  /** As `rowMeta` has it. */
  private addMeta(batch: RowBatch, row: MetaOf): void {
    const { state, dataset, instruction } = row;
    const rank = instructionRank(instruction, this.form.seed);
    for (let index = 0; index < this.templates.length; index += 1) batch.place(rank, state.split);
    if (!this.form.hasSidecar) return;
    if (state !== this.state) {
      this.state = state;
      this.stateText = fieldsText(stateMeta(state));
    }
    const { record } = this;
    const id = record.json.bytes.toString('latin1', record.id, record.id + 40);
    const found = `"created":${this.text('created')},"model":${this.modelText()},"source":${this.sourceText()}`;
    const of = dataset === null ? '' : `${fieldsText({ dataset: basename(dataset) })},`;
    const before = `{"id":"${id}","instruction":"${instruction}",${of}`;
    const after = `${this.stateText},${found},"metrics":${this.metricsText()}}\n`;
    for (const { about } of this.templates) {
      batch.meta.text(`${before}${about}${after}`);
      batch.meta.close();
    }
  }

  private modelText(): string {
    const isAsItIs = !this.isFragile && !this.record.isVarious;
    return isAsItIs ? this.text('model') : jsonText(this.value('model'));
  }

  private sourceText(): string {
    const text = this.text('source');
    return usualSource.test(text) ? text : jsonText(JSON.parse(text));
  }

  private metricsText(): string {
    const { numbers } = this.record;
    const of = (name: keyof typeof numberAt): string => {
      const number = numbers[numberAt[name]] ?? Number.NaN;
      return Number.isNaN(number) ? 'null' : String(number);
    };
    const lengths = `{"chosen":{"characters":${of('chosenCharacters')},"words":${of('chosenWords')}},"rejected":{"characters":${of('rejectedCharacters')},"words":${of('rejectedWords')}}}`;
    // As they are written here; another writer may have other fields, or another order.
    if (this.text('lengths') !== lengths)
      return jsonText(metricsMeta(this.value('metrics') as DatasetRecord['metrics']));
    return `{"value":${of('value')},"yes":${of('yes')},"no":${of('no')},"notDrawn":${of('notDrawn')},"distance":${of('distance')},"interference":${of('interference')},"lengths":${lengths}}`;
  }

  private start(name: ValueName): number {
    return this.record.values[2 * valueAt[name]] ?? 0;
  }

  private end(name: ValueName): number {
    return this.record.values[2 * valueAt[name] + 1] ?? 0;
  }

  private text(name: ValueName): string {
    return this.record.json.bytes.toString('utf8', this.start(name), this.end(name));
  }

  /** Of a line that was taken its values are what the schema wants. */
  private value(name: ValueName): unknown {
    return JSON.parse(this.text(name));
  }
}

interface MetaOf {
  readonly state: RecordState;
  /** Null where there is only one. */
  readonly dataset: string | null;
  /** Its id. */
  readonly instruction: string;
}

/** What the rows of a pair with one turn look like: by a row of texts that are taken out again. */
function templatesOf(format: Format): readonly RowTemplate[] {
  const rows = pairRows(format, {
    turns: [{ role: 'user', content: 'spar:instruction' }],
    ...{ rejected: 'spar:rejected', chosen: 'spar:chosen' },
  });
  if (typeof rows === 'string') return [];
  return rows.map((row) => {
    const [first = '', ...rest] = `${rowText(row)}\n`.split(/"spar:(instruction|rejected|chosen)"/u);
    const texts = [first, ...rest.filter((_, index) => index % 2 === 1)];
    const values = rest.filter((_, index) => index % 2 === 0) as RowPart['value'][];
    const parts = texts.map((text, index) => ({ text: Buffer.from(text), value: values[index] ?? null }));
    const about = format.method === 'kto' ? `${fieldsText({ label: row['label'] })},` : '';
    return { parts, about };
  });
}

/** Without fields that this version does not know, and written as `rowText` writes it: each field is there once, as the line was taken. */
const usualSource =
  /^(?:null|\{(?:"(?:file|row|language|run|item)":(?:"[ !#-[\]-~]*"|0|[1-9]\d{0,14}),?)*\})$/u;

/** The fields of an object as they are written in one. */
function fieldsText(row: Row): string {
  return rowText(row).slice(1, -1);
}

/** Whether bytes hold one of the characters that `rowText` escapes. */
function holdsFragile(bytes: Buffer): boolean {
  return fragileBytes.some((character) => bytes.includes(character));
}

const fragileBytes = Array.from('\u0085\u2028\u2029\ufeff', (character) => Buffer.from(character, 'utf8'));
const quote = 0x22;
const backslash = 0x5c;
