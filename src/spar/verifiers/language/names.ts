/** English names, in lowercase, of the languages that `detectLanguage` tells apart. */
const codes: ReadonlyMap<string, string> = new Map([
  ['afrikaans', 'af'],
  ['albanian', 'sq'],
  ['arabic', 'ar'],
  ['bengali', 'bn'],
  ['bangla', 'bn'],
  ['bulgarian', 'bg'],
  ['simplified chinese', 'zh-cn'],
  ['traditional chinese', 'zh-tw'],
  ['croatian', 'hr'],
  ['czech', 'cs'],
  ['danish', 'da'],
  ['dutch', 'nl'],
  ['english', 'en'],
  ['estonian', 'et'],
  ['farsi', 'fa'],
  ['persian', 'fa'],
  ['finnish', 'fi'],
  ['french', 'fr'],
  ['german', 'de'],
  ['greek', 'el'],
  ['gujarati', 'gu'],
  ['hebrew', 'he'],
  ['hindi', 'hi'],
  ['hungarian', 'hu'],
  ['indonesian', 'id'],
  ['italian', 'it'],
  ['japanese', 'ja'],
  ['kannada', 'kn'],
  ['korean', 'ko'],
  ['latvian', 'lv'],
  ['lithuanian', 'lt'],
  ['macedonian', 'mk'],
  ['malayalam', 'ml'],
  ['marathi', 'mr'],
  ['nepali', 'ne'],
  ['norwegian', 'no'],
  ['polish', 'pl'],
  ['portuguese', 'pt'],
  ['punjabi', 'pa'],
  ['panjabi', 'pa'],
  ['romanian', 'ro'],
  ['russian', 'ru'],
  ['slovak', 'sk'],
  ['slovenian', 'sl'],
  ['slovene', 'sl'],
  ['somali', 'so'],
  ['spanish', 'es'],
  ['swahili', 'sw'],
  ['swedish', 'sv'],
  ['tagalog', 'tl'],
  ['tamil', 'ta'],
  ['telugu', 'te'],
  ['thai', 'th'],
  ['turkish', 'tr'],
  ['ukrainian', 'uk'],
  ['urdu', 'ur'],
  ['vietnamese', 'vi'],
]);

/** The names that `languageCode` knows, in lowercase; two words are parted by one space. */
export const languageNames: readonly string[] = [...codes.keys()];

/** The ISO 639-1 code of a language's English name; undefined for a name that is not known. Chinese needs its script. */
export function languageCode(name: string): string | undefined {
  return codes.get(name.toLowerCase().replace(/\s+/gu, ' '));
}

/** A code's English name, for example `German`; the code itself, or `no known language`, where there is none. */
export function languageName(code: string): string {
  if (code === 'unknown') return 'no known language';
  const name = [...codes].find(([, known]) => known === code)?.[0];
  return name?.replace(/\b[a-z]/gu, (letter) => letter.toUpperCase()) ?? code;
}
