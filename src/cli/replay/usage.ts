import { auditShareOfRuns } from '../../spar/search/settings';
import { placeUsage } from '../keys/usage';
import { limitUsage } from '../run/usage';
import { searchUsage } from '../searchFlags';

/** What `spar replay --help` prints. */
export const usage = `Tells what a run would have come to under other settings, by the replies that it recorded. Nothing is sent.

Usage: spar replay DIR [options]

Where the recorded replies do not decide, the item is undecided, and what is missing is counted.

What may differ; all else is as in the run:
${searchUsage(auditShareOfRuns)}\
  --samples K          answers of an instruction that brings none, at most
  --select one|all     which failing answers are searched from
  --draw as-needed|all one answer after the other until one fails, or all K first
  --complete-share S   share of the nodes whose votes are all wanted for the refiner's data
  --accept-when LIST   accept without review, as for spar run

Results:
  --output DIR         keep the replay as a run of its own, with its pairs and refiner's data
  --draw-missing       ask the run's models for what is missing; needs --output, and keys as below
${limitUsage}\
${placeUsage}\
  --concurrency auto|N as for spar run
  --json               print one JSON object at the end
  --help               this text

Exit code: 0 done, 3 some items are undecided, 4 paused by a limit, 1 failed, 2 wrong usage,
130 interrupted.
`;
