import type { ChatModel, ChatRequest } from '../chatModel';
import { systemClock, type Clock } from '../clock';
import { fillDraws } from '../draws';
import { transportOf, UnusableModel, type EndpointOptions } from '../openaiModel';
import type { RetryOptions } from '../retry';
import { AdaptiveLimit, FixedLimit } from './adaptiveLimit';
import { Dispatcher, type PoolState } from './dispatcher';
import { askAgainForEmpty } from './emptyReplies';
import { Lane } from './lane';

export interface ModelPoolOptions {
  /** At least one; all serve the same model. An endpoint's own `concurrency` is the most it is asked for at once. */
  readonly endpoints: readonly EndpointOptions[];
  /** Sequences in flight over all endpoints; `auto`: each endpoint finds its own limit. */
  readonly concurrency: 'auto' | number;
  /** How long a pool whose endpoints are all out of order waits for one of them; 10 minutes unless told. */
  readonly patienceMs?: number;
  /** The same until the first reply, when the address may be wrong; 15 s unless told. */
  readonly firstPatienceMs?: number;
  /** Attempts and waits of one request; `maxTotalMs` and `unreachableTotalMs` mean nothing here. */
  readonly retry?: Pick<RetryOptions, 'attempts' | 'baseDelayMs' | 'maxDelayMs'>;
  /** Whether replies come piece by piece; false unless told (see docs/decisions, model pool). */
  readonly streams?: boolean;
  readonly clock?: Clock;
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
}

/** One model, served by one or several endpoints, for runs over many items. */
export interface ModelPool extends PoolState {
  /** Name of the model; the same for all views. */
  readonly id: string;
  /**
   * A view whose requests wait by priority, lower first, and within a priority in the order in which they came; all
   * views share the same places. Requests of one `group` (an item) at one priority are sent one after another. Views
   * are light: one for each item and stage is fine.
   *
   * Its errors are those of any `ChatModel`; one that `isEndpointWide` means that patience has run out, or that
   * a person has to mend something, and that any further request would end the same way.
   */
  at(priority: number, group?: string): ChatModel;
  /**
   * Resolves when a sequence could begin at once and nothing waits, or when waiting is vain. Within one turn of the event
   * loop no more callers are let in than there are free places; who is let in should ask within that turn, or be
   * bounded by its owner.
   *
   * @throws the signal's reason when it is aborted.
   */
  hasRoom(signal: AbortSignal): Promise<void>;
  /** Called, once for each turn, when a number above has changed. Gives back what takes it off again. */
  onChange(listener: () => void): () => void;
}

/** Most sequences in flight at one endpoint with `auto`; common servers take 256 before they queue. */
const mostAtOnce = 256;
/** Replies asked for in one request with `auto`: fixed, since replies must not depend on the limit of the moment. */
const mostPerRequest = 32;

/** Nothing is sent before the first request; an address that is none fails every request at once. */
export function createModelPool(options: ModelPoolOptions): ModelPool {
  const { endpoints, concurrency, clock = systemClock, random = Math.random } = options;
  const isAuto = concurrency === 'auto';
  const total = isAuto ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(concurrency));
  const transports = endpoints.map((endpoint) =>
    transportOf(endpoint, { maxConcurrency: mostAtOnce, streams: options.streams ?? false }),
  );
  const unusable = transports.find((transport) => transport instanceof UnusableModel);
  const usable = transports.flatMap((transport) => (transport instanceof UnusableModel ? [] : [transport]));
  const lanes = usable.map((model, index) => {
    const own = endpoints[index]?.concurrency;
    const limit = isAuto
      ? new AdaptiveLimit({ most: own ?? mostAtOnce })
      : new FixedLimit(Math.min(total, own ?? total));
    return new Lane({ model, limit, clock, random });
  });
  const dispatcher = new Dispatcher({
    lanes,
    total,
    patienceMs: options.patienceMs ?? 600_000,
    firstPatienceMs: options.firstPatienceMs ?? 15_000,
    retry: options.retry ?? {},
    clock,
    random,
  });
  const most = isAuto ? mostPerRequest : Math.min(total, mostPerRequest);
  const filling = {
    mostPerRequest: most,
    givesOneReply: () => usable.length > 0 && usable.every(({ givesOneReply }) => givesOneReply),
  };
  return new EndpointPool(dispatcher, (priority, group) => {
    if (unusable !== undefined) return unusable;
    const id = endpoints[0]?.model ?? '';
    const sending: ChatModel = {
      id,
      maxConcurrency: isAuto ? mostAtOnce * lanes.length : total,
      complete: (request: ChatRequest, completeOptions) =>
        dispatcher.complete(request, { ...completeOptions, priority, group }),
    };
    return askAgainForEmpty(fillDraws(sending, filling));
  });
}

class EndpointPool implements ModelPool {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly view: (priority: number, group: string | null) => ChatModel,
  ) {}

  get id(): string {
    return this.view(0, null).id;
  }

  get waiting(): number {
    return this.dispatcher.waiting;
  }

  get inFlight(): number {
    return this.dispatcher.inFlight;
  }

  get limit(): number {
    return this.dispatcher.limit;
  }

  at(priority: number, group?: string): ChatModel {
    return this.view(priority, group ?? null);
  }

  hasRoom(signal: AbortSignal): Promise<void> {
    return this.dispatcher.hasRoom(signal);
  }

  onChange(listener: () => void): () => void {
    return this.dispatcher.onChange(listener);
  }
}
