import { describe, expect, it } from 'vitest';
import { detectConstraints } from '../../../src/spar/verifiers/detect';
import {
  bestRepair,
  repairs,
  repairsFor,
  unresolvedBy,
  whyUnresolved,
} from '../../../src/spar/verifiers/repair';

function repaired(instruction: string, text: string): readonly string[] {
  return repairs(instruction, detectConstraints(instruction).constraints, text).map((repair) => repair.text);
}

describe('repairs', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['Tell a story. Do not use any commas.', 'However, he saw 1,000 cats.', ['However he saw 1000 cats.']],
    ['Use all lowercase letters.', 'Hello World', ['hello world']],
    ['Answer in all capital letters.', 'We met in the Straße no. 5', ['WE MET IN THE STRASSE NO. 5']],
    [
      'Advertise it. Do not use the words "very" or "fresh".',
      'It is a very good, fresh scent: a fresh citrus and very light.',
      [],
    ],
    [
      'Advertise it. Do not use the words "fresh" or "really".',
      'Smell a fresh orange scent. It is really light.',
      ['Smell an orange scent. It is light.'],
    ],
    ['Is it cold? Do not say "yes" or "no".', 'Yes, it is cold.', ['It is cold.']],
    ['Do not use the word "story".', 'The story begins here.', []],
    ['Write to Bo. Include the keyword "e-mail".', 'I got your email.', ['I got your e-mail.']],
    ['Write a post. Include the keywords "sun" and "sea".', 'Beach day.', ['Beach day. Keywords: sun, sea']],
    [
      'Explain tea. End your response with "Enjoy!"',
      'Boil water.\n\nDrink it.',
      ['Boil water.\n\nDrink it.\n\nEnjoy!'],
    ],
    ['Explain tea. End your response with "Enjoy!"', 'Boil water. **Enjoy!**', ['Boil water. Enjoy!']],
    [
      'Explain tea. End your response with the phrase "Any questions?"',
      'Boil water.\n\nAny questions?\n\nYours\nAnn',
      ['Boil water.\n\nYours\nAnn\n\nAny questions?'],
    ],
    ['Say hi. Wrap your entire response with double quotation marks.', '“Hi there”', ['"Hi there"']],
    [
      'Write a poem with a title wrapped in double angular brackets, i.e. <<title>>.',
      '# Snow\n\nIt falls.',
      ['# <<Snow>>\n\nIt falls.'],
    ],
    [
      'Write a poem with a title wrapped in double angular brackets, i.e. <<title>>.',
      'It falls, and falls.',
      [],
    ],
    [
      'Thank her. At the end of your response, add a postscript starting with P.S.',
      'Thanks.\n\nPS: Bring tea.',
      ['Thanks.\n\nP.S. Bring tea.'],
    ],
    [
      'Thank her. At the end of your response, add a postscript starting with P.S.',
      'Thanks for all. I will bring tea.',
      ['Thanks for all.\n\nP.S. I will bring tea.'],
    ],
    ['Your answer must contain exactly 2 bullet points.', '1. One\n2. Two', ['* One\n* Two']],
    ['Your answer must contain exactly 3 bullet points.', '* One\n* Two', []],
    [
      'Write 2 paragraphs. Separate the paragraphs with the markdown divider: ***',
      'One.\n\nTwo.',
      ['One.\n\n***\n\nTwo.'],
    ],
    [
      'Write 2 paragraphs. Separate the paragraphs with the markdown divider: ***',
      'One.\n\n---\n\nTwo.',
      ['One.\n\n***\n\nTwo.'],
    ],
    ['Use at least 20 words.', 'Too short.', []],
    ['Use less than 3 words.', 'This is too long.', []],
    [
      'Tell it in less than 3 sentences.',
      'The cat came. It sat. Anna laughed.',
      ['The cat came; it sat. Anna laughed.'],
    ],
    [
      'Write a limerick.\nFirst repeat the request word for word without change, then give your answer.',
      'There once was a man.',
      ['Write a limerick.\n\nThere once was a man.'],
    ],
    [
      'Write a short limerick for me.\nFirst repeat the request word for word without change, then give your answer.',
      'A short limerick for you.\n\nThere once was a man.',
      ['Write a short limerick for me.\n\nThere once was a man.'],
    ],
    [
      'What is the capital of France?\nFirst repeat the question word for word without change, then give your answer.',
      'The capital of France is Paris.',
      ['What is the capital of France?\n\nThe capital of France is Paris.'],
    ],
    [
      'Give two names. Separate the responses with 6 asterisk symbols: ******.',
      'Response 1: Ann\n\nResponse 2: Bo',
      ['Response 1: Ann\n\n******\n\nResponse 2: Bo'],
    ],
    [
      'Is it cold? Answer with one of: My answer is yes. My answer is no. My answer is maybe.',
      'Yes, very much so.',
      ['My answer is yes. Very much so.'],
    ],
    [
      'Highlight at least 1 sections in your answer with markdown, i.e. *highlighted section*.',
      '# Tea\n\nBoil it.',
      ['# *Tea*\n\nBoil it.'],
    ],
    [
      'Write a plan with 2 sections. Mark the beginning of each section with SECTION X.',
      'Section I\nBuy.\n\nSection II\nSell.',
      ['SECTION 1\nBuy.\n\nSECTION 2\nSell.'],
    ],
    [
      'Is it cold? Answer with one of: My answer is yes. My answer is no. My answer is maybe.',
      'It snows. Therefore, my answer is yes.',
      ['It snows. My answer is yes.'],
    ],
    [
      'Is it cold? Answer with one of: My answer is yes. My answer is no. My answer is maybe.',
      'It snows, so my answer is yes! Take a coat.',
      ['It snows. My answer is yes. Take a coat.'],
    ],
    [
      'Is it cold? Answer with one of: My answer is yes. My answer is no. My answer is maybe.',
      'I would say my answer is yes',
      [],
    ],
    [
      'Do not use the word "unfortunately".',
      'The second floor, unfortunately, has no lift.',
      ['The second floor has no lift.'],
    ],
    [
      'Do not use the word "unfortunately".',
      'On Monday, unfortunately, we were late.',
      ['On Monday, we were late.'],
    ],
    [
      'Do not use the word "unfortunately".',
      'We ran, unfortunately, but we were late, unfortunately.',
      ['We ran, but we were late.'],
    ],
    ['Do not use the word "Molly".', 'Anna, Molly, and Sue came.', ['Anna and Sue came.']],
    [
      'Wrap your entire response with double quotation marks. Use exactly 2 bullet points.',
      '* One\n* Two',
      ['"\n* One\n* Two\n"'],
    ],
    [
      'Wrap your entire response with double quotation marks. Use exactly 2 bullet points.',
      '* One\n* Two\n* Three',
      ['"\n* One\n* Two\n* Three\n"', '"\n* One\n* Two\n\nThree\n"'],
    ],
    [
      'Wrap your entire response with double quotation marks.',
      '*Well* said, and **done**',
      ['"*Well* said, and **done**"'],
    ],
    ['', 'Nothing asked, nothing done.', []],
    ['Do not use any commas.', 'Nothing broken', []],
  ])('%j on %j', (instruction, text, expected) => {
    expect(repaired(instruction, text)).toEqual(expected);
  });

  it('offers a list of keywords behind all else', () => {
    expect(
      repaired('Do not use any commas. Include the keywords "sun" and "sea".', 'A long day, at the beach.'),
    ).toEqual(['A long day at the beach.', 'A long day at the beach. Keywords: sun and sea']);
  });

  it('leaves the words of the request alone where the response repeats them', () => {
    const request = 'Write a card for my aunt, who is ill, and wish her well. Do not use any commas.';
    const instruction = `${request}\n\nStart your reply by copying out all of the above verbatim.`;
    expect(repaired(instruction, `${request}\n\nGet well, aunt.`)).toEqual([]);
    expect(repaired(request, 'Get well, aunt.')).toEqual(['Get well aunt.']);
  });

  it('mends several constraints in one text', () => {
    const instruction =
      'Describe it. Do not use any commas, use all lowercase letters, and end your response with "Bye, all." Wrap your entire response with double quotation marks.';
    const constraints = detectConstraints(instruction).constraints;
    const text = 'Tall, dark, and old.';
    expect(repairs(instruction, constraints, text)).toEqual([
      {
        text: '"tall and dark and old."',
        mended: ['punctuation:no_comma', 'change_case:english_lowercase', 'startend:quotation'],
        description: 'removed the commas; put in lowercase; put in double quotation marks',
      },
    ]);
    expect(unresolvedBy(instruction, constraints, text).map((constraint) => constraint.text)).toEqual([
      'ends with “Bye, all.”',
    ]);
  });

  it('puts what it adds inside quotation marks that held, and in the case that held', () => {
    const instruction =
      'Use all lowercase letters. Wrap your entire response with double quotation marks. End your response with the phrase "The End".';
    expect(repaired(instruction, '"once upon a time."')).toEqual(['"once upon a time. the end"']);
  });

  it('leaves code alone that needs its commas', () => {
    expect(repaired('Do not use any commas.', 'Call `f(a, b)`, then stop.')).toEqual([]);
  });
});

describe('repairsFor', () => {
  const instruction =
    'Describe it. Do not use any commas. Wrap your entire response with double quotation marks.';
  const { constraints } = detectConstraints(instruction);

  it('mends one constraint and leaves the others as they are', () => {
    const request = { instructionText: instruction, constraints, text: 'Tall, dark, and old.' };
    expect(repairsFor({ ...request, id: 'startend:quotation' })).toEqual([
      {
        text: '"Tall, dark, and old."',
        mended: ['startend:quotation'],
        description: 'put in double quotation marks',
      },
    ]);
    expect(repairsFor({ ...request, id: 'punctuation:no_comma' }).map(({ text }) => text)).toEqual([
      'Tall and dark and old.',
    ]);
    expect(repairsFor({ ...request, id: 'no:such' })).toEqual([]);
    expect(repairsFor({ ...request, text: 'Tall.', id: 'punctuation:no_comma' })).toEqual([]);
  });
});

describe('texts that rules leave as they are', () => {
  const instruction = 'Write at least 20 words. Do not use any commas.';
  const { constraints } = detectConstraints(instruction);

  it('have a reason', () => {
    const [left, ...none] = unresolvedBy(instruction, constraints, 'Too short, this.');
    expect(none).toEqual([]);
    expect(left && whyUnresolved(left)).toBe('More words would be padding or invention; rules add neither.');
    expect(bestRepair(instruction, constraints, 'Too short, this.')?.text).toBe('Too short this.');
  });

  it('may be too long', () => {
    const text = 'a, '.repeat(400_000);
    expect(repairs(instruction, constraints, text)).toEqual([]);
    const [left] = unresolvedBy(instruction, constraints, text);
    expect(left?.type).toBe('punctuation:no_comma');
    expect(left && whyUnresolved(left, text)).toBe(
      'The text is longer than 1,000,000 characters; rules repair shorter ones only.',
    );
  });
});
