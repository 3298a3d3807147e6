import type { Conclusion, Conducted, conductRun } from '../../spar/selfplay/plan/conduct';
import type { RunPlan } from '../../spar/selfplay/plan/runPlan';
import type { RunProgress } from '../../spar/selfplay/progress';

/** A run that this window works on, or is about to. Plain data. */
export interface LiveState {
  readonly phase: 'opening' | 'working' | 'pausing';
  /** Null before the first item was looked at. */
  readonly progress: RunProgress | null;
  /** With the limits that hold now; null while the run is being opened. */
  readonly plan: RunPlan | null;
}

export type Conduct = typeof conductRun;

export interface LiveRunOptions {
  readonly onChange: () => void;
  readonly onWarning: (words: string) => void;
  /** `conductRun` unless told. */
  readonly conduct?: Conduct;
}

/** One run under work in this window: from the wish to work on it until its ending is on the disk. */
export class LiveRun {
  private readonly force = new AbortController();
  private readonly pausing = new AbortController();
  private latest: RunProgress | null = null;
  private plan: RunPlan | null = null;
  /** Resolves when nothing of it is under way any more; never rejects. */
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;

  constructor(private readonly options: LiveRunOptions) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  get state(): LiveState {
    const isPausing = this.pausing.signal.aborted || this.latest?.state === 'pausing';
    return {
      phase: isPausing ? 'pausing' : this.plan === null ? 'opening' : 'working',
      progress: this.latest,
      plan: this.plan,
    };
  }

  /** Aborted when the run is to stop, also before it is worked on. */
  get signal(): AbortSignal {
    return this.pausing.signal;
  }

  /** Lets requests in flight come home. */
  pause(): void {
    if (this.pausing.signal.aborted) return;
    this.pausing.abort(new Error('the run is paused'));
    this.options.onChange();
  }

  /** Gives requests in flight up. */
  stop(): void {
    this.pause();
    this.force.abort(new Error('the run is stopped'));
  }

  /** Works on the run to an ending and closes it. @throws what `conductRun` throws. */
  async work(run: Conducted): Promise<Conclusion> {
    const { onChange, onWarning } = this.options;
    this.plan = run.plan;
    onChange();
    try {
      const conduct = this.options.conduct ?? (await import('../../spar/selfplay/plan/conduct')).conductRun;
      return await conduct(run, {
        signal: this.force.signal,
        pause: this.pausing.signal,
        onWarning,
        onProgress: (progress) => {
          this.latest = progress;
          onChange();
        },
      });
    } finally {
      await run.store.close();
    }
  }

  /** Says that nothing is under way any more. */
  settle(): void {
    this.end();
  }
}
