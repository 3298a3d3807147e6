import type { Severity } from '../../spar/datasets/lint/finding';
import type { ProfileName } from '../../spar/tokens/cut';
import { exitCodes } from '../exitCodes';
import { fail } from '../fail';
import { flag, parseFilesAndOptions, text, texts, type Given, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface LintArguments {
  readonly files: readonly string[];
  readonly profile: ProfileName;
  /** Tokens; null for the profile's own. */
  readonly cutoff: number | null;
  readonly tokenizer: string | null;
  readonly evaluation: readonly string[];
  readonly severity: Severity;
  /** Codes, known or not; null: all. */
  readonly only: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly interference: number | null;
  readonly similarity: number | null;
  readonly fix: boolean;
  readonly json: boolean;
}

const optionTypes = {
  profile: text,
  cutoff: text,
  tokenizer: text,
  eval: texts,
  severity: text,
  only: texts,
  ignore: texts,
  interference: text,
  similarity: text,
  fix: flag,
  json: flag,
} as const;

/** `spar lint`: what would hurt training, with an exit code for machines that build. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    {
      name: 'lint',
      usage: async () => (await import('./usage')).usage(),
      parse,
      work: lint,
      afterInterruption: args.includes('--fix') ? 'Fixes made so far stay; each can be undone.' : '',
    },
    args,
    terminal,
  );
}

function parse(args: readonly string[]): ParsedArguments<LintArguments> {
  return parseFilesAndOptions(args, optionTypes, ({ files, given, problems }): LintArguments | undefined => {
    if (files.length === 0) problems.push('Name at least one dataset: spar lint FILE….');
    if (given.fix === true && given.json === true) problems.push('--fix and --json can’t be given together.');
    return {
      files,
      profile: oneOf(given, 'profile', { choices: profileNames, problems }),
      cutoff: numberOf(given.cutoff, {
        name: 'cutoff',
        minimum: 1,
        maximum: 100_000_000,
        whole: true,
        problems,
      }),
      tokenizer: given.tokenizer ?? null,
      evaluation: given.eval ?? [],
      severity: oneOf(given, 'severity', { choices: severityNames, problems }),
      only: given.only === undefined ? null : codesOf('only', given.only, problems),
      ignore: codesOf('ignore', given.ignore ?? [], problems),
      interference: numberOf(given.interference, { name: 'interference', minimum: 0, maximum: 1, problems }),
      similarity: numberOf(given.similarity, { name: 'similarity', minimum: 0.3, maximum: 1, problems }),
      fix: given.fix ?? false,
      json: given.json ?? false,
    };
  });
}

async function lint(options: LintArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ lintFiles }, { printLinted }] = await Promise.all([import('./lintFiles'), import('./print')]);
  const linted = await lintFiles(options, terminal, signal);
  if (!linted.ok) return fail('spar lint', linted.reason, terminal);
  printLinted(linted, options, terminal);
  return linted.found > 0 ? exitCodes.unsolved : exitCodes.done;
}

// Named here and not imported, so that wrong usage is told without loading what lints; types hold them together.
const profileNames = ['llama-factory', 'trl', 'plain'] as const satisfies readonly ProfileName[];
const severityNames = ['warning', 'error', 'information'] as const satisfies readonly Severity[];

/** The first choice is the default. */
function oneOf<Choice extends string>(
  given: Given<typeof optionTypes>,
  name: 'profile' | 'severity',
  { choices, problems }: { readonly choices: readonly [Choice, ...Choice[]]; readonly problems: string[] },
): Choice {
  const value = given[name];
  const chosen = choices.find((choice) => choice === value);
  if (value !== undefined && chosen === undefined)
    problems.push(`--${name} must be one of ${choices.join(', ')}, not “${value.slice(0, 40)}”.`);
  return chosen ?? choices[0];
}

interface NumberRule {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: boolean;
  readonly problems: string[];
}

function numberOf(value: string | undefined, rule: NumberRule): number | null {
  if (value === undefined) return null;
  const { name, minimum, maximum, whole = false, problems } = rule;
  const number = /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN;
  if (number >= minimum && number <= maximum && (!whole || Number.isInteger(number))) return number;
  problems.push(
    `--${name} must be a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}, not “${value.slice(0, 40)}”.`,
  );
  return null;
}

/** Whether the codes exist is told by what lints, which has the list. */
function codesOf(name: string, given: readonly string[], problems: string[]): readonly string[] {
  const codes = given.flatMap((list) => list.split(','));
  const odd = codes.find((code) => !/^[a-z]+(?:-[a-z]+)*$/u.test(code));
  if (odd !== undefined) problems.push(`--${name} takes codes such as “refusal”, not “${odd.slice(0, 40)}”.`);
  return codes;
}
