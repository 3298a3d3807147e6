import { printParseErrorCode, type ParseErrorCode } from 'jsonc-parser';

/** What is wrong at a place of a JSON text, in words, as part of a sentence. */
export function syntaxWords(code: ParseErrorCode): string {
  const name = printParseErrorCode(code);
  return words[name] ?? 'this is no JSON';
}

const words: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no JSON; texts stand in double quotation marks',
  InvalidNumberFormat: 'this is no number',
  PropertyNameExpected: 'a name in double quotation marks is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here',
  CommaExpected: 'a comma is missing here',
  CloseBraceExpected: 'a closing brace } is missing here',
  CloseBracketExpected: 'a closing bracket ] is missing here',
  EndOfFileExpected: 'nothing may come behind the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a closing quotation mark is missing here',
  UnexpectedEndOfNumber: 'the number ends too soon',
  InvalidUnicode: 'this is no Unicode escape; it is written \\u and four digits',
  InvalidEscapeCharacter: 'this is no escape; a backslash is written twice',
  InvalidCharacter: 'this character must be written as an escape',
};
