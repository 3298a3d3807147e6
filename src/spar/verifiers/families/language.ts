import { z } from 'zod';
import type { DetectableVerifier, Found } from '../detectable';
import { verdict } from '../outcome';
import { languageCode, languageName, languageNames } from '../language/names';
import { detectLanguage } from '../language/detectLanguage';
import type { InstructionReading } from '../reading/instructionReading';

const languageArgs = z.object({
  language: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z]{2,3}(?:-[a-z]{2,4})?$/u, 'A language code such as de or zh-cn.'),
});
type LanguageArgs = z.infer<typeof languageArgs>;

export const responseLanguage: DetectableVerifier<LanguageArgs> = {
  type: 'language:response_language',
  cue: new RegExp(`\\b(?:${languageNames.join('|')})\\b`, 'i'),
  args: languageArgs,
  describe: ({ language }) => `in ${languageName(language)}`,
  check: (text, { language }) => {
    const found = detectLanguage(text);
    // As in the official program, a text without any letters is in every language.
    return verdict(
      found === null || found === language,
      `The whole response must be in ${languageName(language)}; it reads as ${languageName(found ?? '')}.`,
    );
  },
  detect: (instruction) =>
    requests
      .flatMap((pattern) => instruction.find(pattern))
      .flatMap(({ span, groups }): readonly Found<LanguageArgs>[] => {
        const language = languageCode(groups['name'] ?? '');
        return language === undefined || isPartOfCase(language, instruction)
          ? []
          : [{ args: { language }, span }];
      }),
  single: true,
};

/** `In English, and in all lowercase letters` is one request, about case: IFEval's case types ask for English as well. */
function isPartOfCase(language: string, instruction: InstructionReading): boolean {
  return language === 'en' && /lower ?-?case|upper ?-?case|capital|\bcaps\b/i.test(instruction.text);
}

const name = `(?<name>${languageNames.join('|')})`;
/** The name stands for the language, not for people or things: `in German, please`, not `in German cars`. */
const asLanguage = `${name}(?: language)?(?: only| exclusively| alone)?(?=\\s*(?:[.,;:!?)"”*\\n]|$|and\\b|but\\b|with\\b|without\\b|please\\b|is\\b|in (?:your|the|this)\\b|for (?:your|the|this)\\b|throughout\\b|no other\\b|not\\b|script\\b))`;
const only = '(?:only|entirely|completely|exclusively|solely|fully|strictly|purely|wholly)';
const whole = '(?:entire |whole |complete |full |final |own )*';
const text = `(?:response|answer|reply|output|text|essay|story|poem|letter|email|message|article|riddle|joke|song|summary|rubric|review|post|conversation)`;

const requests: readonly RegExp[] = [
  // No other language is allowed.
  `(?:\\bin |\\bus(?:e|ing) )?(?:${only} )?(?:in |us(?:e|ing) )?(?:${only} )?(?:the )?${name}(?: language)?(?: only)?(?=[^.!?\\n]{0,60}\\bno other languages?\\b)`,
  // Only in Korean; entirely in the Hindi language; using only Swahili.
  `\\b${only} (?:in|use|using|with|written in) (?:the )?${asLanguage}`,
  `\\b(?:in|use|using|written in) ${only} (?:the )?${asLanguage}`,
  `\\b(?:in|use|using) (?:the )?${name}(?: language)? ${only}\\b`,
  // Your response should be in German.
  `\\b(?:your|the|this|my|entire|whole) ${whole}${text}(?:,)? (?:should|must|has to|needs to|is to|will|shall) (?:all )?(?:be )?(?:${only} )?(?:written |given |provided |expressed )?(?:${only} )?in (?:the )?${asLanguage}`,
  // Respond in German; write your entire response in German.
  `\\b(?:respond|reply|answer)(?: (?:to )?(?:me|this|it|back))?(?: ${only})? in (?:the )?${asLanguage}`,
  `\\b(?:write|give|make|provide|keep)(?: (?:me|out))? (?:your|the|an?) (?:entire |whole |complete |full )${text} (?:${only} )?in (?:the )?${asLanguage}`,
].map((source) => new RegExp(source, 'gi'));
