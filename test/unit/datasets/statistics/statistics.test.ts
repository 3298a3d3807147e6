import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import { recordLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import type { DatasetLine, DatasetRecord } from '../../../../src/spar/datasets/schema';
import { statisticsReport } from '../../../../src/spar/datasets/statistics/makeReport';
import { datasetStatistics } from '../../../../src/spar/datasets/statistics/statistics';
import { temporaryFolder } from '../../log/temporaryFolder';
import { judgedAgain } from '../lines';

const constraint = (type: string) => ({ id: type, type, args: {}, text: type, span: null });
const held = (type: string) => ({ constraint: constraint(type), result: { state: 'held' as const } });
const broken = (type: string) => ({
  constraint: constraint(type),
  result: { state: 'broken' as const, message: 'no', spans: [] },
});

type Step = DatasetRecord['evidence']['path'][number];

function step(path: string, text: string, checks: Step['checks']): Step {
  return {
    path,
    origin: path === '0' ? 'original' : 'repaired',
    text,
    reflection: '',
    judgement: null,
    checks,
  };
}

function about(number: number, rest: Partial<NewRecord> = {}): NewRecord {
  return { instruction: `Say ${number}.`, rejected: 'It is, well, so.', chosen: 'It is so.', ...rest };
}

let lines = 0;
function decision(record: DatasetRecord, status: 'accepted' | 'rejected', time: string): DatasetLine {
  lines += 1;
  return {
    ...{ spar: 1, id: `line${lines}`, record: record.id, time, after: [], kind: 'decision', status },
    by: { kind: 'person' },
  };
}

describe('datasetStatistics', () => {
  const folder = temporaryFolder();

  async function write(all: readonly DatasetLine[], name = 'pairs.spar.jsonl'): Promise<string> {
    await mkdir(folder.path(), { recursive: true });
    await writeFile(folder.path(name), all.map((line) => `${datasetLineText(line)}\n`).join(''));
    return folder.path(name);
  }

  test('counts what is there by status, group, constraint, votes, depth and day', async () => {
    const path = [
      step('0', 'It is, well, so.', [broken('punctuation:no_comma'), held('startend:quotation')]),
      step('1', 'It is so.', [held('punctuation:no_comma'), broken('startend:quotation')]),
    ];
    const first = recordLine(
      about(1, {
        evidence: { path },
        metrics: { value: 0.8, yes: 4, no: 1, interference: 0 },
        model: 'm1',
        source: { file: 'a.md', run: 'r1' },
        search: { iteration: 2 },
      }),
      '2026-01-01T10:00:00.000Z',
    );
    const second = recordLine(
      about(2, { metrics: { value: 1, yes: 3, no: 0, notDrawn: 2 }, source: { file: 'a.md' } }),
      '2026-01-03T10:00:00.000Z',
    );
    const third = recordLine(about(3), '2026-01-03T11:00:00.000Z');
    const gone = recordLine(about(4), '2026-01-04T11:00:00.000Z');
    const file = await write([
      first,
      second,
      third,
      gone,
      decision(first, 'accepted', '2026-01-02T10:00:00.000Z'),
      decision(second, 'accepted', '2026-01-03T12:00:00.000Z'),
      decision(second, 'rejected', '2026-01-03T13:00:00.000Z'),
      { spar: 1, id: 'd', record: gone.id, time: '2026-01-04T12:00:00.000Z', after: [], kind: 'deletion' },
      { ...change(third, 't'), tags: { add: ['long'], remove: [] }, split: 'test' },
    ]);
    const statistics = await datasetStatistics(file);
    expect(statistics).toMatchObject({
      records: 3,
      statuses: { accepted: 1, rejected: 0, pending: 1, contested: 1 },
      deleted: 1,
      problems: { damaged: 0, unknown: 0, torn: 0 },
      sources: {
        groups: [
          { name: 'a.md', records: 2, accepted: 1, contested: 1 },
          { name: null, records: 1 },
        ],
      },
      models: {
        groups: [
          { name: 'm1', records: 1 },
          { name: null, records: 2 },
        ].reverse(),
      },
      runs: {
        groups: [
          { name: null, records: 2 },
          { name: 'r1', records: 1 },
        ],
      },
      iterations: {
        groups: [
          { name: null, records: 2 },
          { name: '2', records: 1 },
        ],
      },
      tags: { groups: [{ name: 'long', records: 1, pending: 1 }] },
      splits: {
        groups: [
          { name: null, records: 2 },
          { name: 'test', records: 1 },
        ],
      },
      origins: {
        groups: [
          { name: null, records: 2 },
          { name: 'repaired', records: 1 },
        ],
      },
      constraints: [
        {
          type: 'punctuation:no_comma',
          rejected: { held: 0, broken: 1, unknown: 0 },
          chosen: { held: 1, broken: 0, unknown: 0 },
        },
        {
          type: 'startend:quotation',
          rejected: { held: 1, broken: 0, unknown: 0 },
          chosen: { held: 0, broken: 1, unknown: 0 },
        },
      ],
      votes: {
        yes: 7,
        no: 1,
        notDrawn: 2,
        withoutVotes: 1,
        outcomes: [
          { yes: 3, no: 0, records: 1 },
          { yes: 4, no: 1, records: 1 },
        ],
      },
      values: { unknown: 1, summary: { least: 0.8, most: 1 } },
      lengths: { longer: 0, shorter: 3, equal: 0, rejected: { median: 4 }, chosen: { median: 3 } },
      interference: { unknown: 2 },
      depths: [{ depth: 1, records: 1 }],
      unknownDepth: 2,
      growth: {
        unit: 'day',
        periods: [
          { name: '2026-01-01', added: 1, accepted: 0, rejected: 0 },
          { name: '2026-01-02', added: 0, accepted: 1, rejected: 0 },
          { name: '2026-01-03', added: 2, accepted: 0, rejected: 0 },
        ],
      },
    });
    expect(statistics.values.bins.map(({ records }) => records)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  test('a corrected text is measured as it is now; what was judged is another one', async () => {
    const path = [step('0', 'It is, well, so.', [broken('a')]), step('1', 'It is so.', [held('a')])];
    const record = recordLine(
      about(1, { evidence: { path }, metrics: { value: 1, yes: 5, interference: 0.5 } }),
      '2026-01-01T00:00:00.000Z',
    );
    const file = await write([record, { ...change(record, 'c'), chosen: 'One two three four five six.' }]);
    const statistics = await datasetStatistics(file);
    expect(statistics).toMatchObject({
      values: { unknown: 1, summary: null },
      interference: { unknown: 1 },
      votes: { yes: 0, withoutVotes: 0 },
      lengths: { longer: 1, chosen: { median: 6 } },
      distance: { summary: { median: 1 } },
      constraints: [{ type: 'a', rejected: { broken: 1 }, chosen: { held: 0, broken: 0 } }],
    });
  });

  test('rules check a corrected text anew, and a later judgement of it counts', async () => {
    const type = 'punctuation:no_comma';
    const path = [step('0', 'It is, well, so.', [broken(type)]), step('1', 'It is so.', [held(type)])];
    const record = recordLine(
      about(1, { evidence: { path }, metrics: { value: 1, yes: 5 } }),
      '2026-01-01T00:00:00.000Z',
    );
    const corrected = { ...change(record, 'c'), chosen: 'One, two.' };
    expect(await datasetStatistics(await write([record, corrected]))).toMatchObject({
      constraints: [{ type, rejected: { broken: 1 }, chosen: { held: 0, broken: 1 } }],
    });
    const judged = { ...change(record, 'd'), after: ['c'], judgements: judgedAgain('m', 2) };
    expect(await datasetStatistics(await write([record, corrected, judged]))).toMatchObject({
      values: { unknown: 0, summary: { least: 0.4, most: 0.4 } },
      votes: { yes: 2, no: 3, withoutVotes: 0 },
      constraints: [{ type, rejected: { broken: 1 }, chosen: { held: 0, broken: 1 } }],
    });
  });

  test('an empty file has no numbers and a report all the same; lines that can’t be read are counted', async () => {
    const file = await write([]);
    expect(statisticsReport(await datasetStatistics(file))).toEqual({
      title: 'pairs',
      facts: [
        { label: 'pairs', value: '0' },
        { label: 'accepted', value: '0' },
        { label: 'rejected', value: '0' },
        { label: 'pending', value: '0' },
      ],
      empty: 'There is no pair to count yet.',
      sections: [],
    });
    await writeFile(file, 'oops\n{"spar":7,"kind":"record"}\n{"sp');
    expect(await datasetStatistics(file)).toMatchObject({
      records: 0,
      problems: { damaged: 1, unknown: 1, torn: 1 },
    });
  });

  test('several files are counted together', async () => {
    const one = await write([recordLine(about(1), '2026-01-01T00:00:00.000Z')]);
    const two = await write([recordLine(about(2), '2026-05-01T00:00:00.000Z')], 'more.spar.jsonl');
    const statistics = await datasetStatistics([one, two]);
    expect(statistics).toMatchObject({ records: 2, growth: { unit: 'month' } });
    expect(statistics.growth.periods.map(({ name, added }) => `${name} ${added}`)).toEqual([
      '2026-01 1',
      '2026-02 0',
      '2026-03 0',
      '2026-04 0',
      '2026-05 1',
    ]);
    expect(statisticsReport(statistics).title).toBe('pairs, more');
  });

  test('the order of lines means nothing, and all parts add up', async () => {
    const text = fc.constantFrom('', 'a', 'a b', 'a b c, d', 'x\u2028y', '🙂');
    const record = fc
      .record({
        rejected: text,
        chosen: text,
        value: fc.option(fc.constantFrom(0, 0.1, 0.3, 0.6, 0.7, 1)),
        yes: fc.nat(5),
        no: fc.nat(5),
        day: fc.integer({ min: 1, max: 28 }),
        file: fc.option(fc.constantFrom('a', 'b', '__proto__')),
      })
      .map(({ rejected, chosen, value, yes, no, day, file }) =>
        recordLine(
          {
            instruction: `${day} ${yes} ${no}`,
            ...{ rejected, chosen, metrics: { value, yes, no } },
            source: file === null ? null : { file },
          },
          new Date(Date.UTC(2026, 0, day)).toISOString(),
        ),
      );
    const some = fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        some.chain((records) =>
          fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
        ),
        async ([records, shuffled]) => {
          const first = await datasetStatistics(await write(records));
          const second = await datasetStatistics(await write(shuffled));
          expect(second).toEqual(first);
          expect(first.records).toBe(records.length);
          const sums = [
            ...[first.sources, first.models, first.runs, first.splits, first.origins].map(
              ({ groups, otherRecords }) => groups.reduce((sum, group) => sum + group.records, otherRecords),
            ),
            ...[first.values, first.distance, first.interference].map(({ bins, unknown }) =>
              bins.reduce((sum, bin) => sum + bin.records, unknown),
            ),
            first.lengths.bins.reduce((sum, bin) => sum + bin.rejected, 0),
            first.lengths.bins.reduce((sum, bin) => sum + bin.chosen, 0),
            first.lengths.longer + first.lengths.shorter + first.lengths.equal,
            first.lengths.sample.length,
            first.growth.periods.reduce((sum, { added }) => sum + added, 0),
            first.depths.reduce((sum, depth) => sum + depth.records, first.unknownDepth),
          ];
          expect(new Set(sums)).toEqual(new Set([records.length]));
          for (const { chart, table } of statisticsReport(first).sections) {
            if (chart?.kind === 'bars' || chart?.kind === 'lines')
              for (const { values } of chart.series) expect(values).toHaveLength(chart.categories.length);
            for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function change(record: DatasetRecord, id: string) {
  const time = '2026-01-05T00:00:00.000Z';
  return { spar: 1, id, record: record.id, time, after: [], kind: 'change' } as const;
}
