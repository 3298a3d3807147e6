import * as vscode from 'vscode';
import { originOf, type Keys } from '../../editor/models/keys';
import type { LeftBatches } from '../../editor/runs/leavingBatches';
import type { ShownRun } from '../../editor/runs/runs';
import { askText } from '../../editor/steps';
import { isEditorSource } from '../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { RunLimits } from '../../spar/selfplay/settings';
import { consentWords } from './consentWords';
import { nameOf } from './describe';
import { figuresOf } from './figures';
import { limitQuestion, limitWords, readLimit, type Limit } from './limits';

/** Limits of a run that can be changed, with what they are now. */
export function limitKinds(
  figures: NonNullable<ReturnType<typeof figuresOf>>,
): readonly (vscode.QuickPickItem & { readonly limit: Limit })[] {
  const kinds: readonly Limit[] =
    figures.price === null ? ['tokens', 'time', 'items'] : ['tokens', 'cost', 'time', 'items'];
  return kinds.map((limit) => ({ ...limitWords(limit, figures), limit }));
}

/** The run's limits with a new one that the person gives; null where it is dismissed. */
export async function askLimit(run: ShownRun, limit: Limit): Promise<RunLimits | null> {
  const figures = figuresOf(run);
  if (figures === null) return null;
  const { prompt, value } = limitQuestion(limit, figures);
  const answer = await askText({
    title: `SPaR: Limit of “${nameOf(run)}”`,
    step: 1,
    totalSteps: 1,
    prompt,
    value,
    placeholder: 'no limit',
    validate: (text) => {
      const read = readLimit(limit, { text, figures });
      return typeof read === 'string' ? read : null;
    },
  });
  if (answer.kind !== 'value') return null;
  const read = readLimit(limit, { text: answer.value, figures });
  return typeof read === 'string' ? null : read;
}

/** Asks before a run goes on that nobody began here, and before one that sent batch files goes on live. */
export async function askToWork(plan: RunPlan, folder: string, left: LeftBatches | null): Promise<boolean> {
  const label = left === null ? 'Go On' : 'Go On Live';
  const detail = [...(left === null ? [] : [liveWords(left)]), consentWords(plan, folder)].join('\n\n');
  const question =
    left === null
      ? 'This run was not begun in this window. Go on with it here?'
      : 'This run sends its requests in batch files. Go on live?';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, label)) === label;
}

function liveWords({ files }: LeftBatches): string {
  const live = 'Here requests go out one by one, at the price of live ones.';
  if (files === 0) return live;
  const waiting = files === 1 ? '1 file of requests is' : `${files} files of requests are`;
  return `${live} ${waiting} not read yet: answers that lie there are taken in, and what has none need not be run any more.`;
}

/** The origin to give a key for: the first without one, else the first; null for models that need none. */
export async function lacksKey({ source }: RunPlan, keys: Keys): Promise<string | null> {
  const models = [source.actor, source.refiner].flatMap((model) => model ?? []);
  const urls = models.flatMap((model) => (isEditorSource(model) ? [] : model.baseUrls));
  for (const url of urls) if (originOf(url) !== null && (await keys.find(url)) === null) return originOf(url);
  return urls[0] === undefined ? null : originOf(urls[0]);
}

/** Keeps a key for an origin; false where none was given. */
export async function askKeyOf(origin: string, keys: Keys): Promise<boolean> {
  const answer = await askText({
    title: 'SPaR: Set API Key',
    step: 1,
    totalSteps: 1,
    prompt: `API key for ${origin}. It is kept in the editor's secret storage and sent nowhere else.`,
    password: true,
    validate: (text) => (text.trim() === '' ? 'A key is needed; Escape leaves everything as it is.' : null),
  });
  if (answer.kind !== 'value') return false;
  await keys.set(origin, answer.value.trim());
  return true;
}
