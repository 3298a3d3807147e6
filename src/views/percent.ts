import type * as vscode from 'vscode';

/** Tells each whole percent of bytes read once. */
export function percentOf(
  progress: vscode.Progress<{ readonly message: string }>,
): (read: number, all: number) => void {
  let last = -1;
  return (read, all) => {
    const percent = all === 0 ? 0 : Math.floor((read / all) * 100);
    if (percent === last) return;
    last = percent;
    progress.report({ message: `${percent} %` });
  };
}
