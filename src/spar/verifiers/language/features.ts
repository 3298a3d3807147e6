import { alike } from './packedProfiles';

/** Characters of a text that are looked at, as in the official program; the rest does not change its verdict. */
const longest = 10_000;

/** The longest stretch that an address can take, see the patterns below. */
const longestAddress = 2_400;

/**
 * The text as its runs are counted: no addresses, at most 10,000 characters, one space where several stood, and without
 * Latin letters where they are less than a third.
 */
export function readable(text: string): readonly string[] {
  const part = text.slice(0, 4 * longest);
  const head = withoutAddresses(part);
  const whole =
    part.length === text.length || head.length > longest * 2 + longestAddress ? head : withoutAddresses(text);
  const characters: string[] = [];
  let latin = 0;
  let other = 0;
  let seen = 0;
  let before = '';
  for (const character of composed(whole.slice(0, longest * 2 + longestAddress))) {
    if (seen === longest) break;
    seen += 1;
    if (character !== ' ' || before !== ' ') {
      characters.push(character);
      if (isLatin(character)) latin += 1;
      else if (isForeign(character.codePointAt(0) ?? 0)) other += 1;
    }
    before = character;
  }
  return latin * 2 < other ? characters.filter((character) => !isLatin(character)) : characters;
}

/**
 * Runs of one, two and three characters, each word beginning and ending with a space. Of a word that begins with two
 * capitals the capitals beyond the first give none.
 */
export function* runsOf(characters: readonly string[]): Generator<string> {
  let second = '';
  let last = ' ';
  let isCapitals = false;
  for (const character of characters) {
    const folded = fold(character);
    if (last === ' ') {
      second = '';
      isCapitals = false;
      if (folded === ' ') {
        // The buffer still holds its one space, which is no run.
        continue;
      }
    }
    const third = second;
    second = last;
    const isUpper = isCapital(folded);
    isCapitals = isUpper && (isCapitals || isCapital(last));
    last = folded;
    if (isCapitals) continue;
    if (last !== ' ') yield last;
    yield second + last;
    if (third !== '') yield third + second + last;
  }
}

const link = /https?:\/\/[-_.?&~;+=/#0-9A-Za-z]{1,2076}/g;
const mail = /[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}/g;

function withoutAddresses(text: string): string {
  return text.replace(link, ' ').replace(mail, ' ');
}

/** Vietnamese letters written in two signs, as one. */
function composed(text: string): string {
  return text.replace(/[AEIOUYaeiouyÂÊÔâêôĂăƠơƯư][\u0300\u0301\u0303\u0309\u0323]/gu, (pair) =>
    pair.normalize('NFC'),
  );
}

/** The signs between the two rows of letters count with them, as in the official program. */
function isLatin(character: string): boolean {
  return character >= 'A' && character <= 'z';
}

function isForeign(code: number): boolean {
  return code >= 0x300 && !(code >= 0x1e00 && code <= 0x1eff);
}

/** `last` is kept for each character, so most calls are answered without the pattern. */
function isCapital(character: string): boolean {
  if (character <= '\u007f') return character >= 'A' && character <= 'Z';
  return /^\p{Uppercase}$/u.test(character);
}

const groups: ReadonlyMap<string, string> = new Map(
  alike.flatMap((group) => {
    const [first = ''] = group;
    return Array.from(group, (character): [string, string] => [character, first]);
  }),
);

/** Characters that tell languages apart no better than one for all of them, by Unicode block. */
function fold(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return /^[A-Za-z]$/.test(character) ? character : ' ';
  if (code < 0x100) return '\u00a0\u00ab\u00b0\u00bb'.includes(character) ? ' ' : character;
  if (code === 0x219) return '\u015f';
  if (code === 0x21b) return '\u0163';
  if (code === 0x6cc) return '\u064a';
  if (code >= 0x1ea0 && code <= 0x1eff) return '\u1ec3';
  if (code >= 0x2000 && code <= 0x206f) return ' ';
  if (code >= 0x3040 && code <= 0x309f) return '\u3042';
  if (code >= 0x30a0 && code <= 0x30ff) return '\u30a2';
  if ((code >= 0x3100 && code <= 0x312f) || (code >= 0x31a0 && code <= 0x31bf)) return '\u3105';
  if (code >= 0x4e00 && code <= 0x9fff) return groups.get(character) ?? character;
  if (code >= 0xac00 && code <= 0xd7af) return '\uac00';
  return character;
}
