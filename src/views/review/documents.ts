import type { Session } from '../../editor/sessions/session';
import type { PlacedText } from '../../editor/selection/placedText';
import type { SearchNode } from '../../spar/search/events';
import { rootPath } from '../../spar/search/events';
import type { TreeNode } from '../../spar/search/tree';
import type { CandidateReference, ReviewHost } from './host';
import type { ReviewRules } from './neededChanges';
import { restoreText } from './restoreText';
import { reviewDocument, type ReviewDocument } from './reviewDocument';
import { currentText, stateOfText, type Reviewed } from './reviewState';
import type { DecodedAddress, ReviewAddress } from './reviewUri';
import { currentInReview, originalInReview, textOfLayout } from './shownText';
import { layoutLike, layoutText, type LayoutKind, type TextLayout } from './sentenceLayout';

export interface ReviewDocumentsOptions {
  readonly host: ReviewHost;
  /** As it stands now. */
  readonly layout: () => LayoutKind;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A candidate that can be reviewed. */
export interface Written {
  readonly session: Session;
  readonly node: TreeNode;
  readonly searchNode: SearchNode;
  readonly reviewed: Reviewed;
}

/** Makes the documents of the review from the sessions; makes each anew only when what it shows has changed. */
export class ReviewDocuments {
  private readonly reviews = new Latest<ReviewDocument>();
  private readonly layouts = new Latest<TextLayout>();
  /** What the editor saved last, in the lines the person left it in. */
  private readonly saved = new Map<string, { readonly kind: LayoutKind; readonly layout: TextLayout }>();

  private rules: ReviewRules | null = null;

  constructor(private readonly options: ReviewDocumentsOptions) {}

  /** Waits for the sessions of earlier windows; an address that names nothing gets a document that says so. */
  async content(decoded: DecodedAddress): Promise<{ readonly text: string; readonly isMessage: boolean }> {
    if (!decoded.ok) return message(decoded.reason);
    // The verifiers are heavy, and needed only once a review is open.
    const [{ reviewRules }] = await Promise.all([import('./neededChanges'), this.options.host.restore()]);
    this.rules = reviewRules;
    const { address } = decoded;
    if (this.options.host.find(address.sessionId) === undefined) {
      return message('This search is no longer on the list. Its decisions and its journal are kept.');
    }
    const text = this.shown(decoded);
    return text === null
      ? message(`${address.path} has no text: it is still being written, or its refinement failed.`)
      : { text, isMessage: false };
  }

  /** Null for a candidate that is not there, or not yet. Needs the sessions to be loaded. */
  written({ sessionId, path }: CandidateReference): Written | null {
    const session = this.options.host.find(sessionId);
    const node = session?.tree.nodes.get(path);
    if (session === undefined || node?.node == null) return null;
    const { original } = session;
    const reviewed = { original, text: node.node.text, state: session.reviewState(path) };
    return { session, node, searchNode: node.node, reviewed };
  }

  review(reference: CandidateReference): ReviewDocument | null {
    const written = this.written(reference);
    if (written === null) return null;
    const { session, node, searchNode, reviewed } = written;
    const layout = this.options.layout();
    const decision = session.decisions.get(reference.path);
    const inputs = [searchNode, node.judgement, reviewed.state, decision, layout, this.rules];
    return this.reviews.get(keyOf(reference), {
      inputs,
      make: () => reviewDocument({ session, node, text: searchNode.text, layout, rules: this.rules }),
    });
  }

  /** The editable side of the diff. */
  candidate(reference: CandidateReference): TextLayout | null {
    const written = this.written(reference);
    if (written === null) return null;
    const kind = this.options.layout();
    const key = keyOf(reference);
    return this.layouts.get(key, {
      inputs: [written.searchNode, written.reviewed.state, kind],
      make: () => {
        const text = currentText(written.reviewed);
        const saved = this.saved.get(key);
        return saved?.layout.source === text && saved.kind === kind ? saved.layout : layoutText(text, kind);
      },
    });
  }

  /** The read-only side of the diff, with the line breaks of the candidate `against`. */
  node(reference: CandidateReference, against: string | null): TextLayout | null {
    const written = this.written(reference);
    if (written === null) return null;
    const { text } = written.searchNode;
    const other = against === null ? null : this.candidate({ ...reference, path: against });
    const kind = this.options.layout();
    return this.layouts.get(`${keyOf(reference)}~${against ?? ''}`, {
      inputs: [text, other, kind],
      make: () => (other === null ? layoutText(text, kind) : layoutLike(text, other)),
    });
  }

  /**
   * Keeps what a person wrote into the candidate's document; `shown` is what the editor had read before.
   * Resolves when it is safe on the disk.
   */
  async write(
    reference: CandidateReference,
    { edited, shown }: { edited: string; shown: TextLayout },
  ): Promise<void> {
    const written = this.written(reference);
    if (written === null)
      throw new Error('This candidate is no longer on the list, so its text can’t be kept.');
    const { session, reviewed } = written;
    const layout = this.meant(written, { edited, shown });
    this.saved.set(keyOf(reference), { kind: this.options.layout(), layout });
    const state = stateOfText(reviewed, { text: layout.source, now: this.options.now() });
    if (state !== reviewed.state) await this.options.host.saveReviewState(session, reference.path, state);
  }

  /** The response that a document shows which now reads `text`; null for another or none. Needs the sessions. */
  response(
    { kind, sessionId, path, against }: Omit<ReviewAddress, 'label'>,
    text: string,
  ): PlacedText | null {
    const reference = { sessionId, path };
    const written = this.written(reference);
    if (written === null) return null;
    switch (kind) {
      case 'review': {
        const tracked = this.review(reference)?.tracked;
        if (tracked?.text !== text) return null;
        return currentInReview({ tracked, reviewed: written.reviewed, layout: this.options.layout() });
      }
      case 'candidate': {
        const shown = this.candidate(reference);
        return shown === null ? null : textOfLayout(this.meant(written, { edited: text, shown }));
      }
      case 'node': {
        const shown = this.node(reference, against);
        return shown?.display === text ? textOfLayout(shown) : null;
      }
    }
  }

  /** The original where a review shows it; null for a candidate that is not there. */
  original(reference: CandidateReference): PlacedText | null {
    const tracked = this.review(reference)?.tracked;
    const reviewed = this.written(reference)?.reviewed;
    return tracked === undefined || reviewed === undefined
      ? null
      : originalInReview({ tracked, reviewed, layout: this.options.layout() });
  }

  private meant(
    { session, node }: Written,
    { edited, shown }: { edited: string; shown: TextLayout },
  ): TextLayout {
    if (edited === shown.display) return shown;
    const sides = [rootPath, ...(node.parent === null ? [] : [node.parent])];
    const counterparts = sides.flatMap((side) => {
      const text = session.tree.nodes.get(side)?.node?.text;
      return text === undefined ? [] : [layoutLike(text, shown)];
    });
    return restoreText({ edited, candidate: shown, counterparts });
  }

  private shown(decoded: DecodedAddress): string | null {
    if (!decoded.ok) return null;
    const { address } = decoded;
    switch (address.kind) {
      case 'review':
        return this.review(address)?.tracked.text ?? null;
      case 'candidate':
        return this.candidate(address)?.display ?? null;
      case 'node':
        return this.node(address, address.against)?.display ?? null;
    }
  }
}

function keyOf({ sessionId, path }: CandidateReference): string {
  return `${sessionId}/${path}`;
}

function message(text: string): { readonly text: string; readonly isMessage: boolean } {
  return { text: `${text}\n`, isMessage: true };
}

/** Documents kept at once; those of tabs long closed go first. */
const mostKept = 200;

/** The last value of each key, made again when one of its inputs is another. */
class Latest<Value> {
  private readonly values = new Map<string, { readonly inputs: readonly unknown[]; readonly value: Value }>();

  get(key: string, { inputs, make }: { inputs: readonly unknown[]; make: () => Value }): Value {
    const known = this.values.get(key);
    if (known !== undefined && known.inputs.every((input, index) => input === inputs[index])) {
      return known.value;
    }
    const value = make();
    this.values.delete(key);
    this.values.set(key, { inputs, value });
    const oldest = this.values.keys().next();
    if (this.values.size > mostKept && oldest.done !== true) this.values.delete(oldest.value);
    return value;
  }
}
