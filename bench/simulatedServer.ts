import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SimulatorOptions, SimulatorTotals } from '../test/support/simulator/protocol';
import { startSimulator } from '../test/support/simulator/simulator';
import { mixed } from '../test/support/simulator/tokens';
import { worldReply } from '../test/support/world';

/** What can be told to another process. */
export interface ServerSettings extends Pick<
  SimulatorOptions,
  'latency' | 'concurrency' | 'pieces' | 'tickMs' | 'refuses'
> {
  /** `world`: the simulated refiner of test/support/world.ts; else the smallest and largest number of tokens. */
  readonly replies: 'world' | readonly [number, number];
}

export interface ServerProcess {
  /** Base URL for clients. */
  readonly url: string;
  /** Waits until all that has arrived has ended. */
  totals(): Promise<SimulatorTotals>;
  close(): Promise<void>;
}

type Answer = { readonly url: string } | { readonly totals: SimulatorTotals };

/** A simulated server in a process of its own, so that a client's processor time is its own. */
export async function startServerProcess(settings: ServerSettings): Promise<ServerProcess> {
  const child = fork(fileURLToPath(import.meta.url), ['--simulated-server', JSON.stringify(settings)]);
  const next = (): Promise<Answer> => new Promise((resolve) => child.once('message', resolve));
  const told = await next();
  if (!('url' in told)) throw new Error('The simulated server told no address.');
  return {
    url: told.url,
    totals: async () => {
      const answer = next();
      child.send('totals');
      const counted = await answer;
      if (!('totals' in counted)) throw new Error('The simulated server told no totals.');
      return counted.totals;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.send('close');
      }),
  };
}

/** True where this process is such a server, which then serves; a bench that starts one asks this first. */
export async function isServerProcess(): Promise<boolean> {
  const [flag, settings] = process.argv.slice(2);
  if (flag !== '--simulated-server' || settings === undefined) return false;
  const { replies, ...options } = JSON.parse(settings) as ServerSettings;
  const server = await startSimulator({
    ...options,
    responder: (request) => (replies === 'world' ? worldReply(request).text : words(request.seed, replies)),
  });
  // Its bench has ended, in whatever way.
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => {
    void (async () => {
      if (message === 'close') process.exit();
      await server.settled();
      process.send?.({ totals: server.totals() });
    })();
  });
  process.send?.({ url: server.url });
  return true;
}

function words(seed: number, [least, most]: readonly [number, number]): string {
  return 'word '.repeat(least + (mixed(seed, 0) % (most - least + 1))).trim();
}
