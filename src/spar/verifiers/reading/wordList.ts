/** Words named after a request, and the offset just behind them. */
export interface WordList {
  readonly words: readonly string[];
  readonly end: number;
}

const quoted =
  /\s*(?:["“”](?<double>[^"“”\n]{1,80})["“”]|['‘](?<single>[^'‘’\n]{1,80})['’](?!\p{L})|`(?<code>[^`\n]{1,80})`)/uy;
const separator =
  /\s*(?:,\s*(?:and|or)\b|,|;|\b(?:and|or|nor)\b|&)(?:\s+(?:also\s+)?(?:the\s+)?(?:key ?words?|words?|terms?|phrases?)\b)?\s*/iuy;
/** Where a list of unquoted words ends. */
const listEnd =
  /[.;!?\n()]|\s(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:or |times?\b)|\s(?:in (?:the|your|it|this|any)|into|anywhere|somewhere|throughout|within|as|at|for|but|to|on|from|of|while|when|with|so|because|each|more|less|exactly|should|must|is|are|appear|and (?:make|use|wrap|write|also|then|do|don't|the (?:response|answer|keyword|word|letter|phrase)|your|please|avoid|refrain|has|have|contain|no|end|finish))\b/i;
/** Words that describe other words instead of naming them. */
const describing =
  /^(?:that|which|such|starting|beginning|ending|containing|like|related|with|the|a|an|any|these|those|it|them|more|only|from|in|of|about|for|to|if|when|whenever|by|on|at|as|into)\b/i;

/** A run of quoted words, from `at` on; null where there is none. Trailing punctuation is dropped. */
export function quotedList(text: string, at: number): WordList | null {
  const words: string[] = [];
  let position = at;
  let end = at;
  for (;;) {
    quoted.lastIndex = position;
    const match = quoted.exec(text);
    if (match === null) break;
    const groups = match.groups ?? {};
    const word = trimmed(groups['double'] ?? groups['single'] ?? groups['code'] ?? '');
    if (word === '') return null;
    words.push(word);
    end = quoted.lastIndex;
    separator.lastIndex = end;
    if (separator.exec(text) === null) break;
    position = separator.lastIndex;
  }
  return words.length === 0 ? null : { words, end };
}

/** Quoted words, or plain ones up to the end of the phrase: at most three words each, none a description. */
export function wordList(text: string, at: number): WordList | null {
  const inQuotes = quotedList(text, at);
  if (inQuotes !== null) return inQuotes;
  const inBrackets = bracketed(text, at);
  if (inBrackets !== null) return inBrackets;
  const rest = text.slice(at, at + 400);
  const lead = /^\s*/u.exec(rest)?.[0].length ?? 0;
  const body = rest.slice(lead);
  const stop = listEnd.exec(body)?.index ?? body.length;
  // What `should` and the like are said of begins a clause of its own: `… the word sun and there should be …`.
  const isSubject = /^\s(?:should|must|is|are|appear)\b/i.test(body.slice(stop));
  const parts = body
    .slice(0, stop)
    .split(/(?<separator>\s*(?:,\s*(?:and|or)\s|,|;|\s(?:and|or)\s|\s(?:and|or)$|&)\s*)/iu);
  const words: string[] = [];
  let length = 0;
  let position = 0;
  for (let index = 0; index < parts.length; index += 2) {
    const part = parts[index] ?? '';
    const word = trimmed(part);
    const isLast = index + 2 >= parts.length;
    const afterAnd = /\band\b/i.test(parts[index - 1] ?? '');
    if (word !== '' && (!isWord(word) || (isLast && afterAnd && isSubject))) {
      if (words.length === 0 || !afterAnd) return null;
      break;
    }
    position += part.length;
    if (word !== '') {
      words.push(word);
      length = position;
    }
    position += parts[index + 1]?.length ?? 0;
  }
  // `Use words sparingly`, `mention terms and conditions`.
  const isAdverb = words.length === 1 && /^\p{L}+ly$/u.test(words[0] ?? '');
  return words.length === 0 || isAdverb || /^(?:and|or)\b/i.test(body)
    ? null
    : { words, end: at + lead + length };
}

/** At most three words that name others instead of describing them or going on. */
function isWord(word: string): boolean {
  return (
    word.split(/\s+/u).length <= 3 &&
    !describing.test(word) &&
    !/^(?:there|between|both|either|neither|make|your|you|please|answer|highlight|also|then|all|no)\b|\d/i.test(
      word,
    ) &&
    /\p{L}/u.test(word)
  );
}

/** `[sun, sea]` or `['sun', 'sea']`. */
function bracketed(text: string, at: number): WordList | null {
  const opening = /\s*\[(?<inside>[^[\]\n]{1,400})\]/uy;
  opening.lastIndex = at;
  const inside = opening.exec(text)?.groups?.['inside'];
  if (inside === undefined) return null;
  const words = inside
    .split(/\s*[,;]\s*/u)
    .map(trimmed)
    .filter((word) => word !== '');
  return words.length < 2 ? null : { words, end: opening.lastIndex };
}

function trimmed(word: string): string {
  return word
    .trim()
    .replaceAll(/^["'“”‘’*]+|["'“”‘’*,.]+$/gu, '')
    .trim();
}
