import { readRow, type RowConstraints } from '../../datasets/rowShapes';
import { field, has, isJsonObject, kindOf, readTurns, shown, type JsonObject } from '../../datasets/rowTurns';
import { parseJson } from '../../log/jsonLine';
import { instructionText, type Instruction } from '../../refiner/instruction';
import { maxTextLength, textProblem } from '../../text/textProblem';
import type { Constraint } from '../../verifiers/constraint';
import { constraintsFromRow } from '../../verifiers/rows';
import type { RunItem } from '../item';
import type { Mapping } from './mapping';

/** What a row brings to a run. */
export type RowParts = Pick<RunItem, 'instruction' | 'responses' | 'critique' | 'constraints'>;

export type ReadParts =
  | { readonly ok: true; readonly parts: RowParts }
  /** For a person: what is wrong and what to do. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a row: a text (a prompt), or an object of any known shape, or with a mapping of the columns it names. Blank
 * responses and critiques are none. Takes any value at all and never throws.
 */
export function readParts(value: unknown, mapping?: Mapping): ReadParts {
  const read = typeof value === 'string' ? promptAlone(value) : readAny(value, mapping);
  if ('reason' in read) return { ok: false, reason: read.reason };
  const responses = read.responses.filter((text) => text.trim() !== '');
  const critique = responses.length === 1 && read.critique?.trim() !== '' ? read.critique : null;
  const reason =
    instructionProblem(read.instruction) ??
    firstProblem(responses, 'response') ??
    firstProblem(critique === null ? [] : [critique], 'critique');
  if (reason !== null) return { ok: false, reason };
  const constraints = constraintsOf(read.columns);
  return { ok: true, parts: { instruction: read.instruction, responses, critique, constraints } };
}

interface Bad {
  readonly reason: string;
}

interface Read {
  readonly instruction: Instruction;
  readonly responses: readonly string[];
  readonly critique: string | null;
  readonly columns: RowConstraints | null;
}

function promptAlone(instruction: string): Read {
  return { instruction, responses: [], critique: null, columns: null };
}

function readAny(value: unknown, mapping: Mapping | undefined): Read | Bad {
  if (mapping === undefined || !isJsonObject(value)) return readKnown(value);
  return readMapped(value, mapping);
}

function readKnown(value: unknown): Read | Bad {
  const result = readRow(value, { alone: true });
  if (!result.ok || !isJsonObject(value))
    return { reason: result.ok ? 'The row is no object.' : result.problem.message };
  const { shape, instruction, response, critique = null, constraints: columns = null } = result.row;
  const lists = shape === 'ultrafeedback' ? completionsOf(value) : listed(value);
  if (lists !== null && 'reason' in lists) return lists;
  const responses = lists ?? (response === null ? [] : [response]);
  return { instruction, responses, critique, columns };
}

/** All answers of an UltraFeedback row, in its order; which is the worst is for the run to judge. */
function completionsOf(row: JsonObject): readonly string[] {
  const completions = field(row, 'completions');
  return (Array.isArray(completions) ? (completions as readonly unknown[]) : []).flatMap((completion) => {
    const response = isJsonObject(completion) ? field(completion, 'response') : null;
    return typeof response === 'string' ? [response] : [];
  });
}

/** The column `responses`, a list of texts or, in a table, that list as JSON; null where there is none. */
function listed(row: JsonObject): readonly string[] | Bad | null {
  if (!has(row, 'responses')) return null;
  const value = field(row, 'responses');
  const parsed = typeof value === 'string' && value.startsWith('[') ? parseJson(value) : null;
  return textsOf(parsed?.ok === true ? parsed.value : value, 'responses');
}

function textsOf(value: unknown, column: string): readonly string[] | Bad {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value))
    return { reason: `“${shown(column)}” is ${kindOf(value)}; it must be text or a list of texts.` };
  const texts = value as readonly unknown[];
  const odd = texts.findIndex((text) => typeof text !== 'string');
  if (odd === -1) return texts as readonly string[];
  return { reason: `Entry ${odd + 1} of “${shown(column)}” is ${kindOf(texts[odd])}; it must be text.` };
}

function readMapped(row: JsonObject, mapping: Mapping): Read | Bad {
  const asked = readMappedInstruction(row, mapping);
  if ('reason' in asked) return asked;
  const responses =
    mapping.response === undefined ? [] : textsOf(field(row, mapping.response), mapping.response);
  if ('reason' in responses) return responses;
  const critique = mapping.critique === undefined ? null : field(row, mapping.critique);
  if (critique !== null && critique !== undefined && typeof critique !== 'string')
    return { reason: `“${shown(mapping.critique ?? '')}” is ${kindOf(critique)}; it must be text.` };
  const [ids, kwargs] = [field(row, 'instruction_id_list'), field(row, 'kwargs')];
  const columns =
    Array.isArray(ids) && Array.isArray(kwargs)
      ? { instructionIds: ids as readonly string[], kwargs: kwargs as readonly JsonObject[] }
      : null;
  return {
    instruction: asked.instruction,
    responses: [...asked.responses, ...responses],
    critique: critique ?? null,
    columns,
  };
}

type Asked = Pick<Read, 'instruction' | 'responses'>;

function readMappedInstruction(row: JsonObject, mapping: Mapping): Asked | Bad {
  const column = mapping.instruction;
  const value = field(row, column);
  if (value === undefined || value === null)
    return { reason: `The row has nothing in “${shown(column)}”, which is to say what was asked.` };
  if (typeof value !== 'string' && !Array.isArray(value))
    return { reason: `“${shown(column)}” is ${kindOf(value)}; it must be text or a list of turns.` };
  const read = readTurns(typeof value === 'string' ? { role: 'user', content: value } : value, shown(column));
  if (!read.ok) return { reason: read.message };
  const system = mapping.system === undefined ? null : field(row, mapping.system);
  const before =
    typeof system === 'string' && system.trim() !== '' && read.turns[0]?.role !== 'system'
      ? [{ role: 'system' as const, content: system }]
      : [];
  const answer = read.turns.at(-1)?.role === 'assistant' ? read.turns.at(-1) : undefined;
  const turns = [...before, ...(answer === undefined ? read.turns : read.turns.slice(0, -1))];
  const last = turns.at(-1);
  if (last?.role !== 'user')
    return { reason: `The last turn of “${shown(column)}” before the response must be the user's.` };
  return {
    instruction: turns.length === 1 ? last.content : turns,
    responses: answer === undefined ? [] : [answer.content],
  };
}

/** The row's own, where code knows them all; else they are read from the instruction. */
function constraintsOf(columns: RowConstraints | null): readonly Constraint[] | null {
  if (columns === null) return null;
  const { constraints, refused } = constraintsFromRow(columns.instructionIds, columns.kwargs);
  return refused.length === 0 && constraints.length > 0 ? constraints : null;
}

function instructionProblem(instruction: Instruction): string | null {
  const last = typeof instruction === 'string' ? instruction : instruction.at(-1)?.content;
  // Role labels make a conversation no blank text, so what is asked last is looked at by itself.
  return firstProblem([last ?? '', instructionText(instruction)], 'instruction');
}

function firstProblem(texts: readonly string[], name: string): string | null {
  for (const text of texts) {
    switch (textProblem(text)) {
      case 'empty':
        return `The ${name} is empty. Give it a text, or take the row out.`;
      case 'too-large':
        return `The ${name} has ${text.length} characters; at most ${maxTextLength} are taken. Shorten it.`;
      case 'binary':
        return `The ${name} holds control characters as binary files do. Check how the file was made.`;
      case null:
        // With the flag a pair is one character, so only half ones match.
        if (/\p{Cs}/u.test(text))
          return `The ${name} holds half a character (a lone surrogate), which no server takes. Mend its encoding.`;
    }
  }
  return null;
}
