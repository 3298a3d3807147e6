import { commands } from '../contributions';
import { modelActions, type ErrorAction } from '../editor/errorWords';
import type { Errors } from '../editor/errors';
import type { Session, SessionItem } from '../editor/sessions/session';
import { canResume, canSearchAgain } from '../editor/sessions/standing';
import { candidateOf, type CandidateSources } from './candidates';
import { sessionOf, type ConstraintSources } from './constraintTargets';
import type { CommandTable } from './register';

export interface SearchCommandsOptions extends ConstraintSources {
  readonly candidates: CandidateSources;
  readonly errors: Errors;
  /** Shows a session in the Refinements view without taking focus. */
  readonly show: (session: Session) => Promise<void>;
  /** The item with the constraints of the workspace's own verifiers. */
  readonly withOwnVerifiers: (item: SessionItem) => Promise<SessionItem>;
  /** True once a model is chosen. */
  readonly selectModel: () => Promise<boolean>;
}

export function searchCommands(options: SearchCommandsOptions): CommandTable {
  const { store, candidates } = options;
  return {
    [commands.refineResponse]: () => start(options, { title: 'SPaR: Refine Response', judgeOnly: false }),
    [commands.judgeResponse]: () => start(options, { title: 'SPaR: Judge Response', judgeOnly: true }),
    [commands.stop]: (...args) => {
      const named = args[0] === undefined ? null : candidateOf(candidates, args);
      const running =
        named === null ? store.sessions.filter((session) => session.isRunning) : [named.session];
      for (const session of running) store.stop(session);
    },
    [commands.resume]: (...args) => {
      const meant = candidateOf(candidates, args)?.session;
      const session = meant !== undefined && canResume(meant) ? meant : store.sessions.find(canResume);
      if (session !== undefined) follow(options, session, store.resume(session));
    },
    [commands.refineFurther]: (...args) => {
      const meant = candidateOf(candidates, args);
      if (meant !== null) follow(options, meant.session, store.refineFurther(meant.session, meant.path));
    },
    [commands.searchAgain]: async (...args) => {
      const meant = sessionOf(options, args, canSearchAgain);
      if (meant === null) return;
      const { session, finished } = store.searchAgain(meant);
      follow(options, session, finished);
      await options.show(session);
    },
    [commands.removeSearch]: async (...args) => {
      const meant = candidateOf(candidates, args);
      if (meant !== null) await store.remove(meant.session);
    },
  };
}

async function start(
  options: SearchCommandsOptions,
  { title, judgeOnly }: { readonly title: string; readonly judgeOnly: boolean },
): Promise<void> {
  const { itemFromEditor } = await import('../editor/itemFromEditor');
  const result = await itemFromEditor(title);
  if (result.kind === 'cancelled') return;
  if (result.kind === 'problem') {
    void options.errors.showProblem(result.message, []);
    return;
  }
  const item = await options.withOwnVerifiers(result.item);
  const { session, finished } = options.store.start({ ...item, judgeOnly });
  follow(options, session, finished);
  await options.show(session);
}

/** A command ends when its search runs; what comes of the search is told when it is there. */
function follow(options: SearchCommandsOptions, session: Session, finished: Promise<void>): void {
  finished.then(
    () => tellOutcome(options, session),
    (error: unknown) => options.errors.show(error),
  );
}

/** Only what a person must act on is told; the view says the rest. */
async function tellOutcome(options: SearchCommandsOptions, session: Session): Promise<void> {
  const { outcome } = session.tree;
  const { errors, store } = options;
  if (outcome === null || session.isRunning) return;
  const resume = (): void => {
    if (store.sessions.includes(session)) follow(options, session, store.resume(session));
  };
  if (outcome.status === 'failed' || outcome.stoppedBy === 'endpoint') {
    const actions = outcome.failure === undefined ? judgeActions : modelActions[outcome.failure];
    await errors.showProblem(outcome.reason, actions, { retry: resume });
  } else if (outcome.needsModel && outcome.status !== 'accepted') {
    const chosen = await errors.showNotice(outcome.reason, 'Select Model');
    if (chosen && (await options.selectModel())) resume();
  }
}

/** Of a search that its model answered, but never so that it could be read. */
const judgeActions: readonly ErrorAction[] = ['select-model', 'retry', 'open-log'];
