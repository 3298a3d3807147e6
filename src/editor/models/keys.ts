/** Where keys are kept; the editor's `SecretStorage` is one. */
export interface SecretStore {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  delete(name: string): PromiseLike<void>;
}

/** Which origins have a key, and to which of them a workspace may have it sent; the editor's `Memento` is one. */
export interface KeyNotes {
  get(name: string): unknown;
  update(name: string, value: unknown): PromiseLike<void>;
}

export interface KeysOptions {
  readonly secrets: SecretStore;
  /** Of the person, in every workspace. */
  readonly everywhere: KeyNotes;
  /** Of this workspace. */
  readonly here: KeyNotes;
}

const knownOrigins = 'spar.keys.origins';
const allowedOrigins = 'spar.keys.allowedOrigins';

/**
 * API keys, one for each origin (scheme, host, port). A key is only ever looked up by the origin that it was
 * given for, so no setting can have it sent anywhere else.
 */
export class Keys {
  constructor(private readonly options: KeysOptions) {}

  /** The key for an address; null where it has none, or where the address is no web address. */
  async find(baseUrl: string): Promise<string | null> {
    const origin = originOf(baseUrl);
    return origin === null ? null : ((await this.options.secrets.get(secretName(origin))) ?? null);
  }

  async set(origin: string, key: string): Promise<void> {
    await this.options.secrets.store(secretName(origin), key);
    await this.options.everywhere.update(knownOrigins, [...new Set([...this.origins(), origin])].sort());
  }

  async clear(origin: string): Promise<void> {
    await this.options.secrets.delete(secretName(origin));
    await this.options.everywhere.update(
      knownOrigins,
      this.origins().filter((known) => known !== origin),
    );
  }

  /** Origins that have a key. */
  origins(): readonly string[] {
    return texts(this.options.everywhere.get(knownOrigins));
  }

  /** True once the person has agreed that this workspace may use the key stored for that origin. */
  isAllowedHere(origin: string): boolean {
    return texts(this.options.here.get(allowedOrigins)).includes(origin);
  }

  async allowHere(origin: string): Promise<void> {
    const known = texts(this.options.here.get(allowedOrigins));
    await this.options.here.update(allowedOrigins, [...new Set([...known, origin])]);
  }
}

/** Scheme, host and port of a web address; null for anything else. */
export function originOf(baseUrl: string): string | null {
  const text = baseUrl.trim();
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : null;
}

function secretName(origin: string): string {
  return `spar.key:${origin}`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
