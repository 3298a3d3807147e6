/** A model as it may be written down: without any key. */
export type ModelSource = EndpointSource | EditorSource;

/** A model and the endpoints that serve it. */
export interface EndpointSource {
  readonly model: string;
  /** At least one, but for a run whose requests are left in files. */
  readonly baseUrls: readonly string[];
}

/** A language model that the editor offers. Its runs go on in an editor only. */
export interface EditorSource {
  readonly provider: 'editor';
  /** `vendor/id`. */
  readonly model: string;
}

export function isEditorSource(source: ModelSource): source is EditorSource {
  return 'provider' in source;
}

export interface RunModels {
  /** Null: no answers are sampled. */
  readonly actor: ModelSource | null;
  /** Null: rules alone. */
  readonly refiner: ModelSource | null;
}

/** Names under which keys are put into addresses. */
const secretParameter = /key|token|secret|passw|signature|^sig$/iu;

/** What is wrong with an address that is to be written down; null: nothing. Does not repeat it. */
export function addressProblem(baseUrl: string): string | null {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || !/^https?:$/u.test(url.protocol))
    return 'must be a web address such as http://localhost:8000/v1.';
  const hasSecret =
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((name) => secretParameter.test(name));
  return hasSecret
    ? 'must hold no key or password, since it is written down. Put the key into OPENAI_API_KEY.'
    : null;
}

/** Whether both are the same model on the same endpoints. */
export function isSameSource(a: ModelSource, b: ModelSource): boolean {
  if (a.model !== b.model) return false;
  if (isEditorSource(a) || isEditorSource(b)) return isEditorSource(a) && isEditorSource(b);
  return a.baseUrls.join('\n') === b.baseUrls.join('\n');
}
