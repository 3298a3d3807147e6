import { batchLimits } from '../../spar/models/batch/format';
import { auditShareOfRuns } from '../../spar/search/settings';
import { defaultRunSettings } from '../../spar/selfplay/settings';
import { samplingText } from '../../spar/selfplay/settingTexts';
import { searchUsage } from '../searchFlags';

const { samples, select, draw, completeShare, search } = defaultRunSettings;

/** Shared by what begins a run and what goes on with one. */
export const limitUsage = `\
  --token-budget N     most prompt and completion tokens of the whole run
  --cost-budget N      most money, in the currency of --price
  --time-budget T      most time of work: 90s, 45m, 2h, 1h30m
  --limit N            most items, from the first
`;

/** How requests go out. */
export const engineUsage = `\
  --engine live|batch  one by one, or in files of the OpenAI batch format, level by level (live)
  --batch-to endpoint|files
                       submit the files to the model's endpoint, or leave them in DIR/batches for any
                       engine (endpoint with --base-url, else files)
  --batch-rows N       most requests of a file (${batchLimits.rows.toLocaleString('en')})
  --batch-megabytes N  most megabytes of a file (${batchLimits.bytes / 1_000_000})
  --batch-tries N      files that bring no answer to a request before it counts as failed (3)
  --poll T             longest time between two looks at batches (60s)
  --no-wait            submit, then end; “spar resume DIR” takes the answers
`;

/** What `spar run --help` prints. */
export const runUsage = `Makes preference pairs out of a file of instructions: samples answers, judges them, refines what fails.

Usage: spar run --input FILE --output DIR [options]

  --input FILE         JSONL, JSON, CSV, TSV, Parquet, or a text with a prompt a line
  --output DIR         a folder of its own for the run: its journal and results
  --column NAME=COLUMN where instruction, response, critique or system stand, if that is not clear;
                       may be given several times
  --dry-run            tell what would be done and what it will take; send nothing, write nothing

Models:
  --model NAME --base-url URL
                       a model behind an OpenAI-compatible endpoint, for all stages; --base-url may be
                       given several times for endpoints that serve the same model
  --actor NAME --actor-base-url URL
                       another one that answers, and makes instructions harder
  --refiner NAME --refiner-base-url URL
                       another one that judges and refines; “offline”: rules alone
  --concurrency auto|N replies in flight; a request with n choices counts n (auto)
  --actor-concurrency auto|N, --refiner-concurrency auto|N
                       of one of the two (as --concurrency)
  --sample-with LIST   how answers are asked for (${samplingText(search.sample)})
  --judge-with LIST    how judgements are (${samplingText(search.judge)})
  --refine-with LIST   how refinements are (${samplingText(search.refine)})
  Keys are read from OPENAI_API_KEY. SPAR_ACTOR_API_KEY and SPAR_REFINER_API_KEY go before it; a
  refiner on another server than the actor is given none but its own.

Engine:
${engineUsage}\
  --continue DIR       go on when answers lie in DIR/batches; the same as “spar resume DIR”

Stages:
  --stages LIST        of evolve, sample, judge, select, search, collect (all but evolve); without
                       select all failing answers are taken
  --samples K          answers of an instruction that brings none, at most (${samples})
  --select one|all     which failing answers are searched from (${select})
  --draw as-needed|all one answer after the other until one fails, or all K first (${draw})
  --complete-share S   share of the nodes whose votes are all drawn for the refiner's data (${completeShare})
  --guard FILE         evaluation prompts: instructions that overlap one are held back; several times
  --verifiers FILE     checks of your own (.spar/verifiers.json, where there is one)
  --prompts FOLDER     prompts of your own: judge.md, refine.md, evolve.md; the run keeps them

Search:
${searchUsage(auditShareOfRuns)}\
  --seed N             the same seed and the same replies give the same pairs (0)

Limits; at one of them the run pauses with everything kept:
${limitUsage}\
  --price P,C,CURRENCY what a million tokens of prompt and of reply cost, such as 0.15,0.60,USD

Results:
  --dataset FILE       append the pairs to this dataset (pairs.spar.jsonl in the folder), pending
  --accept-when LIST   accept without review where all of it holds, such as
                       value=1,interference=0.1,verified
  --json               print one JSON object at the end
  --help               this text

Exit code: 0 finished, 4 paused by a limit, 1 failed or paused since an endpoint or the disk failed,
2 wrong usage, 5 waits for answers to batch files, 130 interrupted. Ctrl+C lets requests in flight
come home; twice, it ends at once. Batches at a provider go on.
A run goes on with “spar resume DIR”.
`;
