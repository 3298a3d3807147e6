import { LogError } from './logError';

/**
 * Refuses a value that has, at any depth, a key under which keys and passwords are kept (`apiKey`,
 * `Authorization`, `x-api-key`, `client_secret` and the like, whatever their case and separators) with
 * anything in it. Journals, summaries and datasets are shared; no secret ever belongs in one.
 *
 * @throws LogError `secret`, which names the key and never the value.
 */
export function refuseSecrets(value: unknown, path: string): void {
  const key = secretKey(value);
  if (key === null) return;
  throw new LogError({
    kind: 'secret',
    path,
    message: `Nothing was written to ${path}: the value has a field “${key}”, and secrets are never stored there. Leave that field out.`,
  });
}

const secretNames =
  /^(?:proxy)?authorization$|^(?:set)?cookie$|apikey$|^(?:auth|bearer|access|refresh|id|api)token$|^(?:client|api)?secret(?:key)?$|^privatekey$|^passw(?:or)?d$|^passphrase$|^credentials?$/u;

function secretKey(root: unknown): string | null {
  const waiting: unknown[] = [root];
  const seen = new Set<object>();
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, member] of Object.entries(value)) {
      if (isFilled(member) && secretNames.test(key.toLowerCase().replace(/[^a-z]/gu, ''))) return key;
      waiting.push(member);
    }
  }
  return null;
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}
