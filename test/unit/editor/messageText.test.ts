import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageText } from '../../../src/editor/messageText';

/** What the editor takes for a link in a notification (its `linkedText.ts`). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test('what others wrote makes no link in a notification, and is read as it is', () => {
  expect(messageText('The model “qwen [v2] (large)” is gone. Choose another.')).toBe(
    'The model “qwen [v2] (large)” is gone. Choose another.',
  );
  const hostile = 'The server says: [Sign in](command:workbench.action.terminal.new) now';
  expect(hostile).toMatch(link);
  expect(messageText(hostile)).toBe('The server says: [Sign in] (command:workbench.action.terminal.new) now');
  expect(messageText('[a]\u202e(command:b)')).not.toMatch(link);
  const parts = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    'command:',
    'https://',
    'a',
    ' ',
    '\n',
    '\u202e',
    '\u2069',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (words) => {
      expect(messageText(words.join(''))).not.toMatch(link);
    }),
  );
});

test('every message goes through it, but for constant ones and for questions, in which nothing is a link', () => {
  const folder = new URL('../../../src/', import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const calls = names.flatMap((name) => {
    const text = readFileSync(new URL(name.replaceAll('\\', '/'), folder), 'utf8');
    return Array.from(
      text.matchAll(/\bshow(?:Information|Warning|Error)Message\(\s*/gu),
      ({ 0: call, index }) => {
        const given = text.slice(index + call.length, index + call.length + 300);
        return { name, isSafe: /^(?:messageText\(|'|[^;]*modal: true)/u.test(given) };
      },
    );
  });
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter(({ isSafe }) => !isSafe)).toEqual([]);
});
