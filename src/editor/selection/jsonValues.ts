/** A value of a JSON text and where it stands; UTF-16 offsets, half open, quotes and brackets included. */
export interface JsonValue {
  readonly start: number;
  readonly end: number;
  /** Keys and indices that lead to it from the top. */
  readonly path: readonly (string | number)[];
}

export interface JsonWalk {
  readonly kind: 'text' | 'object';
  /** Values with longer paths are left out. */
  readonly deepest: number;
  /** Values found at most. */
  readonly most: number;
}

interface Open {
  readonly kind: 'object' | 'list';
  readonly start: number;
  key: string | number;
}

/**
 * The texts, or the objects, of a JSON text in the order in which they end; keys are none of them. The text must
 * be JSON (`scanJson` tells). Takes any nesting, since it does not recurse.
 */
export function jsonValues(text: string, walk: JsonWalk): readonly JsonValue[] {
  const found: JsonValue[] = [];
  const open: Open[] = [];
  const take = (kind: JsonWalk['kind'], start: number, end: number): void => {
    if (kind !== walk.kind || open.length > walk.deepest) return;
    found.push({ start, end, path: open.map(({ key }) => key) });
  };
  let expectsKey = false;
  for (let at = 0; at < text.length && found.length < walk.most; at += 1) {
    const holder = open.at(-1);
    switch (text.charAt(at)) {
      case '{':
        open.push({ kind: 'object', start: at, key: '' });
        expectsKey = true;
        break;
      case '[':
        open.push({ kind: 'list', start: at, key: 0 });
        expectsKey = false;
        break;
      case ']':
      case '}':
        open.pop();
        expectsKey = false;
        if (holder?.kind === 'object') take('object', holder.start, at + 1);
        break;
      case ',':
        expectsKey = holder?.kind === 'object';
        if (typeof holder?.key === 'number') holder.key += 1;
        break;
      case ':':
        expectsKey = false;
        break;
      case '"': {
        const end = endOfText(text, at);
        if (expectsKey && holder !== undefined) holder.key = JSON.parse(text.slice(at, end)) as string;
        else take('text', at, end);
        at = end - 1;
        break;
      }
      default:
    }
  }
  return found;
}

/** Behind the closing quote of the text in quotes that starts at `start`. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}
