import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Keys } from '../../../../src/editor/models/keys';
import type { LeftBatches } from '../../../../src/editor/runs/leavingBatches';
import { RunNotes } from '../../../../src/editor/runs/runNotes';
import { openRunModels, type RunModelsOptions } from '../../../../src/editor/runs/runModels';
import { Runs, type RunEnd, type RunsOptions } from '../../../../src/editor/runs/runs';
import { scanInput, type InputScan } from '../../../../src/spar/selfplay/plan/inputScan';
import type { RunPlan, RunSource } from '../../../../src/spar/selfplay/plan/runPlan';
import { defaultRunSettings } from '../../../../src/spar/selfplay/settings';
import type { SimulatorOptions } from '../../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../../support/simulator/simulator';
import { worldItems, worldReply } from '../../../support/world';
import { MemoryNotes, MemorySecrets } from '../models/fakes';

/** Keys of a person, by origin. */
export async function keysWith(stored: Readonly<Record<string, string>> = {}): Promise<Keys> {
  const keys = new Keys({
    secrets: new MemorySecrets(),
    everywhere: new MemoryNotes(),
    here: new MemoryNotes(),
  });
  for (const [origin, key] of Object.entries(stored)) await keys.set(origin, key);
  return keys;
}

export const noEndpoint = {
  baseUrl: '',
  isFromWorkspace: false,
  model: '',
  headers: {},
  concurrency: 8,
  timeoutMs: 30_000,
} as const;

export async function simulatedWorld(options: SimulatorOptions = {}): Promise<Simulator> {
  const started = await startSimulator({
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
    ...options,
  });
  onTestFinished(() => started.close());
  return started;
}

/** A window with a workspace of its own. */
export class Window {
  readonly ends: RunEnd[] = [];
  readonly asked: string[] = [];
  readonly left: LeftBatches[] = [];
  readonly runs: Runs;

  constructor(
    readonly folder: string,
    readonly notes: MemoryNotes,
    given: Partial<RunsOptions> & { readonly models?: Partial<RunModelsOptions> } = {},
  ) {
    const { models, ...options } = given;
    this.runs = new Runs({
      places: () => [{ sparFolder: this.sparFolder, name: '' }],
      openModels: async (plan) =>
        openRunModels(plan, {
          keys: await keysWith(),
          endpoint: () => noEndpoint,
          findEditorModel: () => Promise.resolve(null),
          askToSendKey: () => Promise.resolve(false),
          ...models,
        }),
      askToWork: (_, run, left) => {
        this.asked.push(run);
        if (left !== null) this.left.push(left);
        return Promise.resolve(true);
      },
      isTrusted: () => true,
      notes: new RunNotes(notes),
      onEnd: (end) => this.ends.push(end),
      note: () => undefined,
      ...options,
    });
    onTestFinished(() => this.runs.dispose());
  }

  get sparFolder(): string {
    return join(this.folder, '.spar');
  }

  /** Resolves when the service's state fits. */
  async until(fits: () => boolean): Promise<void> {
    if (fits()) return;
    await new Promise<void>((resolve) => {
      const subscription = this.runs.onDidChange(() => {
        if (!fits()) return;
        subscription.dispose();
        resolve();
      });
    });
  }

  /** Resolves when work on a run has ended so often. */
  async ended(count = 1): Promise<RunEnd> {
    await this.until(() => this.ends.length >= count || this.runs.working.length === 0);
    // The end is told in the turn after the last change.
    await new Promise((resolve) => setImmediate(resolve));
    const end = this.ends[count - 1];
    if (end === undefined) throw new Error('the run did not end');
    return end;
  }
}

export async function workspace(items = 6): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spar-runs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const rows = worldItems(items).map(({ instruction }) => JSON.stringify({ instruction }));
  await writeFile(join(folder, 'prompts.jsonl'), `${rows.join('\n')}\n`);
  return folder;
}

/** A run over the workspace's prompts with a model at these addresses. */
export async function planOf(
  folder: string,
  source: Partial<RunSource> & { readonly urls?: readonly string[] },
  settings: Partial<RunPlan> = {},
): Promise<{ readonly plan: RunPlan; readonly scan: InputScan }> {
  const path = join(folder, 'prompts.jsonl');
  const scan = await scanInput({
    input: path,
    columns: null,
    limit: settings.limits?.items,
    signal: new AbortController().signal,
  });
  if (scan.kind !== 'usable') throw new Error(`the input is ${scan.kind}`);
  const { urls, ...rest } = source;
  const model = urls === undefined ? null : { model: 'simulated', baseUrls: urls };
  const plan: RunPlan = {
    ...defaultRunSettings,
    ...settings,
    source: {
      begun: '2026-11-23T10:00:00.000Z',
      input: { path, name: 'prompts.jsonl', sha256: scan.sha256, columns: scan.columns },
      actor: model,
      refiner: model,
      concurrency: 8,
      guard: [],
      verifiers: null,
      dataset: null,
      ...rest,
    },
  };
  return { plan, scan };
}

/** The texts of the files that follow from a run, its own id left out. */
export async function resultsOf(folder: string): Promise<string> {
  const names = ['pairs.spar.jsonl', 'refiner.jsonl', 'held-back.jsonl', 'problems.jsonl'];
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const id = folder.split(/[\\/]/u).at(-1) ?? '';
  return createHash('sha256').update(texts.join('\n').replaceAll(id, 'RUN')).digest('hex');
}
