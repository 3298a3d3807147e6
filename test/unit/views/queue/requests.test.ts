import { describe, expect, test } from 'vitest';
import { readKept, readOrder, readRequest } from '../../../../src/views/queue/requests';
import { actionOf, keyHelp, shortHelp } from '../../../../src/views/queue/webview/keys';

describe('messages of the page', () => {
  test('known ones are taken as they are', () => {
    const known = [
      { type: 'ready' },
      { type: 'undo' },
      { type: 'decide', id: 'x', decision: { status: 'rejected' }, anyway: false },
      { type: 'decide', id: 'x', decision: { status: 'accepted', undone: [0, 2] }, anyway: true },
      { type: 'decide', id: 'x', decision: { status: 'accepted', text: 'T' }, anyway: false },
      { type: 'mixture', id: 'x', undone: [1] },
      { type: 'text', id: 'x', undone: [] },
      { type: 'go', to: 'again' },
      { type: 'order', order: { by: 'chance', seed: 4, unknownFirst: true } },
      { type: 'whole', id: 'x' },
      { type: 'open', id: 'x', what: 'line' },
    ];
    for (const message of known) expect(readRequest(message)).toEqual(message);
  });

  test('anything else is nothing', () => {
    const unknown: readonly unknown[] = [
      null,
      'ready',
      { type: 'delete', id: 'x' },
      { type: 'decide', id: 7, decision: { status: 'rejected' } },
      { type: 'decide', id: 'x', decision: { status: 'pending' } },
      { type: 'decide', id: 'x', decision: { status: 'accepted', undone: [-1] } },
      { type: 'decide', id: 'x', decision: { status: 'accepted', undone: [0.5] } },
      { type: 'decide', id: 'x', decision: { status: 'accepted' } },
      { type: 'mixture', id: 'x', undone: 'all' },
      { type: 'go', to: 'home' },
      { type: 'order', order: { by: 'luck', seed: 0 } },
      { type: 'order', order: { by: 'chance', seed: Number.NaN } },
      { type: 'open', id: 'x', what: 'file' },
    ];
    for (const message of unknown) expect(readRequest(message)).toBeNull();
  });

  test('an order that was kept is read again, anything else is none', () => {
    expect(readOrder({ by: 'input', seed: 0, more: 1 })).toEqual({
      by: 'input',
      seed: 0,
      unknownFirst: false,
    });
    expect(readOrder(undefined)).toBeNull();
  });

  test('a queue that was open is known by its dataset and order', () => {
    const kept = {
      file: '/w/pairs.spar.jsonl',
      order: { by: 'input', seed: 0, unknownFirst: false },
      id: 'x',
    };
    expect(readKept({ ...kept, layout: 'inline', undone: [] })).toEqual(kept);
    expect(readKept({ ...kept, id: 7 })).toEqual({ ...kept, id: null });
    for (const none of [undefined, {}, { ...kept, file: '/etc/passwd' }, { ...kept, order: 'input' }])
      expect(readKept(none)).toBeNull();
  });
});

describe('keys', () => {
  const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  test('are the same in upper case, and not the queue’s with another key held', () => {
    expect(actionOf({ ...held, key: 'a' })).toBe('accept');
    expect(actionOf({ ...held, key: 'A', shiftKey: true })).toBe('accept');
    expect(actionOf({ ...held, key: 'a', ctrlKey: true })).toBeNull();
    expect(actionOf({ ...held, key: 'a', altKey: true })).toBeNull();
    expect(actionOf({ ...held, key: 'z', metaKey: true })).toBe('undo');
    expect(actionOf({ ...held, key: 'z', ctrlKey: true, shiftKey: true })).toBeNull();
    expect(actionOf({ ...held, key: ' ', shiftKey: true })).toBe('toggle-all');
    expect(actionOf({ ...held, key: 'constructor' })).toBeNull();
  });

  test('each that the help names does something', () => {
    const names = new Map([
      ['Space', ' '],
      ['↓', 'ArrowDown'],
      ['↑', 'ArrowUp'],
    ]);
    for (const [keys] of [...keyHelp, ...shortHelp])
      for (const name of keys.split(/ or |, | /u)) {
        const [modifier, key = modifier] = name.split('+');
        const pressed = {
          ...held,
          key: names.get(key ?? '') ?? key ?? '',
          ctrlKey: modifier === 'Ctrl',
          shiftKey: modifier === 'Shift',
        };
        expect(actionOf(pressed), name).not.toBeNull();
      }
  });
});
