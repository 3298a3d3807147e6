import { describe, expect, it } from 'vitest';
import { flag, parseFilesAndOptions, parseOptions, text, texts } from '../../../src/cli/options';

const types = { name: text, tag: texts, json: flag } as const;

describe('the arguments of a command', () => {
  const read = (args: readonly string[]) => parseFilesAndOptions(args, types, (line) => line);

  it('are files and options in any order', () => {
    expect(read(['a.jsonl', '--tag', 'x', '-', '--json', '--tag', 'y', '--', '--b'])).toMatchObject({
      kind: 'run',
      options: { files: ['a.jsonl', '-', '--b'], given: { tag: ['x', 'y'], json: true } },
    });
  });

  it.each<readonly [readonly string[], string]>([
    [['--name', 'a', '--name', 'b'], '--name is given twice.'],
    [['--tag', 'a', '--tag', ''], '--tag is empty.'],
    [['a', ''], 'A file’s name is empty.'],
    [['--what'], "Unknown option '--what'."],
  ])('%j is wrong usage', (args, message) => {
    expect(read(args)).toEqual({ kind: 'wrong', message });
  });

  it('hold no files where a command takes none', () => {
    expect(parseOptions(['a.jsonl'], types, (given) => given)).toMatchObject({ kind: 'wrong' });
    expect(parseOptions(['--json', '-h'], types, (given) => given)).toEqual({ kind: 'help' });
  });
});
