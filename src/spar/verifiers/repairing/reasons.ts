import type { Constraint } from '../constraint';

type Reason = string | ((args: Readonly<Record<string, unknown>>) => string);

const isLeast = (args: Readonly<Record<string, unknown>>): boolean =>
  Object.values(args).some((value) => value === 'at least');

/** For each type: why a response that breaks it is left as it is. */
const reasons: Readonly<Record<string, Reason>> = {
  'length_constraints:number_words': (args) =>
    isLeast(args)
      ? 'More words would be padding or invention; rules add neither.'
      : 'No words can be cut without losing what the response says.',
  'length_constraints:number_sentences': (args) =>
    isLeast(args)
      ? 'The response has too few places at which a sentence can be divided; new sentences would be padding.'
      : 'Too few sentences can be joined to their neighbours without spoiling them.',
  'length_constraints:number_paragraphs':
    'The response does not fall into that many parts; which text belongs together is for a reader to say.',
  'length_constraints:nth_paragraph_first_word':
    'The paragraphs can’t be arranged so that this word comes first there without new text.',
  'keywords:letter_frequency': 'The letter can’t be had that often by rewriting alone.',
  'keywords:forbidden_words':
    'A forbidden word stands where its sentence needs it; leaving it out would leave a hole.',
  'keywords:frequency': (args) =>
    isLeast(args)
      ? 'There is no place where the word could be added without new sentences.'
      : 'The word stands where its sentences need it; leaving it out would leave holes.',
  'keywords:existence': 'There is no place for the missing keywords that breaks nothing else.',
  'detectable_format:number_bullet_lists':
    'The response does not show that many points; making some up or dropping some would change what it says.',
  'detectable_format:number_highlighted_sections':
    'The response has too few headings and labels to highlight.',
  'detectable_format:multiple_sections': 'The response does not fall into that many sections.',
  'detectable_format:title': 'The response shows no title, and rules don’t make one up.',
  'detectable_format:constrained_response': 'The response does not say plainly yes, no or maybe.',
  'detectable_content:number_placeholders':
    'The response has too few blanks; which details are to be left open is for a person to say.',
  'detectable_content:postscript': 'The response has no closing remark that could be the postscript.',
  'change_case:capital_word_frequency': (args) =>
    isLeast(args)
      ? 'The response has too few words that bear capitals.'
      : 'The words in capitals are names and abbreviations that can’t be lowered.',
  'change_case:english_capital': 'Capitals alone don’t make the response English as the check sees it.',
  'change_case:english_lowercase':
    'Small letters alone don’t make the response English as the check sees it.',
  'combination:two_responses': 'The response shows no second answer, and rules don’t write one.',
  'combination:repeat_prompt': 'The request in front would break another constraint that holds.',
  'punctuation:no_comma': 'A comma stands in code, which would not work without it.',
  'startend:end_checker': 'The ending would break another constraint that holds.',
  'startend:quotation': 'Quotation marks around the whole would break another constraint that holds.',
  'detectable_format:json_format': 'JSON around the whole would break another constraint that holds.',
  'custom:regex': 'What a pattern of your own stands for is not known to rules; they mend nothing about it.',
  'custom:word_list': 'Rules don’t know what stands in for the words of your own list.',
  'custom:length': 'Rules neither pad nor cut a response to a length of your own.',
  'custom:parses_as': 'Rules don’t know what the response means in that format.',
  'custom:json_schema': 'Rules don’t know which values the schema is to hold.',
  'language:response_language': 'Another language needs a translation, which rules can’t make.',
};

/** Says of any constraint, known or not, why rules left it broken. */
export function reasonFor({ type, args }: Constraint): string {
  const reason = Object.hasOwn(reasons, type) ? reasons[type] : undefined;
  if (reason === undefined) return 'Rules have no repair for this kind of constraint.';
  return typeof reason === 'string' ? reason : reason(args);
}
