import { noUsage, type Usage } from '../models/chatModel';
import type { Constraint } from '../verifiers/constraint';
import {
  rootPath,
  type Judgement,
  type SearchEvent,
  type SearchItem,
  type SearchNode,
  type SearchOutcome,
} from './events';
import type { SearchSettings } from './settings';

/** A node as it stands after the events so far. */
export interface TreeNode {
  readonly path: string;
  readonly parent: string | null;
  readonly depth: number;
  /** Null while the refinement is being written, and for ever where it failed. */
  readonly node: SearchNode | null;
  readonly judgement: Judgement | null;
  readonly failure: { readonly stage: 'refine' | 'judge'; readonly reason: string } | null;
  /** Paths of refinements that came out equal to this one. */
  readonly copies: readonly string[];
  /** Child paths in order of their numbers. */
  readonly children: readonly string[];
}

/** A search as it stands after the events so far; searches further from a node continue the same tree. */
export interface SearchTree {
  readonly item: SearchItem | null;
  readonly settings: SearchSettings | null;
  readonly model: string | null;
  readonly constraints: readonly Constraint[];
  readonly unchecked: readonly string[];
  readonly nodes: ReadonlyMap<string, TreeNode>;
  /** Of all searches in this tree together. */
  readonly usage: Usage;
  readonly cost: number | null;
  /** Null while a search runs. */
  readonly outcome: SearchOutcome | null;
}

/** The events of one tree, folded. Mutable inside, read-only outside; `fold` says which paths changed. */
export class SearchTreeBuilder {
  private readonly nodes: Map<string, TreeNode>;
  private state: Omit<SearchTree, 'nodes'> = {
    item: null,
    settings: null,
    model: null,
    constraints: [],
    unchecked: [],
    usage: noUsage,
    cost: null,
    outcome: null,
  };
  /** Usage of the searches before the one that runs now. */
  private earlier: { usage: Usage; cost: number | null } = { usage: noUsage, cost: null };

  /** Of the search before an edit that is being judged. */
  private outcomeToKeep: SearchOutcome | null = null;

  /** Starts empty, or as a copy of a tree that goes on. */
  constructor(known?: SearchTree) {
    this.nodes = new Map(known?.nodes);
    if (known !== undefined) {
      const { item, settings, model, constraints, unchecked, usage, cost, outcome } = known;
      this.state = { item, settings, model, constraints, unchecked, usage, cost, outcome };
    }
  }

  get tree(): SearchTree {
    return { ...this.state, nodes: this.nodes };
  }

  /** Takes one event; returns the paths whose node, or whose children, changed. */
  fold(event: SearchEvent): readonly string[] {
    switch (event.type) {
      case 'search-started':
        this.earlier = { usage: this.state.usage, cost: this.state.cost };
        this.outcomeToKeep = event.purpose === 'edit' ? this.state.outcome : null;
        this.state = {
          ...this.state,
          item: event.item,
          settings: event.settings,
          model: event.model,
          constraints: event.constraints,
          unchecked: event.unchecked,
          outcome: null,
        };
        return this.update(event.from.path, {
          parent: event.from.parent,
          depth: event.from.depth,
          node: event.from,
        });
      case 'node-started':
        return this.update(event.path, { parent: event.parent, depth: event.depth });
      case 'node-refined': {
        const { node } = event;
        return this.update(node.path, { parent: node.parent, depth: node.depth, node, failure: null });
      }
      case 'node-merged':
        return [...this.remove(event.path), ...this.addCopy(event.into, event.path)];
      case 'node-judged':
        return this.update(event.path, { judgement: event.judgement, failure: null });
      case 'node-failed':
        return this.update(event.path, { failure: { stage: event.stage, reason: event.reason } });
      case 'usage-updated':
        this.setUsage(event.usage, event.cost);
        return [rootPath];
      case 'search-finished':
        this.setUsage(event.outcome.usage, event.outcome.cost);
        this.state = { ...this.state, outcome: this.lasting(event.outcome) };
        return [rootPath, ...this.dropUnwritten()];
    }
  }

  /** An edit that passes solves what was unsolved; anything else it comes to says nothing about the search. */
  private lasting(outcome: SearchOutcome): SearchOutcome {
    const kept = this.outcomeToKeep;
    this.outcomeToKeep = null;
    if (kept === null || (outcome.status === 'accepted' && kept.status !== 'accepted')) return outcome;
    return kept;
  }

  private setUsage(usage: Usage, cost: number | null): void {
    const before = this.earlier;
    this.state = {
      ...this.state,
      usage: {
        requests: before.usage.requests + usage.requests,
        sequences: before.usage.sequences + usage.sequences,
        promptTokens: before.usage.promptTokens + usage.promptTokens,
        completionTokens: before.usage.completionTokens + usage.completionTokens,
        estimated: before.usage.estimated || usage.estimated,
      },
      cost: cost === null ? before.cost : (before.cost ?? 0) + cost,
    };
  }

  private update(path: string, change: Partial<TreeNode>): readonly string[] {
    const known = this.nodes.get(path);
    const node: TreeNode = {
      ...(known ?? {
        path,
        parent: null,
        depth: 0,
        node: null,
        judgement: null,
        failure: null,
        copies: [],
        children: [],
      }),
      ...change,
    };
    this.nodes.set(path, node);
    if (known !== undefined || node.parent === null) return [path];
    this.attach(node.parent, path);
    return [node.parent, path];
  }

  private attach(parent: string, path: string): void {
    const known = this.nodes.get(parent);
    if (known === undefined) return;
    const { children } = known;
    const last = children.at(-1);
    // Children mostly come in order of their numbers; a tree of thousands must not be sorted at each.
    const ordered = last === undefined || byNumber(last, path) < 0;
    this.nodes.set(parent, {
      ...known,
      children: ordered ? [...children, path] : insertedByNumber(children, path),
    });
  }

  private addCopy(into: string, path: string): readonly string[] {
    const known = this.nodes.get(into);
    if (known === undefined || known.copies.includes(path)) return [];
    return this.update(into, { copies: [...known.copies, path] });
  }

  private remove(path: string): readonly string[] {
    const known = this.nodes.get(path);
    if (known === undefined) return [];
    this.nodes.delete(path);
    const parent = known.parent === null ? undefined : this.nodes.get(known.parent);
    if (parent === undefined) return [];
    this.nodes.set(parent.path, { ...parent, children: parent.children.filter((child) => child !== path) });
    return [parent.path];
  }

  /** A search that was stopped leaves nodes that were asked for and never written. */
  private dropUnwritten(): readonly string[] {
    const unwritten = [...this.nodes.values()].filter((node) => node.node === null && node.failure === null);
    return unwritten.flatMap((node) => this.remove(node.path));
  }
}

/** Path of the `index`-th child, counted from 1. */
export function childPath(parent: string, index: number): string {
  return parent === rootPath ? String(index) : `${parent}.${String(index)}`;
}

function insertedByNumber(children: readonly string[], path: string): readonly string[] {
  return children.includes(path) ? children : [...children, path].sort(byNumber);
}

function byNumber(a: string, b: string): number {
  return lastNumber(a) - lastNumber(b);
}

function lastNumber(path: string): number {
  return Number(path.slice(path.lastIndexOf('.') + 1));
}
