import * as vscode from 'vscode';
import type { ReadSelection, SelectionInput } from './selection/readSelection';
import { askPick, askText } from './steps';
import type { SessionItem, SessionSource } from './sessions/session';

export type ItemResult =
  | { readonly kind: 'item'; readonly item: SessionItem }
  /** A sentence for a person. */
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** Instruction and response from what is selected in the active editor; what is missing is asked for. */
export async function itemFromEditor(title: string): Promise<ItemResult> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return withoutEditor(title);
  const { readSelection } = await import('./selection/readSelection');
  const { document } = editor;
  const result = readSelection(selectionIn(editor));
  if (result.ok) return { kind: 'item', item: await toItem(result, document) };
  const canAsk = askable.has(result.problem.code);
  if (!canAsk) return { kind: 'problem', message: result.problem.message };
  return askForItem({ title, why: result.problem.message, partial: result.partial ?? {}, document });
}

/** What is selected in an editor, as `readSelection` takes it. */
export function selectionIn({ document, selections, selection }: vscode.TextEditor): SelectionInput {
  return {
    text: document.getText(),
    languageId: document.languageId,
    fileName: document.fileName,
    selections: selections.map((range) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
    })),
    cursor: document.offsetAt(selection.active),
  };
}

/** Problems that a person can mend by giving what is missing. */
const askable: ReadonlySet<string> = new Set(['no-selection', 'no-instruction']);

/** A file whose tab is in front but that the editor gives to no extension is no text, or too large. */
function withoutEditor(title: string): Promise<ItemResult> | ItemResult {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  if (tab?.input instanceof vscode.TabInputText) {
    const message = `“${tab.label}” is not open as text: it is a binary file, or too large for extensions. Open a text file and select a response in it.`;
    return { kind: 'problem', message };
  }
  const why = 'No text is open.';
  return askForItem({ title, why, partial: {}, document: null });
}

async function toItem(read: ReadSelection, document: vscode.TextDocument): Promise<SessionItem> {
  const { instruction, response, responseRange, source, critique, constraints } = read;
  return {
    instruction,
    original: response,
    source: {
      kind: source.kind === 'row' ? 'row' : 'selection',
      uri: document.uri.toString(),
      range: responseRange,
      line: source.row,
    },
    ...(critique === undefined ? {} : { critique }),
    ...(constraints === undefined ? {} : await checkable(constraints)),
  };
}

/** The row's own constraints, where code knows them all; else they are read from the instruction's text. */
async function checkable(
  row: NonNullable<ReadSelection['constraints']>,
): Promise<Pick<SessionItem, 'constraints'>> {
  const { constraintsFromRow } = await import('../spar/verifiers/rows');
  const { constraints, refused } = constraintsFromRow(row.instructionIds, row.kwargs);
  return refused.length === 0 && constraints.length > 0 ? { constraints } : {};
}

interface Asking {
  readonly title: string;
  /** Why there is something to ask. */
  readonly why: string;
  readonly partial: Partial<ReadSelection>;
  readonly document: vscode.TextDocument | null;
}

/** Two steps, pre-filled with what was found; Back goes back. */
async function askForItem({ title, why, partial, document }: Asking): Promise<ItemResult> {
  const { instructionText } = await import('../spar/refiner/instruction');
  const found = partial.instruction === undefined ? '' : instructionText(partial.instruction);
  let instruction = found;
  while (true) {
    const first = await askText({
      title,
      step: 1,
      totalSteps: 2,
      prompt: `The instruction that the response answers. ${why}`,
      value: oneLine(instruction),
      validate: (text) => (text.trim() === '' ? 'An instruction is needed.' : null),
    });
    if (first.kind !== 'value') return { kind: 'cancelled' };
    // A text box holds one line; what was found keeps its lines unless the person changes it.
    if (first.value !== oneLine(instruction)) instruction = first.value.trim();
    const second = await askResponse({ title, why, partial, document });
    if (second.kind === 'cancelled') return { kind: 'cancelled' };
    if (second.kind === 'back') continue;
    const { text, range } = second.value;
    const source: SessionSource =
      range === null || document === null
        ? { kind: 'input', uri: document?.uri.toString() ?? null, range: null, line: null }
        : { kind: 'selection', uri: document.uri.toString(), range, line: null };
    const kept = instruction === found ? (partial.instruction ?? instruction) : instruction;
    return { kind: 'item', item: { instruction: kept, original: text, source } };
  }
}

interface GivenResponse {
  readonly text: string;
  readonly range: SessionSource['range'];
}

interface ResponseItem extends vscode.QuickPickItem {
  readonly given: GivenResponse | null;
}

async function askResponse({ title, partial, document }: Asking) {
  const step = { title, step: 2, totalSteps: 2 };
  const offers: ResponseItem[] = [];
  const offer = (label: string, given: GivenResponse): void => {
    if (given.text.trim() !== '')
      offers.push({ label, description: oneLine(given.text).slice(0, 80), given });
  };
  offer('$(selection) What is selected', {
    text: partial.response ?? '',
    range: partial.responseRange ?? null,
  });
  offer('$(clippy) From the clipboard', {
    text: (await vscode.env.clipboard.readText()).trim(),
    range: null,
  });
  if (document !== null) offer('$(file) The whole document', wholeOf(document.getText()));
  const type: ResponseItem = { label: '$(edit) Type it here…', given: null };
  const picked = await askPick<ResponseItem>({
    ...step,
    placeholder: 'The response to refine',
    items: [...offers, type],
  });
  if (picked.kind !== 'value') return picked;
  if (picked.value.given !== null) return { kind: 'value' as const, value: picked.value.given };
  const typed = await askText({
    ...step,
    prompt: 'The response to refine',
    validate: (text) => (text.trim() === '' ? 'An empty response can not be refined.' : null),
  });
  if (typed.kind !== 'value') return typed;
  return { kind: 'value' as const, value: { text: typed.value.trim(), range: null } };
}

function wholeOf(text: string): GivenResponse {
  const start = text.length - text.trimStart().length;
  const end = start + text.trim().length;
  return { text: text.slice(start, end).replace(/\r\n?/gu, '\n'), range: { start, end } };
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
