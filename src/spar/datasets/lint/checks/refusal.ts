import { findingOf, rejectPair, type RecordCheck } from '../check';

/** Chosen answers that refuse or apologise unasked. */
export const refusalCheck: RecordCheck = {
  codes: ['refusal'],
  check: (linted) => {
    const words = refusalIn(linted.chosen, linted.instruction);
    if (words === null) return [];
    return [
      findingOf('refusal', linted, {
        field: 'chosen',
        message: `The chosen answer begins with a refusal or an apology: “${words}”.`,
        fix: rejectPair(linted, 'Lint: the chosen answer is a refusal or an apology.'),
      }),
    ];
  },
};

/** The words with which an answer refuses or apologises; null where it does not, or where that was asked for. */
export function refusalIn(answer: string, instruction: string): string | null {
  const start = answer
    .slice(0, 500)
    .replace(/[’‘]/gu, "'")
    .replace(/^[\s"“”'*_#>([-]{1,40}/u, '');
  const found = refusal.exec(start)?.[0];
  if (found === undefined || asksForIt.test(instruction)) return null;
  return found.replace(/\s+/gu, ' ').slice(0, 80);
}

const polite = `(?:(?:oh|well|hello|hi|hmm|unfortunately|regrettably|thank you(?: [a-z' ]{1,60})?|dear [a-z]{1,20})[,.!]{0,2} ){0,2}`;
const am = `i(?:'m| am)`;
const deeply = `(?: (?:very|so|really|truly|deeply|terribly|afraid|just|only|currently))?`;
const doing = `(?:help|assist|provide|fulfil|comply|answer|create|write|generate|complete|access|engage|support|discuss|share|produce|offer|respond|continue|satisfy|browse|do (?:that|this)|give|perform|process|follow|recommend|browse|predict|accept|carry out|participate|rewrite)`;

const refusal = new RegExp(
  [
    `^${polite}(?:but )?${am}${deeply} sorry(?!,? (?:to hear|for your loss|about your|you(?:'re| are) ))`,
    `^${polite}sorry,? (?:but|i|about|for the)\\b`,
    `^${polite}(?:my |our )?(?:sincere(?:st)? |deepest )?apologies\\b`,
    `^${polite}(?:i|we)(?: must| do| would like to| want to)?(?: sincerely| deeply)? apologi[sz]e`,
    `^${polite}please accept my`,
    `^${polite}as an? (?:responsible |helpful )?(?:ai|artificial intelligence|large language model|language model)\\b`,
    `^${polite}${am}${deeply} an? (?:ai|language model|large language model)\\b`,
    `^${polite}i (?:can't|cannot|can not|won't|will not|could not|couldn't|must decline|have to decline)(?: be able)?(?: to)? ${doing}\\b`,
    `^${polite}i must (?:respectfully |politely )?decline`,
    `^${polite}${am}${deeply} (?:unable|not able|not allowed|not permitted|not comfortable)\\b`,
    `^${polite}it (?:is|'s) (?:not possible|impossible) for me to`,
  ].join('|'),
  'iu',
);

/** An instruction that asks for an apology or a refusal, or that describes a scene in which one is due. */
const asksForIt =
  /apolog|\bsorry\b|refus|declin|regret|reject|resign|condolen|sympath|excuse|complain|turn(?:ing)? (?:\w{1,20} )?down|say no\b|break(?:ing)?[ -]?up|forgiv|(?:can't|cannot|can not|unable)|"i |role-?play|pretend|character|\bpersona\b/iu;
