import * as vscode from 'vscode';
import { messageText } from '../messageText';

/** Runs with a notification that can be cancelled; null when it was. What went wrong in stopping is thrown. */
export async function withProgress<Result>(
  title: string,
  work: (
    signal: AbortSignal,
    report: (progress: { readonly message?: string; readonly increment?: number }) => void,
  ) => Promise<Result>,
): Promise<Result | null> {
  const stop = new AbortController();
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: messageText(title), cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => stop.abort(new DOMException('Stopped by a person.', 'AbortError')));
      try {
        return await work(stop.signal, (step) => progress.report(step));
      } catch (error) {
        if (stop.signal.aborted && isStop(error)) return null;
        throw error;
      }
    },
  );
}

function isStop(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
