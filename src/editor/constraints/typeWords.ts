/** What a list of types says of each, for a person who looks for the one they mean. */
export interface TypeWords {
  readonly label: string;
  readonly description: string;
}

/** A type's words; those of one that is new here are its name. */
export function wordsOfType(type: string): TypeWords {
  return Object.hasOwn(words, type) ? (words[type] ?? unknown(type)) : unknown(type);
}

function unknown(type: string): TypeWords {
  return { label: type, description: '' };
}

const words: Readonly<Record<string, TypeWords>> = {
  'punctuation:no_comma': { label: 'No commas', description: 'the response holds no comma' },
  'change_case:english_lowercase': { label: 'All lowercase', description: 'no capital letter anywhere' },
  'change_case:english_capital': { label: 'All capitals', description: 'no small letter anywhere' },
  'change_case:capital_word_frequency': {
    label: 'Words in capitals',
    description: 'how many words are all in capital letters',
  },
  'keywords:existence': { label: 'Includes words', description: 'each of some words appears' },
  'keywords:forbidden_words': { label: 'Without words', description: 'none of some words appears' },
  'keywords:frequency': { label: 'How often a word', description: 'one word appears a number of times' },
  'keywords:letter_frequency': {
    label: 'How often a letter',
    description: 'one letter appears a number of times',
  },
  'language:response_language': { label: 'Language', description: 'the language of the response' },
  'length_constraints:number_words': { label: 'Number of words', description: 'how long, in words' },
  'length_constraints:number_sentences': {
    label: 'Number of sentences',
    description: 'how long, in sentences',
  },
  'length_constraints:number_paragraphs': {
    label: 'Number of parts with *** between',
    description: 'paragraphs that a line of *** divides',
  },
  'length_constraints:nth_paragraph_first_word': {
    label: 'First word of a paragraph',
    description: 'how many paragraphs, and how one of them begins',
  },
  'detectable_format:number_bullet_lists': {
    label: 'Number of bullet points',
    description: 'lines that begin with * or -',
  },
  'detectable_format:number_highlighted_sections': {
    label: 'Highlights',
    description: 'stretches between *asterisks*',
  },
  'detectable_format:multiple_sections': {
    label: 'Numbered sections',
    description: 'sections marked SECTION 1, SECTION 2 and so on',
  },
  'detectable_format:title': { label: 'Title', description: 'a title in <<double angular brackets>>' },
  'detectable_format:json_format': { label: 'JSON', description: 'the whole response is JSON' },
  'detectable_format:constrained_response': {
    label: 'Yes, no or maybe',
    description: 'My answer is yes, no or maybe',
  },
  'detectable_content:number_placeholders': {
    label: 'Placeholders',
    description: 'stretches in [square brackets]',
  },
  'detectable_content:postscript': { label: 'Postscript', description: 'a part that begins with P.S.' },
  'startend:end_checker': { label: 'Last words', description: 'the response ends with a phrase' },
  'startend:quotation': { label: 'In quotation marks', description: 'the whole response is quoted' },
  'combination:repeat_prompt': {
    label: 'Repeats the request',
    description: 'the request first, word for word',
  },
  'combination:two_responses': { label: 'Two responses', description: 'two answers with ****** between' },
  'custom:regex': { label: 'Regular expression', description: 'how often a pattern matches' },
  'custom:word_list': { label: 'Word list', description: 'all, any or none of some words' },
  'custom:length': {
    label: 'Length',
    description: 'in words, characters, sentences, paragraphs or tokens',
  },
  'custom:parses_as': { label: 'Parses as', description: 'the response is JSON, YAML or a Markdown table' },
  'custom:json_schema': { label: 'JSON schema', description: 'the response is JSON that fits a schema' },
};

/** For the step that asks for it, for example `Number of words`. */
export function labelOfArgument(name: string): string {
  if (Object.hasOwn(argumentLabels, name)) return argumentLabels[name] ?? name;
  const spaced = name.replace(/_/gu, ' ');
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`;
}

const argumentLabels: Readonly<Record<string, string>> = {
  relation: 'How the number bounds',
  let_relation: 'How the number bounds',
  capital_relation: 'How the number bounds',
  frequency: 'Number of times',
  let_frequency: 'Number of times',
  capital_frequency: 'Number of words in capitals',
  num_words: 'Number of words',
  num_sentences: 'Number of sentences',
  num_paragraphs: 'Number of paragraphs',
  nth_paragraph: 'Which paragraph, counted from 1',
  num_bullets: 'Number of bullet points',
  num_highlights: 'Number of highlights',
  num_sections: 'Number of sections',
  num_placeholders: 'Number of placeholders',
  section_spliter: 'Mark of a section, such as SECTION',
  end_phrase: 'Phrase at the end',
  prompt_to_repeat: 'Request to repeat',
  postscript_marker: 'Mark of the postscript, such as P.S.',
  min: 'At least',
  max: 'At most',
  must: 'How many of the words must appear',
  message: 'What to say where it is broken',
};
