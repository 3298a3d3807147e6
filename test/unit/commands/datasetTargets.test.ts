import { describe, expect, test } from 'vitest';
import { datasetIn, filterIn, recordsIn } from '../../../src/commands/datasetTargets';

const file = '/work/datasets/pairs.spar.jsonl';

describe('what a command about datasets is meant for', () => {
  test('a line of the view, a URI, its text or a path name a dataset; nothing else does', () => {
    const named = [
      { kind: 'dataset', file },
      { scheme: 'file', fsPath: file },
      'file:///work/datasets/pairs.spar.jsonl',
      'file:///C%3A/work/a%20b.spar.jsonl',
      file,
    ].map(datasetIn);
    expect(named).toEqual([file, file, file, 'C:/work/a b.spar.jsonl', file]);
    const others = [
      undefined,
      null,
      7,
      {},
      'file:///work/secret.txt',
      'file://server/share/pairs.spar.jsonl',
      'file:///%',
      { scheme: 'http', fsPath: file },
      { file: '/etc/passwd' },
    ];
    expect(others.map(datasetIn)).toEqual(others.map(() => null));
  });

  test('records are named by ids, or by a line that stands for some', () => {
    const filterOf = (line: object) => ('part' in line ? { statuses: ['pending' as const] } : null);
    expect(recordsIn([file, ['a', 'b']], filterOf)).toEqual({ file, ids: ['a', 'b'] });
    expect(recordsIn([{ file, part: 1 }], filterOf)).toEqual({ file, filter: { statuses: ['pending'] } });
    expect(recordsIn([{ file }], filterOf)).toBeNull();
    expect(recordsIn([file, [1]], filterOf)).toBeNull();
    expect(recordsIn([], filterOf)).toBeNull();
    expect([filterIn({ tags: ['a'] }), filterIn(undefined), filterIn([1])]).toEqual([
      { tags: ['a'] },
      {},
      {},
    ]);
  });
});
