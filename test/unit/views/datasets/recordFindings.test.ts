import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RecordFindings } from '../../../../src/views/datasets/editor/recordFindings';
import { curatedRecord, datasetText } from '../../../support/curationDataset';

it('looks anew for what is like a record where the file changed while it was looked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spar-findings-'));
  try {
    const path = join(folder, 'pairs.spar.jsonl');
    const [zero, one] = [curatedRecord(0), curatedRecord(1)];
    await writeFile(path, datasetText([zero]));
    const onDidLint = () => ({ dispose: () => undefined });
    const port = { report: () => null, lint: () => Promise.resolve(null), onDidLint };
    const findings = new RecordFindings(path, port);
    const looking = findings.like(zero, {});
    findings.forgetSimilar();
    expect(await looking).toEqual([zero.id]);
    await appendFile(path, datasetText([{ ...one, chosen: zero.chosen }]));
    expect(await findings.like(zero, {})).toEqual([zero.id, one.id]);
    await rm(path);
    expect(await findings.like(zero, {})).toEqual([zero.id, one.id]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
