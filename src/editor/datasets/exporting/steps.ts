import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ExportKind, FormatName } from '../../../spar/datasets/export/formats';
import type { ExportStatus } from '../../../spar/datasets/export/request';
import { parseSplit } from '../../../spar/datasets/export/split';
import { askPick, askText, type StepPlace, type StepResult } from '../../steps';
import {
  fittingFormat,
  formatsFor,
  outputFolderFor,
  seedIn,
  sharesText,
  type ExportChoices,
} from './choices';

/** One step of the wizard: asks, and gives what is chosen then. */
export type ExportStep = (choices: ExportChoices, place: StepPlace) => Promise<StepResult<ExportChoices>>;

interface Offer<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

export const askWhat: ExportStep = async (choices, place) => {
  const items: readonly Offer<ExportKind>[] = [
    {
      label: '$(git-compare) Preference pairs',
      description: 'to train the actor, by DPO and the like',
      value: 'pairs',
    },
    {
      label: '$(comment-discussion) Examples for the refiner',
      description: 'judgements and refinements, as conversations',
      value: 'refiner',
    },
  ];
  const picked = await ask(place, 'What to export', { items, current: choices.what });
  return picked.kind === 'value'
    ? {
        kind: 'value',
        value: { ...choices, what: picked.value, format: fittingFormat(picked.value, choices.format) },
      }
    : picked;
};

export function askFormat(exportsFolder: string): ExportStep {
  return async (choices, place) => {
    const items = formatsFor(choices.what).map((format): Offer<FormatName> => ({
      label: format.summary,
      description: format.name,
      value: format.name,
    }));
    const picked = await ask(place, 'The format, by who reads it', { items, current: choices.format });
    if (picked.kind !== 'value') return picked;
    const [dataset = ''] = choices.datasets;
    // A folder that the person chose stays; the proposed one follows the format.
    const isProposed = choices.outputFolder === outputFolderFor(exportsFolder, dataset, choices.format);
    const outputFolder = isProposed
      ? outputFolderFor(exportsFolder, dataset, picked.value)
      : choices.outputFolder;
    return { kind: 'value', value: { ...choices, format: picked.value, outputFolder } };
  };
}

interface StatusChoice {
  readonly statuses: readonly ExportStatus[];
  readonly withoutErrors: boolean;
}

export function askStatuses(errors: Promise<readonly string[]>): ExportStep {
  return async (choices, place) => {
    const offer = (label: string, statuses: readonly ExportStatus[]): Offer<StatusChoice> => ({
      label,
      value: { statuses, withoutErrors: false },
    });
    const items = [
      offer('Accepted', ['accepted']),
      offer('Accepted and pending', ['accepted', 'pending']),
      offer('Pending', ['pending']),
    ];
    const more = errors.then((ids) =>
      ids.length === 0
        ? []
        : items.slice(0, 2).map(({ label, value }): Offer<StatusChoice> => ({
            label: `${label}, without ${ids.length === 1 ? 'the record' : `the ${ids.length} records`} in which lint finds errors`,
            value: { ...value, withoutErrors: true },
          })),
    );
    const picked = await askPick({
      ...place,
      placeholder: 'Which records; rejected and contested ones are never exported',
      items,
      more,
    });
    return picked.kind === 'value' ? { kind: 'value', value: { ...choices, ...picked.value.value } } : picked;
  };
}

export const askSplit: ExportStep = async (choices, place) => {
  const current = choices.split === null ? 'none' : sharesText(choices.split);
  const shares = ['train=0.9,test=0.1', 'train=0.8,test=0.2', 'train=0.8,valid=0.1,test=0.1'];
  const items: readonly Offer<string>[] = [
    { label: 'All in train', description: 'splits that records were given count', value: 'none' },
    ...shares.map((value) => ({ label: value.replace(/,/gu, ', '), description: 'by instruction', value })),
    { label: '$(edit) Other shares…', value: 'other' },
  ];
  const picked = await ask(place, 'How to split; all records of one instruction stay together', {
    items,
    current,
  });
  if (picked.kind !== 'value') return picked;
  if (picked.value === 'none') return { kind: 'value', value: { ...choices, split: null } };
  const text = picked.value === 'other' ? await askShares(current, place) : picked;
  if (text.kind !== 'value') return text;
  const split = parseSplit(text.value);
  if ('problem' in split) return { kind: 'cancelled' };
  const seed = await askText({
    ...place,
    prompt: 'The seed of the split: the same seed gives the same files',
    value: String(choices.seed),
    validate: (given) => (seedIn(given) === null ? 'A seed is a whole number from 0.' : null),
  });
  if (seed.kind !== 'value') return seed;
  return { kind: 'value', value: { ...choices, split, seed: seedIn(seed.value) ?? 0 } };
};

export const askFolder: ExportStep = async (choices, place) => {
  const shown = vscode.workspace.asRelativePath(vscode.Uri.file(choices.outputFolder));
  const items: readonly Offer<boolean>[] = [
    { label: `$(folder) ${shown}`, description: 'made if need be', value: true },
    { label: '$(folder-opened) Another folder…', value: false },
  ];
  const picked = await ask(place, 'Where the files go', { items, current: true });
  if (picked.kind !== 'value' || picked.value)
    return picked.kind === 'value' ? { kind: 'value', value: choices } : picked;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: place.title,
      openLabel: 'Export Here',
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(dirname(choices.outputFolder)),
    })) ?? [];
  if (folder === undefined) return { kind: 'back' };
  return { kind: 'value', value: { ...choices, outputFolder: folder.fsPath } };
};

function askShares(current: string, place: StepPlace): Promise<StepResult<string>> {
  return askText({
    ...place,
    prompt: 'Names and shares that add up to 1',
    value: current === 'none' ? 'train=0.9,test=0.1' : current,
    validate: (text) => {
      const split = parseSplit(text);
      return 'problem' in split ? split.problem : null;
    },
  });
}

async function ask<Value>(
  place: StepPlace,
  placeholder: string,
  { items, current }: { readonly items: readonly Offer<Value>[]; readonly current: Value },
): Promise<StepResult<Value>> {
  const active = items.find(({ value }) => value === current);
  const picked = await askPick({ ...place, placeholder, items, ...(active === undefined ? {} : { active }) });
  return picked.kind === 'value' ? { kind: 'value', value: picked.value.value } : picked;
}
