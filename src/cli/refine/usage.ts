import { searchUsage } from '../searchFlags';

/** What `spar refine --help` prints. */
export const refineUsage = `Refines one response until it follows its instruction, with as little change as it can.

Usage: spar refine --instruction FILE --response FILE [options]

Texts (UTF-8; white space at both ends is dropped; “-” reads standard input, for one of them):
  --instruction FILE   what was asked
  --response FILE      the answer to refine
  --critique FILE      what is wrong with it, so that the response itself is not judged
  --verifiers FILE     checks of your own (.spar/verifiers.json, where there is one)

Model:
  --model offline      rules alone, without any server (the default)
  --model NAME --base-url URL
                       a model behind an OpenAI-compatible endpoint; its key, if it needs one, is
                       read from OPENAI_API_KEY

Search:
${searchUsage(0)}  --seed N             the same seed and the same replies give the same tree (0)
  --token-budget N     most prompt and completion tokens together
  --timeout S          most seconds

Results:
  --dataset FILE       append an accepted pair to this dataset (….spar.jsonl), pending
  --accept             and accept it there
  --json               print one JSON object
  --help               this text

Exit code: 0 accepted or already follows, 3 unsolved or undetermined, 4 stopped by a budget,
1 failed, 2 wrong usage, 130 interrupted. Ctrl+C stops and prints what was found; twice, at once.
`;
