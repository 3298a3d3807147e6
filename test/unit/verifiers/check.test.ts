import { describe, expect, it } from 'vitest';
import { checkConstraint, checkConstraints } from '../../../src/spar/verifiers/check';
import type { Constraint } from '../../../src/spar/verifiers/constraint';
import { constraintsFromRow } from '../../../src/spar/verifiers/rows';

function constraint(type: string, args: Readonly<Record<string, unknown>> = {}): Constraint {
  return { id: type, type, args, text: type, span: null };
}

/** `held`, or the message of what is broken. */
function checked(type: string, args: Readonly<Record<string, unknown>>, text: string): string | null {
  const result = checkConstraint(constraint(type, args), text);
  if (result === null) return null;
  return result.state === 'held' ? 'held' : result.message;
}

describe('checkConstraint', () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
    ['punctuation:no_comma', {}, 'a b', 'held'],
    ['punctuation:no_comma', {}, 'a, b, c', 'There are 2 commas; none is allowed.'],
    ['punctuation:no_comma', {}, '甲，乙', 'held'],
    [
      'change_case:english_lowercase',
      {},
      'alle diese wörter sind klein geschrieben',
      'The whole response must be in English; it reads as German.',
    ],
    ['language:response_language', { language: 'de' }, 'Wir gehen morgen in die Stadt.', 'held'],
    ['language:response_language', { language: 'de' }, '1234 – 5678!', 'held'],
    [
      'language:response_language',
      { language: 'de' },
      'We are going to town tomorrow.',
      'The whole response must be in German; it reads as English.',
    ],
    ['change_case:english_lowercase', {}, 'all of these letters are small, on line 1', 'held'],
    ['change_case:english_lowercase', {}, 'Not small', 'There are capital letters; all must be lowercase.'],
    ['change_case:english_lowercase', {}, '', 'There is no lowercase letter.'],
    ['change_case:english_capital', {}, 'THE LETTERS OF THIS SENTENCE ARE ALL BIG, ON LINE 1', 'held'],
    ['change_case:english_capital', {}, 'NOT bIG', 'There are lowercase letters; all must be capitals.'],
    ['keywords:existence', { keywords: ['sun', 'sea'] }, 'Sunny seaside', 'held'],
    ['keywords:existence', { keywords: ['sun', 'sea'] }, 'sun', '“sea” must appear and does not.'],
    ['keywords:forbidden_words', { forbidden_words: ['sun'] }, 'Sunny', 'held'],
    [
      'keywords:forbidden_words',
      { forbidden_words: ['sun'] },
      'The SUN.',
      '“sun” must not appear; found 1 time.',
    ],
    [
      'keywords:frequency',
      { keyword: 'war', frequency: 3, relation: 'at least' },
      'war, warm',
      '“war” appears 2 times; it must be at least 3.',
    ],
    ['keywords:frequency', { keyword: 'war', frequency: 2, relation: 'at most' }, 'war, warm', 'held'],
    [
      'keywords:letter_frequency',
      { letter: 'e', let_frequency: 1, let_relation: 'less than' },
      'Eel',
      'The letter “e” appears 2 times; it must be less than 1.',
    ],
    ['startend:end_checker', { end_phrase: 'The end.' }, 'So it was. "the END."\n', 'held'],
    [
      'startend:end_checker',
      { end_phrase: 'The end.' },
      'The end. Really',
      'The response must end with “The end.”.',
    ],
    ['startend:quotation', {}, ' "said" ', 'held'],
    ['startend:quotation', {}, '“said”', 'The whole response must stand in double quotation marks.'],
    ['detectable_format:title', {}, 'x <<My title>> y', 'held'],
    ['detectable_format:title', {}, '<< >>', 'A title in double angular brackets, <<title>>, is missing.'],
    ['detectable_content:postscript', { postscript_marker: 'P.S.' }, 'Bye\np.s. More', 'held'],
    [
      'detectable_content:postscript',
      { postscript_marker: 'P.P.S' },
      'P.S. More',
      'A postscript that starts with P.P.S is missing.',
    ],
    ['detectable_format:number_bullet_lists', { num_bullets: 2 }, '* a\n\n  - b\n**c**\n1. d', 'held'],
    [
      'detectable_format:number_bullet_lists',
      { num_bullets: 1 },
      '- a\n- b',
      'There are 2 bullet points; there must be exactly 1.',
    ],
    ['length_constraints:number_paragraphs', { num_paragraphs: 2 }, 'a\n***\nb', 'held'],
    [
      'length_constraints:number_paragraphs',
      { num_paragraphs: 2 },
      'a\n***\n \n***\nb',
      'There is an empty part between two dividers ***.',
    ],
    ['length_constraints:number_words', { num_words: 3, relation: 'less than' }, 'two words', 'held'],
    [
      'length_constraints:number_words',
      { num_words: 3, relation: 'at least' },
      'two words',
      'The response has 2 words; it must be at least 3.',
    ],
    [
      'length_constraints:number_sentences',
      { num_sentences: 2, relation: 'at most' },
      'Dr. Li left at 3 p.m. today. He said "Go!" Then he ran.',
      'The response has 3 sentences; it must be at most 2.',
    ],
    ['detectable_content:number_placeholders', { num_placeholders: 2 }, '[a] and [b]', 'held'],
    ['detectable_format:number_highlighted_sections', { num_highlights: 2 }, '*a* and **b**', 'held'],
    [
      'detectable_format:multiple_sections',
      { section_spliter: 'Section', num_sections: 2 },
      'Section 1\na\nSection 2\nb',
      'held',
    ],
    ['detectable_format:json_format', {}, '```json\n{"a": [1, 2]}\n```', 'held'],
    ['detectable_format:constrained_response', {}, 'Well. My answer is no.', 'held'],
    ['combination:repeat_prompt', { prompt_to_repeat: 'Say hi' }, ' say HI\n\nhi', 'held'],
    ['combination:two_responses', {}, 'a\n******\nb', 'held'],
    ['combination:two_responses', {}, 'a\n******\na', 'The two responses are the same.'],
    [
      'length_constraints:nth_paragraph_first_word',
      { num_paragraphs: 2, nth_paragraph: 2, first_word: 'rain' },
      'Sun.\n\n"Rain" falls.',
      'held',
    ],
    [
      'change_case:capital_word_frequency',
      { capital_frequency: 4, capital_relation: 'at least' },
      "I DON'T like NATO-LED things.",
      'held',
    ],
  ])('%s %j on %j', (...[type, args, text, expected]) => {
    expect(checked(type, args, text)).toBe(expected);
  });

  it('says where the text breaks it', () => {
    const result = checkConstraint(
      constraint('keywords:forbidden_words', { forbidden_words: ['b', 'a'] }),
      'a b a',
    );
    expect(result).toEqual({
      state: 'broken',
      message: '“b”, “a” must not appear; found 3 times.',
      spans: [
        { start: 0, end: 1 },
        { start: 2, end: 3 },
        { start: 4, end: 5 },
      ],
    });
  });

  it('neither holds nor breaks what it does not know', () => {
    const unknown = constraint('count:unheard_of', { number: 1 });
    const wrong = constraint('length_constraints:number_words', { num_words: 'many', relation: 'at least' });
    const good = constraint('punctuation:no_comma');
    expect(checkConstraints([unknown, wrong, good], 'a')).toEqual([
      { constraint: good, result: { state: 'held' } },
    ]);
  });
});

describe('constraintsFromRow', () => {
  it('takes IFEval columns and says what it refuses', () => {
    expect(
      constraintsFromRow(
        ['punctuation:no_comma', 'length_constraints:number_words', 'keywords:existence', 'no:such', 7],
        [null, { num_words: 3, relation: 'at least', keywords: null }, { keywords: [] }],
      ),
    ).toEqual({
      constraints: [
        {
          id: 'punctuation:no_comma',
          type: 'punctuation:no_comma',
          args: {},
          text: 'no comma',
          span: null,
          source: 'columns',
        },
        {
          id: 'length_constraints:number_words',
          type: 'length_constraints:number_words',
          args: { num_words: 3, relation: 'at least' },
          text: '≥ 3 words',
          span: null,
          source: 'columns',
        },
      ],
      refused: [
        { type: 'keywords:existence', reason: expect.stringContaining('keywords') as string },
        { type: 'no:such', reason: 'Code does not know this type.' },
        { type: '4', reason: 'The name is not a text.' },
      ],
    });
    expect(constraintsFromRow('x', 3)).toEqual({ constraints: [], refused: [] });
  });
});
