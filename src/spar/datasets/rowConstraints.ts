import { field, has, isJsonObject, kindOf, type JsonObject } from './rowTurns';

/** Constraints as IFEval's columns give them; the lists are equally long. */
export interface RowConstraints {
  readonly instructionIds: readonly string[];
  readonly kwargs: readonly JsonObject[];
}

/** The row's constraints, null where it has no such columns, or what is wrong with them. */
export function readConstraints(row: JsonObject): RowConstraints | { readonly message: string } | null {
  if (!has(row, 'instruction_id_list')) return null;
  const ids = field(row, 'instruction_id_list');
  const kwargs = field(row, 'kwargs');
  if (!Array.isArray(ids) || !ids.every((id): id is string => typeof id === 'string')) {
    return {
      message: `“instruction_id_list” is ${kindOf(ids)}; it must be a list of texts such as "punctuation:no_comma".`,
    };
  }
  if (!Array.isArray(kwargs) || !kwargs.every(isJsonObject)) {
    return {
      message: `“kwargs” is ${kindOf(kwargs)}; it must be a list of objects, one for each entry of “instruction_id_list”.`,
    };
  }
  if (ids.length !== kwargs.length) {
    return {
      message: `“instruction_id_list” has ${ids.length} entries and “kwargs” ${kwargs.length}; they must be equally long.`,
    };
  }
  return { instructionIds: ids, kwargs };
}
