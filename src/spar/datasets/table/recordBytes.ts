import type { TextField } from './recordFilter';
import { isRecordId, lineId, timeOf, version } from './datasetTakes';
import { JsonBytes, Places } from './jsonBytes';
import { arrayOf, count, either, isNull, objectOf, oneOf, share, text, type Take } from './jsonTakes';

/** Numbers of a record, by where they are in `RecordBytes.numbers`; NaN for null. */
export const numberAt = {
  value: 0,
  yes: 1,
  no: 2,
  notDrawn: 3,
  distance: 4,
  interference: 5,
  rejectedCharacters: 6,
  rejectedWords: 7,
  chosenCharacters: 8,
  chosenWords: 9,
} as const;

const objectValues: ReadonlySet<string> = new Set(['source', 'metrics', 'lengths']);

/** Texts of a record that a table keeps a number of, by where they are in `RecordBytes.named`. */
export const namedAt = { model: 0, source: 1, run: 2 } as const;

/** Values of a record that are taken over as they are written, by where they are in `RecordBytes.values`. */
export const valueAt = {
  instruction: 0,
  rejected: 1,
  chosen: 2,
  created: 3,
  model: 4,
  source: 5,
  metrics: 6,
  lengths: 7,
} as const;

export const textFields: readonly TextField[] = ['instruction', 'rejected', 'chosen', 'critique'];

/**
 * What a table needs of a record's line, found in its bytes without parsing them. It takes no line that the schema
 * would refuse, and finds what `recordFacts` finds; a line that it does not take has to be parsed.
 */
export class RecordBytes {
  readonly json = new JsonBytes();
  /** Where the id's 40 digits begin. */
  id = 0;
  /** In milliseconds. */
  created = 0;
  readonly numbers = new Float64Array(10);
  /** Where each text begins and ends, without its quotes; -1 where there is none. */
  readonly named = new Float64Array(6);
  /** Where each value begins and ends, a text with its quotes. */
  readonly values = new Uint32Array(16);
  /** Whether one of them that is a text might be written in another way. */
  isVarious = false;
  /** Constraints that were checked in the chosen text, by what they came to. */
  held = 0;
  broken = 0;
  unknown = 0;
  /** Types of constraints, each where it begins and ends. */
  readonly types = new Places();
  /** Texts that are searched, each where it begins and ends, and which of `textFields` each is. */
  readonly texts = new Places();
  private readonly chosen: FoundText = { textStart: 0, textEnd: 0, isVarious: false };
  /** Their texts; whether each might be written in another way. */
  private readonly steps = new Places();
  private counts = new Uint32Array(48);
  private readonly line = this.recordOf();
  private look: TextLook | null = null;

  /** True where the line that begins at `start` is surely a record's; `json.at` is then after its last brace. */
  take(bytes: Buffer, start: number): boolean {
    const { json } = this;
    json.begin(bytes, start);
    this.types.clear();
    this.texts.clear();
    this.steps.clear();
    this.isVarious = false;
    for (let index = 0; index < this.named.length; index += 1) this.named[index] = -1;
    if (!this.line(json)) return false;
    this.countChosen(bytes);
    return true;
  }

  /**
   * As `take`, but it calls `look` with each text that is searched, in their order, and ends where that says so: then it
   * is false, and nothing is known of what comes after.
   */
  takeTexts(bytes: Buffer, start: number, look: TextLook): boolean {
    this.look = look;
    const isTaken = this.take(bytes, start);
    this.look = null;
    return isTaken;
  }

  private recordOf(): Take {
    const { value, yes, no, notDrawn, distance, interference } = numberAt;
    const { rejectedCharacters, rejectedWords, chosenCharacters, chosenWords } = numberAt;
    const chosen = this.text('chosen');
    const lengths = (characters: number, words: number): Take =>
      objectOf({ characters: this.count(characters), words: this.count(words) });
    return objectOf({
      spar: version,
      kind: oneOf('record'),
      id: (json) => this.takeId(json),
      created: this.value('created', (json) => !Number.isNaN((this.created = timeOf(json)))),
      instruction: this.value('instruction', either(this.text('instruction'), arrayOf(this.message(), 1))),
      rejected: this.value('rejected', this.text('rejected')),
      chosen: this.value('chosen', (json) => chosen(json) && remember(json, this.chosen)),
      evidence: objectOf({ path: arrayOf(this.step()) }),
      metrics: this.value(
        'metrics',
        objectOf({
          value: this.share(value, true),
          yes: this.count(yes),
          no: this.count(no),
          notDrawn: this.count(notDrawn),
          distance: this.share(distance),
          interference: this.share(interference, true),
          lengths: this.value(
            'lengths',
            objectOf({
              rejected: lengths(rejectedCharacters, rejectedWords),
              chosen: lengths(chosenCharacters, chosenWords),
            }),
          ),
        }),
      ),
      source: this.value(
        'source',
        either(
          isNull,
          objectOf(
            {},
            {
              ...{ file: this.name('source'), row: count, language: text, run: this.name('run'), item: text },
              decision: objectOf({ record: isRecordId, line: lineId }),
            },
          ),
        ),
      ),
      model: this.value('model', either(isNull, this.name('model'))),
      search: either(isNull, objectOf({})),
    });
  }

  private message(): Take {
    return objectOf({ role: oneOf('user', 'assistant', 'system'), content: this.text('instruction') });
  }

  private step(): Take {
    const found: FoundText = { textStart: 0, textEnd: 0, isVarious: false };
    const step = objectOf({
      path: text,
      origin: text,
      text: (json) => json.text() && remember(json, found),
      reflection: this.text('critique'),
      judgement: either(isNull, this.judgement()),
      checks: arrayOf(this.check()),
    });
    return (json) => {
      this.held = 0;
      this.broken = 0;
      this.unknown = 0;
      if (!step(json)) return false;
      const at = 3 * this.steps.count;
      this.steps.add(found, Number(found.isVarious));
      if (at === this.counts.length) {
        const counts = new Uint32Array(2 * at);
        counts.set(this.counts);
        this.counts = counts;
      }
      this.counts[at] = this.held;
      this.counts[at + 1] = this.broken;
      this.counts[at + 2] = this.unknown;
      return true;
    };
  }

  /** Of the last step whose text is the chosen one. */
  private countChosen(bytes: Buffer): void {
    const { steps, counts } = this;
    let step = steps.count - 1;
    while (step >= 0 && !this.isChosen(bytes, step)) step -= 1;
    this.held = step === -1 ? 0 : (counts[3 * step] ?? 0);
    this.broken = step === -1 ? 0 : (counts[3 * step + 1] ?? 0);
    this.unknown = step === -1 ? 0 : (counts[3 * step + 2] ?? 0);
  }

  private isChosen(bytes: Buffer, step: number): boolean {
    const { textStart, textEnd, isVarious } = this.chosen;
    const start = this.steps.starts[step] ?? 0;
    const end = this.steps.ends[step] ?? 0;
    if (isVarious || this.steps.labels[step] === 1)
      return decoded(bytes, start, end) === decoded(bytes, textStart, textEnd);
    if (end - start !== textEnd - textStart) return false;
    for (let index = 0; index < end - start; index += 1) {
      if (bytes[start + index] !== bytes[textStart + index]) return false;
    }
    return true;
  }

  private judgement(): Take {
    const votes = arrayOf(objectOf({ draw: count, verdict: oneOf('yes', 'no', 'unparsed'), text }));
    const counts = { yes: count, no: count, unparsed: count, votes };
    return objectOf(
      {
        ...counts,
        by: oneOf('votes', 'rules', 'given'),
        value: either(isNull, share),
        notDrawn: count,
        critique: this.text('critique'),
      },
      { verdict: oneOf('yes', 'no'), audit: objectOf(counts, { failure: text }) },
    );
  }

  private check(): Take {
    const span = objectOf({ start: count, end: count });
    const type: Take = (json) => json.text() && this.types.add(json);
    const constraint = objectOf(
      { id: text, type, args: objectOf({}), text, span: either(isNull, span) },
      { source: text },
    );
    const [held, broken, unknown] = [oneOf('held'), oneOf('broken'), oneOf('unknown')];
    const spans = arrayOf(span);
    let [wanted, found] = [0, 0];
    const state: Take = (json) => {
      if (held(json)) this.held += 1;
      else if (broken(json)) this.broken += 1;
      else if (unknown(json)) this.unknown += 1;
      else return false;
      return true;
    };
    const result = objectOf(
      { state },
      {
        message: (json) => json.text() && (found |= 1) > 0,
        spans: (json) => spans(json) && (found |= 2) > 0,
      },
    );
    return objectOf({
      constraint,
      result: (json) => {
        found = 0;
        const before = { broken: this.broken, unknown: this.unknown };
        if (!result(json)) return false;
        wanted = this.broken > before.broken ? 3 : this.unknown > before.unknown ? 1 : 0;
        return (found & wanted) === wanted;
      },
    });
  }

  private text(field: TextField): Take {
    const number = textFields.indexOf(field);
    return (json) => {
      if (!json.text()) return false;
      this.texts.add(json, number);
      return this.look === null || this.look(json.textStart, json.textEnd, number);
    };
  }

  private value(name: keyof typeof valueAt, take: Take): Take {
    const at = 2 * valueAt[name];
    const { values } = this;
    const isText = !objectValues.has(name);
    return (json) => {
      const start = json.at;
      json.isVarious = false;
      if (!take(json)) return false;
      values[at] = start;
      values[at + 1] = json.at;
      if (isText) this.noteVarious(json);
      return true;
    };
  }

  private noteVarious(json: JsonBytes): void {
    if (json.isVarious) this.isVarious = true;
  }

  private name(name: keyof typeof namedAt): Take {
    const at = 2 * namedAt[name];
    const { named } = this;
    return (json) => {
      if (!json.text()) return false;
      named[at] = json.textStart;
      named[at + 1] = json.textEnd;
      return true;
    };
  }

  private count(at: number): Take {
    const { numbers } = this;
    return (json) => {
      if (!count(json)) return false;
      numbers[at] = json.number;
      return true;
    };
  }

  private share(at: number, isNullable = false): Take {
    const { numbers } = this;
    return (json) => {
      if (isNullable && json.isNull()) numbers[at] = Number.NaN;
      else if (share(json)) numbers[at] = json.number;
      else return false;
      return true;
    };
  }

  private takeId(json: JsonBytes): boolean {
    if (!isRecordId(json)) return false;
    this.id = json.textStart;
    return true;
  }
}

/** Given where a text begins and ends, and which of `textFields` it is; says whether to go on. */
export type TextLook = (start: number, end: number, field: number) => boolean;

interface FoundText {
  textStart: number;
  textEnd: number;
  /** Whether it might be written in another way. */
  isVarious: boolean;
}

/** The reader's last text. */
function remember(json: JsonBytes, found: FoundText): true {
  found.textStart = json.textStart;
  found.textEnd = json.textEnd;
  found.isVarious = json.isVarious;
  return true;
}

/** What a text stands for that is between quotes in a line. */
export function decoded(bytes: Buffer, start: number, end: number): string {
  return JSON.parse(`"${bytes.toString('utf8', start, end)}"`) as string;
}
