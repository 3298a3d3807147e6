import type { Terminal } from './terminal';

/** One subcommand of `spar`. */
export interface Command {
  readonly name: string;
  /** One line for `spar --help`. */
  readonly summary: string;
  /** Loads the command's code, so that help and usage errors of others don't wait for it. */
  readonly load: () => Promise<CommandModule>;
}

export interface CommandModule {
  /** Runs the command with the arguments after its name; the exit code. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

export const commands: readonly Command[] = [
  {
    name: 'refine',
    summary: 'Refine one response until it follows its instruction.',
    load: () => import('./refine/command'),
  },
  {
    name: 'run',
    summary: 'Make preference pairs out of a file of instructions.',
    load: () => import('./run/command'),
  },
  {
    name: 'resume',
    summary: 'Go on with a run where it stopped.',
    load: () => import('./resume/command'),
  },
  {
    name: 'status',
    summary: 'Tell how a run stands.',
    load: () => import('./status/command'),
  },
  {
    name: 'replay',
    summary: 'Tell what a run would have come to under other settings.',
    load: () => import('./replay/command'),
  },
  {
    name: 'report',
    summary: 'Tell what a run came to, and where it lost what it lost.',
    load: () => import('./report/command'),
  },
  {
    name: 'search',
    summary: 'Refine each row of a file of instructions and responses.',
    load: () => import('./search/command'),
  },
  {
    name: 'check',
    summary: 'Check one response against the constraints in its instruction.',
    load: () => import('./check/command'),
  },
  {
    name: 'ifeval',
    summary: 'Evaluate responses as IFEval does, strict and loose.',
    load: () => import('./ifeval/command'),
  },
  {
    name: 'repair',
    summary: 'Mend responses by rules alone.',
    load: () => import('./repair/command'),
  },
  {
    name: 'lint',
    summary: 'Find what will hurt training in datasets, before training.',
    load: () => import('./lint/command'),
  },
  {
    name: 'export',
    summary: 'Write datasets as files that trainers take as they are.',
    load: () => import('./export/command'),
  },
  {
    name: 'import',
    summary: 'Take preference pairs out of files of other tools.',
    load: () => import('./import/command'),
  },
  {
    name: 'stats',
    summary: 'Count what datasets hold.',
    load: () => import('./stats/command'),
  },
  {
    name: 'compact',
    summary: 'Rewrite datasets in canonical form.',
    load: () => import('./compact/command'),
  },
  {
    name: 'diff',
    summary: 'Compare two versions of a dataset as pairs.',
    load: () => import('./diff/command'),
  },
];
