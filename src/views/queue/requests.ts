import { datasetEnding } from '../../spar/datasets/datasetNames';
import { orders, type Decision, type KeptQueue, type Order, type Request } from './protocol';

/** A message of the page; null for anything else. */
export function readRequest(value: unknown): Request | null {
  if (!isObject(value)) return null;
  const { type, id, undone } = value;
  switch (type) {
    case 'ready':
    case 'undo':
      return { type };
    case 'decide': {
      const decision = readDecision(value['decision']);
      return isText(id) && decision !== null
        ? { type, id, decision, anyway: value['anyway'] === true }
        : null;
    }
    case 'mixture':
    case 'text':
      return isText(id) && areIndices(undone) ? { type, id, undone } : null;
    case 'go': {
      const to = (['next', 'previous', 'again'] as const).find((name) => name === value['to']);
      return to === undefined ? null : { type, to };
    }
    case 'order': {
      const order = readOrder(value['order']);
      return order === null ? null : { type, order };
    }
    case 'whole':
      return isText(id) ? { type, id } : null;
    case 'open': {
      const what = (['source', 'line'] as const).find((name) => name === value['what']);
      return isText(id) && what !== undefined ? { type, id, what } : null;
    }
    default:
      return null;
  }
}

/** An order, also one that was kept by an earlier version; null for anything else. */
export function readOrder(value: unknown): Order | null {
  if (!isObject(value)) return null;
  const { seed } = value;
  const by = orders.find((name) => name === value['by']);
  if (by === undefined || typeof seed !== 'number' || !Number.isSafeInteger(seed)) return null;
  return { by, seed, unknownFirst: value['unknownFirst'] === true };
}

/** What a page kept, perhaps in an earlier version; null where it does not tell which queue it was. */
export function readKept(value: unknown): KeptQueue | null {
  if (!isObject(value)) return null;
  const { file, id } = value;
  const order = readOrder(value['order']);
  if (!isText(file) || !file.endsWith(datasetEnding) || order === null) return null;
  return { file, order, id: isText(id) ? id : null };
}

function readDecision(value: unknown): Decision | null {
  if (!isObject(value)) return null;
  const { status, undone, text } = value;
  if (status === 'rejected') return { status };
  if (status !== 'accepted') return null;
  if (isText(text)) return { status, text };
  return areIndices(undone) ? { status, undone } : null;
}

function areIndices(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((member) => Number.isSafeInteger(member) && member >= 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
