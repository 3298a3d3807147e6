import { describe, expect, it } from 'vitest';
import { detectConstraints } from '../../../src/spar/verifiers/detect';

/** `type args` of what is detected, in text order. */
function detected(instruction: string): readonly string[] {
  return detectConstraints(instruction).constraints.map((constraint) =>
    `${constraint.type} ${JSON.stringify(constraint.args)}`.replace(' {}', ''),
  );
}

const wordsAtLeast = (words: number): string =>
  `length_constraints:number_words {"num_words":${words},"relation":"at least"}`;
const wordsBelow = (words: number): string =>
  `length_constraints:number_words {"num_words":${words},"relation":"less than"}`;
const forbidden = (...words: readonly string[]): string =>
  `keywords:forbidden_words ${JSON.stringify({ forbidden_words: words })}`;
const keywords = (...words: readonly string[]): string =>
  `keywords:existence ${JSON.stringify({ keywords: words })}`;
const ending = (phrase: string): string => `startend:end_checker ${JSON.stringify({ end_phrase: phrase })}`;
const bullets = (count: number): string => `detectable_format:number_bullet_lists {"num_bullets":${count}}`;
const parts = (count: number): string => `length_constraints:number_paragraphs {"num_paragraphs":${count}}`;
const postscript = 'detectable_content:postscript {"postscript_marker":"P.S."}';
const title = 'detectable_format:title';
const noComma = 'punctuation:no_comma';
const lowercase = 'change_case:english_lowercase';
const capitals = 'change_case:english_capital';
const quotation = 'startend:quotation';

describe('what a person would type', () => {
  it.each<readonly [string, readonly string[]]>([
    // Length
    ['Describe the harbour in at least 300 words.', [wordsAtLeast(300)]],
    ['Describe the harbour in at most 50 words.', [wordsBelow(51)]],
    ['Write a poem in under 100 words.', [wordsBelow(100)]],
    ['Explain tides. Use fewer than 80 words.', [wordsBelow(80)]],
    ['Explain tides. Keep it under 60 words.', [wordsBelow(60)]],
    ['Explain tides in no more than 120 words.', [wordsBelow(121)]],
    ['Explain tides, max 40 words.', [wordsBelow(41)]],
    ['Explain tides (maximum 40 words).', [wordsBelow(41)]],
    ['Explain tides. Word limit: 75 words.', [wordsBelow(76)]],
    ['Explain tides in 75 words or less.', [wordsBelow(76)]],
    ['Explain tides in 75 words or fewer, please.', [wordsBelow(76)]],
    ['Write a 300+ word story about a fox.', [wordsAtLeast(300)]],
    ['Write an essay of more than 500 words on bees.', [wordsAtLeast(501)]],
    ['Write an essay on bees. It should be at least 1,200 words long.', [wordsAtLeast(1200)]],
    ['Write about bees with a minimum of 90 words.', [wordsAtLeast(90)]],
    ['Your answer must not exceed 200 words. What is love?', [wordsBelow(201)]],
    ['Explain tides. Your reply should be between 50 and 80 words.', [wordsAtLeast(50), wordsBelow(81)]],
    ['Explain tides in 50-80 words.', [wordsAtLeast(50), wordsBelow(81)]],
    ['Explain tides. Stay below 90 words.', [wordsBelow(90)]],
    ["Explain tides. Don't go over 90 words.", [wordsBelow(91)]],
    ['Explain tides. Do not use more than 90 words.', [wordsBelow(91)]],
    [
      'Explain tides in at most 4 sentences.',
      ['length_constraints:number_sentences {"num_sentences":5,"relation":"less than"}'],
    ],
    [
      'Explain tides. Use at least five sentences.',
      ['length_constraints:number_sentences {"num_sentences":5,"relation":"at least"}'],
    ],
    // Case
    ['Write a haiku, all in lowercase.', [lowercase]],
    ['Write a haiku in lower case only.', [lowercase]],
    ['Write a haiku in all lowercase.', [lowercase]],
    ['Write a haiku. Everything should be lowercase.', [lowercase]],
    ['Write a haiku. Use lowercase only.', [lowercase]],
    ['Write a haiku. No capital letters please.', [lowercase]],
    ["Write a haiku. Don't use capital letters.", [lowercase]],
    ['Write a haiku without any uppercase letters.', [lowercase]],
    ['Write a haiku. Write everything in lowercase.', [lowercase]],
    ['Write a haiku. Write everything in capital letters.', [capitals]],
    ['Write a haiku. Your whole reply must be in ALL CAPS.', [capitals]],
    ['Write a haiku. ALL CAPS.', [capitals]],
    ['Write a haiku in all caps.', [capitals]],
    ['Write a haiku. Use uppercase letters only.', [capitals]],
    ['Write a haiku in capitals only.', [capitals]],
    ['Write a haiku. Everything must be in uppercase.', [capitals]],
    ['Write a haiku. Do not capitalize anything.', [lowercase]],
    ['Write a haiku in fewer than 20 words, all lowercase.', [wordsBelow(20), lowercase]],
    ['Write a haiku. Respond in uppercase.', [capitals]],
    ['Write a haiku in all-caps.', [capitals]],
    [
      'Describe the sea. At least two words must be in all caps.',
      ['change_case:capital_word_frequency {"capital_frequency":2,"capital_relation":"at least"}'],
    ],
    [
      'Describe the sea. Fewer than 6 words should be in capital letters.',
      ['change_case:capital_word_frequency {"capital_frequency":6,"capital_relation":"less than"}'],
    ],
    // Commas
    ['please dont use commas', [noComma]],
    ['Write a note. Your answer should be comma-free.', [noComma]],
    ["Write a short note. Don't use commas.", [noComma]],
    ['Write a short note without commas.', [noComma]],
    ['Write a short note, no commas please.', [noComma]],
    ['Write a short note. No commas.', [noComma]],
    ['Write a short note. Avoid commas.', [noComma]],
    ['Write a short note. Avoid using commas altogether.', [noComma]],
    ['Write a short note with no commas in it.', [noComma]],
    ['Write a short note. It must not contain a single comma.', [noComma]],
    ['Write a short note. You may not use commas.', [noComma]],
    ['Write a short note. Commas are forbidden.', [noComma]],
    ['Write a short note. Please refrain from using commas.', [noComma]],
    ['Write a short note. Leave out all commas.', [noComma]],
    // Words
    ['Describe the sea. Avoid the word "blue".', [forbidden('blue')]],
    ['Describe the sea. Avoid the word blue.', [forbidden('blue')]],
    ["Describe the sea. Do not mention 'blue'.", [forbidden('blue')]],
    ['Describe the sea. Never use the words blue, wave and salt.', [forbidden('blue', 'wave', 'salt')]],
    ['Describe the sea without using the word blue.', [forbidden('blue')]],
    ['Describe the sea. Don\'t say "blue" or "wave".', [forbidden('blue', 'wave')]],
    ['Describe the sea. The word "blue" must not appear.', [forbidden('blue')]],
    ['Describe the sea. The words blue and wave are forbidden.', [forbidden('blue', 'wave')]],
    ['Describe the sea. Forbidden words: blue, wave.', [forbidden('blue', 'wave')]],
    ['Describe the sea. Leave out the word blue.', [forbidden('blue')]],
    ['Describe the sea. Include the word gull.', [keywords('gull')]],
    ['Describe the sea. Include the words gull and foam.', [keywords('gull', 'foam')]],
    ["Describe the sea. Mention 'gull'.", [keywords('gull')]],
    ['Describe the sea. Make sure to mention "gull" and "foam".', [keywords('gull', 'foam')]],
    ['Describe the sea. It must contain the keywords gull, foam, sand.', [keywords('gull', 'foam', 'sand')]],
    ['Describe the sea. Use the word gull.', [keywords('gull')]],
    ['Describe the sea. Keywords to include: gull, foam.', [keywords('gull', 'foam')]],
    ['Describe the sea using the words "gull" and "foam".', [keywords('gull', 'foam')]],
    ['Describe the sea. Your answer must include the phrase "salt and sky".', [keywords('salt and sky')]],
    ['Describe the sea. The word "gull" must appear.', [keywords('gull')]],
    ['Describe the sea. Make sure the word "blue" doesn\'t appear.', [forbidden('blue')]],
    ['Describe the sea. Ensure that the words gull and foam appear.', [keywords('gull', 'foam')]],
    // Start and end
    ['Describe the sea. End with the exact phrase "That is all."', [ending('That is all.')]],
    ["Describe the sea. Finish your reply with 'That is all.'", [ending('That is all.')]],
    ['Describe the sea. The last sentence must be "That is all."', [ending('That is all.')]],
    ['Describe the sea. End your answer with: That is all.', [ending('That is all.')]],
    ['Describe the sea. Conclude with the words "That is all".', [ending('That is all')]],
    ['Wrap the whole answer in double quotation marks. What is a tide?', [quotation]],
    ['Put your entire reply in double quotes. What is a tide?', [quotation]],
    ['What is a tide? Enclose the entire response in double quotation marks.', [quotation]],
    ['What is a tide? Your answer must be wrapped in double quotes.', [quotation]],
    // Format
    ['Write a song with the title in double angular brackets.', [title]],
    ['Write a song. Put the title in double angular brackets, like <<title>>.', [title]],
    ['Write a song. Give it a title wrapped in <<>>.', [title]],
    ['Thank my aunt. Add a postscript starting with P.S.', [postscript]],
    ['Thank my aunt. End with a P.S.', [postscript]],
    ['Thank my aunt. Include a P.S. at the end.', [postscript]],
    ['Thank my aunt. Add a P.S.', [postscript]],
    ['Explain tides. Use exactly 3 bullet points.', [bullets(3)]],
    ['Explain tides as a list of five bullet points.', [bullets(5)]],
    ['Explain tides in 4 bullet points.', [bullets(4)]],
    ['Explain tides. Give me three bullets.', [bullets(3)]],
    ['Write four paragraphs separated by ***.', [parts(4)]],
    ['Write 2 paragraphs about tides, separated by ***', [parts(2)]],
    ['Write three paragraphs about tides with *** between them.', [parts(3)]],
  ])('reads %j', (instruction, expected) => {
    expect(detected(instruction)).toEqual(expected);
  });

  it.each([
    'Describe the harbour in exactly 300 words.',
    'Describe the harbour in about 300 words.',
    'Describe the harbour in 300 words.',
    'If you use commas then explain why.',
    'If you use more than 100 words, add a summary.',
    'Explain when to use commas.',
    'How do commas change what a sentence means?',
    'Is it wrong to write without commas?',
    'Write about a writer who never uses commas.',
    'My teacher said: "Do not use any commas." Why?',
    "My editor told me 'avoid the word very'. Is that good advice?",
    'Add the missing commas to this text.',
    'Count the commas in this line.',
    'My boss says I should write in all caps. Should I?',
    'Some people write without commas.',
    'The user said their essay must have at least 300 words. Is that fair?',
    'The article ends with "The End". Who wrote it?',
    'Draft a policy that says staff must not use the word "guarantee".',
    'Use lowercase for hex digits.',
    'Do you think that texts in lowercase look modern?',
    'Keep each bullet under 10 words.',
    'Include the author "Mark Twain" in the bibliography.',
    'Mention the film "Jaws" as an example.',
    'Capitalize at least 3 words completely.',
    'What is lowercase?',
    'Explain the history of lowercase letters.',
    'Why do people write in all caps online?',
    'Write a function that turns text into all caps.',
    'The first letter of each line must be lowercase.',
    'Write the title in all caps.',
    'Put the names in capital letters.',
    'Explain what the word "blue" means.',
    'Where does the phrase "raining cats and dogs" come from?',
    'Use the word processor of your choice.',
    'Avoid words that are hard to understand.',
    'Do not use long words.',
    'Include words from many languages.',
    'Avoid the word if you can find a better one.',
    'Mention the author.',
    'Use simple words and short sentences.',
    'In other words, how do tides work?',
    'My essay has more than 500 words. Shorten it.',
    'The original has at least 300 words; tell me what it says.',
    'I wrote 300 words or more every day last year. Was that wise?',
    'Each answer gets at most 50 words: grade these answers.',
    'End the war with one sentence of advice.',
    'How does the film end with "Rosebud"?',
    'What does a P.S. at the end of a letter mean?',
    'Who invented bullet points?',
    'Each section must have 3 bullet points.',
    'Use at least 3 bullet points.',
    'Write four paragraphs.',
    'What do double quotation marks mean in code?',
    'Put the title in double quotation marks.',
    'Why are HTML tags in angle brackets?',
    'Summarise the article in one paragraph.',
    'Fix the commas.',
    'Should I avoid commas?',
    'Can a sentence have no commas?',
    'Unless you use commas, the text is hard to read.',
    'When you write in lowercase only, people may think you are lazy. Discuss.',
    'Turn this into lowercase: HELLO',
  ])('reads nothing from %j', (instruction) => {
    expect(detected(instruction)).toEqual([]);
  });
});
