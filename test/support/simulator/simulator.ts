import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerChat } from './answer';
import type { Fault, GrowingCall, SimulatedCall, SimulatorOptions, SimulatorTotals } from './protocol';
import { refusalOf } from './refusals';
import { SequenceSlots } from './sequenceSlots';

export interface Simulator {
  /** Base URL for clients, for example `http://127.0.0.1:51234/v1`. */
  readonly url: string;
  /** All HTTP requests in order of arrival. */
  readonly requests: readonly SimulatedCall[];
  /** Those that ask for a chat completion. */
  readonly chats: readonly SimulatedCall[];
  totals(): SimulatorTotals;
  /** Resolves once every request that has arrived has ended. */
  settled(): Promise<void>;
  /** Breaks what is under way and frees the port. */
  close(): Promise<void>;
}

/**
 * A real HTTP server on a free loopback port that speaks OpenAI's chat completions protocol and makes its
 * replies up. Every answer carries the header `x-simulated: 1`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const running = new RunningSimulator(options);
  const server = createServer((request, response) => {
    void running.serve(request, response);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1`,
    requests: running.calls,
    get chats() {
      return running.calls.filter((call) => call.path.split('?')[0]?.endsWith('/chat/completions'));
    },
    totals: () => running.totals(),
    settled: () => running.settled(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

class RunningSimulator {
  readonly calls: GrowingCall[] = [];
  private readonly slots: SequenceSlots;
  private readonly underWay = new Set<Promise<void>>();
  private unseeded = 0;

  constructor(private readonly options: SimulatorOptions) {
    this.slots = new SequenceSlots(options.concurrency ?? Number.POSITIVE_INFINITY);
  }

  serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const work = this.answer(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
    this.underWay.add(work);
    return work.finally(() => this.underWay.delete(work));
  }

  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  totals(): SimulatorTotals {
    const chats = this.calls.filter((call) => call.method === 'POST');
    const sum = (count: (call: GrowingCall) => number): number =>
      chats.reduce((total, call) => total + count(call), 0);
    return {
      requests: chats.length,
      sequences: sum((call) => call.sequences),
      promptTokens: sum((call) => call.promptTokens),
      completionTokens: sum((call) => call.completionTokens),
      abortedTokens: sum((call) => (call.aborted ? call.completionTokens : 0)),
      peakSequences: this.slots.peak,
    };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call: GrowingCall = {
      index: this.calls.length,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body: {},
      status: null,
      sequences: 0,
      promptTokens: 0,
      completionTokens: 0,
      aborted: false,
      ended: false,
    };
    this.calls.push(call);
    const left = new AbortController();
    response.on('close', () => {
      // A connection that the simulator broke itself carries the error with which it did.
      call.aborted = !response.writableFinished && response.errored === null;
      call.ended = true;
      left.abort();
    });
    response.setHeader('x-simulated', '1');
    call.body = await jsonBodyOf(request);
    const fault = this.options.faults?.(call) ?? refusalOf(call, this.options);
    if (fault !== undefined && (await answeredByFault(fault, response, left.signal))) {
      call.status = response.headersSent ? response.statusCode : null;
      return;
    }
    if (call.method === 'GET') {
      call.status = 200;
      const models = this.options.models ?? ['simulated'];
      sendJson(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
      return;
    }
    await answerChat({
      call,
      response,
      options: this.options,
      slots: this.slots,
      left: left.signal,
      fault,
      nextSeed: () => (this.unseeded += 1),
    });
  }
}

/** Answers a request whose fault needs no reply text; false for faults in the midst of a reply. */
async function answeredByFault(fault: Fault, response: ServerResponse, left: AbortSignal): Promise<boolean> {
  switch (fault.kind) {
    case 'status': {
      const { body = { error: { message: `Simulated status ${String(fault.status)}.` } } } = fault;
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      if (typeof body === 'string')
        sendText(response, { status: fault.status, contentType: 'text/plain', body });
      else sendJson(response, fault.status, body);
      return true;
    }
    case 'html': {
      const body = '<!doctype html><html><body>Sign in</body></html>';
      sendText(response, { status: fault.status ?? 200, contentType: 'text/html', body });
      return true;
    }
    case 'raw':
      sendText(response, { status: 200, contentType: fault.contentType, body: fault.body });
      return true;
    case 'hang':
      if (!left.aborted)
        await new Promise((resolve) => left.addEventListener('abort', resolve, { once: true }));
      return true;
    case 'close':
      response.destroy(new Error('Closed by the simulator.'));
      return true;
    case 'reset':
      response.socket?.resetAndDestroy();
      response.destroy(new Error('Reset by the simulator.'));
      return true;
    case 'cut':
    case 'end-early':
    case 'stall':
    case 'error-event':
      return false;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  sendText(response, { status, contentType: 'application/json', body: JSON.stringify(body) });
}

interface PlainAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

function sendText(response: ServerResponse, { status, contentType, body }: PlainAnswer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function jsonBodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  if (text === '') return {};
  const json: unknown = JSON.parse(text);
  return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
}
