import { Emitter } from '../../../../src/editor/emitter';
import type { SessionChange } from '../../../../src/editor/sessions';
import { LiveSession } from '../../../../src/editor/sessions/liveSession';
import type { NodeReference, ReviewState, Session } from '../../../../src/editor/sessions/session';
import { noUsage } from '../../../../src/spar/models/chatModel';
import type { Judgement, SearchNode } from '../../../../src/spar/search/events';
import { interferenceOf } from '../../../../src/spar/verifiers/interference';
import { defaultSettings } from '../../../../src/spar/search/settings';
import { distance } from '../../../../src/spar/text/wordDiff';
import { checkConstraints } from '../../../../src/spar/verifiers/check';
import type { Constraint } from '../../../../src/spar/verifiers/constraint';
import type { ReviewHost } from '../../../../src/views/review/host';

export const noComma: Constraint = {
  id: 'punctuation:no_comma',
  type: 'punctuation:no_comma',
  args: {},
  text: 'no comma',
  span: null,
};

export interface FakeHostOptions {
  readonly original: string;
  /** Text by path; parents first. */
  readonly candidates: Readonly<Record<string, string>>;
}

/** One search that has ended, `s1`; records the review states that were saved. */
export class FakeHost implements ReviewHost {
  readonly saved: { readonly path: string; readonly state: ReviewState }[] = [];
  readonly session: LiveSession;
  private readonly changed = new Emitter<SessionChange>();
  private readonly listed = new Emitter<Session>();

  readonly onDidChange = this.changed.event;
  readonly onDidAdd = this.listed.event;
  readonly onDidRemove = this.listed.event;

  constructor({ original, candidates }: FakeHostOptions) {
    const source = { kind: 'input', uri: null, range: null, line: null } as const;
    const item = { instruction: 'No commas.', original, source };
    this.session = new LiveSession({ id: 's1', startedAt: '2026-01-02T03:04:05.000Z', item });
    const node = (path: string, text: string): SearchNode => ({
      path,
      parent: path === '0' ? null : path.includes('.') ? path.replace(/\.\d+$/u, '') : '0',
      depth: path === '0' ? 0 : path.split('.').length,
      origin: path === '0' ? 'original' : 'refined',
      text,
      reflection: '',
      checks: checkConstraints([noComma], text),
      distance: distance(original, text),
      interference: interferenceOf(original, text, [noComma]).share,
    });
    this.session.fold({
      type: 'search-started',
      purpose: 'search',
      item: { id: 'item', instruction: 'No commas.', original },
      settings: defaultSettings,
      model: 'fake',
      constraints: [noComma],
      unchecked: [],
      from: node('0', original),
    });
    this.session.fold({ type: 'node-judged', path: '0', judgement: judgement(0) });
    for (const [path, text] of Object.entries(candidates)) {
      this.session.fold({ type: 'node-refined', node: node(path, text) });
      this.session.fold({ type: 'node-judged', path, judgement: judgement(5) });
    }
    this.session.fold({ type: 'usage-updated', usage: noUsage, cost: null });
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  find(id: string): Session | undefined {
    return id === this.session.id ? this.session : undefined;
  }

  pending(): readonly NodeReference[] {
    return [];
  }

  saveReviewState(_session: Session, path: string, state: ReviewState): Promise<void> {
    this.session.setReview(path, state);
    this.saved.push({ path, state });
    return Promise.resolve();
  }
}

function judgement(yes: number): Judgement {
  const critique = 'There are commas.';
  return { by: 'votes', value: yes / 5, yes, no: 5 - yes, notDrawn: 0, unparsed: 0, critique, votes: [] };
}
