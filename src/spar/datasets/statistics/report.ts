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
    };

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One picture, what it says in a sentence or two, and its numbers. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Null where there is nothing to draw. */
  readonly chart: Chart | null;
  readonly table: Table;
}

/** Statistics in words, pictures and tables, for whatever shows them. */
export interface Report {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly sections: readonly Section[];
}
