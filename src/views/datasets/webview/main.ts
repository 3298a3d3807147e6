import { Page } from './page';

interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

const host = acquireVsCodeApi();
const root = document.getElementById('dataset');
if (root !== null) {
  const page = new Page(root, {
    post: (request) => host.postMessage(request),
    remembered: host.getState(),
    remember: (state) => host.setState(state),
  });
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => page.take(data));
}
