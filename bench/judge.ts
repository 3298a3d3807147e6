import { conflictsOf } from '../src/spar/search/conflicts';
import { runSearch } from '../src/spar/search/search';
import { auditShareOfRuns, defaultSettings, type SearchSettings } from '../src/spar/search/settings';
import { SearchTreeBuilder, type SearchTree } from '../src/spar/search/tree';
import { checkConstraints } from '../src/spar/verifiers/check';
import type { Constraint } from '../src/spar/verifiers/constraint';
import { detectConstraints } from '../src/spar/verifiers/detect';
import { defaultStatistics, isRight, worldItems, type WorldItem } from '../test/support/world';
import { WorldModel } from '../test/support/worldModel';

/** Three of the five qualities are constraints that code can check and that no rule can mend. */
const statistics = { ...defaultStatistics, verifiable: 3 };

/**
 * Prints what the combined judge is worth beside votes alone, in this run, on a simulated refiner of known statistics
 * (test/support/world.ts). Returns whether every claim held.
 */
export async function measureJudge(count: number): Promise<boolean> {
  const items = worldItems(count, statistics);
  console.log(
    `\nVotes only and the combined judge, ${String(count)} items, three of five qualities that code can check`,
  );
  const votes = await measure('votes only', items, { isCombined: false });
  const combined = await measure('combined', items, { isCombined: true });
  const audited = await measure('audited', items, { isCombined: true, auditShare: auditShareOfRuns });
  for (const row of [votes, combined, audited]) print(row, votes);
  const claims: readonly (readonly [string, boolean])[] = [
    ['no pair is accepted that a verifier refutes', combined.refuted + audited.refuted === 0],
    ['fewer completion tokens an accepted pair', ratio(combined, votes, 'completion') < 1],
    ['fewer tokens an accepted pair, prompts included', ratio(combined, votes, 'tokens') < 1],
    ['a smaller share of wrongly accepted pairs', wrongShare(combined) < wrongShare(votes)],
    ['an audit changes no result', audited.results === combined.results],
  ];
  for (const [claim, isKept] of claims) console.log(`  combined: ${claim} [${isKept ? 'kept' : 'MISSED'}]`);
  return claims.every(([, isKept]) => isKept);
}

interface Row {
  readonly name: string;
  readonly accepted: number;
  /** Accepted pairs whose chosen side lacks a quality. */
  readonly wrong: number;
  /** Of these, the ones that a verifier refutes. */
  readonly refuted: number;
  readonly completion: number;
  /** Completion and prompt tokens; a prompt's are a quarter of its characters. */
  readonly tokens: number;
  readonly conflicts: number;
  /** What was accepted of each item. */
  readonly results: string;
}

async function measure(
  name: string,
  items: readonly WorldItem[],
  { isCombined, auditShare = 0 }: { readonly isCombined: boolean; readonly auditShare?: number },
): Promise<Row> {
  const model = new WorldModel(statistics);
  const results: string[] = [];
  const row = { accepted: 0, wrong: 0, refuted: 0, completion: 0, conflicts: 0 };
  for (const item of items) {
    const { constraints } = detectConstraints(item.instruction);
    if (constraints.length !== statistics.verifiable) throw new Error(`Not all is read: ${item.instruction}`);
    const settings = { ...defaultSettings, auditShare };
    const tree = await searchItem({ item, constraints: isCombined ? constraints : [], settings }, model);
    row.completion += tree.usage.completionTokens;
    row.conflicts += conflictsOf(tree).length;
    const text = acceptedText(tree);
    results.push(text ?? '');
    if (text === null) continue;
    row.accepted += 1;
    if (!isRight(text)) row.wrong += 1;
    if (checkConstraints(constraints, text).some(({ result }) => result.state === 'broken')) row.refuted += 1;
  }
  const characters = model.requests
    .flatMap(({ messages }) => messages)
    .reduce((sum, { content }) => sum + content.length, 0);
  return { name, ...row, tokens: row.completion + characters / 4, results: results.join('\n') };
}

async function searchItem(
  {
    item,
    constraints,
    settings,
  }: {
    readonly item: WorldItem;
    readonly constraints: readonly Constraint[];
    readonly settings: SearchSettings;
  },
  model: WorldModel,
): Promise<SearchTree> {
  const start = { instruction: item.instruction, original: item.response, constraints };
  const builder = new SearchTreeBuilder();
  const options = { signal: new AbortController().signal };
  for await (const event of runSearch(start, { model, settings }, options)) builder.fold(event);
  if (builder.tree.outcome?.status === 'failed') throw new Error(builder.tree.outcome.reason);
  return builder.tree;
}

function acceptedText({ outcome, nodes }: SearchTree): string | null {
  return outcome?.status === 'accepted' ? (nodes.get(outcome.best ?? '')?.node?.text ?? null) : null;
}

function print(row: Row, reference: Row): void {
  const { name, accepted, refuted, completion, conflicts } = row;
  console.log(
    `  ${name.padEnd(10)} ${String(accepted)} accepted, ${percent(wrongShare(row))} wrongly (${String(refuted)} refuted by a verifier), ` +
      `${(completion / accepted).toFixed(0)} completion tokens each (${ratio(row, reference, 'completion').toFixed(3)} times votes only, ` +
      `${ratio(row, reference, 'tokens').toFixed(3)} with prompts), ${String(conflicts)} conflicts kept`,
  );
}

function ratio(row: Row, reference: Row, of: 'completion' | 'tokens'): number {
  return row[of] / row.accepted / (reference[of] / reference.accepted);
}

function wrongShare({ wrong, accepted }: Row): number {
  return wrong / accepted;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

// The whole bench is bundled into one file, and runs it there itself.
if (import.meta.url.endsWith('/judge.mjs')) {
  process.exitCode = (await measureJudge(400)) ? 0 : 1;
}
