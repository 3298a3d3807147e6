/** Numbers by the million take eight, four or one byte each; an object for each row would take hundreds. */
interface ArrayOf {
  readonly f64: Float64Array<ArrayBuffer>;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly u8: Uint8Array<ArrayBuffer>;
}

export type ColumnSpec = Readonly<Record<string, keyof ArrayOf>>;
export type Columns<Spec extends ColumnSpec> = { [Name in keyof Spec]: ArrayOf[Spec[Name]] };

/** Stands in a column of counts or of dictionary numbers for what is not known; NaN does in the others. */
export const none = 0xffff_ffff;

/** Of a record, as it was found. Dictionary numbers from `model` on; `constraints` names a list of types. */
export const recordSpec = {
  offset: 'f64',
  length: 'u32',
  line: 'u32',
  created: 'f64',
  value: 'f64',
  distance: 'f64',
  interference: 'f64',
  yes: 'u32',
  no: 'u32',
  notDrawn: 'u32',
  rejectedWords: 'u32',
  chosenWords: 'u32',
  rejectedCharacters: 'u32',
  chosenCharacters: 'u32',
  held: 'u32',
  broken: 'u32',
  model: 'u32',
  source: 'u32',
  run: 'u32',
  constraints: 'u32',
  /** 1 where the line's bytes told all, without parsing them. */
  usual: 'u8',
} as const satisfies ColumnSpec;

/** What a record's lines come to; `tags` is the dictionary number of a list. */
export const stateSpec = {
  status: 'u8',
  flags: 'u8',
  tags: 'u32',
  split: 'u32',
} as const satisfies ColumnSpec;

/** Where a line about a record is. */
export const placeSpec = { offset: 'f64', length: 'u32' } as const satisfies ColumnSpec;

export const idBytes = 20;

export function makeColumns<Spec extends ColumnSpec>(spec: Spec, capacity: number): Columns<Spec> {
  return mapColumns(spec, (name) => makeArray(spec[name] ?? 'u8', capacity));
}

/** The same numbers with room for more, or exactly as many. */
export function resized<Spec extends ColumnSpec>(
  columns: Columns<Spec>,
  spec: Spec,
  size: { readonly used: number; readonly capacity: number },
): Columns<Spec> {
  return mapColumns(spec, (name) => {
    const array = makeArray(spec[name] ?? 'u8', size.capacity);
    array.set(columns[name].subarray(0, size.used));
    return array;
  });
}

/** Gives memory back at once that nobody looks at any more, where this Node.js can; else it is collected some time. */
export function release(buffers: readonly ArrayBuffer[]): void {
  for (const buffer of buffers as readonly { readonly transfer?: (length: number) => unknown }[])
    buffer.transfer?.(0);
}

/** Room for at least `wanted`, by steps of a half, so that filling a column takes linear time. */
export function nextCapacity(capacity: number, wanted: number): number {
  return wanted <= capacity ? capacity : Math.max(wanted, 64, Math.ceil(capacity * 1.5));
}

function mapColumns<Spec extends ColumnSpec>(
  spec: Spec,
  make: (name: keyof Spec & string) => ArrayOf[keyof ArrayOf],
): Columns<Spec> {
  return Object.fromEntries(Object.keys(spec).map((name) => [name, make(name)])) as Columns<Spec>;
}

function makeArray(kind: keyof ArrayOf, length: number): ArrayOf[keyof ArrayOf] {
  switch (kind) {
    case 'f64':
      return new Float64Array(length);
    case 'u32':
      return new Uint32Array(length);
    case 'u8':
      return new Uint8Array(length);
  }
}
