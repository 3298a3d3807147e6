/** The text with the title it has, `# Title`, `Title: …`, `**Title**`, a short first line, in double angular brackets. */
export function withTitle(text: string): readonly string[] {
  const angled = text.replace(/(?<!<)<(?<words>[^<>\n/]{2,80})>(?!>)/u, '<<$<words>>>');
  if (angled !== text && /^\s*[#*_]*<[^<>\n/]+>/u.test(text)) return [angled];
  const labelled =
    /^(?<lead>[ \t#*_]*(?:title|subject|headline)\s*[:–-][\s*_"“]*)(?<words>[^\n]{2,120}?)(?<tail>[\s*_"”]*)$/imu.exec(
      text,
    );
  if (labelled !== null && labelled.index < 400) return [wrapped(text, labelled)];
  const heading = /^(?<lead>[ \t]*#{1,3}[ \t]+[*_"“]*)(?<words>[^\n]{2,120}?)(?<tail>[*_"”]*[ \t]*)$/mu.exec(
    text,
  );
  if (heading !== null) return [wrapped(text, heading)];
  const bold =
    /^(?<lead>\s*(?:\*\*|__|"|“))(?<words>[^\n*_"“”]{2,100})(?<tail>(?:\*\*|__|"|”)[ \t]*)(?=\n)/u.exec(text);
  if (bold !== null) return [wrapped(text, bold)];
  const first = /^(?<lead>\s*)(?<words>[^\n]{2,80})(?<tail>)(?=\n\s*\n)/u.exec(text);
  const words = first?.groups?.['words'] ?? '';
  const isTitle =
    first !== null &&
    /^[\p{Lu}\p{N}"“]/u.test(words) &&
    !/[.,;:]$/u.test(words) &&
    !/^(?:dear|hello|hi|hey)\b/iu.test(words);
  return isTitle ? [wrapped(text, first)] : [];
}

function wrapped(text: string, match: RegExpExecArray): string {
  const { lead = '', words = '', tail = '' } = match.groups ?? {};
  return `${text.slice(0, match.index)}${lead}<<${words}>>${tail}${text.slice(match.index + match[0].length)}`;
}
