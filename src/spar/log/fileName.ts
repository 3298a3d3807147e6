const longest = 100;

/** Names that Windows gives to devices, with any ending. */
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/iu;

/** Separators, wildcards and quotes of any system, controls, and marks that turn the direction of text. */
const refused = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/**
 * Why a name from a person, a setting or a file can't be that of a file on every system; null when it can.
 * Refuses paths, so the name stays in its folder. For a sentence, for example `it holds “/”`.
 */
export function fileNameProblem(name: string): string | null {
  if (name.trim() === '') return 'it is empty';
  if (name.length > longest) return `it is longer than ${longest} characters`;
  const character = refused.exec(name)?.[0];
  if (character !== undefined) return `it holds ${shown(character)}`;
  if (name.startsWith('.')) return 'it starts with a dot';
  if (/^\s|[\s.]$/u.test(name)) return 'it starts or ends with a space, or ends with a dot';
  if (deviceName.test(name)) return 'Windows keeps that name for a device';
  return null;
}

function shown(character: string): string {
  if (!/[\p{C}\p{Z}]/u.test(character)) return `“${character}”`;
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
