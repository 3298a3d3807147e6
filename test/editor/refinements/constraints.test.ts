import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commands, views } from '../../../src/contributions';
import { jsonLines, runIds, workspaceRoot } from '../support/files';
import { until } from '../support/until';

interface Line {
  readonly kind: string;
  readonly payload: {
    readonly type?: string;
    readonly constraints?: readonly { readonly id: string }[];
    readonly choices?: readonly {
      readonly constraint: { readonly id: string; readonly source?: string };
      readonly isActive: boolean;
    }[];
  };
}

async function linesOf(run: string): Promise<readonly Line[]> {
  const lines = await jsonLines(join(workspaceRoot(), '.spar', 'runs', run, 'journal.jsonl'));
  return lines as unknown as readonly Line[];
}

/** What each search of a run checked. */
async function checked(run: string): Promise<readonly (readonly string[])[]> {
  return (await linesOf(run)).flatMap(({ payload }) =>
    payload.type === 'search-started' ? [(payload.constraints ?? []).map(({ id }) => id)] : [],
  );
}

/** The last choices of a run: ids, with `off` behind those that are. */
async function chosen(run: string): Promise<readonly string[]> {
  const last = (await linesOf(run)).filter(({ kind }) => kind === 'constraints').at(-1);
  return (last?.payload.choices ?? []).map(
    ({ constraint, isActive }) => `${constraint.id}${isActive ? '' : ' off'}`,
  );
}

async function ended(run: string, times: number): Promise<void> {
  await until(
    async () =>
      (await linesOf(run)).filter(({ payload }) => payload.type === 'search-finished').length === times,
    { what: `the search has ended for the ${times}. time`, within: 25_000 },
  );
}

/** Refines a text offline; answers with the run's id. */
async function searched(): Promise<string> {
  const before = new Set(await runIds());
  const content =
    '## Instruction\n\nSay hello to the world. Do not use any commas. Answer in all lowercase letters.\n\n## Response\n\nHello, dear world.\n';
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'markdown', content }),
  );
  await vscode.commands.executeCommand(commands.refineResponse);
  const run = await until(async () => (await runIds()).find((id) => !before.has(id)), {
    what: 'a run is journalled',
  });
  await ended(run, 1);
  return run;
}

const fromView = { from: 'refinements' };
const comma = 'punctuation:no_comma';
const lowercase = 'change_case:english_lowercase';

/** Opens the newest search's constraints and switches the first off, with the keys that a person has for it. */
async function switchFirstOff(run: string): Promise<void> {
  await until(
    async () => {
      await vscode.commands.executeCommand(`${views.refinements}.focus`);
      // Expanding what is open goes to the first line within.
      for (const key of ['focusFirst', 'focusDown', 'expand', 'expand', 'select'])
        await vscode.commands.executeCommand(`list.${key}`);
      await vscode.commands.executeCommand(commands.switchConstraint, fromView);
      const now = (await chosen(run)).join();
      if (now === [`${comma} off`, lowercase].join()) return true;
      // The tree was still being drawn, and another line was selected.
      if (now.includes(' off')) await vscode.commands.executeCommand(commands.restoreConstraints, fromView);
      return false;
    },
    { what: 'the first constraint is selected and switched off' },
  );
}

describe('the constraints of a search', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are switched off by a key, and what is left is searched with again in the same run', async () => {
    const run = await searched();
    await switchFirstOff(run);
    assert.deepEqual(await checked(run), [[comma, lowercase]]);
    const runs = await runIds();
    await vscode.commands.executeCommand(commands.searchAgain);
    await ended(run, 2);
    assert.deepEqual(await checked(run), [[comma, lowercase], [lowercase]]);
    assert.deepEqual(await runIds(), runs);
    assert.equal((await linesOf(run)).filter(({ kind }) => kind === 'again').length, 1);
  });

  it('beside a decision are searched with in a run of their own', async () => {
    const run = await searched();
    await vscode.commands.executeCommand(commands.nextPending);
    await vscode.commands.executeCommand(commands.reject);
    await switchFirstOff(run);
    await vscode.commands.executeCommand(commands.searchAgain);
    const other = await until(async () => (await runIds()).filter((id) => id > run).at(-1), {
      what: 'a second run is journalled',
    });
    await ended(other, 1);
    assert.deepEqual(await checked(other), [[lowercase]]);
    assert.deepEqual(await chosen(other), [`${comma} off`, lowercase]);
    assert.equal((await checked(run)).length, 1);
  });

  it('are added to from the list of types, and restored', async () => {
    const run = await searched();
    await vscode.commands.executeCommand(`${views.refinements}.focus`);
    await vscode.commands.executeCommand('list.focusFirst');
    await vscode.commands.executeCommand('list.select');
    const adding = vscode.commands.executeCommand(commands.addConstraint);
    await until(
      async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return (await chosen(run)).length === 3;
      },
      { what: 'the first type of the list is added' },
    );
    await adding;
    const [, , added] = await chosen(run);
    assert.equal(added, 'change_case:english_capital');
    await vscode.commands.executeCommand(commands.restoreConstraints, fromView);
    assert.deepEqual(await chosen(run), [comma, lowercase]);
  });

  it('are left alone by commands that are meant for nothing', async () => {
    const run = await searched();
    const runs = await runIds();
    for (const argument of [undefined, null, 7, {}, { session: null, id: comma }, { sessionId: run }]) {
      await vscode.commands.executeCommand(commands.removeConstraint, argument);
    }
    await vscode.commands.executeCommand(commands.searchAgain);
    assert.deepEqual(await chosen(run), []);
    assert.deepEqual(await runIds(), runs);
  });
});
