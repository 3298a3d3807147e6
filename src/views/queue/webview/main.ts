import { QueuePage } from './queuePage';

interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

const host = acquireVsCodeApi();
const root = document.getElementById('queue');
if (root !== null) {
  // What the host answers comes later: the listener below is there by then.
  const page = new QueuePage(root, {
    post: (request) => host.postMessage(request),
    remembered: host.getState(),
    remember: (state) => host.setState(state),
  });
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => page.take(data));
}
