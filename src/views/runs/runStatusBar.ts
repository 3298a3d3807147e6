import * as vscode from 'vscode';
import { views } from '../../contributions';
import { DisposableStore, type Disposable } from '../../editor/emitter';
import type { Runs } from '../../editor/runs/runs';
import { afterTick, Throttle } from '../throttle';
import { runsStatus } from './statusWords';

/** One item while this window works on runs, none otherwise. */
export class RunStatusBar implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item: vscode.StatusBarItem;

  constructor(private readonly runs: Runs) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('spar.runs', vscode.StatusBarAlignment.Left, 9),
    );
    this.item.name = 'SPaR Runs';
    this.item.command = `${views.runs}.focus`;
    const throttle = this.disposables.add(new Throttle(() => this.show(), afterTick(1000)));
    this.disposables.add(runs.onDidChange(() => throttle.request()));
    this.show();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private show(): void {
    const status = runsStatus(this.runs.working);
    if (status === null) {
      this.item.hide();
      return;
    }
    this.item.text = status.text;
    this.item.tooltip = status.tooltip;
    this.item.accessibilityInformation = { label: `SPaR runs: ${status.tooltip}` };
    this.item.show();
  }
}
