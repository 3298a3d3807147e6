import { readdir, readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  firstChoices,
  fittingFormat,
  formatsFor,
  outputFolderFor,
  seedIn,
  targetOf,
  type ExportChoices,
} from '../../../../src/editor/datasets/exporting/choices';
import { previewText } from '../../../../src/editor/datasets/exporting/preview';
import { exportDataset } from '../../../../src/spar/datasets/export/exportDataset';
import { previewExport } from '../../../../src/spar/datasets/export/previewExport';
import { recordIdOf } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { pair } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';

describe('the export wizard’s choices', () => {
  const choices = firstChoices('/w/datasets/pairs.spar.jsonl', '/w/exports');

  test('begin with what most people want, in a folder of its own for each dataset and format', () => {
    expect(choices).toMatchObject({
      what: 'pairs',
      format: 'trl',
      statuses: ['accepted'],
      split: null,
      seed: 0,
    });
    expect(choices.outputFolder).toBe('/w/exports/pairs-trl');
    expect(outputFolderFor('/w/exports', '/w/a: b.spar.jsonl', 'csv')).toBe('/w/exports/a-b-spar-csv');
  });

  test('of a format go along to the refiner’s, and all that are offered fit', () => {
    expect(fittingFormat('refiner', 'llama-factory')).toBe('llama-factory-sft');
    expect(fittingFormat('refiner', 'trl-kto')).toBe('trl-sft');
    expect(fittingFormat('refiner', 'parquet')).toBe('parquet');
    expect(fittingFormat('pairs', 'trl-kto')).toBe('trl-kto');
    expect(formatsFor('refiner').every(({ method }) => method !== 'kto')).toBe(true);
  });

  test('become a target; what lint found goes only where the person said so', () => {
    const target = {
      datasets: choices.datasets,
      what: 'pairs',
      format: 'trl',
      statuses: ['accepted'],
      seed: 0,
    };
    const outputFolder = '/w/exports/pairs-trl';
    expect(targetOf(choices, ['a'])).toEqual({ ...target, outputFolder });
    expect(targetOf({ ...choices, withoutErrors: true }, ['a'])).toEqual({
      ...target,
      outputFolder,
      except: ['a'],
    });
    expect([' 7 ', '0', '-1', '1.5', '', 'x', '99999999999999999999'].map(seedIn)).toEqual([
      ...[7, 0, null, null, null, null, null],
    ]);
  });
});

describe('the preview of an export', () => {
  const folder = temporaryFolder();
  const file = (): string => folder.path('datasets', 'pairs.spar.jsonl');
  const choicesOf = (rest: Partial<ExportChoices> = {}): ExportChoices => ({
    ...firstChoices(file(), folder.path('exports')),
    ...rest,
  });

  beforeEach(async () => {
    const dataset = await DatasetFile.open(file());
    const adds = Array.from({ length: 12 }, (_, index) => ({
      type: 'add' as const,
      record: pair(index),
      decision: { status: index < 8 ? ('accepted' as const) : ('pending' as const) },
    }));
    await dataset.apply(adds);
  });

  const preview = (choices: ExportChoices, except: readonly string[] = []) =>
    previewExport(targetOf(choices, except));

  test('shows the rows that the export then writes, and writes none itself', async () => {
    const split = [
      { name: 'train', share: 0.75 },
      { name: 'test', share: 0.25 },
    ];
    const choices = choicesOf({ split, seed: 3, statuses: ['accepted', 'pending'] });
    const shown = await preview(choices);
    expect(await readdir(folder.path())).toEqual(['datasets']);
    const written = await exportDataset(targetOf(choices, []));
    expect(shown.count).toBe(written.rows);
    expect(shown.splits).toEqual(written.splits.map(({ name, rows }) => ({ name, rows })));
    const texts = await Promise.all(
      written.splits.map(({ file: name }) => readFile(folder.path('exports', 'pairs-trl', name), 'utf8')),
    );
    const rows = texts.flatMap((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    );
    expect(shown.rows).toHaveLength(5);
    for (const row of shown.rows) expect(rows).toContainEqual(row);
  });

  test('counts what is left out, tells the first rows early, and hears a stop', async () => {
    const except = [recordIdOf(pair(0))];
    const first: number[] = [];
    const shown = await previewExport(targetOf(choicesOf({ withoutErrors: true }), except), {
      onFirst: ({ count, isComplete }) => first.push(count, Number(isComplete)),
    });
    expect([shown.count, first]).toEqual([7, [5, 0]]);
    expect(shown.leftOut.map(({ reason, count }) => `${reason} ${count}`)).toEqual([
      'status 4',
      'not-chosen 1',
    ]);
    const signal = AbortSignal.abort(new Error('stopped'));
    const stopped = previewExport({ ...targetOf(choicesOf(), except), signal });
    await expect(stopped).rejects.toThrow('stopped');
  });

  test('reads as a document: what, how much, how to train, the first rows, long ones cut', async () => {
    const choices = choicesOf();
    const text = previewText(await preview(choices), choices, { folder: 'exports/pairs-trl' });
    expect(text).toContain(
      '# Export of pairs\n\n- Format: TRL: preference pairs\n- Contents: preference pairs\n- Records: accepted\n',
    );
    expect(text).toContain('## 8 rows\n\n- train.jsonl: 8\n- 4 left out: ');
    expect(text).toContain('```\ntrl dpo --config trl.yaml\n```');
    expect(text).toContain('{"prompt":[{"role":"user","content":"Say 0."}]');
    const folderWords = { folder: 'x' };
    expect(previewText(null, choices, folderWords)).toContain('- Folder: x\n\nReading…\n');
    const gone = previewText(null, choices, { ...folderWords, note: 'The file is gone.' });
    expect(gone).toMatch(/- The file is gone\.\n$/u);
    const long = { ...(await preview(choices)), rows: [{ text: 'x'.repeat(1_000_000) }] };
    expect(previewText(long, choices, folderWords).length).toBeLessThan(6000);
  });
});
