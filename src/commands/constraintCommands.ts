import { commands } from '../contributions';
import type { ChatModel } from '../spar/models/chatModel';
import { added, edited, removed, restored, switched } from '../editor/sessions/choices';
import type { Session } from '../editor/sessions/session';
import { constraintOf, constraintsOf, sessionOf, type ConstraintSources } from './constraintTargets';
import type { CommandTable } from './register';

export interface ConstraintCommandsOptions extends ConstraintSources {
  /** Shows a constraint in the view without taking focus; null for the line above them all. */
  readonly show: (session: Session, id: string | null) => Promise<void>;
  /** The chosen model; null for rules alone. May ask the person for consent. */
  readonly openModel: () => Promise<ChatModel | null>;
  /** True once a model is chosen. */
  readonly selectModel: () => Promise<boolean>;
  /** Into the log. */
  readonly note: (message: string) => void;
}

/** What a person changes here counts in the next search; see `SessionStore.choose`. */
export function constraintCommands(options: ConstraintCommandsOptions): CommandTable {
  const { store } = options;
  return {
    [commands.editConstraint]: async (...args) => {
      const meant = constraintOf(options, args);
      if (meant === null) return;
      const { askEdited } = await import('../editor/constraints/askConstraint');
      const constraint = await askEdited(meant.choice.constraint);
      // Asked anew: while the person wrote, the list may have become another.
      if (constraint !== null) await store.choose(meant.session, edited(meant.session.choices, constraint));
    },
    [commands.switchConstraint]: async (...args) => {
      const meant = constraintsOf(options, args);
      // All of several take the way of the first, so that one key brings them together.
      const isActive = meant[0]?.choice.isActive !== true;
      for (const { session, choice } of meant) {
        await store.choose(session, switched(session.choices, choice.constraint.id, isActive));
      }
    },
    [commands.removeConstraint]: async (...args) => {
      for (const { session, choice } of constraintsOf(options, args))
        await store.choose(session, removed(session.choices, choice.constraint.id));
    },
    [commands.addConstraint]: async (...args) => {
      const session = sessionOf(options, args, ({ tree }) => tree.item !== null);
      if (session === null) return;
      const { askAdded } = await import('../editor/constraints/askConstraint');
      const constraint = await askAdded();
      if (constraint === null) return;
      await store.choose(session, added(session.choices, [constraint]));
      await options.show(session, session.choices.at(-1)?.constraint.id ?? null);
    },
    [commands.proposeConstraints]: async (...args) => {
      const session = sessionOf(options, args, ({ tree }) => tree.item !== null);
      if (session === null) return;
      const model =
        (await options.openModel()) ?? ((await options.selectModel()) ? await options.openModel() : null);
      if (model === null) return;
      const { askProposed } = await import('../editor/constraints/proposals');
      const proposed = await askProposed(session, model, { note: options.note });
      if (proposed.length === 0) return;
      await store.choose(session, added(session.choices, proposed));
      await options.show(session, null);
    },
    [commands.restoreConstraints]: async (...args) => {
      const session = sessionOf(options, args, ({ choices }) => choices.length > 0);
      if (session !== null) await store.choose(session, restored(session.choices));
    },
  };
}
