/** What a few closed word classes of English tell about a stretch of text, without a grammar. */

/** It begins with a subject pronoun or the like: a clause of its own. */
export function startsClause(part: string): boolean {
  return clauseStart.test(part.trim().toLowerCase());
}

/** It begins with a word that hangs it on another clause. */
export function isSubordinate(part: string): boolean {
  return subordinate.test(part.trim().toLowerCase());
}

/** It begins with words that only open a sentence: `However`, `In 1999`, `Running late`. */
export function isOpening(part: string): boolean {
  return opening.test(
    part
      .trim()
      .replace(/^[^\p{L}]+/u, '')
      .toLowerCase(),
  );
}

/** An auxiliary verb or a regular past form is in it; false does not mean that there is no verb. */
export function hasVerb(words: string): boolean {
  return verb.test(words.toLowerCase()) || /\b\p{L}{3,}ed\b/u.test(words);
}

const clauseStart =
  /^(?:i|we|you|he|she|it|they|there|this|that|these|those|thou|who|which|let's|i'm|i've|i'll|i'd|it's|he's|she's|we're|we've|we'll|you're|you'll|you've|they're|they've|they'll|that's|there's|don't|here's)(?![\p{L}'’.])/u;
const subordinate =
  /^(?:which|who|whom|whose|where|when|while|whilst|because|since|although|though|as|if|unless|until|after|before|so|but|yet|for|with|without|including|such|especially|however|therefore|then|than|not|like|from|in|on|at|by|to|into|under|over|through|via|during|making|allowing|leading|rather|even|both|either|despite|per|plus)\b/u;
const opening =
  /^(?:however|therefore|moreover|furthermore|additionally|finally|first|firstly|second|secondly|third|thirdly|lastly|next|then|also|besides|meanwhile|nevertheless|nonetheless|thus|hence|indeed|instead|otherwise|similarly|likewise|consequently|overall|today|now|here|yes|no|well|oh|so|hey|hi|hello|dear|remember|one day|in|on|at|by|for|from|with|without|to|as|if|when|while|although|though|because|since|after|before|until|unless|during|despite|once|upon|through|throughout|under|over|within|among|amid|between|beyond|like|unlike|whether|where|wherever|whenever|given|according|based|due|thanks|rather|\p{L}+ly|\p{L}{2,}ing|\p{L}{3,}ed)\b/u;
const verb =
  /\b(?:is|was|are|were|am|be|been|has|had|have|will|would|can|could|should|must|may|might|do|does|did|shall|shalt|art|hath|doth|\p{L}+'(?:re|ve|ll|d))\b/u;
