import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../../src/spar/verifiers/language/detectLanguage';
import { languageCode, languageName, languageNames } from '../../../src/spar/verifiers/language/names';
import { profiles } from '../../../src/spar/verifiers/language/profiles';
import { detectConstraints } from '../../../src/spar/verifiers/detect';

describe('detectLanguage', () => {
  it.each([
    ['en', 'The weather is fine today but it will rain tomorrow.'],
    ['de', 'Das Wetter ist heute schön, aber morgen soll es regnen.'],
    ['fr', 'Il fait beau aujourd’hui mais il va pleuvoir demain.'],
    ['es', 'Hoy hace buen tiempo, pero mañana va a llover.'],
    ['fi', 'Sää on tänään kaunis mutta huomenna sataa.'],
    ['ru', 'Сегодня хорошая погода, но завтра будет дождь.'],
    ['el', 'Θα βρεθούμε αύριο το πρωί στον σταθμό.'],
    ['he', 'ניפגש מחר בבוקר בתחנה.'],
    ['ar', 'نلتقي غدا صباحا في المحطة.'],
    ['hi', 'हम कल सुबह स्टेशन पर मिलेंगे।'],
    ['ja', '明日の朝、駅で会いましょう。'],
    ['ko', '내일 아침 역에서 만나요.'],
    ['zh-cn', '今天天气很好，但是明天会下雨。'],
    ['th', 'พรุ่งนี้เช้าเจอกันที่สถานี'],
  ])('finds %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each(['', ' \n', '1234', '!?', '😀'])('has nothing to go by in %j', (text) => {
    expect(detectLanguage(text)).toBeNull();
  });

  it('pays no heed to addresses', () => {
    const address = 'https://example.com/the-weather-is-fine-and-so-is-the-sea';
    expect(detectLanguage(`Wir treffen uns morgen früh am Bahnhof, siehe ${address} und ${address}`)).toBe(
      'de',
    );
  });

  it('says the same each time, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(detectLanguage(text)).toBe(detectLanguage(text));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the names of languages', () => {
  it('lead to codes that are told apart, and back', () => {
    const known = new Set(profiles().languages);
    for (const name of languageNames) {
      const code = languageCode(name);
      expect(known.has(code ?? ''), name).toBe(true);
      expect(languageCode(languageName(code ?? ''))).toBe(code);
    }
  });
});

describe('a language in an instruction', () => {
  it.each([
    ['Tell a joke. Your entire response should be in German, no other language is allowed.', 'de'],
    ['Answer only in Korean.', 'ko'],
    ['Please reply in the Hindi language.', 'hi'],
    ['Explain gravity, using only French.', 'fr'],
    ['Your answer must be written in Swahili.', 'sw'],
    ['Respond entirely in Brazilian style but write it in Portuguese only.', 'pt'],
    ['Use the Thai language only.', 'th'],
  ])('%s', (instruction, language) => {
    expect(detectConstraints(instruction).constraints).toMatchObject([
      { type: 'language:response_language', args: { language } },
    ]);
  });

  it.each([
    'Translate this sentence into German.',
    'How do you say “hello” in French?',
    'Write about life in German cities.',
    'Why do people in Finland answer in English?',
    'Answer in Spanish or in Italian only, and explain only in German.',
    'In English and in all lowercase letters: what is a fish?',
    'Write an essay on only Greek philosophers.',
  ])('none in: %s', (instruction) => {
    const types = detectConstraints(instruction).constraints.map(({ type }) => type);
    expect(types).not.toContain('language:response_language');
  });
});
