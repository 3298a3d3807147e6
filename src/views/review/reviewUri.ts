import { schemes } from '../../contributions';

/** What a document of SPaR's own schemes shows. */
export interface ReviewAddress {
  readonly kind: keyof typeof schemes;
  readonly sessionId: string;
  /** Path of the node in its search tree. */
  readonly path: string;
  /** Of a `node` document: the candidate on the diff's other side, whose line breaks it shares; else null. */
  readonly against: string | null;
  /** What the tab says. */
  readonly label: string;
}

export interface UriParts {
  readonly scheme: string;
  readonly path: string;
}

export type DecodedAddress =
  { readonly ok: true; readonly address: ReviewAddress } | { readonly ok: false; readonly reason: string };

/** First folder of every path; `package.json` gives files below it their language. */
const folder = 'spar-response';

/** Scheme and (unencoded) path of a document's URI. */
export function encodeAddress(address: ReviewAddress): UriParts {
  const { kind, sessionId, path, against, label } = address;
  const session = encodeURIComponent(sessionId.replace(/\p{Cs}/gu, '\uFFFD')).replace(/\./gu, '%2E');
  const node = against === null ? path : `${path}~${against}`;
  return { scheme: schemes[kind], path: `/${folder}/${session}/${node}/${safeLabel(label)}` };
}

/** Reads any URI, however it was made; never throws. */
export function decodeAddress({ scheme, path }: UriParts): DecodedAddress {
  const kind = kinds.find((candidate) => schemes[candidate] === scheme);
  const match = /^\/spar-response\/([^/]+)\/(\d+(?:\.\d+)*)(?:~(\d+(?:\.\d+)*))?\/([^/]+)$/u.exec(path);
  const [, session, node, against, label] = match ?? [];
  if (kind === undefined || session === undefined || node === undefined || label === undefined) {
    return { ok: false, reason: 'This address names no response of SPaR.' };
  }
  try {
    const sessionId = decodeURIComponent(session);
    return { ok: true, address: { kind, sessionId, path: node, against: against ?? null, label } };
  } catch {
    return { ok: false, reason: 'This address is damaged, so it names no response of SPaR.' };
  }
}

const kinds = ['node', 'candidate', 'review'] as const;

/** A label that is one segment of a path. */
export function safeLabel(label: string): string {
  const safe = label
    .replace(/[/\\]/gu, '∕')
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '')
    .slice(0, 120)
    .replace(/\p{Cs}/gu, '');
  return /^\.*$/u.test(safe) ? 'response' : safe;
}
