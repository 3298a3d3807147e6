/** Shorter beginnings may share their words with the instruction by chance. */
const shortest = 40;

/**
 * The beginning of a response that repeats the instruction word for word, in whole lines, where the instruction asks
 * for that in some way; else empty. A repair must leave it as it is, whether or not the wish was read as a constraint.
 */
export function echoedRequest(instructionText: string, text: string): string {
  if (!/\b(?:repeat|restat|reiterat|copy|echo|quot|verbatim|word for word)/iu.test(instructionText))
    return '';
  const instruction = instructionText.toLowerCase();
  const body = text.trimStart();
  let echo = '';
  for (const stop of body.slice(0, instructionText.length + 1).matchAll(/\n|$/gu)) {
    const said = body.slice(0, stop.index).trimEnd();
    if (!instruction.includes(said.toLowerCase())) break;
    echo = said;
  }
  return echo.length < shortest ? '' : echo;
}

export function keepsEcho(text: string, echo: string): boolean {
  return echo === '' || text.trimStart().toLowerCase().startsWith(echo.toLowerCase());
}
