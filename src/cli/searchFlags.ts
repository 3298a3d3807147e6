import { defaultSettings, type SearchSettings } from '../spar/search/settings';
import { flag, text, type Given } from './options';
import { ValueReader } from './values';

/** How a search goes, wherever one is begun from the terminal. */
export const searchOptionTypes = {
  algorithm: text,
  branch: text,
  beam: text,
  depth: text,
  votes: text,
  voting: text,
  gate: text,
  stop: text,
  seed: text,
  'audit-share': text,
  'ask-when-verified': flag,
} as const;

/** All but the seed, which is another search. */
export const seedlessSearchTypes = Object.fromEntries(
  Object.entries(searchOptionTypes).filter(([name]) => name !== 'seed'),
) as Omit<typeof searchOptionTypes, 'seed'>;

/** Limits of one search. */
export const budgetOptionTypes = { 'token-budget': text, timeout: text } as const;

/** What was given of the search's settings; what differs from the defaults alone. */
export function readSearchSettings(
  given: Given<typeof searchOptionTypes>,
  problems: string[],
): Partial<SearchSettings> {
  const read = new ValueReader(given, problems);
  const settings = {
    algorithm: read.choice('algorithm', ['breadth-first', 'depth-first', 'best-of-n', 'chain'] as const),
    branchFactor: read.number('branch', { least: 1, most: 1000, whole: true }),
    beamWidth: read.number('beam', { least: 1, most: 1000, whole: true }),
    depth: read.number('depth', { least: 0, most: 100, whole: true }),
    votes: read.number('votes', { least: 1, most: 1000, whole: true }),
    voting: read.choice('voting', ['settled', 'screen', 'all'] as const),
    gate: read.number('gate', { least: 0, below: 1, whole: false }),
    stop: read.choice('stop', ['level', 'first'] as const),
    auditShare: read.number('audit-share', { least: 0, most: 1, whole: false }),
    askWhenVerified: given['ask-when-verified'],
    seed: read.number('seed', { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true }),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

export function readBudget(
  given: Given<typeof budgetOptionTypes>,
  problems: string[],
): Pick<SearchSettings, 'budget'> | Record<string, never> {
  const read = new ValueReader(given, problems);
  const tokens = read.number('token-budget', { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true });
  const seconds = read.number('timeout', { least: 0.001, most: 2_000_000, whole: false });
  if (tokens === undefined && seconds === undefined) return {};
  return {
    budget: {
      ...(tokens === undefined ? {} : { tokens }),
      ...(seconds === undefined ? {} : { milliseconds: seconds * 1000 }),
    },
  };
}

const { branchFactor, beamWidth, depth, votes, voting, gate, stop, algorithm } = defaultSettings;

/** The part of a command's `--help` about them, but for the seed. */
export function searchUsage(auditShare: number): string {
  return `\
  --algorithm NAME     breadth-first, depth-first, best-of-n or chain (${algorithm})
  --branch N           refinements of a node (${branchFactor})
  --beam N             nodes that go on from a level (${beamWidth})
  --depth N            levels below the original (${depth})
  --votes N            votes on a text (${votes})
  --voting POLICY      settled, screen or all (${voting})
  --gate SHARE         a text passes when more than this share of its votes is Yes (${gate})
  --stop POLICY        level: the best of a level; first: the first that passes (${stop})
  --ask-when-verified  put a text to votes even where rules verify all that is asked
  --audit-share SHARE  share of the texts that rules refute on which the model votes as well (${auditShare})
`;
}
