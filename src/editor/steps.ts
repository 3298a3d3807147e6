import * as vscode from 'vscode';
import { messageText } from './messageText';

export type StepResult<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancelled' };

export interface StepPlace {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

export interface TextStep extends StepPlace {
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** A sentence where the text will not do. */
  readonly validate?: (text: string) => string | null;
}

/** One step that asks for a line of text. */
export function askText(step: TextStep): Promise<StepResult<string>> {
  const input = vscode.window.createInputBox();
  Object.assign(input, frameOf(step), {
    prompt: messageText(step.prompt),
    value: step.value ?? '',
    placeholder: step.placeholder,
    password: step.password ?? false,
  });
  return shown(input, (settle) => [
    input.onDidChangeValue(() => (input.validationMessage = undefined)),
    input.onDidAccept(() => {
      const problem = step.validate?.(input.value) ?? null;
      if (problem === null) settle({ kind: 'value', value: input.value });
      else input.validationMessage = messageText(problem);
    }),
  ]);
}

export interface PickStep<Item extends vscode.QuickPickItem> extends StepPlace {
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** The item that Enter takes at first; the first one where it is left out. */
  readonly active?: Item;
  /** Further items that are still being looked for; shown as they come. */
  readonly more?: Promise<readonly Item[]>;
}

/** One step that offers a list. */
export function askPick<Item extends vscode.QuickPickItem>(step: PickStep<Item>): Promise<StepResult<Item>> {
  const pick = vscode.window.createQuickPick<Item>();
  Object.assign(pick, frameOf(step), { placeholder: step.placeholder, matchOnDescription: true });
  pick.items = step.items;
  if (step.active !== undefined) pick.activeItems = [step.active];
  if (step.more !== undefined) {
    pick.busy = true;
    const add = (items: readonly Item[]): void => {
      pick.items = [...step.items, ...items];
      pick.busy = false;
    };
    step.more.then(add, () => add([]));
  }
  return shown(pick, (settle) => [
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined && item.kind !== vscode.QuickPickItemKind.Separator)
        settle({ kind: 'value', value: item });
    }),
  ]);
}

export interface ManyStep<Item extends vscode.QuickPickItem> extends StepPlace {
  readonly placeholder: string;
  readonly items: readonly Item[];
  /** Those with a mark at first. */
  readonly marked: readonly Item[];
}

/** One step that offers a list of which any may be marked. */
export function askMany<Item extends vscode.QuickPickItem>(
  step: ManyStep<Item>,
): Promise<StepResult<readonly Item[]>> {
  const pick = vscode.window.createQuickPick<Item>();
  Object.assign(pick, frameOf(step), { placeholder: step.placeholder, canSelectMany: true });
  pick.items = step.items;
  pick.selectedItems = step.marked;
  return shown(pick, (settle) => [
    pick.onDidAccept(() => settle({ kind: 'value', value: pick.selectedItems })),
  ]);
}

export interface BusyStep<Value> extends StepPlace {
  readonly placeholder: string;
  /** `tell` replaces the placeholder. */
  readonly work: (signal: AbortSignal, tell: (words: string) => void) => Promise<Value>;
}

/** One step that waits for work, which going back or away stops. Rejects as the work does. */
export function awaitWork<Value>(step: BusyStep<Value>): Promise<StepResult<Value>> {
  const stop = new AbortController();
  const pick = vscode.window.createQuickPick();
  Object.assign(pick, frameOf(step), { placeholder: step.placeholder, busy: true });
  const work = step.work(stop.signal, (words) => (pick.placeholder = words));
  return new Promise((resolve, reject) => {
    const ended = shown<Value>(pick, (settle) => {
      work.then(
        (value) => settle({ kind: 'value', value }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          reject(error instanceof Error ? error : new Error(String(error)));
          settle({ kind: 'cancelled' });
        },
      );
      return [];
    });
    void ended.then((result) => {
      if (result.kind !== 'value') stop.abort(new DOMException('Stopped by a person.', 'AbortError'));
      resolve(result);
    });
  });
}

function frameOf({ title, step, totalSteps }: StepPlace) {
  return {
    title,
    ...(totalSteps > 1 ? { step, totalSteps } : {}),
    buttons: step > 1 ? [vscode.QuickInputButtons.Back] : [],
    ignoreFocusOut: true,
  };
}

function shown<Value>(
  input: vscode.QuickInput & { readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
  listen: (settle: (result: StepResult<Value>) => void) => readonly vscode.Disposable[],
): Promise<StepResult<Value>> {
  return new Promise((resolve) => {
    const settle = (result: StepResult<Value>): void => {
      resolve(result);
      for (const listener of listeners) listener.dispose();
      input.dispose();
    };
    const listeners = [
      ...listen(settle),
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) settle({ kind: 'back' });
      }),
      input.onDidHide(() => settle({ kind: 'cancelled' })),
    ];
    input.show();
  });
}
