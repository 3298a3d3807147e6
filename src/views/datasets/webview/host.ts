interface HostApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

/** What a page knows of the extension. */
export interface PageHost {
  readonly post: (request: unknown) => void;
  /** What the page kept when it was last shown, as it is. */
  readonly remembered: unknown;
  readonly remember: (state: unknown) => void;
  /** What the page was made with. */
  readonly data: unknown;
}

/** Makes a page in an element of its own and hands it what the extension answers. */
export function joinHost(
  id: string,
  make: (root: HTMLElement, host: PageHost) => { take(message: unknown): void },
): void {
  const api = acquireVsCodeApi();
  const root = document.createElement('main');
  root.id = id;
  document.body.append(root);
  const page = make(root, {
    post: (request) => api.postMessage(request),
    remembered: api.getState(),
    remember: (state) => api.setState(state),
    data: JSON.parse(document.getElementById('data')?.textContent ?? 'null'),
  });
  // What the extension answers comes later: nothing is missed here.
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => page.take(data));
}
