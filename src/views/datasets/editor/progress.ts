import * as vscode from 'vscode';
import { messageText } from '../../../editor/messageText';

export interface ProgressOptions {
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** In a notification, since it may take a while, with a button to stop. */
export async function withProgress<Result>(
  title: string,
  work: (options: ProgressOptions) => Promise<Result>,
): Promise<Result> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: messageText(title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) => {
    const aborting = new AbortController();
    token.onCancellationRequested(() => aborting.abort());
    return work({ signal: aborting.signal, onProgress: percentsTo(progress) });
  });
}

/** Milliseconds before work is told of: what is done by then needs no words. */
const late = 1000;

/** As `withProgress`, but only for what takes more than a second. */
export async function withLateProgress<Result>(
  title: string,
  work: (options: ProgressOptions) => Promise<Result>,
  { cancellable = true }: { readonly cancellable?: boolean } = {},
): Promise<Result> {
  const aborting = new AbortController();
  let share = 0;
  let tell: (share: number) => void = () => undefined;
  const working = work({
    signal: aborting.signal,
    onProgress: (done) => {
      share = done;
      tell(done);
    },
  });
  const timer = setTimeout(() => {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: messageText(title),
      cancellable,
    };
    void vscode.window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => aborting.abort());
      tell = percentsTo(progress);
      tell(share);
      return working.then(
        () => undefined,
        () => undefined,
      );
    });
  }, late);
  try {
    return await working;
  } finally {
    clearTimeout(timer);
  }
}

function percentsTo(
  progress: vscode.Progress<{ increment?: number; message?: string }>,
): (share: number) => void {
  let told = 0;
  return (share) => {
    const increment = Math.floor(share * 100) - told;
    if (increment < 1) return;
    told += increment;
    progress.report({ increment, message: `${told} %` });
  };
}
