/** Colours by what they mean; a page gives each one of its own theme's. */
export type Tone = 'accepted' | 'rejected' | 'pending' | 'contested' | 'first' | 'second' | 'third';

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** One for each category. */
  readonly values: readonly number[];
}

export type Chart =
  | {
      readonly kind: 'bars';
      /** Rows where the categories are names of any length; columns where they are an order. */
      readonly direction: 'rows' | 'columns';
      readonly isStacked: boolean;
      readonly categories: readonly string[];
      readonly series: readonly Series[];
      readonly xTitle: string;
      readonly yTitle: string;
    }
  | {
      readonly kind: 'lines';
      readonly categories: readonly string[];
      readonly series: readonly Series[];
      readonly xTitle: string;
      readonly yTitle: string;
    }
  | {
      readonly kind: 'points';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly xTitle: string;
      readonly yTitle: string;
    }
  | FunnelChart;

/** What is left after each of several steps; drawn with words beside each bar. */
export interface FunnelChart {
  readonly kind: 'funnel';
  readonly steps: readonly {
    readonly label: string;
    readonly count: number;
    /** What fell out before this step, and why. */
    readonly out: readonly string[];
  }[];
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Of words rather than numbers: set flush left, and shown without being asked for. */
  readonly isOfWords?: boolean;
  /** For each row the line of the report's source file that it is about; null: none. */
  readonly lines?: readonly (number | null)[];
}

/** A stretch of a text that was changed into another. */
export interface Stretch {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** A pair to be read. */
export interface Example {
  readonly title: string;
  /** Of the source file; null: not known. */
  readonly line: number | null;
  readonly instruction: string;
  readonly difference: readonly Stretch[];
}

/** One picture, what it says in a sentence or two, and its numbers. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Null where there is nothing to draw. */
  readonly chart: Chart | null;
  readonly table: Table;
  /** Takes the whole width of the page. */
  readonly isWide?: boolean;
  readonly examples?: readonly Example[];
}

/** Statistics in words, pictures and tables, for whatever shows them. */
export interface Report {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** A sentence for where there is no section. */
  readonly empty: string;
  readonly sections: readonly Section[];
}
