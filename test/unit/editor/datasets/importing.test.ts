import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { takeOut } from '../../../../src/editor/datasets/appendStretch';
import { importedStretch, sizeOf } from '../../../../src/editor/datasets/importing/importedStretch';
import { planText } from '../../../../src/editor/datasets/importing/planText';
import { planImport, type ImportPlan } from '../../../../src/spar/datasets/import/plan';
import { runImport } from '../../../../src/spar/datasets/import/runImport';
import { recordIdOf } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { pair } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';

describe('an import in the editor', () => {
  const folder = temporaryFolder();
  const dataset = (): string => folder.path('pairs.spar.jsonl');
  const rows = (): string => folder.path('rows.jsonl');
  const row = (number: number, rest: object = {}): string =>
    `${JSON.stringify({ prompt: `Say ${number}.`, chosen: `It is well ${number}`, rejected: `It is, well, ${number}`, ...rest })}\n`;
  const plan = (): Promise<ImportPlan> => planImport([rows()], { dataset: dataset() });

  beforeEach(async () => {
    await (await DatasetFile.open(dataset())).addRecord(pair(1));
    await writeFile(rows(), `${row(1)}${row(2)}${row(2)}no JSON\n${row(3, { chosen: '' })}${row(4)}`);
  });

  test('is shown before it is done: what is new, what is known, what is refused and where', async () => {
    const text = planText(await plan(), () => 'rows.jsonl');
    expect(text).toContain(
      '# Import into pairs\n\nNothing is imported yet.\n\n## 2 of 6 rows make new pairs\n',
    );
    expect(text).toContain('- 1 said the same as an earlier row\n- 1 are in the dataset already\n');
    expect(text).toContain('- 1: chosen or rejected is empty (rows.jsonl, row 5)');
    expect(text).toMatch(/- 1: .*\(rows\.jsonl, row 4\)/u);
    expect(text).toContain(
      'Instruction:\n\n> Say 2.\n\nRejected:\n\n> It is, well, 2\n\nChosen:\n\n> It is well 2\n',
    );
  });

  test('can’t be mistaken for the document’s own words, nor be longer than a person reads', async () => {
    await writeFile(rows(), row(7, { prompt: '# Import\n\n## 9 of 9', chosen: 'x'.repeat(100_000) }));
    const text = planText(await plan(), () => 'rows.jsonl');
    expect(text).toContain('> # Import\n> \n> ## 9 of 9\n');
    expect(text.length).toBeLessThan(4000);
  });

  test('can be undone to the byte, but not where others have added something since', async () => {
    const before = await readFile(dataset(), 'utf8');
    const size = await sizeOf(dataset());
    const planned = await plan();
    const ids = new Set(planned.records.map(recordIdOf));
    await runImport({ ...planned, status: 'accepted', tags: ['new'] });
    const added = await importedStretch(dataset(), size, ids);
    expect(added?.lines).toBe(6);
    await takeOut(added!);
    expect(await readFile(dataset(), 'utf8')).toBe(before);
    await runImport(planned);
    await (await DatasetFile.open(dataset())).decide(recordIdOf(pair(1)), { status: 'rejected' });
    expect(await importedStretch(dataset(), size, ids)).toBeNull();
    expect(await sizeOf(folder.path('none'))).toBe(0);
    await appendFile(dataset(), 'torn');
    expect(await importedStretch(dataset(), size, ids)).toBeNull();
  });
});
