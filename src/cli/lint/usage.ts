import { findingCodes, plainlyFixed } from '../../spar/datasets/lint/codes';

/** With the list of all codes, so that it never falls behind. */
export function usage(): string {
  const codes = Object.entries(findingCodes);
  const width = Math.max(...codes.map(([code]) => code.length));
  const list = codes
    .map(([code, { severity, title }]) => `  ${code.padEnd(width)}  ${severity.padEnd(11)}  ${title}`)
    .join('\n');
  return `Looks in datasets for what will hurt training. Rejected and deleted pairs are left out.

Usage: spar lint FILE… [options]

  --profile NAME       whose cut is reckoned with: llama-factory (cutoff_len 2048; the default), trl
                       (max_length 1024, start kept), plain (nothing is cut unless --cutoff says so)
  --cutoff N           the cutoff in tokens, where it is another
  --tokenizer FILE     the model's tokenizer.json, for exact counts; tokenizer_config.json and
                       chat_template.jinja beside it are used too. Without it tokens are estimated
  --eval FILE          prompts that must not be in the set, such as IFEval's input_data.jsonl; may be
                       given several times
  --severity LEVEL     findings of this level and graver are printed and make the exit code 3: error,
                       warning (the default), information
  --only CODE,…        look for these codes alone, and with --fix make all of their fixes; may be given
                       several times
  --ignore CODE,…      codes to leave out; may be given several times
  --interference N     share of needless changes that is allowed, 0 to 1 (0.5)
  --similarity N       from which texts count as nearly the same, 0.3 to 1 (0.8)
  --fix                make fixes, then look again. A fix is a line added to the dataset, and can be
                       undone. Without --only these are fixed, which costs nobody a pair that teaches
                       or a word that says something: ${plainlyFixed.slice(0, 3).join(', ')},
                       ${plainlyFixed.slice(3).join(', ')}
  --json               print one JSON object
  --help               this text

Codes:
${list}

Exit code: 0 nothing found, 3 findings of that level, 1 failed, 2 wrong usage, 130 interrupted.
`;
}
