/** An OpenAI-compatible endpoint, taken apart so that nothing secret stays in its address. */
export interface Endpoint {
  /** Without credentials, query or closing slash, for example `http://localhost:8000/v1`; fit to be shown. */
  readonly baseUrl: string;
  /** The address's own parameters, sent with each request (Azure's `api-version`). */
  readonly query: Readonly<Record<string, string>>;
  /** Headers of each request, the key's among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** True where a key or credentials go with each request. */
  readonly hasKey: boolean;
  /** What must never be shown, in every form in which a server may send it back. */
  readonly secrets: readonly string[];
}

export interface EndpointAddress {
  /** Up to and without `/chat/completions`, for example `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Null or empty: no Authorization header is sent. */
  readonly apiKey: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ParsedEndpoint =
  | { readonly ok: true; readonly endpoint: Endpoint }
  /** A sentence for a person; does not repeat the address, which may hold credentials. */
  | { readonly ok: false; readonly reason: string };

/** Takes an address as a person typed it; never throws. */
export function parseEndpoint(address: EndpointAddress): ParsedEndpoint {
  const text = address.baseUrl.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return {
      ok: false,
      reason: 'The endpoint is not a web address. Give one such as http://localhost:8000/v1 in the settings.',
    };
  }
  const credentials = credentialsOf(url);
  const key = address.apiKey?.trim() ?? '';
  const headers = new Headers();
  try {
    if (credentials !== null) headers.set('authorization', `Basic ${base64(credentials)}`);
    if (key !== '') headers.set('authorization', `Bearer ${key}`);
    for (const [name, value] of Object.entries(address.headers ?? {})) headers.set(name, value);
  } catch {
    return {
      ok: false,
      reason:
        'The key or a header of the endpoint holds a character that HTTP does not allow. Set it again without line breaks.',
    };
  }
  return {
    ok: true,
    endpoint: {
      baseUrl: url.origin + url.pathname.replace(/\/+$/u, '').replace(/\/chat\/completions$/u, ''),
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(headers),
      hasKey: key !== '' || credentials !== null,
      secrets: secretsOf([
        key,
        credentials ?? '',
        url.password,
        ...url.searchParams.values(),
        ...headers.values(),
      ]),
    },
  };
}

/** Full address of a path such as `/models`, with the endpoint's own query. */
export function addressOf(endpoint: Endpoint, path: string): string {
  const query = new URLSearchParams(endpoint.query).toString();
  return endpoint.baseUrl + path + (query === '' ? '' : `?${query}`);
}

function credentialsOf(url: URL): string | null {
  if (url.username === '' && url.password === '') return null;
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    return `${url.username}:${url.password}`;
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** Longest first, so that a secret which is part of another leaves no rest of it. */
function secretsOf(values: readonly string[]): readonly string[] {
  const forms = values
    .flatMap((value) => [value, value.replace(/^(?:Bearer|Basic) /u, '')])
    .filter((value) => value.trim() !== '')
    .flatMap((value) => [
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      base64(value),
    ]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
