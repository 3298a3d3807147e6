import { measures, type Measure } from '../../../spar/datasets/table/measures';
import {
  actions,
  statuses,
  type Action,
  type Filter,
  type Request,
  type Sorting,
  type Target,
  type TextField,
} from './protocol';

/** A message of the page; null for anything else. */
export function readRequest(value: unknown): Request | null {
  if (!isObject(value)) return null;
  const { type, id, from, to, result } = value;
  switch (type) {
    case 'query':
      return { type, filter: readFilter(value['filter']), sort: readSort(value['sort']) };
    case 'rows':
    case 'ids':
      return isCount(result) && isCount(from) && isCount(to) ? { type, result, from, to } : null;
    case 'pair':
      return isText(id) ? { type, id, whole: value['whole'] === true } : null;
    case 'open-source':
    case 'open-line':
      return isText(id) ? { type, id } : null;
    case 'text':
      return isText(id) && isField(value['field']) ? { type, id, field: value['field'] } : null;
    case 'edit': {
      const { field, text } = value;
      return isText(id) && isField(field) && isText(text) ? { type, id, field, text } : null;
    }
    case 'act': {
      const target = readTarget(value['target']);
      const { action } = value;
      return target !== null && isAction(action) ? { type, action, target } : null;
    }
    case 'settle': {
      const { conflict, side } = value;
      return isText(id) && isCount(conflict) && isCount(side) ? { type, id, conflict, side } : null;
    }
    case 'fix': {
      const { finding } = value;
      return isText(id) && isCount(finding) ? { type, id, finding } : null;
    }
    case 'run': {
      const { command } = value;
      const known = ['save', 'undo', 'redo', 'lint'] as const;
      const found = known.find((name) => name === command);
      return found === undefined ? null : { type, command: found };
    }
    default:
      return null;
  }
}

/** What can be used of a filter, also of one that an earlier version kept. */
export function readFilter(value: unknown): Filter {
  if (!isObject(value)) return {};
  const { text, fields, ranges, finding, similarTo } = value;
  const known = ['instruction', 'rejected', 'chosen', 'critique'] as const;
  const inFields = Array.isArray(fields) ? known.filter((field) => fields.includes(field)) : [];
  const wanted = value['statuses'];
  const ofStatus = Array.isArray(wanted) ? statuses.filter((status) => wanted.includes(status)) : [];
  const within = Array.isArray(ranges) ? ranges.flatMap(readRange) : [];
  return {
    ...(isText(text) && text !== '' ? { text } : {}),
    ...(inFields.length > 0 ? { fields: inFields } : {}),
    ...(ofStatus.length > 0 ? { statuses: ofStatus } : {}),
    ...withTexts(value, ['tags', 'constraints', 'runs', 'sources']),
    ...withValues(value, ['splits', 'models']),
    ...(within.length > 0 ? { ranges: within } : {}),
    ...(isText(finding) ? { finding } : {}),
    ...(isText(similarTo) ? { similarTo } : {}),
    ...(value['deleted'] === true ? { deleted: true } : {}),
  };
}

export function readSort(value: unknown): Sorting {
  const by = isObject(value) ? sortKeys.find((key) => key === value['by']) : undefined;
  return { by: by ?? 'line', descending: isObject(value) && value['descending'] === true };
}

const sortKeys = [...measures, 'line', 'status', 'source', 'model'] as const;

function withTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): Partial<Filter> {
  return listsOf(value, names, isText);
}

function withValues(value: Readonly<Record<string, unknown>>, names: readonly string[]): Partial<Filter> {
  return listsOf(value, names, (member) => member === null || isText(member));
}

function listsOf(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  isMember: (member: unknown) => boolean,
): Partial<Filter> {
  const lists = names.flatMap((name) => {
    const list = value[name];
    const members = Array.isArray(list) ? (list as readonly unknown[]).filter(isMember) : [];
    return members.length === 0 ? [] : [[name, members]];
  });
  return Object.fromEntries(lists) as Partial<Filter>;
}

function readRange(value: unknown): NonNullable<Filter['ranges']>[number][] {
  if (!isObject(value)) return [];
  const measure = measures.find((name): name is Measure => name === value['measure']);
  if (measure === undefined) return [];
  const { min, max } = value;
  const ends = { ...(isNumber(min) ? { min } : {}), ...(isNumber(max) ? { max } : {}) };
  return Object.keys(ends).length === 0 ? [] : [{ measure, ...ends }];
}

function readTarget(value: unknown): Target | null {
  if (!isObject(value)) return null;
  if (value['all'] === true) return { all: true };
  const { ids } = value;
  return Array.isArray(ids) && ids.every(isText) ? { ids } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isField(value: unknown): value is TextField {
  return value === 'instruction' || value === 'rejected' || value === 'chosen';
}

function isAction(value: unknown): value is Action {
  return actions.some((action) => action === value);
}
