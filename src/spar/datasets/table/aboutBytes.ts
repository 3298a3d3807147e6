import { isRecordId, lineId, timeOf, version } from './datasetTakes';
import { JsonBytes, Places } from './jsonBytes';
import { arrayOf, either, isNull, objectOf, oneOf, text, type Take } from './jsonTakes';
import { statuses } from './tableState';

/**
 * What a table needs of a line about a record that corrects and judges nothing, found in its bytes without parsing it. It takes
 * no line that the schema would refuse, and finds what `foldLines` finds of it alone; a line that it does not take has to be parsed.
 */
export class AboutBytes {
  readonly json = new JsonBytes();
  /** Where the record's id begins. */
  record = 0;
  /** Index into `statuses`. */
  status = 0;
  isDeletion = false;
  /** Where the split begins and ends; -1 where there is none. */
  splitStart = -1;
  splitEnd = -1;
  /** Tags that are added, each where it begins and ends. */
  readonly tags = new Places();
  private readonly decision = this.decisionOf();
  private readonly change = this.changeOf();
  private readonly deletion = objectOf(this.stamp('deletion'), { undoes: lineId });

  /** True where the line that begins at `start` is surely one; `json.at` is then after its last brace. */
  take(bytes: Buffer, start: number): boolean {
    const { json } = this;
    json.begin(bytes, start);
    this.isDeletion = false;
    return this.takeAs(this.decision, start) || this.takeAs(this.change, start) || this.takeDeletion(start);
  }

  private takeDeletion(start: number): boolean {
    this.isDeletion = true;
    return this.takeAs(this.deletion, start);
  }

  private takeAs(take: Take, start: number): boolean {
    this.json.at = start;
    this.status = 0;
    this.splitStart = -1;
    this.tags.clear();
    return take(this.json);
  }

  private stamp(kind: string): Readonly<Record<string, Take>> {
    return {
      spar: version,
      kind: oneOf(kind),
      id: lineId,
      record: (json) => {
        if (!isRecordId(json)) return false;
        this.record = json.textStart;
        return true;
      },
      time: (json) => !Number.isNaN(timeOf(json)),
      after: arrayOf(lineId),
    };
  }

  private decisionOf(): Take {
    const status = (['accepted', 'rejected', 'pending'] as const).map((name): Take => {
      const take = oneOf(name);
      const number = statuses.indexOf(name);
      return (json) => {
        if (!take(json)) return false;
        this.status = number;
        return true;
      };
    });
    return objectOf(
      {
        ...this.stamp('decision'),
        status: (json) => status.some((take) => take(json)),
        by: objectOf({ kind: oneOf('person') }),
      },
      { undoes: lineId, note: text, changes: never, chosen: isNull },
    );
  }

  private changeOf(): Take {
    const tag: Take = (json) => json.text() && this.tags.add(json);
    const split: Take = (json) => {
      if (!json.text()) return false;
      this.splitStart = json.textStart;
      this.splitEnd = json.textEnd;
      return true;
    };
    return objectOf(this.stamp('change'), {
      undoes: lineId,
      tags: objectOf({ add: arrayOf(tag), remove: arrayOf(text) }),
      split: either(isNull, split),
      ...{ instruction: isNull, rejected: isNull, chosen: isNull, judgements: isNull },
    });
  }
}

const never: Take = () => false;
