/** A kind of constraint that can be added to an instruction. */
export interface ConstraintKind {
  readonly id: string;
  /** As the prompt and the report name it. */
  readonly name: string;
  /** What such a constraint asks for, in half a sentence. */
  readonly description: string;
  /** Constraints as instructions say them; code can check most of the formal ones. */
  readonly examples: readonly string[];
}

/** The kinds that the method draws from (DESIGN.md, section 1, step 1). */
export const taxonomy: readonly ConstraintKind[] = [
  {
    id: 'length',
    name: 'length',
    description: 'how many words, sentences or paragraphs the answer has',
    examples: ['Answer in at most 120 words.', 'Your response should contain at least 3 paragraphs.'],
  },
  {
    id: 'text-format',
    name: 'text format',
    description: 'how the text is laid out: lists, sections, tables, JSON, highlighting, a title',
    examples: ['Your answer must contain exactly 4 bullet points.', 'Wrap the entire output in JSON format.'],
  },
  {
    id: 'character-case',
    name: 'character case',
    description: 'capital or small letters, of the whole answer or of certain words',
    examples: [
      'Your entire response should be in all lowercase letters.',
      'Write each name in capital letters.',
    ],
  },
  {
    id: 'template',
    name: 'template',
    description:
      'parts that the answer must have at certain places: an opening, a closing, blanks to fill in',
    examples: [
      'Finish your response with this exact phrase: That is all for today.',
      'Include at least 2 placeholders represented by square brackets, such as [name].',
    ],
  },
  {
    id: 'punctuation',
    name: 'punctuation',
    description: 'marks that must be used, or must not',
    examples: ['Do not use any commas in your response.', 'End every sentence with an exclamation mark.'],
  },
  {
    id: 'numeric-format',
    name: 'numeric format',
    description: 'how numbers, dates, times, amounts and units are written',
    examples: ['Write all numbers as words.', 'Give every date as year, month and day with hyphens.'],
  },
  {
    id: 'keyword',
    name: 'keyword',
    description: 'words that must occur, must not, or must so many times',
    examples: ['Include the keywords "harbour" and "winter".', 'Do not include the word "very".'],
  },
  {
    id: 'symbol',
    name: 'symbol',
    description: 'signs beyond letters and punctuation: emoji, arrows, brackets, markup',
    examples: ['Begin each item with an arrow.', 'Use at least two different emoji.'],
  },
  {
    id: 'sentence',
    name: 'sentence',
    description: 'how sentences are built, begun or ordered',
    examples: ['Begin every sentence with a verb.', 'Let no two sentences begin with the same letter.'],
  },
  {
    id: 'genre',
    name: 'genre',
    description: 'the kind of text: letter, dialogue, poem, recipe, review, log entry',
    examples: ['Write it as a dialogue of two neighbours.', 'Put it as an entry of a logbook.'],
  },
  {
    id: 'language',
    name: 'language',
    description: 'the language, dialect or register of the answer or of parts of it',
    examples: ['Your entire response should be in French.', 'Use British spelling.'],
  },
  {
    id: 'situation',
    name: 'situation',
    description: 'who speaks to whom, where, when and why',
    examples: ['You are a ranger who talks to a school class.', 'It is to be read aloud at a farewell.'],
  },
  {
    id: 'style',
    name: 'style',
    description: 'manner and tone: plain, formal, playful, without adjectives, like a certain age',
    examples: ['Keep to the tone of a weather report.', 'Use no figures of speech.'],
  },
  {
    id: 'sentiment',
    name: 'sentiment',
    description: 'the feeling that the text conveys',
    examples: ['Let it sound hopeful from the first line.', 'Show regret, but no anger.'],
  },
];
