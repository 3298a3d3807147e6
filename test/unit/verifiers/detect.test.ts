import { describe, expect, it } from 'vitest';
import { detectConstraints } from '../../../src/spar/verifiers/detect';

/** `type args` of what is detected, in text order. */
function detected(instruction: string): readonly string[] {
  return detectConstraints(instruction).constraints.map((constraint) =>
    `${constraint.type} ${JSON.stringify(constraint.args)}`.replace(' {}', ''),
  );
}

describe('detectConstraints', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Write a poem. Do not use any commas.', ['punctuation:no_comma']],
    ['Tell me a joke without commas', ['punctuation:no_comma']],
    [
      'Your entire response should be in English, and in all lowercase letters.',
      ['change_case:english_lowercase'],
    ],
    ['Write a haiku about rain. Use only lowercase letters.', ['change_case:english_lowercase']],
    ['Answer in all capital letters.', ['change_case:english_capital']],
    [
      'Describe Rome. Avoid the words "old", "city" and "empire".',
      ['keywords:forbidden_words {"forbidden_words":["old","city","empire"]}'],
    ],
    [
      'Write an ad. Include the keywords: sun, sea, sand.',
      ['keywords:existence {"keywords":["sun","sea","sand"]}'],
    ],
    [
      'Write a speech. The word freedom should appear at least 3 times.',
      ['keywords:frequency {"keyword":"freedom","frequency":3,"relation":"at least"}'],
    ],
    [
      'Write a song. The letter q should appear at most twice.',
      ['keywords:letter_frequency {"letter":"q","let_frequency":3,"let_relation":"less than"}'],
    ],
    [
      'How do I boil an egg? End your response with the exact phrase "Enjoy your meal!"',
      ['startend:end_checker {"end_phrase":"Enjoy your meal!"}'],
    ],
    ['Suggest a slogan. Wrap your entire response in double quotation marks.', ['startend:quotation']],
    [
      'Write a poem with a title wrapped in double angular brackets, such as <<poem of joy>>.',
      ['detectable_format:title'],
    ],
    [
      'Thank my aunt. At the end of your response, add a postscript starting with P.S.',
      ['detectable_content:postscript {"postscript_marker":"P.S."}'],
    ],
    [
      'List the planets. Your answer must contain exactly 8 bullet points.',
      ['detectable_format:number_bullet_lists {"num_bullets":8}'],
    ],
    [
      'Write three paragraphs about tea. Separate the paragraphs with the markdown divider: ***',
      ['length_constraints:number_paragraphs {"num_paragraphs":3}'],
    ],
    [
      'Explain gravity in at least 120 words.',
      ['length_constraints:number_words {"num_words":120,"relation":"at least"}'],
    ],
    [
      'Explain gravity. Use no more than 50 words.',
      ['length_constraints:number_words {"num_words":51,"relation":"less than"}'],
    ],
    [
      'Tell a story of 5 to 7 sentences.',
      [
        'length_constraints:number_sentences {"num_sentences":5,"relation":"at least"}',
        'length_constraints:number_sentences {"num_sentences":8,"relation":"less than"}',
      ],
    ],
    ['Name two gods. Separate the answers with 6 asterisk symbols: ******.', ['combination:two_responses']],
    [
      'Write a limerick.\nFirst repeat the request word for word without change, then give your answer.',
      ['combination:repeat_prompt {"prompt_to_repeat":"Write a limerick."}'],
    ],
    [
      'Write 4 paragraphs. Separate paragraphs by two new lines. The second paragraph must start with the word "Rain".',
      [
        'length_constraints:nth_paragraph_first_word {"num_paragraphs":4,"nth_paragraph":2,"first_word":"rain"}',
      ],
    ],
    [
      'Draft a letter with at least 4 placeholders in square brackets, such as [name].',
      ['detectable_content:number_placeholders {"num_placeholders":4}'],
    ],
    [
      'Highlight at least 2 sections in your answer with markdown, i.e. *highlighted section*.',
      ['detectable_format:number_highlighted_sections {"num_highlights":2}'],
    ],
    [
      'Write a plan with 3 sections. Mark the beginning of each section with Section X.',
      ['detectable_format:multiple_sections {"section_spliter":"Section","num_sections":3}'],
    ],
    ['List my pets. Wrap the entire output in JSON format.', ['detectable_format:json_format']],
    [
      'Is it raining? Answer with one of: My answer is yes. My answer is no. My answer is maybe.',
      ['detectable_format:constrained_response'],
    ],
    [
      'Use words in all capital letters at least 4 times.',
      ['change_case:capital_word_frequency {"capital_frequency":4,"capital_relation":"at least"}'],
    ],
  ])('reads %j', (instruction, expected) => {
    expect(detected(instruction)).toEqual(expected);
  });

  it.each([
    'Explain why some teachers say not to use commas before "and".',
    'Write a python function that converts a string to all lowercase letters.',
    'What does "do not use any commas" mean?',
    'Rewrite this sentence: "Your entire response should be in all capital letters."',
    'Translate "Wrap your entire response with double quotation marks" to French.',
    'How many words are there in a 300 word essay?',
    'Give me tips on how to write at least 500 words a day.',
    'Do not put commas between adjectives.',
    'Write a story about a man who never uses the word "love".',
    'Each paragraph should have at least 50 words.',
    'There are no commas in this text: fix it.',
    'Write a title with at most 5 words.',
    'Discuss the history of bullet points and JSON.',
    'Who wrote the postscript of the book?',
    'End the second paragraph with "Amen."',
    '',
  ])('reads nothing from %j', (instruction) => {
    expect(detected(instruction)).toEqual([]);
  });

  it('points at the clause and leaves the task unchecked', () => {
    const instruction = 'Please write a poem about snow. Do not use any commas, and use less than 40 words.';
    const { constraints, unchecked } = detectConstraints(instruction);
    const part = (span: { start: number; end: number } | null): string =>
      span === null ? '' : instruction.slice(span.start, span.end);
    expect(constraints.map((constraint) => [constraint.id, constraint.text, part(constraint.span)])).toEqual([
      ['punctuation:no_comma', 'no comma', 'Do not use any commas'],
      ['length_constraints:number_words', '< 40 words', 'less than 40 words'],
    ]);
    expect(unchecked.map(part)).toEqual(['write a poem about snow']);
  });

  it.each<readonly [string, readonly string[]]>([
    ['Write a short note. Do not use any commas.', ['Write a short note']],
    ['Note that I am tall. Do not use any commas.', ['Note that I am tall']],
    [
      'In at most 50 words, please write to my landlord about the heating, do not use commas, and be polite.',
      ['write to my landlord about the heating', 'be polite'],
    ],
    ["Write an ad for O'Neill's (the pub) without commas!", ["Write an ad for O'Neill's (the pub)"]],
    [
      'Write me a post for teens, with all letters in lowercase, about cats.',
      ['Write me a post for teens', 'about cats'],
    ],
    ['My cat is ill. Answer in all capital letters.', ['My cat is ill']],
  ])('leaves whole clauses of %j unchecked', (instruction, expected) => {
    const { unchecked } = detectConstraints(instruction);
    expect(unchecked.map((span) => instruction.slice(span.start, span.end))).toEqual(expected);
  });

  it('leaves nothing unchecked where every word is covered', () => {
    expect(detectConstraints('Please do not use any commas in your response. Thank you!').unchecked).toEqual(
      [],
    );
  });

  it('drops readings that contradict each other', () => {
    expect(detected('Use exactly 3 bullet points. Use exactly 5 bullet points.')).toEqual([]);
  });

  it('numbers constraints of one type', () => {
    const ids = detectConstraints('Use 10 to 20 words.').constraints.map((constraint) => constraint.id);
    expect(ids).toEqual(['length_constraints:number_words', 'length_constraints:number_words#2']);
  });
});
