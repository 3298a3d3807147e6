import type { ChatModel, Usage } from '../../models/chatModel';
import type { Instruction } from '../../refiner/instruction';
import { randomFrom, seedOf } from '../../search/seeds';
import type { Sampling } from '../../search/settings';
import type { RunItem } from '../item';
import { defaultEvolvePrompt, evolveMessages, type EvolvePrompt } from './evolvePrompt';
import { parseEvolved, type EvolveDrop } from './parseEvolved';
import { taxonomy as paperTaxonomy, type ConstraintKind } from './taxonomy';

export interface EvolveOptions {
  readonly model: ChatModel;
  /** The run's seed. */
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onUsage: (usage: Usage) => void;
  /** Times that a reply of no use is asked for again, with constraints drawn anew; 2 by default. */
  readonly retries?: number;
  readonly prompt?: EvolvePrompt;
  /** At least one kind. */
  readonly taxonomy?: readonly ConstraintKind[];
  readonly sampling?: Sampling;
}

/** What became of an instruction that was to be made harder. */
export type Evolved = {
  /** Why replies were of no use, in the order in which they were asked for. */
  readonly dropped: readonly EvolveDrop[];
} & (
  | {
      readonly ok: true;
      /** A conversation stays one, with its last turn made harder. */
      readonly instruction: Instruction;
      /** Id of the kind that was drawn. */
      readonly main: string;
      /** Constraints that were asked for. */
      readonly count: number;
    }
  | {
      readonly ok: false;
      /** For a person; the same words for the same reason. */
      readonly reason: string;
    }
);

/** As answers are sampled in the paper, since variety is wanted here too. */
export const evolveSampling: Sampling = { temperature: 0.9, topP: 0.9, maxTokens: 2048 };

/**
 * Makes the instruction of an item harder. Seeds come from the item and the attempt, so the same item, options and
 * replies give the same result.
 *
 * @throws ModelError; `signal.reason`.
 */
export async function evolve(item: RunItem, options: EvolveOptions): Promise<Evolved> {
  const { model, signal, onUsage, retries = 2 } = options;
  const seedText = lastTurn(item.instruction);
  const dropped: EvolveDrop[] = [];
  for (let attempt = 0; attempt <= retries; attempt += 1) {
    const draw = drawConstraints(item.id, attempt, options);
    const messages = evolveMessages(options.prompt ?? defaultEvolvePrompt, {
      instruction: item.instruction,
      taxonomy: options.taxonomy ?? paperTaxonomy,
      ...draw,
    });
    const seeds = [seedFor(item.id, { seed: options.seed, path: '', attempt })];
    const sampling = options.sampling ?? evolveSampling;
    const [reply] = await model.complete({ messages, seeds, ...sampling }, { signal, onUsage });
    const parsed =
      reply === undefined
        ? { ok: false as const, reason: 'unparsable' as const }
        : parseEvolved(reply, seedText);
    if (parsed.ok) {
      const instruction = withLastTurn(item.instruction, parsed.instruction);
      return { ok: true, instruction, main: draw.main.id, count: draw.count, dropped };
    }
    dropped.push(parsed.reason);
  }
  const last = dropped.at(-1);
  return { ok: false, reason: last === undefined ? 'It was not asked for.' : dropWords[last], dropped };
}

/** For people. */
export const dropWords: Readonly<Record<EvolveDrop, string>> = {
  'adds-nothing': 'The evolved instruction adds nothing to the one it came from.',
  'equals-seed': 'The evolved instruction is the one it came from.',
  unparsable: 'The reply holds no single evolved instruction between its markers.',
  unsafe: 'The evolved instruction holds markers, verdicts or tags of the protocol, or what is no text.',
  'too-long': 'The evolved instruction is too long, or was cut at its token limit.',
};

/** Fewest and most constraints that are added (DESIGN.md, section 1, step 1). */
const [fewest, most] = [2, 4];

interface Drawn {
  readonly main: ConstraintKind;
  readonly count: number;
}

/**
 * The main constraint and the number of constraints that an attempt is to add.
 *
 * @throws RangeError for an empty taxonomy.
 */
export function drawConstraints(
  item: string,
  attempt: number,
  { seed, taxonomy = paperTaxonomy }: Pick<EvolveOptions, 'seed' | 'taxonomy'>,
): Drawn {
  const random = randomFrom(seedFor(item, { seed, path: 'kinds', attempt }));
  const main = taxonomy[Math.floor(random() * taxonomy.length)];
  if (main === undefined) throw new RangeError('The taxonomy has no kind of constraint.');
  return { main, count: fewest + Math.floor(random() * (most - fewest + 1)) };
}

interface Place {
  readonly seed: number;
  readonly path: string;
  readonly attempt: number;
}

function seedFor(item: string, place: Place): number {
  return seedOf({ ...place, item, role: 'evolve', draw: 0 });
}

function lastTurn(instruction: Instruction): string {
  return typeof instruction === 'string' ? instruction : (instruction.at(-1)?.content ?? '');
}

function withLastTurn(instruction: Instruction, content: string): Instruction {
  if (typeof instruction === 'string') return content;
  return [...instruction.slice(0, -1), { role: 'user', content }];
}
