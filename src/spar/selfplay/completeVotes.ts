import type { ChatModel } from '../models/chatModel';
import { NotRecorded } from '../models/notRecorded';
import { instructionText } from '../refiner/instruction';
import { judgeMessages, type Prompts } from '../refiner/prompts';
import { parseVerdict } from '../refiner/verdict';
import { valueOf } from '../refiner/votes';
import { verifiedIn } from '../search/critique';
import type { Judgement, SearchNode, Vote } from '../search/events';
import { seedOf } from '../search/seeds';
import type { SearchSettings } from '../search/settings';
import type { SearchTree, TreeNode } from '../search/tree';

export interface CompletePorts {
  readonly model: ChatModel;
  readonly prompts: Prompts;
  /** Of the nodes that votes have judged, 0 to 1. */
  readonly share: number;
  readonly signal: AbortSignal;
}

/**
 * The tree with the missing votes of a seeded share of its nodes drawn, so that the refiner's examples see split votes
 * that an early end of the voting would hide. Nothing is decided anew: outcome, choice and pairs stay as they were found.
 *
 * @throws ModelError; `signal.reason`.
 */
export async function withCompleteVotes(tree: SearchTree, ports: CompletePorts): Promise<SearchTree> {
  const { item, settings } = tree;
  if (item === null || settings === null || ports.share <= 0) return tree;
  const nodes = new Map<string, TreeNode>(tree.nodes);
  const drawn = [...tree.nodes.values()].filter(
    ({ path, judgement }) =>
      judgement?.by === 'votes' &&
      judgement.notDrawn > 0 &&
      isDrawn({ seed: settings.seed, item: item.id, path }, ports.share),
  );
  await Promise.all(
    drawn.map(async (found) => {
      const { node, judgement } = found;
      if (node === null || judgement === null) return;
      nodes.set(found.path, {
        ...found,
        judgement: await completed(tree, { node, judgement }, ports).catch(unlessRecorded(judgement)),
      });
    }),
  );
  return { ...tree, nodes };
}

/** A replay has the votes that it has. */
function unlessRecorded(judgement: Judgement): (error: unknown) => Judgement {
  return (error) => {
    if (error instanceof NotRecorded) return judgement;
    throw error;
  };
}

async function completed(
  { item, settings }: SearchTree,
  { node, judgement }: { readonly node: SearchNode; readonly judgement: Judgement },
  { model, prompts, signal }: CompletePorts,
): Promise<Judgement> {
  if (item === null || settings === null) return judgement;
  const first = 1 + Math.max(-1, ...judgement.votes.map(({ draw }) => draw));
  const draws = Array.from({ length: judgement.notDrawn }, (_, at) => first + at);
  const { instruction } = item;
  const replies = await model.complete(
    {
      messages: judgeMessages(prompts, {
        instruction,
        response: node.text,
        verified: verifiedIn(node.checks),
      }),
      seeds: draws.map((draw) => seedOf({ ...placeOf(settings, item.id, node.path), draw })),
      ...settings.judge,
    },
    { signal, onUsage: () => undefined },
  );
  const further = draws.map((draw, at): Vote => {
    const { text = '', finishReason = 'other' } = replies[at] ?? {};
    const isCut = finishReason === 'length';
    const verdict = parseVerdict(text, [instructionText(instruction), node.text], { isCut });
    return { draw, verdict, text };
  });
  return counted(judgement, [...judgement.votes, ...further]);
}

/** The judgement with these votes; a draw that was asked again counts by its last reply. */
function counted(judgement: Judgement, votes: readonly Vote[]): Judgement {
  const last = new Map(votes.map(({ draw, verdict }) => [draw, verdict]));
  const of = (wanted: Vote['verdict']): number =>
    [...last.values()].filter((verdict) => verdict === wanted).length;
  const [yes, no] = [of('yes'), of('no')];
  const majority = yes > no ? 'yes' : 'no';
  return {
    ...judgement,
    value: valueOf({ yes, no }),
    yes,
    no,
    notDrawn: 0,
    unparsed: votes.filter(({ verdict }) => verdict === 'unparsed').length,
    critique: votes.find(({ verdict }) => verdict === majority)?.text ?? judgement.critique,
    votes,
  };
}

function isDrawn(
  { seed, item, path }: { readonly seed: number; readonly item: string; readonly path: string },
  share: number,
): boolean {
  return seedOf({ seed, item, path, role: 'select', draw: -2, attempt: 0 }) / 2 ** 31 < share;
}

function placeOf({ seed }: SearchSettings, item: string, path: string) {
  return { seed, item, path, role: 'judge', attempt: 0 } as const;
}
