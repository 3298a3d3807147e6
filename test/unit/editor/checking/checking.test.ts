import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ItemChecker, type CheckedItem } from '../../../../src/editor/checking/checkedItem';
import {
  itemOfTarget,
  movedTarget,
  targetOf,
  type CheckTarget,
} from '../../../../src/editor/checking/checkTarget';
import { findingsOf, markedPart } from '../../../../src/editor/checking/findings';
import { fixesFor, fixOfAll, type Fix } from '../../../../src/editor/checking/fixes';
import { documentItems } from '../../../../src/editor/selection/documentItems';
import { readSelection } from '../../../../src/editor/selection/readSelection';
import { repairs } from '../../../../src/spar/verifiers/repair';

const asked = 'Write a note. Do not use any commas. Your answer must be in all lowercase letters.';
const markdown = { fileName: 'a.md', languageId: 'markdown' };
const lines = { fileName: 'a.jsonl', languageId: 'jsonl' };

function documentOf(response: string, instruction = asked): string {
  return `## Instruction\n\n${instruction}\n\n## Response\n\n${response}\n`;
}

function checked(text: string, kind = markdown): CheckedItem {
  const [item] = [...documentItems({ text, ...kind })];
  return new ItemChecker().check({ ...item!, given: null, own: [], isEditable: true });
}

function applied(text: string, { patches }: Fix): string {
  return [...patches]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce(
      (done, { range, text: added }) => done.slice(0, range.start) + added + done.slice(range.end),
      text,
    );
}

describe('findingsOf', () => {
  it('marks each place, with the clause that asks for it', () => {
    const text = documentOf('a, b, c', 'Do not use any commas.');
    const found = findingsOf(checked(text));
    expect(found.map(({ range }) => text.slice(range.start, range.end))).toEqual([',', ',']);
    expect(found.map(({ asked: clause }) => text.slice(clause?.start, clause?.end))).toEqual(
      Array(2).fill('Do not use any commas'),
    );
  });

  it('marks the beginning where something is missing', () => {
    const text = documentOf('A line.\nAnother.', 'Write at least 300 words.');
    const [finding] = findingsOf(checked(text));
    expect(finding?.isMissing).toBe(true);
    expect(text.slice(finding?.range.start, finding?.range.end)).toBe('A line.');
  });

  it('stays inside the document, whatever the response', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (response) => {
        const text = `${JSON.stringify({ prompt: asked, response })}\n`;
        if ([...documentItems({ text, ...lines })].length === 0) return;
        for (const { range } of findingsOf(checked(text, lines))) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(text.slice(range.start, range.end)).not.toContain('\n');
        }
      }),
    );
  });
});

describe('markedPart', () => {
  it('is a part of the stretch, at the end for one that ends the text', () => {
    const text = `Short. ${'many words '.repeat(30)}end.`;
    const end = markedPart(text, { start: 7, end: text.length });
    expect(text.slice(end.start, end.end)).toMatch(/^(?:many|words) .*end\.$/u);
    expect(end.end - end.start).toBeLessThanOrEqual(80);
    const whole = markedPart(text, { start: 0, end: text.length });
    expect(whole.start).toBe(0);
    expect(text.slice(0, whole.end)).toMatch(/\S$/u);
    expect(markedPart(text, { start: 0, end: 6 })).toEqual({ start: 0, end: 6 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 90, maxLength: 200 }),
        fc.nat(80),
        (any, start) => {
          const part = markedPart(any, { start, end: any.length });
          expect(part.start).toBeGreaterThanOrEqual(start);
          expect(part.end).toBeLessThanOrEqual(any.length);
          expect(part.end).toBeGreaterThan(part.start);
        },
      ),
    );
  });
});

describe('fixes', () => {
  const word = fc.constantFrom(
    'Sea',
    'calm,',
    'é, so',
    '😀,',
    'the',
    '"x",',
    '\\',
    'NO',
    'end.',
    '\n',
    'a,b',
  );
  const response = fc.array(word, { minLength: 2, maxLength: 12 }).map((words) => words.join(' '));

  it('make in the document what the repair makes of the text', () => {
    fc.assert(
      fc.property(response, fc.boolean(), (text, isRow) => {
        const row = `${JSON.stringify({ prompt: asked, response: text })}\n`;
        const kind = isRow ? lines : markdown;
        const document = isRow ? row : documentOf(text);
        if ([...documentItems({ text: document, ...kind })].length === 0) return;
        const item = checked(document, kind);
        const constraints = item.checks.map(({ constraint }) => constraint);
        const wanted = new Set(repairs(asked, constraints, item.response.text).map((repair) => repair.text));
        const fix = fixOfAll(item, '\n');
        if (fix === null) return;
        const after = checked(applied(document, fix), kind);
        expect(wanted).toContain(after.response.text);
        expect(after.instruction.text).toBe(asked);
      }),
      { numRuns: 300 },
    );
  });

  it('change no more than what differs, and write line ends as the document does', () => {
    const document = documentOf('One, two.\nThree, four.', 'Do not use any commas.').replaceAll('\n', '\r\n');
    const item = checked(document);
    const [fix] = fixesFor(item, item.checks[0]!, '\r\n');
    expect(fix?.title).toBe('remove the commas');
    expect(fix?.patches.map(({ range }) => document.slice(range.start, range.end))).toEqual([',', ',']);
    expect(applied(document, fix!)).toBe(document.replace(/,/gu, ''));
  });

  it('are none where nothing is broken or the document can’t be changed', () => {
    const item = checked(documentOf('a, b'));
    expect(fixOfAll({ ...item, isEditable: false }, '\n')).toBeNull();
    expect(fixOfAll(checked(documentOf('a b')), '\n')).toBeNull();
  });
});

describe('a target', () => {
  const text = documentOf('Hello, you.');

  function targetAt(cursor: number): CheckTarget {
    const input = { text, ...markdown, selections: [], cursor };
    const read = readSelection(input);
    if (!read.ok) throw new Error(read.problem.message);
    return targetOf(input, read);
  }

  it('moves with what is typed before and in it, and is gone with its response', () => {
    const target = targetAt(20);
    const before = movedTarget(target, { start: 0, end: 0, length: 3 });
    expect(itemOfTarget({ text: `x\n\n${text}`, ...markdown }, before)?.response.text).toBe('Hello, you.');
    const at = text.indexOf('you');
    const grown = movedTarget(target, { start: at, end: at, length: 4 });
    expect(itemOfTarget({ text: text.replace('you', 'all you'), ...markdown }, grown)?.response.text).toBe(
      'Hello, all you.',
    );
    expect(itemOfTarget({ text: 'Nothing.', ...markdown }, target)).toBeNull();
  });

  it('takes two stretches that were selected', () => {
    const plain = 'Use no commas.\n\nHello, you.';
    const selections = [
      { start: 0, end: 14 },
      { start: 16, end: plain.length },
    ];
    const input = { text: plain, ...markdown, selections, cursor: 0 };
    const read = readSelection(input);
    const target = read.ok ? targetOf(input, read) : null;
    expect(target?.kind).toBe('two-stretches');
    expect(itemOfTarget(input, target!)?.response.text).toBe('Hello, you.');
    const typed = movedTarget(target!, { start: plain.length, end: plain.length, length: 1 });
    expect(itemOfTarget({ ...input, text: `${plain}!` }, typed)?.response.text).toBe('Hello, you.!');
  });
});
