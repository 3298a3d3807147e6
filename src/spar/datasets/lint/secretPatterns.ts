/** A form in which a provider's keys come. */
interface SecretForm {
  readonly name: string;
  /** With the flag `g`; the first group, where there is one, is the secret. Every repetition is bounded. */
  readonly pattern: RegExp;
  /** True where the form alone is no proof, so that the value must look drawn by lot. */
  readonly needsChance?: boolean;
}

export interface FoundSecret {
  /** What it is, for example `AWS access key`. */
  readonly name: string;
  readonly value: string;
}

const forms: readonly SecretForm[] = [
  {
    name: 'private key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\\nr]{1,8}[A-Za-z0-9+/=]{24,}/gu,
  },
  { name: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/gu },
  { name: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,251}\b/gu },
  { name: 'GitHub token', pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/gu },
  { name: 'GitLab token', pattern: /\bglpat-[\w-]{20,64}/gu, needsChance: true },
  { name: 'Slack token', pattern: /\bxox[abeprs]-\d{6,16}-[A-Za-z0-9-]{10,200}/gu },
  {
    name: 'Slack webhook',
    pattern: /\bhooks\.slack\.com\/services\/T\w{6,12}\/B\w{6,12}\/\w{16,32}/gu,
    needsChance: true,
  },
  { name: 'Google API key', pattern: /\bAIza[\w-]{35}(?![\w-])/gu, needsChance: true },
  { name: 'Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,247}\b/gu, needsChance: true },
  { name: 'Anthropic API key', pattern: /\bsk-ant-[\w-]{24,200}/gu, needsChance: true },
  {
    name: 'OpenAI API key',
    pattern: /\bsk-(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,200}/gu,
    needsChance: true,
  },
  { name: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{34,40}\b/gu, needsChance: true },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/gu, needsChance: true },
  { name: 'PyPI token', pattern: /\bpypi-AgE[\w-]{50,250}/gu },
  { name: 'SendGrid key', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/gu },
  { name: 'JSON web token', pattern: /(?<![\w-])eyJ[\w-]{10,400}\.eyJ[\w-]{10,2000}\.[\w-]{20,1000}/gu },
  {
    name: 'password in a URL',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@<>{}[\]$]{1,64}:([^\s:/@<>{}[\]$]{6,128})@[\w.-]{3,}/gu,
    needsChance: true,
  },
  {
    name: 'key or password',
    pattern:
      /\b(?:api|access|auth|secret|private|client)[_-]?(?:key|token|secret|passw(?:or)?d)["']?\s{0,4}[:=]\s{0,4}["']([^\s"']{20,200})["']/giu,
    needsChance: true,
  },
];

/** Nearly every text has none of these, and looking for a plain text is many times quicker than for a pattern. */
const cues = [
  '-----BEGIN',
  'AKIA',
  'ASIA',
  'ghp_',
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-',
  'xox',
  'hooks.slack',
  'AIza',
  'k_live_',
  'sk-',
  'hf_',
  'npm_',
  'pypi-',
  'SG.',
  'eyJ',
  '://',
];
const assignment = /[:=]\s{0,4}["'][^\s"']{20}/;

function hasCue(text: string): boolean {
  return cues.some((cue) => text.includes(cue)) || assignment.test(text);
}

/** Keys, tokens and passwords of well-known forms, without those that are plainly examples. */
export function secretsIn(text: string): readonly FoundSecret[] {
  if (!hasCue(text)) return [];
  const found: FoundSecret[] = [];
  for (const { name, pattern, needsChance } of forms) {
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? match[0];
      if (isExample(value) || (needsChance === true && !isByChance(value))) continue;
      if (!found.some((other) => other.value.includes(value))) found.push({ name, value });
    }
  }
  return found;
}

/** The text with each secret replaced by a word that is none. */
export function withoutSecrets(text: string): string {
  return secretsIn(text).reduce((result, { value }) => result.replaceAll(value, '[secret removed]'), text);
}

const examples =
  /example|sample|dummy|placeholder|your|my[_-]?(?:key|secret|token|pass)|xxxx|0000|1234|abcd|redacted|removed|changeme|insert|replace|\*\*\*|\.\.\.|fake|test|foobar|hunter2|passw|secret|enter/iu;

function isExample(value: string): boolean {
  return examples.test(value);
}

/** Digits and letters, and at least 3 bits of entropy a character, which words and repetitions do not reach. */
function isByChance(value: string): boolean {
  return /\d/u.test(value) && /[A-Za-z]/u.test(value) && entropy(value) >= 3;
}

function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
