import type { DatasetEdit } from '../../../spar/datasets/edits';
import type { Finding } from '../../../spar/datasets/lint/finding';
import type { Wish } from './datasetActions';
import type { Facet, Response } from './protocol';
import type { TableRecord } from './recordTable';

/** What a page's session needs of the editor around it. */
export interface SessionHost {
  post(message: Response): void;
  /** What stands above the table. */
  notices(): readonly string[];
  /** Makes edits that can be undone; null says that there are none to make. */
  apply(edits: readonly DatasetEdit[], label: string): Promise<void>;
  /** Asks for tags or a split; null when the person went away. */
  ask(
    what: 'tag' | 'split',
    about: { readonly tags: readonly string[]; readonly count: number },
  ): Promise<Wish | null>;
  /** Puts records before the model again; both texts to be judged, or the rejected one to be refined. */
  refine(ids: readonly string[], judgeOnly: boolean): void;
  openSource(record: TableRecord): Promise<void>;
  openLine(line: number): Promise<void>;
  run(command: 'save' | 'undo' | 'redo' | 'lint'): Promise<void>;
  tell(message: string): void;
  fail(error: unknown): void;
  /** Ids of the records with a finding, looked for first where nobody has. */
  withFinding(code: string): Promise<readonly string[]>;
  /** Ids of the records that are like one. @throws where it was given up */
  like(record: TableRecord, signal: AbortSignal): Promise<readonly string[]>;
  findings(): readonly Facet[];
  findingsOf(id: string): readonly Finding[];
}
