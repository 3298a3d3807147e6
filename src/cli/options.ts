import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;

export type OptionTypes = Readonly<Record<string, ParseArgsOptionDescriptor>>;

/** What was given of the options. */
export type Given<Types extends OptionTypes> = {
  readonly [Name in keyof Types]?: Types[Name]['type'] extends 'string' ? string : boolean;
};

export type ParsedArguments<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  /** What is wrong, as a sentence. */
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Reads the arguments after a command's name: long options only, each at most once, none of them empty; `--help` and
 * `-h` wherever they stand. `read` adds what is wrong to the problems, and answers undefined where something is missing.
 * Never throws.
 */
export function parseOptions<Types extends OptionTypes, Options>(
  args: readonly string[],
  types: Types,
  read: (given: Given<Types>, problems: string[]) => Options | undefined,
): ParsedArguments<Options> {
  const problems: string[] = [];
  let given: Given<Types> & { readonly help?: boolean };
  try {
    given = parseGiven(args, types, problems);
  } catch (error) {
    // The first sentence says what; the rest is about how other programs could take such arguments.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/u);
    return { kind: 'wrong', message: `${sentence.replace(/\.$/u, '')}.` };
  }
  if (given.help === true) return { kind: 'help' };
  const options = read(given, problems);
  const [problem] = problems;
  return problem !== undefined || options === undefined
    ? { kind: 'wrong', message: problem ?? '' }
    : { kind: 'run', options };
}

function parseGiven<Types extends OptionTypes>(
  args: readonly string[],
  types: Types,
  problems: string[],
): Given<Types> & { readonly help?: boolean } {
  const options = { ...types, help: { ...flag, short: 'h' } };
  const { values, tokens } = parseArgs({ args: [...args], options, strict: true, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (seen.has(token.name)) problems.push(`--${token.name} is given twice.`);
    seen.add(token.name);
    if (token.value === '') problems.push(`--${token.name} is empty.`);
  }
  return values;
}
