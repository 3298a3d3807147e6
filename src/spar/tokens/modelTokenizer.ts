import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  commonStart,
  type PairTokens,
  type TokenCounter,
  type TokenPair,
  type TokenTurn,
} from './tokenCounter';

/** A tokenizer's files that can't be used; the message says what, where and what to do. */
export class TokenizerProblem extends Error {
  override readonly name = 'TokenizerProblem';
}

/** The largest published vocabularies take about 35 MB. */
const mostBytes = 128 << 20;

/**
 * The model's own tokenizer from its `tokenizer.json`, and its chat template from the `tokenizer_config.json` or
 * `chat_template.jinja` beside it, as Hugging Face's models have them. The tokenizer's code is loaded now, not before.
 *
 * @throws TokenizerProblem
 */
export async function loadTokenizer(file: string): Promise<TokenCounter> {
  const path = (await isFolder(file)) ? join(file, 'tokenizer.json') : file;
  const tokenizer = await readObject(path);
  if (tokenizer === null)
    throw new TokenizerProblem(`There is no file “${path}”. Give a model's tokenizer.json.`);
  const configPath = join(dirname(path), 'tokenizer_config.json');
  const config = (await readObject(configPath)) ?? {};
  const [{ Tokenizer }, { Template }] = await Promise.all([
    import('@huggingface/tokenizers'),
    import('@huggingface/jinja'),
  ]);
  const template = await templateOf(config, join(dirname(path), 'chat_template.jinja'));
  try {
    const model = new Tokenizer(tokenizer, config);
    const encode = (text: string): readonly number[] => model.encode(text, { add_special_tokens: false }).ids;
    encode('A word, and 2 more.');
    return new ModelTokens({
      name: path,
      encode,
      render: template === null ? null : renderer(new Template(template), config),
      end: tokenText(config['eos_token']),
    });
  } catch (error) {
    throw new TokenizerProblem(
      `“${path}” is not a tokenizer that can be used: ${messageOf(error)}. Give the tokenizer.json of a Hugging Face model.`,
    );
  }
}

type Config = Readonly<Record<string, unknown>>;
/** Null where the template refuses the turns. */
type Render = (turns: readonly TokenTurn[], isPrompt: boolean) => string | null;

interface ModelParts {
  readonly name: string;
  readonly encode: (text: string) => readonly number[];
  readonly render: Render | null;
  readonly end: string;
}

/** Tokens that a template may put around one turn, and at the start of a conversation. */
const mostOfTurn = 64;
const mostOfStart = 1024;

class ModelTokens implements TokenCounter {
  readonly isExact = true;

  constructor(private readonly parts: ModelParts) {}

  get name(): string {
    return this.parts.name;
  }

  /** No tokenizer makes more tokens than there are bytes; templates add theirs. */
  mostTokens({ prompt, chosen, rejected }: TokenPair): number {
    const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
    return (
      mostOfStart +
      prompt.reduce((sum, { content }) => sum + bytes(content) + mostOfTurn, 0) +
      Math.max(bytes(chosen), bytes(rejected)) +
      mostOfTurn
    );
  }

  count({ prompt, chosen, rejected }: TokenPair): PairTokens {
    const { encode } = this.parts;
    const start = this.prompt(prompt);
    const [chosenIds, rejectedIds] = [chosen, rejected].map((text) =>
      encode(this.answer(prompt, start, text)),
    );
    return {
      prompt: encode(start).length,
      chosen: chosenIds?.length ?? 0,
      rejected: rejectedIds?.length ?? 0,
      common: commonStart(chosenIds ?? [], rejectedIds ?? []),
    };
  }

  countText(text: string): number {
    return this.parts.encode(text).length;
  }

  private prompt(turns: readonly TokenTurn[]): string {
    return this.parts.render?.(turns, true) ?? turns.map(({ content }) => content).join('\n');
  }

  /** What the template writes after the prompt; the answer and the end of a text where it does otherwise. */
  private answer(prompt: readonly TokenTurn[], start: string, text: string): string {
    const whole = this.parts.render?.([...prompt, { role: 'assistant', content: text }], false) ?? null;
    return whole?.startsWith(start) === true ? whole.slice(start.length) : text + this.parts.end;
  }
}

function renderer(template: { render(items: Record<string, unknown>): string }, config: Config): Render {
  const tokens = { bos_token: tokenText(config['bos_token']), eos_token: tokenText(config['eos_token']) };
  return (turns, isPrompt) => {
    try {
      const messages = turns.map(({ role, content }) => ({ role, content }));
      return template.render({ ...tokens, messages, add_generation_prompt: isPrompt });
    } catch {
      return null;
    }
  };
}

async function templateOf(config: Config, file: string): Promise<string | null> {
  const given = config['chat_template'];
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) {
    const named = (given as readonly unknown[]).filter(isNamedTemplate);
    return (named.find(({ name }) => name === 'default') ?? named[0])?.template ?? null;
  }
  return await readText(file);
}

function isNamedTemplate(value: unknown): value is { readonly name: unknown; readonly template: string } {
  return (
    typeof value === 'object' && value !== null && 'template' in value && typeof value.template === 'string'
  );
}

/** Special tokens are given as texts or as objects with `content`. */
function tokenText(value: unknown): string {
  if (typeof value === 'string') return value;
  const isObject = typeof value === 'object' && value !== null && 'content' in value;
  return isObject && typeof value.content === 'string' ? value.content : '';
}

async function readObject(path: string): Promise<Config | null> {
  const text = await readText(path);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Config;
  } catch {
    // Told below, with what else is no object.
  }
  throw new TokenizerProblem(
    `“${path}” is not a JSON object. Give the file as the model's authors published it.`,
  );
}

/** Null where there is no such file. */
async function readText(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes)
      throw new TokenizerProblem(`“${path}” is larger than 128 MB, more than any tokenizer takes.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof TokenizerProblem) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new TokenizerProblem(
      `“${path}” can't be read: ${messageOf(error)}. Check the path and its permissions.`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/u, '').slice(0, 200);
}
