import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentItems, itemAround, type PlacedItem } from '../../../src/editor/selection/documentItems';

const prose = '## Instruction\n\nSay hello.\n\n## Response\n\nHello, you.\nAnd you.\n';

function itemsOf(text: string, fileName = 'a.md', languageId = 'markdown'): readonly PlacedItem[] {
  return [...documentItems({ text, fileName, languageId })];
}

function rows(text: string): readonly PlacedItem[] {
  return itemsOf(text, 'a.jsonl', 'jsonl');
}

/** What stands in the document where the text's stretch is. */
function at(document: string, { response }: PlacedItem, part: string): string {
  const start = response.text.indexOf(part);
  const range = response.rangeOf({ start, end: start + part.length });
  return range === null ? '' : document.slice(range.start, range.end);
}

describe('documentItems', () => {
  it('reads labelled sections, whatever their line ends', () => {
    for (const document of [prose, prose.replaceAll('\n', '\r\n'), `${prose}\n${prose}`]) {
      const items = itemsOf(document);
      expect(items.map(({ instruction, response }) => [instruction.text, response.text])).toEqual(
        items.map(() => ['Say hello.', 'Hello, you.\nAnd you.']),
      );
      for (const item of items) expect(at(document, item, 'you.\nAnd')).toMatch(/^you\.\r?\nAnd$/u);
    }
    expect(itemsOf(`${prose}\n${prose}`)).toHaveLength(2);
  });

  it('leaves out what has no response, is no row, or is another language', () => {
    expect(itemsOf('## Instruction\n\nSay hello.\n\n## Response\n\n')).toEqual([]);
    expect(rows('{"prompt": "Say"}\n[]\nnull\n{"prompt": \n\n7')).toEqual([]);
    expect(itemsOf(prose, 'a.ts', 'typescript')).toEqual([]);
  });

  it('reads the rows of JSON Lines and of JSON, turns included', () => {
    const turns = [
      { role: 'user', content: 'Say “hello”.' },
      { role: 'assistant', content: 'Hello,\n"you".' },
    ];
    const row = { messages: turns };
    const lines = `${JSON.stringify(row)}\n\n${JSON.stringify({ prompt: 'a', response: 'b, c' })}\n`;
    expect(rows(lines).map(({ response }) => response.text)).toEqual(['Hello,\n"you".', 'b, c']);
    expect(at(lines, rows(lines)[0]!, ',\n"you"')).toBe(',\\n\\"you\\"');
    const list = JSON.stringify([row, { other: 1 }, row], null, 2);
    expect(itemsOf(list, 'a.json', 'json').map(({ response }) => response.text)).toEqual(
      Array(2).fill('Hello,\n"you".'),
    );
  });

  it('places every unit of a response through the escapes of JSON', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, fc.boolean(), (response, isAscii) => {
        const json = JSON.stringify({ prompt: 'Say.', response });
        const document = isAscii ? json.replace(/[\u007f-\uffff]/gu, escaped) : json;
        const [item] = rows(`${document}\n`);
        const wanted = response.replace(/\r\n?/gu, '\n').trim();
        if (item === undefined) return;
        expect(item.response.text).toBe(wanted);
        for (let index = 0; index < wanted.length; index += 1) {
          const range = item.response.rangeOf({ start: index, end: index + 1 })!;
          const unit = JSON.parse(`"${document.slice(range.start, range.end)}"`) as string;
          expect(unit.replace(/\r\n?/gu, '\n')).toBe(wanted.charAt(index));
        }
      }),
    );
  });

  it('finds the item around an offset as it finds all', () => {
    const lines = `{"a": 1}\n${JSON.stringify({ prompt: 'a', response: 'b' })}\n`;
    for (const [document, name, language] of [
      [prose, 'a.md', 'markdown'],
      [lines, 'a.jsonl', 'jsonl'],
      [JSON.stringify([{ prompt: 'a', response: 'b' }]), 'a.json', 'json'],
    ] as const) {
      for (const item of itemsOf(document, name, language)) {
        const input = { text: document, fileName: name, languageId: language };
        expect(itemAround(input, item.range.start + 3)?.response.text).toBe(item.response.text);
      }
    }
    expect(itemAround({ text: lines, fileName: 'a.jsonl', languageId: 'jsonl' }, 2)).toBeNull();
  });

  it('takes hostile documents', () => {
    const hostile = ['{"prompt":'.repeat(50_000), '[{"a":['.repeat(20_000), `\ufeff${prose}`, '\0\0', '{'];
    for (const document of hostile) {
      for (const [name, language] of [
        ['a.jsonl', 'jsonl'],
        ['a.json', 'json'],
        ['a.md', 'markdown'],
      ] as const) {
        const input = { text: document, fileName: name, languageId: language };
        expect(() => [itemsOf(document, name, language), itemAround(input, 1)]).not.toThrow();
      }
    }
  });
});

function escaped(unit: string): string {
  return unit
    .split('')
    .map((part) => `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
