/**
 * A text for the log without what looks like a key. Keys never reach the log on purpose; this is the net
 * below: bearer and basic credentials, `key=…` pairs, user parts of addresses, and the usual prefixes of keys.
 */
export function redact(text: string): string {
  return text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/giu, '$1 …')
    .replace(
      /\b((?:api[-_]?key|token|secret|password|authorization)["']?\s*[:=]\s*["']?)[^\s"',;&]{4,}/giu,
      '$1…',
    )
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/giu, '$1…@')
    .replace(/\b(?:sk|pk|rk|gsk|hf|xai|ghp|gho|github_pat)[-_][\w-]{8,}/gu, '…');
}
