import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, settings, settingsSection } from '../../../src/contributions';
import {
  datasetLines,
  journalledEvents,
  runIds,
  workspaceRoot,
  type JournalledEvent,
} from '../support/files';
import { scriptedVendor, scriptReplies, seenRequests } from '../support/scriptedModel';
import { until } from '../support/until';

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace
    .getConfiguration(settingsSection)
    .update(name, value, vscode.ConfigurationTarget.Global);
}

async function open(text: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'markdown', content: text }),
  );
}

/** Runs the command and answers with the events of the search that it started, once it has ended. */
async function search(command: string): Promise<readonly JournalledEvent[]> {
  const before = new Set(await runIds());
  await vscode.commands.executeCommand(command);
  const id = await until(async () => (await runIds()).find((run) => !before.has(run)), {
    what: 'a run is journalled',
  });
  return until(
    async () => {
      const events = await journalledEvents(id);
      return events.some(({ type }) => type === 'search-finished') ? events : null;
    },
    { what: 'the search has ended', within: 25_000 },
  );
}

function outcomeOf(events: readonly JournalledEvent[]): string {
  const { outcome } = events.find(({ type }) => type === 'search-finished') ?? {};
  return `${outcome?.status ?? 'none'} ${outcome?.stoppedBy ?? ''}`.trim();
}

const commas =
  '## Instruction\n\nSay hello to the world. Do not use any commas.\n\n## Response\n\nHello, dear world, and hello again.\n';

describe('Refine Response, offline', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('repairs the sample and leaves the focus in its editor', async () => {
    await vscode.commands.executeCommand(commands.openSample);
    const before = vscode.window.activeTextEditor?.document.uri.toString();
    const events = await search(commands.refineResponse);
    assert.equal(outcomeOf(events), 'accepted');
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), before);
  });

  it('brings a candidate through review into the dataset, and takes the decision back', async () => {
    await open(commas);
    await search(commands.refineResponse);
    const before = (await datasetLines()).length;
    await vscode.commands.executeCommand(commands.nextPending);
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'spar-review', {
      what: 'the review is open',
    });
    await vscode.commands.executeCommand(commands.accept);
    const [record, decision] = (await datasetLines()).slice(before);
    assert.deepEqual(
      { kind: record?.['kind'], rejected: record?.['rejected'], chosen: record?.['chosen'] },
      {
        kind: 'record',
        rejected: 'Hello, dear world, and hello again.',
        chosen: 'Hello dear world and hello again.',
      },
    );
    assert.deepEqual(
      { kind: decision?.['kind'], status: decision?.['status'], record: decision?.['record'] },
      { kind: 'decision', status: 'accepted', record: record?.['id'] },
    );
    await vscode.commands.executeCommand(commands.undoDecision);
    const last = (await datasetLines()).at(-1);
    assert.deepEqual(
      { kind: last?.['kind'], status: last?.['status'] },
      { kind: 'decision', status: 'pending' },
    );
  });

  it('judges only, when asked to', async () => {
    await open(commas);
    const events = await search(commands.judgeResponse);
    assert.deepEqual(
      events.flatMap(({ node }) => (node === undefined ? [] : [node.path])),
      [],
    );
  });

  it('writes an accepted text back as one edit that can be undone', async () => {
    await set(settings.reviewWriteBack, true);
    try {
      const { document } = await open(commas);
      await search(commands.refineResponse);
      await vscode.commands.executeCommand(commands.nextPending);
      await vscode.commands.executeCommand(commands.accept);
      assert.equal(document.getText(), commas.replace('Hello, dear world, and', 'Hello dear world and'));
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), commas);
    } finally {
      await set(settings.reviewWriteBack, undefined);
    }
  });

  it('reads the row under the cursor', async () => {
    const file = vscode.Uri.joinPath(vscode.Uri.file(workspaceRoot()), 'responses.jsonl');
    await vscode.window.showTextDocument(file);
    const events = await search(commands.refineResponse);
    assert.notEqual(outcomeOf(events), 'failed');
  });
});

describe('Refine Response with an editor model', () => {
  const refined = 'Thinking done.\n[[start]]Good day to you all.[[end]]';
  const yes = 'All holds.\nFinal Judgement (Yes or No): Yes';
  const no = 'It is rude.\nFinal Judgement (Yes or No): No';
  const rude = '## Instruction\n\nGreet the crowd politely.\n\n## Response\n\nOi you lot\n';

  afterEach(async () => {
    for (const name of [settings.modelKind, settings.editorModel, settings.branchFactor, settings.votes]) {
      await set(name, undefined);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function choose(): Promise<void> {
    await set(settings.editorModel, `${scriptedVendor}/steady`);
    await set(settings.modelKind, 'editor');
    await set(settings.branchFactor, 1);
    await set(settings.votes, 1);
  }

  it('judges and refines with it', async () => {
    await choose();
    await scriptReplies({ text: no }, { text: refined }, { text: yes });
    await open(rude);
    const events = await search(commands.refineResponse);
    assert.equal(outcomeOf(events), 'accepted');
    const texts = events.flatMap(({ node }) => (node === undefined ? [] : [node.text]));
    assert.ok(texts.includes('Good day to you all.'));
    assert.deepEqual(
      (await seenRequests()).map(({ messages }) => messages.map(({ role }) => role).join(' ')),
      ['user', 'user assistant user', 'user'],
    );
  });

  for (const [error, words] of [
    ['ChatQuotaExceeded', /quota/iu],
    ['Blocked', /blocks SPaR/u],
    ['NoPermissions', /not been allowed/u],
    ['NotFound', /no longer offers/u],
  ] as const) {
    it(`pauses at ${error} and keeps what it has`, async () => {
      await choose();
      await scriptReplies({ text: no }, ...Array.from({ length: 8 }, () => ({ error })));
      await open(rude);
      const events = await search(commands.refineResponse);
      const { outcome } = events.find(({ type }) => type === 'search-finished') ?? {};
      assert.equal(outcome?.stoppedBy, 'endpoint');
      assert.match(outcome.reason, words);
      assert.ok(events.some(({ type, path }) => type === 'node-judged' && path === '0'));
    });
  }

  it('can be stopped while the model is silent', async () => {
    await choose();
    await scriptReplies({ hang: true });
    await open(rude);
    const ended = search(commands.refineResponse);
    await until(async () => (await seenRequests()).length > 0, { what: 'the model is asked' });
    await vscode.commands.executeCommand(commands.stop);
    assert.equal(outcomeOf(await ended), 'stopped abort');
    await until(async () => (await seenRequests())[0]?.cancelled, { what: 'the request is cancelled' });
  });
});
