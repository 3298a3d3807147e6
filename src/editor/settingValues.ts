import { defaultSettings, type Price, type SearchSettings } from '../spar/search/settings';
import { settings, settingsSection } from '../contributions';

/** A setting's value where each scope has one, as the editor's `inspect` gives it. */
export interface InspectedValue {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface SettingSource {
  /** False in Restricted Mode: then the workspace's own values of `restrictedSettings` are not looked at. */
  readonly isTrusted: boolean;
  /** `name` is below `spar.`. */
  inspect(name: string): InspectedValue;
}

export type ModelKind = 'offline' | 'editor' | 'endpoint';

export interface EndpointSettings {
  /** Empty where none is set. */
  readonly baseUrl: string;
  /** True where the workspace, not the person, set `baseUrl`, and to another address than the person's own. */
  readonly isFromWorkspace: boolean;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly concurrency: number;
  /** Milliseconds to the first byte. */
  readonly timeoutMs: number;
}

export interface Configuration {
  readonly modelKind: ModelKind;
  /** `vendor/id`; empty where none is chosen. */
  readonly editorModel: string;
  readonly endpoint: EndpointSettings;
  readonly search: SearchSettings;
  /** By model name. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Relative to the workspace folder, or absolute. */
  readonly datasetFolder: string;
  /** Without `.spar.jsonl`. */
  readonly datasetName: string;
  /** When changes that a person refused become a pair of their own. */
  readonly refusedChanges: 'off' | 'verified' | 'always';
  readonly reviewLayout: 'sentences' | 'as-written';
  readonly writeBack: boolean;
  /** A sentence for each value that could not be used; its default holds instead. */
  readonly problems: readonly string[];
  readonly lint: LintSettings;
}

export interface LintSettings {
  /** Datasets are looked at when they are opened, and when they change. */
  readonly isEnabled: boolean;
  readonly profile: 'llama-factory' | 'trl' | 'plain';
  /** Tokens; null: the profile's own. */
  readonly cutoff: number | null;
  /** Path of a `tokenizer.json`; empty: tokens are estimated. */
  readonly tokenizer: string;
  /** Paths of files with prompts. */
  readonly evaluation: readonly string[];
  readonly interference: number;
  readonly similarity: number;
  /** Codes, known or not. */
  readonly ignore: readonly string[];
}

/** Settings that an untrusted workspace can't set; `package.json` names the same ones. */
export const restrictedSettings: ReadonlySet<string> = new Set([
  settings.modelKind,
  settings.editorModel,
  settings.endpointBaseUrl,
  settings.endpointModel,
  settings.endpointHeaders,
  settings.prices,
  settings.datasetFolder,
  settings.datasetName,
  settings.reviewWriteBack,
  settings.lintTokenizer,
  settings.lintEvaluation,
]);

/** Every setting, checked. Settings are files that anyone may have written: no value is taken on trust. */
export function readSettings(source: SettingSource): Configuration {
  const reader = new Reader(source);
  return {
    modelKind: reader.oneOf(settings.modelKind, ['offline', 'editor', 'endpoint']),
    editorModel: reader.text(settings.editorModel, ''),
    endpoint: {
      ...endpointOf(source, reader),
      model: reader.text(settings.endpointModel, ''),
      concurrency: reader.number(settings.endpointConcurrency, {
        minimum: 1,
        maximum: 512,
        whole: true,
        fallback: 16,
      }),
      timeoutMs: 1000 * reader.number(settings.endpointTimeout, { minimum: 1, maximum: 3600, fallback: 60 }),
    },
    search: searchOf(reader),
    prices: reader.prices(),
    datasetFolder: reader.text(settings.datasetFolder, 'datasets').trim() || 'datasets',
    datasetName: reader.name(settings.datasetName, 'pairs'),
    refusedChanges: reader.oneOf(settings.refusedChanges, ['off', 'verified', 'always']),
    reviewLayout: reader.oneOf(settings.reviewLayout, ['sentences', 'as-written']),
    writeBack: reader.flag(settings.reviewWriteBack),
    lint: lintOf(reader),
    problems: reader.problems,
  };
}

/** The chosen model as people see it. */
export interface ModelInUse {
  readonly kind: ModelKind;
  readonly name: string;
  /** Of its price, for example `USD`; empty where it has none. */
  readonly currency: string;
}

/** The few settings that are shown all the time: each one read costs the editor up to half a millisecond. */
export function readModelInUse(source: SettingSource): ModelInUse {
  const reader = new Reader(source);
  const kind = readModelKind(source);
  if (kind === 'offline') return { kind, name: 'offline', currency: '' };
  const setting = kind === 'editor' ? settings.editorModel : settings.endpointModel;
  const chosen = reader.text(setting, '');
  const id = kind === 'editor' ? chosen.slice(chosen.indexOf('/') + 1) : chosen;
  if (id === '') return { kind, name: kind === 'editor' ? 'no editor model' : 'no model name', currency: '' };
  const prices = reader.prices();
  return { kind, name: id, currency: Object.hasOwn(prices, id) ? (prices[id]?.currency ?? '') : '' };
}

export function readModelKind(source: SettingSource): ModelKind {
  return new Reader(source).oneOf(settings.modelKind, ['offline', 'editor', 'endpoint']);
}

function lintOf(reader: Reader): LintSettings {
  const share = { maximum: 1 } as const;
  const cutoff = reader.limit(settings.lintCutoff);
  return {
    isEnabled: reader.flag(settings.lintEnabled, true),
    profile: reader.oneOf(settings.lintProfile, ['llama-factory', 'trl', 'plain']),
    cutoff: cutoff === null ? null : Math.max(1, Math.floor(cutoff)),
    tokenizer: reader.text(settings.lintTokenizer, '').trim(),
    evaluation: reader.texts(settings.lintEvaluation),
    interference: reader.number(settings.lintInterference, { ...share, minimum: 0, fallback: 0.5 }),
    similarity: reader.number(settings.lintSimilarity, { ...share, minimum: 0.3, fallback: 0.8 }),
    ignore: reader.texts(settings.lintIgnore),
  };
}

function searchOf(reader: Reader): SearchSettings {
  const whole = { minimum: 1, whole: true } as const;
  return {
    ...defaultSettings,
    algorithm: reader.oneOf(settings.algorithm, ['breadth-first', 'depth-first', 'best-of-n', 'chain']),
    branchFactor: reader.number(settings.branchFactor, {
      ...whole,
      maximum: 32,
      fallback: defaultSettings.branchFactor,
    }),
    beamWidth: reader.number(settings.beamWidth, {
      ...whole,
      maximum: 32,
      fallback: defaultSettings.beamWidth,
    }),
    depth: reader.number(settings.depth, { ...whole, maximum: 16, fallback: defaultSettings.depth }),
    votes: reader.number(settings.votes, { ...whole, maximum: 99, fallback: defaultSettings.votes }),
    voting: reader.oneOf(settings.voting, ['settled', 'screen', 'all']),
    gate: reader.number(settings.gate, { minimum: 0, maximum: 0.99, fallback: defaultSettings.gate }),
    askWhenVerified: reader.flag(settings.askWhenVerified),
    auditShare: reader.number(settings.auditShare, {
      minimum: 0,
      maximum: 1,
      fallback: defaultSettings.auditShare,
    }),
    stop: reader.oneOf(settings.stop, ['level', 'first']),
    selection: reader.oneOf(settings.selection, ['greedy', 'weighted']),
    seed: reader.number(settings.seed, { minimum: 0, maximum: 2_147_483_647, whole: true, fallback: 0 }),
    budget: {
      ...limit('nodes', reader.limit(settings.nodeBudget)),
      ...limit('tokens', reader.limit(settings.tokenBudget)),
      ...limit('cost', reader.limit(settings.costBudget)),
      ...limit('milliseconds', reader.limit(settings.timeBudget), 1000),
    },
  };
}

function limit(
  name: keyof SearchSettings['budget'],
  value: number | null,
  times = 1,
): SearchSettings['budget'] {
  return value === null ? {} : { [name]: value * times };
}

/**
 * Headers may hold what is as good as a key, so a person's own headers go only to the person's own address:
 * a workspace that names another address gets the headers that it names itself, and no others.
 */
function endpointOf(
  source: SettingSource,
  reader: Reader,
): Pick<EndpointSettings, 'baseUrl' | 'isFromWorkspace' | 'headers'> {
  const baseUrl = reader.text(settings.endpointBaseUrl, '').trim();
  const own = source.inspect(settings.endpointBaseUrl).globalValue;
  const isFromWorkspace = baseUrl !== '' && baseUrl !== (typeof own === 'string' ? own.trim() : '');
  return { baseUrl, isFromWorkspace, headers: reader.headers(isFromWorkspace) };
}

interface NumberRule {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: boolean;
  readonly fallback: number;
}

class Reader {
  readonly problems: string[] = [];

  constructor(private readonly source: SettingSource) {}

  text(name: string, fallback: string): string {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value ?? fallback;
    return this.refuse(name, 'must be a text', fallback);
  }

  /** A file name without separators, so that a dataset never leaves its folder. */
  name(name: string, fallback: string): string {
    const value = this.text(name, fallback);
    if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u.test(value)) return value;
    return this.refuse(name, 'must be 1 to 64 letters, digits, points, hyphens or underscores', fallback);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value ?? fallback;
    return this.refuse(name, 'must be true or false', fallback);
  }

  /** At most a hundred texts that are not blank. */
  texts(name: string): readonly string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [null];
    const texts = list.filter((one) => typeof one === 'string').map((one) => one.trim());
    if (texts.length !== list.length || list.length > 100)
      return this.refuse(name, 'must be a list of at most 100 texts', []);
    return texts.filter((one) => one !== '');
  }

  /** The first choice is the default. */
  oneOf<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.value(name);
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined || value === undefined) return chosen ?? choices[0];
    return this.refuse(name, `must be one of ${choices.join(', ')}`, choices[0]);
  }

  number(name: string, { minimum, maximum, whole, fallback }: NumberRule): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (
      typeof value === 'number' &&
      value >= minimum &&
      value <= maximum &&
      (whole !== true || Number.isInteger(value))
    ) {
      return value;
    }
    return this.refuse(
      name,
      `must be a ${whole === true ? 'whole ' : ''}number from ${minimum} to ${maximum}`,
      fallback,
    );
  }

  /** Null means no limit. */
  limit(name: string): number | null {
    const value = this.value(name);
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    return this.refuse(name, 'must be a number above 0, or null for no limit', null);
  }

  headers(fromWorkspace: boolean): Readonly<Record<string, string>> {
    const name = settings.endpointHeaders;
    const { workspaceValue, workspaceFolderValue } = this.source.inspect(name);
    const value = fromWorkspace ? (workspaceFolderValue ?? workspaceValue) : this.value(name);
    if (value === undefined) return {};
    if (!isObject(value)) return this.refuse(name, 'must be an object of texts', {});
    const headers: Record<string, string> = {};
    for (const [header, content] of Object.entries(value)) {
      if (credentialHeader.test(header)) {
        this.refuse(name, `must not hold \`${header}\`: set keys with "SPaR: Set API Key"`, null);
      } else if (
        typeof content !== 'string' ||
        !/^[\w!#$%&'*+.^`|~-]+$/u.test(header) ||
        /[\r\n\0]/u.test(content)
      ) {
        this.refuse(name, `has a header that HTTP does not allow: \`${header.slice(0, 40)}\``, null);
      } else headers[header] = content;
    }
    return headers;
  }

  prices(): Readonly<Record<string, Price>> {
    const value = this.value(settings.prices);
    if (value === undefined) return {};
    if (!isObject(value))
      return this.refuse(settings.prices, 'must be an object of prices by model name', {});
    const prices: [string, Price][] = [];
    for (const [model, price] of Object.entries(value)) {
      const parsed = priceOf(price);
      if (parsed !== null) prices.push([model, parsed]);
      else
        this.refuse(
          settings.prices,
          `needs promptPerMillion and completionPerMillion, both 0 or more, for \`${model}\``,
          null,
        );
    }
    return Object.fromEntries(prices);
  }

  private value(name: string): unknown {
    const found = this.source.inspect(name);
    const isClosed = !this.source.isTrusted && restrictedSettings.has(name);
    const own = isClosed ? undefined : (found.workspaceFolderValue ?? found.workspaceValue);
    return own ?? found.globalValue ?? found.defaultValue;
  }

  private refuse<Fallback>(name: string, rule: string, fallback: Fallback): Fallback {
    this.problems.push(`The setting \`${settingsSection}.${name}\` ${rule}.`);
    return fallback;
  }
}

const credentialHeader = /^(?:proxy-)?authorization$|^cookie$|key$|token$|secret$/iu;

function priceOf(value: unknown): Price | null {
  if (!isObject(value)) return null;
  const { promptPerMillion, completionPerMillion, currency } = value;
  if (!isAmount(promptPerMillion) || !isAmount(completionPerMillion)) return null;
  return {
    promptPerMillion,
    completionPerMillion,
    currency: typeof currency === 'string' ? currency : 'USD',
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
