import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultPrompts } from '../../src/spar/refiner/prompts';
import { sampleText } from '../../src/views/runs/start/sampleRows';
import { startSimulator, type Simulator } from '../support/simulator/simulator';
import { worldItems, worldReply } from '../support/world';
import { docsImage } from './support/docsImage';
import { asked, placeholder } from './support/quickSteps';
import { startWorkbench, type Workbench } from './support/workbench';

const title = 'SPaR: Start Self-Play Run';

/** Two columns of prose, so that a person must say which one asks; two rows of 24 ask nothing. */
function csv(): string {
  const rows = worldItems(22).map(({ instruction }, at) => [
    `Note ${at} on where this came from`,
    instruction,
  ]);
  const all = [
    ...rows.slice(0, 5),
    ['Note without a task here', ''],
    ...rows.slice(5),
    ['One more such note', ''],
  ];
  const cell = (text: string): string => `"${text.replaceAll('"', '""').replaceAll('\n', ' ')}"`;
  return ['origin,wish', ...all.map((row) => row.map(cell).join(','))].join('\n');
}

async function simulator(): Promise<Simulator> {
  const started = await startSimulator({
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
    models: ['simulated'],
  });
  onTestFinished(() => started.close());
  return started;
}

test('a run on the sample needs no model; of a table every step is asked, there and back, and what is chosen runs', async () => {
  const server = await simulator();
  const workbench = await startWorkbench({ files: { 'wishes.csv': csv() } });
  const { page, folder } = workbench;
  await workbench.openSparView();
  await workbench.runCommand(title);
  await page.locator('.quick-input-list').getByText('responses.jsonl').waitFor();
  await workbench.screenshot('run-start-1-file');
  await workbench.pick('Try it on a sample');
  await placeholder(workbench, 'What the run does with each row');
  await press(workbench, 'Enter');
  await placeholder(workbench, 'The refiner');
  await workbench.screenshot('run-start-2-refiner-offline');
  await workbench.pick('Rules alone');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.screenshot('run-start-3-summary-offline');
  await workbench.pick('Start');
  const pairs = join(folder, 'datasets', 'pairs.spar.jsonl');
  await expect
    .poll(() => readFile(pairs, 'utf8').catch(() => ''), { timeout: 20_000 })
    .toContain('self-play-sample.jsonl');

  await workbench.changeSettings({
    'spar.endpoint.baseUrl': server.url,
    'spar.endpoint.model': 'simulated',
    'spar.model.kind': 'endpoint',
    'workbench.colorTheme': 'Default Dark Modern',
  });
  await workbench.openFile('wishes.csv');
  await workbench.runCommand(title);
  await workbench.pick('wishes.csv');
  await placeholder(workbench, 'Which column says what is asked?');
  await workbench.screenshot('run-start-4-columns');
  await workbench.pick('wish');
  await placeholder(workbench, 'Which column holds answers?');
  await workbench.pick('None: the actor answers');
  await placeholder(workbench, 'Which column holds a system prompt?');
  await workbench.pick('None');
  await placeholder(workbench, 'rows can’t be used');
  await workbench.screenshot('run-start-5-rows');
  await workbench.pick('Go on with 22 rows');
  await placeholder(workbench, 'What the run does with each row');
  await workbench.screenshot('run-start-6-stages');
  await press(workbench, 'Enter');
  await placeholder(workbench, 'The actor');
  await workbench.screenshot('run-start-7-actor');
  await workbench.pick('simulated');
  await placeholder(workbench, 'The refiner');
  await page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
  await placeholder(workbench, 'The actor');
  await workbench.pick('simulated');
  await placeholder(workbench, 'The refiner');
  await workbench.screenshot('run-start-8-refiner');
  await workbench.pick('The same as the actor');
  await placeholder(workbench, 'Start, or pick a line');
  // The picture waits until the list is faded in.
  await page.evaluate(
    "Promise.allSettled(document.querySelector('.quick-input-widget').getAnimations({ subtree: true }).map((one) => one.finished))",
  );
  await docsImage(workbench, 'run-start', 500);
  await workbench.screenshot('run-start-9-summary');
  await workbench.pick('Votes');
  await asked(workbench, 'Votes about one text');
  await workbench.answer('3');
  await workbench.pick('One, and up to 3');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.answer('Most tokens');
  await asked(workbench, 'at which the run pauses');
  await workbench.answer('many');
  await asked(workbench, 'Write a whole number');
  await workbench.answer('5000000');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.pick('Replies in flight');
  await asked(workbench, 'Replies in flight at once');
  await workbench.answer('actor=4,refiner=2');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.pick('Temperature and length');
  await placeholder(workbench, 'How the models are asked');
  await workbench.pick('Judgements');
  await asked(workbench, 'Judgements (the paper');
  await workbench.answer('temperature=0.2');
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.pick('Actor');
  await placeholder(workbench, 'The actor');
  await workbench.screenshot('run-start-10-addresses');
  await workbench.pick('Another address');
  await asked(workbench, 'Another address at which');
  const second = server.url.replace('127.0.0.1', 'localhost');
  await workbench.answer(second);
  await placeholder(workbench, 'Start, or pick a line');
  await workbench.screenshot('run-start-11-summary');
  await workbench.pick('Start');
  await expect
    .poll(() => planOf(workbench, 'wishes.csv'), { timeout: 20_000 })
    .toMatchObject({
      judge: true,
      limits: { tokens: 5_000_000 },
      search: { votes: 3, voting: 'screen', judge: { temperature: 0.2, maxTokens: 2048 } },
      source: {
        input: { columns: { instruction: 'wish' } },
        actor: { model: 'simulated', baseUrls: [server.url, second] },
        refiner: { model: 'simulated', baseUrls: [server.url] },
        ownConcurrency: { actor: 4, refiner: 2 },
      },
    });
  await expect.poll(() => server.chats.length, { timeout: 20_000 }).toBeGreaterThan(0);
});

test('of a workspace’s folders a run takes prompts, checks and dataset of the one that its input lies in', async () => {
  const own = { name: 'brief', type: 'custom:length', args: { unit: 'sentences', max: 6 } };
  const workbench = await startWorkbench({
    moreFolders: ['second'],
    files: {
      '../second/answers.jsonl': sampleText(),
      '../second/.spar/prompts/judge.md': `${defaultPrompts.judge}\n`,
      '../second/.spar/verifiers.json': JSON.stringify({ verifiers: [own] }),
    },
  });
  const second = join(workbench.folder, '..', 'second');
  await workbench.openSparView();
  await workbench.runCommand(title);
  await workbench.pick('answers.jsonl');
  await placeholder(workbench, 'What the run does with each row');
  await press(workbench, 'Enter');
  await placeholder(workbench, 'The refiner');
  await workbench.pick('Rules alone');
  await placeholder(workbench, 'Start, or pick a line');
  const list = workbench.page.locator('.quick-input-list');
  await list.getByText('judge.md of second/.spar/prompts').waitFor();
  await list.getByText('verifiers.json of second/.spar').waitFor();
  await workbench.screenshot('run-start-10-second-folder');
  await workbench.pick('Start');
  const pairs = join(second, 'datasets', 'pairs.spar.jsonl');
  await expect
    .poll(() => readFile(pairs, 'utf8').catch(() => ''), { timeout: 20_000 })
    .toContain('answers.jsonl');
  expect(await planIn(second, 'answers.jsonl')).toMatchObject({
    source: { verifiers: join(second, '.spar', 'verifiers.json'), prompts: { judge: defaultPrompts.judge } },
  });
  await workbench.treeRow('answers.jsonl').filter({ hasText: 'finished' }).waitFor();
  await workbench.screenshot('run-start-11-second-folder-runs', 'dark');
});

/** The plan of the run over a file, as it is on the disk. */
function planOf({ folder }: Workbench, input: string): Promise<unknown> {
  return planIn(folder, input);
}

async function planIn(folder: string, input: string): Promise<unknown> {
  const runs = join(folder, '.spar', 'runs');
  for (const id of await readdir(runs).catch(() => [])) {
    const text = await readFile(join(runs, id, 'settings.json'), 'utf8').catch(() => '{}');
    const { settings } = JSON.parse(text) as { settings?: { source?: { input: { name: string } } } };
    if (settings?.source?.input.name === input) return settings;
  }
  return null;
}

async function press({ page }: Workbench, key: string): Promise<void> {
  await page.locator('.quick-input-widget input.input').press(key);
}
