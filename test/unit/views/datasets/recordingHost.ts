import type { DatasetEdit } from '../../../../src/spar/datasets/edits';
import type { Finding } from '../../../../src/spar/datasets/lint/finding';
import type { Wish } from '../../../../src/views/datasets/editor/datasetActions';
import type { EditedDataset } from '../../../../src/views/datasets/editor/editedDataset';
import type { Response } from '../../../../src/views/datasets/editor/protocol';
import type { SessionHost } from '../../../../src/views/datasets/editor/sessionHost';

/** The editor around a page, in memory: it records what it is asked to do. */
export class RecordingHost implements SessionHost {
  readonly posted: Response[] = [];
  readonly asked: string[] = [];
  readonly found: Finding[] = [];
  wish: Wish | null = null;
  dataset: EditedDataset | null = null;

  post(message: Response): void {
    this.posted.push(message);
  }

  notices(): readonly string[] {
    return [];
  }

  async apply(edits: readonly DatasetEdit[], label: string): Promise<void> {
    this.asked.push(`${label}: ${edits.length}`);
    await this.dataset?.apply(edits);
  }

  ask(what: string, { tags, count }: { readonly tags: readonly string[]; readonly count: number }) {
    this.asked.push(`ask ${what} of ${count}: ${tags.join(' ')}`);
    return Promise.resolve(this.wish);
  }

  refine(ids: readonly string[], judgeOnly: boolean): void {
    this.asked.push(`${judgeOnly ? 'judge' : 'refine'} ${ids.length}`);
  }

  openSource(): Promise<void> {
    this.asked.push('source');
    return Promise.resolve();
  }

  openLine(line: number): Promise<void> {
    this.asked.push(`line ${line}`);
    return Promise.resolve();
  }

  run(command: string): Promise<void> {
    this.asked.push(command);
    return Promise.resolve();
  }

  tell(message: string): void {
    this.asked.push(message);
  }

  fail(error: unknown): void {
    this.asked.push(`failed: ${String(error)}`);
  }

  withFinding(): Promise<readonly string[]> {
    return Promise.resolve(this.found.flatMap(({ record }) => record ?? []));
  }

  /** Once it is set, what is alike is never found, only given up. */
  givesUp = false;

  like(
    { record }: { readonly record: { readonly id: string } },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    this.asked.push(`like ${record.id}`);
    if (!this.givesUp) return Promise.resolve([record.id]);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.asked.push('given up');
        reject(new DOMException('Stopped.', 'AbortError'));
      });
    });
  }

  findings(): readonly [] {
    return [];
  }

  findingsOf(id: string): readonly Finding[] {
    return this.found.filter(({ record }) => record === id);
  }

  last<Type extends Response['type']>(type: Type): Extract<Response, { type: Type }> {
    const found = this.posted.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`Nothing of type ${type} was posted.`);
    return found as Extract<Response, { type: Type }>;
  }
}
