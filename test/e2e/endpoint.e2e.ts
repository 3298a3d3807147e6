import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Fault, SimulatedCall, SimulatorOptions } from '../support/simulator/protocol';
import { startSimulator, type Simulator } from '../support/simulator/simulator';
import { datasetLines, decisionIn, filesWith } from './support/datasetFile';
import { docsImage } from './support/docsImage';
import { refiner } from './support/refiner';
import { pressOnRow } from './support/rows';
import { startWorkbench, type Workbench } from './support/workbench';

const key = 'sk-e2e-4711-never-on-disk';
const original = 'Oi you daft lot, gather round the stage and listen to the mayor now please.';
const kind = 'Hello dear friends, gather round the stage and listen to the mayor today please.';
const files = {
  'greeting.md': `Greet the crowd kindly and call them friends.\n\n${original}\n`,
  'rows.jsonl': `${JSON.stringify({ prompt: 'Greet the crowd kindly and call them friends.', response: original })}\n`,
};

/** One in three refinements is kind; it also changes a word that nobody asked for. */
const responder = refiner({
  follows: (response) => response.includes('friends'),
  refine: (response, seed) =>
    [kind, response.replace('daft', 'dear'), response.replace('Oi', 'Hey')][seed % 3] ?? kind,
});

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const started = await startSimulator({ responder, models: ['kind-small', 'kind-large'], ...options });
  onTestFinished(() => started.close());
  return started;
}

async function useEndpoint(workbench: Workbench, { url }: Simulator): Promise<void> {
  await workbench.openSparView();
  await workbench.changeSettings({
    'spar.endpoint.baseUrl': url,
    'spar.endpoint.model': 'kind-small',
    'spar.model.kind': 'endpoint',
  });
  await workbench.statusBar('SPaR: kind-small').waitFor();
}

async function refineRow(workbench: Workbench): Promise<void> {
  await workbench.openFile('rows.jsonl');
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow('Original').first().waitFor();
}

test('an endpoint with a key judges and refines; part of a candidate, and an edit by hand, are accepted', async () => {
  const server = await simulator({ apiKey: key, latency: { baseMs: 600, perTokenMs: 1 } });
  const workbench = await startWorkbench({ files });
  const { page } = workbench;

  await workbench.runCommand('SPaR: Select Model');
  await page.locator('.quick-input-list').getByText('Steady').waitFor();
  await page.locator('.quick-input-list').getByText('None answers on this machine').waitFor();
  // The pointer rested on the palette, and a tooltip that is shown late covers the title. It goes when the pointer
  // comes and goes, or with a key.
  const tooltip = page.locator('.workbench-hover');
  await expect
    .poll(
      async () => {
        await page.locator('.quick-input-widget input.input').hover();
        await page.mouse.move(900, 600, { steps: 5 });
        await page.keyboard.press('End');
        return tooltip.waitFor({ state: 'detached', timeout: 1000 }).then(
          () => 'gone',
          () => 'shown',
        );
      },
      { timeout: 30_000 },
    )
    .toBe('gone');
  await workbench.screenshot('endpoint-1-select-model');
  await docsImage(workbench, 'select-model');
  await workbench.pick('Add endpoint…');
  await page.locator('.quick-input-message').getByText('Base address').waitFor();
  await workbench.screenshot('endpoint-2-address');
  await workbench.answer(server.url);
  await page.locator('.quick-input-message').getByText('API key for').waitFor();
  await workbench.screenshot('endpoint-3-key');
  await workbench.answer(key);
  await page.locator('.quick-input-list').getByText('kind-large').waitFor();
  await workbench.screenshot('endpoint-4-model');
  await workbench.pick('kind-small');
  await workbench.statusBar('SPaR: kind-small').waitFor();

  await workbench.openFile('greeting.md');
  const line = (text: string) => page.locator('.editor-instance .view-line').getByText(text).first();
  await line('Greet the crowd').click({ clickCount: 3 });
  await line('gather round').click({ clickCount: 3, modifiers: ['Alt'] });
  await workbench.runCommand('SPaR: Refine Response');
  await workbench.treeRow('refining…').first().waitFor();
  await workbench.statusBar(/kind-small · [\d,]+ tokens/u).waitFor();
  await workbench.screenshot('endpoint-5-live-tree');
  await workbench.treeRow(/best/u).waitFor();
  await workbench.treeRow(/^\s*Original0\/3/u).waitFor();
  await workbench.treeRow(/3\/3/u).first().waitFor();
  await workbench.screenshot('endpoint-6-tree');
  await docsImage(workbench, 'refine-tree');

  await workbench.treeRow(/best/u).click();
  await workbench.codeLens('Keep “now” → “today”').waitFor();
  await workbench
    .codeLens(/^\s*Undo$/u)
    .nth(1)
    .click();
  await workbench.codeLens('Undone “now” → “today”').waitFor();
  await workbench.screenshot('endpoint-7-one-undone');
  const asked = server.chats.length;
  await workbench.codeLens('Accept').click();
  await workbench.statusBar('Preference pair saved').waitFor();
  expect(server.chats.length).toBeGreaterThan(asked);
  const [mixture, accepted] = await datasetLines(workbench.folder);
  expect({ rejected: mixture?.['rejected'], chosen: mixture?.['chosen'], model: mixture?.['model'] }).toEqual(
    {
      rejected: original,
      chosen: kind.replace('today', 'now'),
      model: expect.stringContaining('kind-small') as string,
    },
  );
  expect(decisionIn(accepted ?? {})).toMatchObject({ status: 'accepted', record: mixture?.['id'] });
  expect(accepted?.['changes']).toEqual({
    kept: [0],
    all: [
      { removed: 'Oi you daft lot,', added: 'Hello dear friends,' },
      { removed: 'now', added: 'today' },
    ],
  });
  await workbench.treeRow('edited by hand').waitFor();
  await workbench.screenshot('endpoint-8-mixture');

  await refineRow(workbench);
  const newest = workbench.treeRow(/best/u).first();
  await expect.poll(() => workbench.treeRow(/best/u).count()).toBe(2);
  await pressOnRow(newest, 'Open Diff With Original');
  await workbench.tab(/Original ↔ \d/u).waitFor();
  await page.locator('.monaco-diff-editor .editor.modified .view-line').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Thank you, my friends!');
  await page.keyboard.press('Control+s');
  await workbench.treeRow('edits not accepted yet').waitFor();
  await workbench.screenshot('endpoint-9-edited');
  await page.keyboard.press('Alt+a');
  await expect.poll(async () => (await datasetLines(workbench.folder)).length).toBe(4);
  const edited = (await datasetLines(workbench.folder))[2];
  expect(edited?.['chosen']).toBe(`${kind} Thank you, my friends!`);

  await workbench.runCommand('SPaR: Open Log');
  await page.locator('.part.panel').waitFor();
  await workbench.screenshot('endpoint-10-log');
  expect(server.chats.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
  expect(await filesWith(dirname(workbench.folder), key)).toEqual([]);
});

test('Stop keeps what was found', async () => {
  const server = await simulator({ latency: { baseMs: 700, perTokenMs: 0 } });
  const workbench = await startWorkbench({ files });
  await useEndpoint(workbench, server);
  await refineRow(workbench);
  await workbench.treeRow(/Original\s*0\/3/u).waitFor();
  await workbench.runCommand('SPaR: Stop Search');
  await workbench.treeRow(/stopped/u).waitFor();
  await workbench.treeRow(/Original\s*0\/3/u).waitFor();
  await workbench.screenshot('endpoint-11-stopped');
  await server.settled();
  const asked = server.chats.length;
  const stopped = workbench.treeRow(/stopped/u);
  await pressOnRow(stopped, 'Resume Search');
  await workbench.treeRow(/best/u).waitFor();
  expect(server.chats.length).toBeGreaterThan(asked);
});

test('a missing key and a server that is down are told with a way out', async () => {
  const server = await simulator({ apiKey: key });
  const workbench = await startWorkbench({ files });
  await useEndpoint(workbench, server);
  await refineRow(workbench);
  const message = workbench.notification(/key/iu);
  await message.waitFor();
  await workbench.screenshot('endpoint-12-no-key');
  await message.getByRole('button', { name: 'Set API Key' }).click();
  await workbench.answer(key);
  await workbench.runCommand('SPaR: Resume Search');
  await workbench.treeRow(/best/u).waitFor();

  await server.close();
  await refineRow(workbench);
  const down = workbench.notification(/127\.0\.0\.1/u);
  await down.getByRole('button', { name: 'Retry' }).waitFor({ timeout: 40_000 });
  await workbench.screenshot('endpoint-13-down');
  await workbench.treeRow('paused: the model does not answer').waitFor();
  await down.getByRole('button', { name: 'Select Model' }).click();
  await workbench.pick('Offline');
  await workbench.statusBar('SPaR: offline').waitFor();
});

test('a search that the quota stopped goes on without paying twice', async () => {
  let isUsedUp = true;
  const answered: SimulatedCall[] = [];
  const faults = (call: SimulatedCall): Fault | undefined => {
    const isRefinement = JSON.stringify(call.body).includes('[[start]]');
    if (isUsedUp && isRefinement) return quotaUsedUp;
    answered.push(call);
    return undefined;
  };
  const server = await simulator({ faults });
  const workbench = await startWorkbench({ files });
  await useEndpoint(workbench, server);
  await refineRow(workbench);
  await workbench.notification(/quota/iu).waitFor();
  await workbench.treeRow(/paused/u).waitFor();
  await workbench.treeRow(/Original\s*0\/3/u).waitFor();
  await workbench.screenshot('endpoint-14-quota');
  isUsedUp = false;
  await workbench.runCommand('SPaR: Resume Search');
  await workbench.treeRow(/best/u).waitFor();
  const paid = answered.map(({ body }) => JSON.stringify([body['messages'], body['seed']]));
  expect(paid.length).toBeGreaterThan(3);
  expect(new Set(paid).size).toBe(paid.length);
});

const quotaUsedUp: Fault = {
  kind: 'status',
  status: 429,
  body: {
    error: {
      message: 'You exceeded your current quota.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    },
  },
};
