import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { scriptedVendor, scriptReplies, seenRequests } from './support/scriptedModel';

describe('Activation', () => {
  it('is done without an error', async () => {
    const extension = vscode.extensions.getExtension('spar-vscode.spar-refine');
    assert.ok(extension, 'the extension is installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('finds the sample workspace open', () => {
    assert.deepEqual(
      vscode.workspace.workspaceFolders?.map(({ name }) => name),
      ['samples'],
    );
  });
});

describe('The scripted models of the fixture', () => {
  it('reply through the real language model interface', async () => {
    await scriptReplies({ parts: ['Hel', 'lo'] });
    const [model] = await vscode.lm.selectChatModels({ vendor: scriptedVendor, id: 'steady' });
    assert.ok(model);
    const reply = await model.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    let text = '';
    for await (const part of reply.text) text += part;
    assert.equal(text, 'Hello');
    assert.deepEqual(await seenRequests(), [
      { model: 'steady', messages: [{ role: 'user', text: 'Hi' }], modelOptions: {}, cancelled: false },
    ]);
  });
});
