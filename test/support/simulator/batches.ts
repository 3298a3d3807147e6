import type { IncomingMessage, ServerResponse } from 'node:http';
import { rowsOf, simulatedLine, type RowFault, type SimulatedRow } from './batchEngine';
import type { ChatMessage } from '../../../src/spar/models/chatModel';

export interface BatchBehaviour {
  readonly fault?: (row: SimulatedRow) => RowFault | undefined;
  /** Looks at a batch before it has ended; 1 unless told. */
  readonly looks?: number;
  /** How a batch ends, by its number from 0; `completed` unless told. Of one that expires every second row is served. */
  readonly ending?: (batch: number) => 'completed' | 'expired' | 'failed' | 'never';
  /** Called when a request has changed something and is about to be answered; true breaks the connection instead. */
  readonly breaks?: (what: 'uploaded' | 'created') => boolean;
  /** Whether it knows nothing any more of a batch or a file, by its id; `all`: whether it has no batches at all. */
  readonly forgets?: (id: string) => boolean;
  /** How a download goes wrong, by the file's id and its time from 0: in the middle, or as if it had ended there. */
  readonly download?: (id: string, time: number) => 'breaks-off' | 'half' | undefined;
}

interface Batch {
  readonly id: string;
  readonly number: number;
  readonly input: string;
  readonly metadata: unknown;
  /** That it was asked for with. */
  readonly key: string | undefined;
  status: string;
  looks: number;
  output: string | null;
  errors: string | null;
  served: number;
  failed: number;
}

/** Files and batches of a simulated provider. Answers come out of order. */
export class SimulatedBatches {
  readonly files = new Map<string, string>();
  readonly batches: Batch[] = [];
  /** Bodies of the rows that were served, over all batches. */
  readonly served: string[] = [];
  private readonly downloads = new Map<string, number>();

  constructor(
    private readonly behaviour: BatchBehaviour,
    private readonly responder: (request: {
      readonly messages: readonly ChatMessage[];
      readonly seed: number;
    }) => string,
  ) {}

  /** False for a request that is none of its own. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = new URL(request.url ?? '/', 'http://simulated').pathname.replace(/^\/v1/u, '');
    if (!/^\/(?:files|batches)(?:\/|$)/u.test(path)) return false;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    response.setHeader('x-simulated', '1');
    const [, kind = '', id = '', action = ''] = path.split('/');
    if (kind === 'files' && id === '') this.upload(request, response, body);
    else if (kind === 'files') this.file(response, id, action);
    else if (id === '' && request.method === 'POST') this.create(request, response, body);
    else if (id === '') this.list(response);
    else this.look(response, id, action);
    return true;
  }

  private upload(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const boundary = /boundary=(?:"([^"]+)"|([^;]+))/u.exec(request.headers['content-type'] ?? '');
    const mark = `--${boundary?.[1] ?? boundary?.[2] ?? ''}`;
    const part = body
      .toString('utf8')
      .split(mark)
      .find((text) => /name="file"/u.test(text.slice(0, 300)));
    const text = part?.slice(part.indexOf('\r\n\r\n') + 4).replace(/\r\n$/u, '') ?? '';
    const id = `file-simulated-${this.files.size}`;
    this.files.set(id, text);
    if (this.behaviour.breaks?.('uploaded') === true) response.destroy();
    else send(response, { id, object: 'file', bytes: text.length, purpose: 'batch', status: 'processed' });
  }

  private file(response: ServerResponse, id: string, action: string): void {
    const text = this.files.get(id);
    if (text === undefined || this.behaviour.forgets?.(id) === true) {
      send(response, { error: { message: 'Simulated: no such file.' } }, 404);
      return;
    }
    if (action === '') {
      send(response, { id, object: 'file', bytes: text.length, purpose: 'batch', status: 'processed' });
      return;
    }
    const time = this.downloads.get(id) ?? 0;
    this.downloads.set(id, time + 1);
    const wrong = this.behaviour.download?.(id, time);
    const lines = text.split('\n');
    const half = `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`;
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    if (wrong === 'breaks-off') response.write(half, () => response.destroy());
    else response.end(wrong === 'half' ? half : text);
  }

  private list(response: ServerResponse): void {
    if (this.behaviour.forgets?.('all') === true) {
      send(response, { error: { message: 'Simulated: no such path.' } }, 404);
      return;
    }
    const known = this.batches.filter(({ id }) => this.behaviour.forgets?.(id) !== true);
    send(response, { object: 'list', data: known.reverse().map(shown), has_more: false });
  }

  private create(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { input_file_id: input, metadata } = JSON.parse(body.toString('utf8')) as {
      input_file_id: string;
      metadata: unknown;
    };
    if (this.behaviour.forgets?.(input) === true) {
      send(response, { error: { message: 'Simulated: no such file.' } }, 404);
      return;
    }
    const number = this.batches.length;
    const batch: Batch = {
      id: `batch_simulated_${number}`,
      number,
      input,
      metadata,
      key: request.headers.authorization,
      status: 'validating',
      looks: 0,
      output: null,
      errors: null,
      served: 0,
      failed: 0,
    };
    this.batches.push(batch);
    if (this.behaviour.breaks?.('created') === true) response.destroy();
    else send(response, shown(batch));
  }

  private look(response: ServerResponse, id: string, action: string): void {
    const batch = this.batches.find((other) => other.id === id);
    if (batch === undefined || this.behaviour.forgets?.(id) === true) {
      send(response, { error: { message: 'Simulated: no such batch.' } }, 404);
      return;
    }
    const isOpen = ['validating', 'in_progress'].includes(batch.status);
    if (action === 'cancel') {
      if (isOpen) this.end(batch, 'cancelled');
    } else if (isOpen) {
      batch.looks += 1;
      const ending = this.behaviour.ending?.(batch.number) ?? 'completed';
      batch.status = 'in_progress';
      if (batch.looks >= (this.behaviour.looks ?? 1) && ending !== 'never') this.end(batch, ending);
    }
    send(response, shown(batch));
  }

  private end(batch: Batch, status: string): void {
    batch.status = status;
    if (status === 'failed') return;
    const lines: string[] = [];
    const errors: string[] = [];
    for (const row of rowsOf(this.files.get(batch.input) ?? '')) {
      const isCut = status !== 'completed' && row.row % 2 === 1;
      const fault = isCut ? ({ kind: 'expired' } as const) : this.behaviour.fault?.(row);
      const made = simulatedLine(row, {
        responder: this.responder,
        fault: () => fault,
        onServed: ({ body }) => this.served.push(JSON.stringify(body)),
      });
      if (made !== null) (made.isError ? errors : lines).push(made.line);
    }
    batch.served = lines.length;
    batch.failed = errors.length;
    const keep = (name: string, texts: readonly string[]): string | null => {
      if (texts.length === 0) return null;
      const id = `file-simulated-${name}-${batch.number}`;
      this.files.set(
        id,
        [...texts]
          .reverse()
          .map((line) => `${line}\n`)
          .join(''),
      );
      return id;
    };
    batch.output = keep('output', lines);
    batch.errors = keep('errors', errors);
  }
}

function shown({ id, input, status, output, errors, metadata, served, failed }: Batch): object {
  return {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    input_file_id: input,
    completion_window: '24h',
    status,
    metadata,
    output_file_id: output,
    error_file_id: errors,
    created_at: 0,
    request_counts: { total: served + failed, completed: served, failed },
    ...(status === 'failed'
      ? {
          errors: { object: 'list', data: [{ code: 'simulated', message: 'Simulated rejection.', line: 1 }] },
        }
      : {}),
  };
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
