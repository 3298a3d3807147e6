import type { Prompts } from './examples/prompts';
import type { RefinerMix } from './examples/examples';
import type { ExportKind, FormatName } from './formats';
import type { SplitShare } from './split';

/** What is to be exported. */
export interface ExportRequest {
  /** Files of datasets, in the order in which their records are written. */
  readonly datasets: readonly string[];
  readonly format: FormatName;
  /** `pairs` by default. */
  readonly what?: ExportKind;
  /** Accepted ones by default. Contested, rejected and deleted records are never exported. */
  readonly statuses?: readonly ExportStatus[];
  /** Only these records; all by default. */
  readonly ids?: readonly string[];
  /** Not these, for example since lint found fault with them. */
  readonly except?: readonly string[];
  /** Of split and draw; 0 by default. */
  readonly seed?: number;
  /** For `refiner`: the prompts of the examples; SPaR's own by default. */
  readonly prompts?: Prompts;
  /** For `refiner`: most examples of each kind; the paper's by default. */
  readonly mix?: RefinerMix;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

/** Where it goes. */
export interface ExportTarget extends ExportRequest {
  readonly outputFolder: string;
  /** Shares of instructions; without, all go to `train` but those that were assigned elsewhere. */
  readonly split?: readonly SplitShare[];
  /** `*.meta.jsonl` beside each file, a line for each row; true by default. */
  readonly sidecar?: boolean;
  /** Of the entry in `dataset_info.json` and in other trainers' settings; `spar_dpo` and the like by default. */
  readonly name?: string;
}

export type ExportStatus = 'accepted' | 'pending';
