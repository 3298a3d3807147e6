/** What a label says about the text below it. */
export type LabelRole = 'instruction' | 'input' | 'response' | 'critique' | 'system';

/** A line that names the text after it: a heading, a bold name, or a name with a colon. */
export interface Label {
  readonly role: LabelRole;
  /** The label's name in lower case. */
  readonly name: string;
  readonly kind: LabelKind;
  /** Of a heading 1 to 6; otherwise 0. */
  readonly level: number;
  /** Offset of the label's line. */
  readonly start: number;
  /** Offset at which what it names begins: after the label, on its line or the next. */
  readonly contentStart: number;
}

/** How a label is written: `## Response`, `**Response:**`, `Response:` or `<|response|>`. */
export type LabelKind = 'heading' | 'bold' | 'plain' | 'tag';

/** All lines of the text that are labels, in order; lines inside fenced code are none. */
export function readLabels(text: string): readonly Label[] {
  const labels: Label[] = [];
  let fence: string | null = null;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const head = text.slice(start, Math.min(end, start + longestLabel));
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(head)?.[1];
    if (fence === null) {
      const label = mark === undefined ? readLabel(head, start) : null;
      if (label !== null) labels.push(label);
      fence = mark ?? null;
    } else if (mark?.startsWith(fence) === true && head.trim() === mark) {
      fence = null;
    }
    start = end + 1;
  }
  return labels;
}

/** A label and the marks around it are never longer than this; the rest of a long line is not looked at. */
const longestLabel = 120;

const roleOfName: ReadonlyMap<string, LabelRole> = new Map<string, LabelRole>([
  ...named('instruction', ['instruction', 'instructions', 'prompt', 'question', 'query', 'task', 'request']),
  ...named('instruction', ['user', 'human', 'q']),
  ...named('input', ['input', 'context']),
  ...named('response', ['response', 'answer', 'output', 'completion', 'reply', 'original response']),
  ...named('response', ['assistant', 'ai', 'bot', 'model', 'gpt', 'chatgpt', 'a', 'ai assistant']),
  ...named('critique', ['critique', 'feedback', 'judgement', 'judgment']),
  ...named('system', ['system', 'system prompt']),
]);

function named(role: LabelRole, names: readonly string[]): readonly (readonly [string, LabelRole])[] {
  return names.map((name) => [name, role]);
}

interface Writing {
  readonly kind: LabelKind;
  readonly pattern: RegExp;
}

/** What follows a match is content. */
const writings: readonly Writing[] = [
  {
    kind: 'heading',
    pattern:
      /^ {0,3}(?<marks>#{1,6})[ \t]+[*_]{0,2}(?<name>[\p{L} ]{1,30}?)[ \t]{0,9}:?[*_]{0,2}:?[ \t]{0,9}#*[ \t]*\r?$/u,
  },
  {
    kind: 'bold',
    pattern:
      /^ {0,3}(?<marks>\*\*|__)(?<name>[\p{L} ]{1,30}?)(?::[ \t]?\k<marks>|\k<marks>[ \t]?:|\k<marks>[ \t]*\r?$)/u,
  },
  { kind: 'plain', pattern: /^ {0,3}(?<name>\p{Lu}[\p{L} ]{0,30}?):(?=\s|$)/u },
  { kind: 'tag', pattern: /^ {0,3}<\|(?<name>\p{L}{1,30})\|>/u },
];

function readLabel(line: string, start: number): Label | null {
  for (const { kind, pattern } of writings) {
    const match = pattern.exec(line);
    const name = match?.groups?.['name']?.trim().toLowerCase();
    const role = name === undefined ? undefined : roleOfName.get(name);
    if (match === null || name === undefined || role === undefined) continue;
    const level = kind === 'heading' ? (match.groups?.['marks']?.length ?? 0) : 0;
    return { role, name, kind, level, start, contentStart: start + match[0].length };
  }
  return null;
}
