import type { DatasetRecord } from '../schema';
import type { TextField } from './recordFilter';

/** True where a text of the record holds `lowered`, which is in lower case already; in all texts or in `fields`. */
export function holdsText(
  record: DatasetRecord,
  lowered: string,
  fields: readonly TextField[] = allFields,
): boolean {
  const holds = (text: string): boolean => text.toLowerCase().includes(lowered);
  return fields.some((field) => {
    switch (field) {
      case 'instruction':
        return typeof record.instruction === 'string'
          ? holds(record.instruction)
          : record.instruction.some(({ content }) => holds(content));
      case 'rejected':
        return holds(record.rejected);
      case 'chosen':
        return holds(record.chosen);
      case 'critique':
        return record.evidence.path.some(
          ({ reflection, judgement }) =>
            holds(reflection) || (judgement !== null && holds(judgement.critique)),
        );
    }
  });
}

const allFields: readonly TextField[] = ['instruction', 'rejected', 'chosen', 'critique'];
