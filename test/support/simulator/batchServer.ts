import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RowResponder } from './batchEngine';
import { SimulatedBatches, type BatchBehaviour } from './batches';

/** A local server that speaks the files and batches endpoints, and nothing else. */
export async function withBatchServer<Result>(
  { responder, ...behaviour }: BatchBehaviour & { readonly responder: RowResponder },
  use: (url: string, provider: SimulatedBatches) => Promise<Result>,
): Promise<Result> {
  const provider = new SimulatedBatches(behaviour, responder);
  const server = createServer((request, response) => {
    void provider.answer(request, response).then((isOwn) => {
      if (!isOwn) response.writeHead(500).end('Simulated: no live request is expected.');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, provider);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
