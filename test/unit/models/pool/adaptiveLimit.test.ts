import { expect, test } from 'vitest';
import { AdaptiveLimit } from '../../../../src/spar/models/pool/adaptiveLimit';

/** A server in a world of its own time: what one request takes, and whether it is refused. */
interface World {
  /** With so many in flight, the request's own among them; it draws its own length. */
  readonly milliseconds: (inFlight: number, tokens: number) => number;
  readonly isRefused?: (inFlight: number) => boolean;
}

/** A client that always sends as much as it may, in virtual time. */
class Client {
  readonly limits: number[] = [];
  readonly limit: AdaptiveLimit;
  private now = 0;
  private state = 7;
  private readonly ends: { readonly at: number; readonly end: () => void }[] = [];
  private inFlight = 0;

  constructor(most = 256) {
    this.limit = new AdaptiveLimit({ most });
  }

  random(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }

  run(world: World, requests: number): number {
    for (let sent = 0; sent < requests;) {
      while (this.inFlight < this.limit.current) {
        this.send(world);
        sent += 1;
      }
      this.step();
      this.limits.push(this.limit.current);
    }
    const last = this.limits.slice(-Math.floor(requests / 4)).sort((a, b) => a - b);
    return last[Math.floor(last.length / 2)] ?? 0;
  }

  private send(world: World): void {
    this.inFlight += 1;
    const startedAt = this.now;
    const tokens = 50 + Math.floor(350 * this.random());
    const isRefused = world.isRefused?.(this.inFlight) ?? false;
    const milliseconds = isRefused
      ? 5
      : world.milliseconds(this.inFlight, tokens) * (0.8 + 0.4 * this.random());
    const wasFull = this.inFlight >= 0.75 * this.limit.current;
    const end = (): void => {
      const full = wasFull && this.inFlight >= 0.75 * this.limit.current;
      if (isRefused) this.limit.overloaded(startedAt, this.now);
      else this.limit.answered({ milliseconds, tokens, startedAt, wasFull: full }, this.now);
      this.inFlight -= 1;
    };
    this.ends.push({ at: this.now + milliseconds, end });
  }

  private step(): void {
    this.ends.sort((a, b) => b.at - a.at);
    const next = this.ends.pop();
    if (next === undefined) return;
    this.now = next.at;
    next.end();
  }
}

/** So many places; what comes beyond waits in a queue. */
const places = (count: number): World => ({
  milliseconds: (inFlight, tokens) => (40 + tokens) * Math.max(1, inFlight / count),
});
/** All sequences advance together, each a little slower with each further one. */
const batching = (doubledAt: number): World => ({
  milliseconds: (inFlight, tokens) => 50 + tokens * 10 * (1 + inFlight / doubledAt),
});

test.each([16, 48, 100])('finds %i places, and does not overrun them', (count) => {
  const found = new Client().run(places(count), 12_000);
  expect(found).toBeGreaterThanOrEqual(0.85 * count);
  expect(found).toBeLessThanOrEqual(1.5 * count);
});

test('goes on as long as throughput gains, though latency rises', () => {
  expect(new Client().run(batching(100), 12_000)).toBeGreaterThanOrEqual(128);
});

test('never goes beyond the most', () => {
  const client = new Client(20);
  client.run(batching(1000), 3_000);
  expect(Math.max(...client.limits)).toBe(20);
});

test('falls when the server becomes slower under the same load, and rises when it has recovered', () => {
  const client = new Client();
  expect(client.run(places(100), 8_000)).toBeGreaterThanOrEqual(85);
  expect(client.run(places(20), 8_000)).toBeLessThanOrEqual(50);
  expect(client.run(places(100), 16_000)).toBeGreaterThanOrEqual(80);
});

test('refusals beyond a number of requests take it down to that number, and it stays near', () => {
  const found = new Client().run({ ...batching(1000), isRefused: (inFlight) => inFlight > 24 }, 12_000);
  expect(found).toBeGreaterThanOrEqual(16);
  expect(found).toBeLessThanOrEqual(30);
});

test('refusals that have nothing to do with load do not take it down', () => {
  const client = new Client();
  const found = client.run({ ...places(64), isRefused: () => client.random() < 0.2 }, 12_000);
  expect(found).toBeGreaterThanOrEqual(24);
});

test('when nearly all is refused it falls to one', () => {
  const client = new Client();
  client.run(places(64), 4_000);
  client.run({ ...places(64), isRefused: () => client.random() < 0.95 }, 3_000);
  expect(Math.min(...client.limits)).toBe(1);
});

test('places that nobody uses do not raise it', () => {
  const limit = new AdaptiveLimit({ most: 256 });
  for (let request = 0; request < 1000; request += 1) {
    limit.answered({ milliseconds: 100, tokens: 100, startedAt: request, wasFull: false }, request + 100);
  }
  expect(limit.current).toBe(8);
});
