import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;
/** May be given several times. */
export const texts = { type: 'string', multiple: true } as const;

export type OptionTypes = Readonly<Record<string, ParseArgsOptionDescriptor>>;

/** What was given of the options. */
export type Given<Types extends OptionTypes> = {
  readonly [Name in keyof Types]?: Types[Name] extends typeof texts
    ? readonly string[]
    : Types[Name]['type'] extends 'string'
      ? string
      : boolean;
};

export type ParsedArguments<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  /** What is wrong, as a sentence. */
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Reads the arguments after a command's name: long options only, each at most once unless it takes several, none of them
 * empty; `--help` and `-h` wherever they stand. `read` adds what is wrong to the problems, and answers undefined where
 * something is missing. Never throws.
 */
export function parseOptions<Types extends OptionTypes, Options>(
  args: readonly string[],
  types: Types,
  read: (given: Given<Types>, problems: string[]) => Options | undefined,
): ParsedArguments<Options> {
  return parseAll(args, types, { takesFiles: false, read: ({ given, problems }) => read(given, problems) });
}

/** What stands on a line with files: options, and the other arguments in their order. */
export interface GivenWithFiles<Types extends OptionTypes> {
  readonly files: readonly string[];
  readonly given: Given<Types>;
  /** What is wrong is added here. */
  readonly problems: string[];
}

/** As `parseOptions`, for commands that take files beside their options; none of the files is an empty text. */
export function parseFilesAndOptions<Types extends OptionTypes, Options>(
  args: readonly string[],
  types: Types,
  read: (line: GivenWithFiles<Types>) => Options | undefined,
): ParsedArguments<Options> {
  return parseAll(args, types, { takesFiles: true, read });
}

interface Reading<Types extends OptionTypes, Options> {
  readonly takesFiles: boolean;
  readonly read: (line: GivenWithFiles<Types>) => Options | undefined;
}

function parseAll<Types extends OptionTypes, Options>(
  args: readonly string[],
  types: Types,
  { takesFiles, read }: Reading<Types, Options>,
): ParsedArguments<Options> {
  const problems: string[] = [];
  let parsed: Parsed<Types>;
  try {
    parsed = parseGiven(args, { types, takesFiles }, problems);
  } catch (error) {
    // The first sentence says what; the rest is about how other programs could take such arguments.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/u);
    return { kind: 'wrong', message: `${sentence.replace(/\.$/u, '')}.` };
  }
  const { files, given } = parsed;
  if (given.help === true) return { kind: 'help' };
  if (files.includes('')) problems.push('A file’s name is empty.');
  const options = read({ files, given, problems });
  const [problem] = problems;
  return problem !== undefined || options === undefined
    ? { kind: 'wrong', message: problem ?? '' }
    : { kind: 'run', options };
}

interface Parsed<Types extends OptionTypes> {
  readonly files: readonly string[];
  readonly given: Given<Types> & { readonly help?: boolean };
}

function parseGiven<Types extends OptionTypes>(
  args: readonly string[],
  { types, takesFiles }: { readonly types: Types; readonly takesFiles: boolean },
  problems: string[],
): Parsed<Types> {
  const options = { ...types, help: { ...flag, short: 'h' } };
  const { values, tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: true,
    tokens: true,
    allowPositionals: takesFiles,
  });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const takesSeveral = types[token.name]?.multiple === true;
    if (seen.has(token.name) && !takesSeveral) problems.push(`--${token.name} is given twice.`);
    seen.add(token.name);
    if (token.value === '') problems.push(`--${token.name} is empty.`);
  }
  return { files: positionals, given: values };
}
