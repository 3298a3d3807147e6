import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { z } from 'zod';
import { countWords } from '../../text/amountWords';
import { ownVerifierSchema, type OwnVerifier } from './ownVerifiers';
import { placeOf, type Place } from './place';
import { problemsOf, type WordedProblem } from './schemaWords';
import { syntaxWords } from './syntaxWords';

/** Where a workspace keeps its own verifiers, from its folder. */
export const ownVerifiersFile = '.spar/verifiers.json';

/** Something in the file that can't be used, with its place; the entry that holds it is left out. */
export interface OwnProblem extends Place {
  /** A sentence that says what is wrong and what would be right, without file and place. */
  readonly message: string;
  /** Half-open range of UTF-16 offsets, at least one character where the text has one. */
  readonly start: number;
  readonly end: number;
}

export interface OwnFile {
  readonly verifiers: readonly OwnVerifier[];
  /** In order of their places. */
  readonly problems: readonly OwnProblem[];
}

/** Longest file taken, in UTF-16 units. */
export const longestOwnFile = 1_000_000;

/**
 * Reads a file of own verifiers: plain data, nothing of it is ever run. Entries that are wrong are left out and told;
 * where the text is no JSON there are none. Never throws.
 */
export function parseOwnVerifiers(text: string): OwnFile {
  if (text.length > longestOwnFile) return refused(text, 'The file is longer than a million characters.');
  // A byte order mark is no part of JSON; in its place a space, so that offsets stay.
  const json = text.replace(/^\uFEFF/u, ' ');
  if (json.trim() === '') return refused(text, 'The file is empty. Begin with { "verifiers": [] }.');
  const syntax: ParseError[] = [];
  let tree: Node | undefined;
  let value: unknown;
  try {
    tree = parseTree(json, syntax, { disallowComments: true });
    if (syntax.length === 0) value = JSON.parse(json);
  } catch {
    return refused(text, 'The file is nested too deeply or is no JSON.');
  }
  if (syntax.length > 0) {
    const told = syntax.slice(0, mostFaults).map((fault) => ({ ...fault, said: syntaxWords(fault.error) }));
    return {
      verifiers: [],
      problems: told.map(({ offset, length, said }) =>
        problemAt(json, { offset, length }, `${said.charAt(0).toUpperCase()}${said.slice(1)}.`),
      ),
    };
  }
  return readEntries(json, tree, value);
}

/** One slip gives many faults behind it. */
const mostFaults = 3;

/** Problems told of one file; nobody reads more, and each takes time to place. */
const mostTold = 100;

const mostEntries = 1000;

const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  verifiers: z.array(z.unknown()).max(mostEntries),
});

function readEntries(json: string, tree: Node | undefined, value: unknown): OwnFile {
  const problems: OwnProblem[] = [];
  let untold = 0;
  const tell = ({ path, message, onName }: WordedProblem): void => {
    if (problems.length < mostTold) problems.push(problemAt(json, nodeAt(tree, path, onName), message));
    else untold += 1;
  };
  const file = fileSchema.safeParse(value);
  if (!file.success) problemsOf(file.error, value).forEach(tell);
  const list: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'verifiers') : [];
  const verifiers: OwnVerifier[] = [];
  const entries = Array.isArray(list) ? (list as readonly unknown[]).slice(0, mostEntries) : [];
  entries.forEach((entry, index) => {
    const read = ownVerifierSchema.safeParse(entry);
    const at = ['verifiers', index];
    if (!read.success)
      for (const problem of problemsOf(read.error, entry))
        tell({ ...problem, path: [...at, ...problem.path] });
    else if (read.data.message !== undefined && !read.data.type.startsWith('custom:')) {
      const message =
        'A built-in type has words of its own: “message” is for the types that begin with custom:.';
      tell({ path: [...at, 'message'], message, onName: true });
    } else verifiers.push(read.data);
  });
  problems.sort((a, b) => a.start - b.start);
  const last = problems.at(-1);
  if (last !== undefined && untold > 0)
    problems.push({
      ...last,
      message: `There ${untold === 1 ? 'is 1 more problem' : `are ${countWords(untold)} more problems`} that ${untold === 1 ? 'is' : 'are'} not told here.`,
    });
  return { verifiers, problems };
}

function refused(text: string, message: string): OwnFile {
  return {
    verifiers: [],
    problems: [problemAt(text, { offset: 0, length: Math.min(text.length, 1) }, message)],
  };
}

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

/** The value at a path, or the name that leads to it; where it is missing, the bracket of what should hold it. */
function nodeAt(tree: Node | undefined, path: readonly (string | number)[], onName: boolean): Stretch {
  let at = tree;
  for (const [index, step] of path.entries()) {
    const next = at === undefined ? undefined : childOf(at, step);
    if (next === undefined) return { offset: at?.offset ?? 0, length: 1 };
    const [name, inside] = next.type === 'property' ? (next.children ?? []) : [next, next];
    if (onName && index === path.length - 1 && name !== undefined) return name;
    at = inside;
  }
  return at ?? { offset: 0, length: 1 };
}

function childOf({ type, children = [] }: Node, step: string | number): Node | undefined {
  if (type === 'array') return children[Number(step)];
  // Of a name that stands twice the last one counts, as for JSON.parse.
  return children.findLast((property) => property.children?.[0]?.value === String(step));
}

function problemAt(text: string, { offset, length }: Stretch, message: string): OwnProblem {
  const start = Math.min(offset, Math.max(text.length - 1, 0));
  const end = Math.min(Math.max(offset + length, start + 1), text.length);
  return { message, ...placeOf(text, start), start, end };
}
