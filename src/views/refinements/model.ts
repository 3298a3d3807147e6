import { Emitter, type Disposable, type Event } from '../../editor/emitter';
import type { Session } from '../../editor/sessions/session';
import type { SessionStore } from '../../editor/sessions';
import { rootPath } from '../../spar/search/events';
import { afterTick, Throttle, type Later } from '../throttle';
import { describeNode, describeSession, isAwaited, type ItemDescription } from './describe';
import {
  describeConstraint,
  describeConstraints,
  describePart,
  hasConstraintLine,
} from './describeConstraints';

/** What a line of the view stands for. One object for each line, kept, since views compare by identity. */
export type RefinementElement =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'node'; readonly session: Session; readonly path: string }
  | { readonly kind: 'constraints'; readonly session: Session }
  | { readonly kind: 'constraint'; readonly session: Session; readonly id: string }
  /** A part of the instruction that code does not check, by its number. */
  | { readonly kind: 'part'; readonly session: Session; readonly index: number };

/** `null`: the list of sessions itself. */
export type RefinementChange = readonly RefinementElement[] | null;

/**
 * Between two rounds of changes. The editor puts a view's changes off for as long as they come within 200 ms of
 * each other, so that with shorter ticks a busy search would not be drawn before it ends.
 */
const tickMs = 250;

export interface RefinementsModelOptions {
  readonly store: SessionStore;
  readonly later?: Later;
}

/**
 * Sessions as a tree of elements. Changes are gathered for one tick, and only lines whose words or children
 * became others are told, so that a large tree stays quick while its search runs.
 */
export class RefinementsModel implements Disposable {
  private readonly elements = new Map<string, RefinementElement>();
  /** What each element last said, for those that the view has asked about. */
  private readonly told = new Map<RefinementElement, string>();
  /** Those that had nothing beneath them when the view asked. */
  private readonly leaves = new Set<RefinementElement>();
  private readonly waiting = new Set<RefinementElement>();
  private readonly branched = new Emitter<RefinementElement>();
  private readonly changed = new Emitter<RefinementChange>();
  private readonly subscriptions: readonly Disposable[];
  private readonly throttle: Throttle;

  readonly onDidChange: Event<RefinementChange> = this.changed.event;
  /** An element got its first children after it was shown: the editor leaves such a line closed. Fires as the editor asks for it anew. */
  readonly onDidBranch: Event<RefinementElement> = this.branched.event;

  constructor(private readonly options: RefinementsModelOptions) {
    const { store, later = afterTick(tickMs) } = options;
    this.throttle = new Throttle(() => this.tell(), later);
    this.subscriptions = [
      store.onDidAdd(() => this.changed.fire(null)),
      store.onDidRemove((session) => this.forget(session)),
      store.onDidChange(({ session, paths }) => this.note(session, paths)),
    ];
  }

  roots(): readonly RefinementElement[] {
    return this.options.store.sessions.map((session) => this.sessionElement(session));
  }

  childrenOf(element: RefinementElement): readonly RefinementElement[] {
    const { session } = element;
    switch (element.kind) {
      case 'session': {
        const hasRoot = session.tree.nodes.has(rootPath) || isAwaited(session, rootPath);
        return [
          ...(hasConstraintLine(session) ? [this.constraintsElement(session)] : []),
          ...(hasRoot ? [this.nodeElement(session, rootPath)] : []),
        ];
      }
      case 'node': {
        const children = session.tree.nodes.get(element.path)?.children ?? [];
        return children.map((path) => this.nodeElement(session, path));
      }
      case 'constraints':
        return [
          ...session.choices.map(({ constraint }) => this.constraintElement(session, constraint.id)),
          ...session.tree.unchecked.map((_, index) => this.partElement(session, index)),
        ];
      case 'constraint':
      case 'part':
        return [];
    }
  }

  parentOf(element: RefinementElement): RefinementElement | null {
    const { session } = element;
    switch (element.kind) {
      case 'session':
        return null;
      case 'node': {
        const parent = session.tree.nodes.get(element.path)?.parent ?? null;
        return parent === null ? this.sessionElement(session) : this.nodeElement(session, parent);
      }
      case 'constraints':
        return this.sessionElement(session);
      case 'constraint':
      case 'part':
        return this.constraintsElement(session);
    }
  }

  describe(element: RefinementElement): ItemDescription {
    const description = describe(element);
    this.told.set(element, this.signature(element));
    if (description.children === 'none') this.leaves.add(element);
    else if (this.leaves.delete(element) && description.children === 'expanded') this.branched.fire(element);
    return description;
  }

  sessionElement(session: Session): RefinementElement {
    return this.element(session.id, { kind: 'session', session });
  }

  nodeElement(session: Session, path: string): RefinementElement {
    return this.element(`${session.id}/${path}`, { kind: 'node', session, path });
  }

  constraintsElement(session: Session): RefinementElement {
    return this.element(`${session.id}/constraints`, { kind: 'constraints', session });
  }

  constraintElement(session: Session, id: string): RefinementElement {
    return this.element(`${session.id}/constraint/${id}`, { kind: 'constraint', session, id });
  }

  private partElement(session: Session, index: number): RefinementElement {
    return this.element(`${session.id}/part/${index}`, { kind: 'part', session, index });
  }

  dispose(): void {
    this.throttle.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
    this.branched.dispose();
  }

  private element(key: string, fresh: RefinementElement): RefinementElement {
    const known = this.elements.get(key);
    if (known !== undefined) return known;
    this.elements.set(key, fresh);
    return fresh;
  }

  private note(session: Session, paths: readonly string[]): void {
    this.waiting.add(this.sessionElement(session));
    // The lines below it are few and are drawn with it, so that none of them need be looked at by itself.
    this.waiting.add(this.constraintsElement(session));
    for (const path of paths) this.waiting.add(this.nodeElement(session, path));
    this.throttle.request();
  }

  private tell(): void {
    const changed = [...this.waiting].filter(
      (element) => this.told.has(element) && this.told.get(element) !== this.signature(element),
    );
    this.waiting.clear();
    const all = new Set(changed);
    const topmost = changed.filter((element) => !this.hasAncestorIn(all, element));
    if (topmost.length > 0) this.changed.fire(topmost);
  }

  private hasAncestorIn(all: ReadonlySet<RefinementElement>, element: RefinementElement): boolean {
    for (let parent = this.parentOf(element); parent !== null; parent = this.parentOf(parent)) {
      if (all.has(parent)) return true;
    }
    return false;
  }

  private signature(element: RefinementElement): string {
    const { label, description, icon, capabilities, children } = describe(element);
    return JSON.stringify([label, description, icon, capabilities, children, this.below(element)]);
  }

  /** What else a line is drawn anew for: lines that come or go below it, and all of a constraint's. */
  private below(element: RefinementElement): readonly unknown[] {
    const { session } = element;
    switch (element.kind) {
      case 'session':
        return [hasConstraintLine(session)];
      case 'node':
        return session.tree.nodes.get(element.path)?.children ?? [];
      case 'constraints':
        return this.childrenOf(element).map(describe);
      case 'constraint':
      case 'part':
        return [];
    }
  }

  private forget(session: Session): void {
    for (const [key, element] of this.elements) {
      if (element.session !== session) continue;
      this.elements.delete(key);
      this.told.delete(element);
      this.leaves.delete(element);
      this.waiting.delete(element);
    }
    this.changed.fire(null);
  }
}

function describe(element: RefinementElement): ItemDescription {
  const { session } = element;
  switch (element.kind) {
    case 'session':
      return describeSession(session);
    case 'node':
      return describeNode(session, element.path);
    case 'constraints':
      return describeConstraints(session);
    case 'constraint':
      return describeConstraint(session, element.id);
    case 'part':
      return describePart(session, element.index);
  }
}
