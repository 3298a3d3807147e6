import fc from 'fast-check';

/** Texts that are hard to lay out: sentences, abbreviations, all kinds of line ends, marks, scripts, odd characters. */
export function texts(maxLength = 60): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...[
      'Raymond ',
      'story, ',
      'The end. ',
      'he was born in 1140.  ',
      'Mr. Smith ',
      'e.g. ',
      '**bold.** ',
      '”',
    ],
    ...[
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      '\u2028',
      '* item\n',
      '1. ',
      '世界。',
      '你好！',
      ' ',
      '\t',
      '⏎',
      '$(',
      '…',
    ],
    ...['\ud800', '\udc00', '😀', '\uFEFF', '\0', 'word '.repeat(30), 'é', '. . . ', '?!', '-'.repeat(5000)],
  );
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));
}
