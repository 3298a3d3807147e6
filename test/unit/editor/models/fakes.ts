import type {
  EditorModel,
  EditorSendOptions,
  EditorTurn,
} from '../../../../src/editor/models/editorChatModel';
import type { KeyNotes, SecretStore } from '../../../../src/editor/models/keys';

export class MemorySecrets implements SecretStore {
  readonly values = new Map<string, string>();

  get(name: string): Promise<string | undefined> {
    return Promise.resolve(this.values.get(name));
  }

  store(name: string, value: string): Promise<void> {
    this.values.set(name, value);
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    this.values.delete(name);
    return Promise.resolve();
  }
}

export class MemoryNotes implements KeyNotes {
  private readonly values = new Map<string, unknown>();

  get(name: string): unknown {
    return this.values.get(name);
  }

  update(name: string, value: unknown): Promise<void> {
    this.values.set(name, value);
    return Promise.resolve();
  }
}

/** Replies from a list; an error in it is thrown, `null` never answers. Records what it was asked. */
export class ListedEditorModel implements EditorModel {
  readonly vendor = 'test';
  readonly id = 'listed';
  readonly name = 'Listed';
  readonly asked: (readonly EditorTurn[])[] = [];
  mostAtOnce = 0;
  private atOnce = 0;

  constructor(
    private readonly replies: (string | Error | null)[],
    readonly maxInputTokens = 1000,
  ) {}

  async *send(
    turns: readonly EditorTurn[],
    { signal }: EditorSendOptions,
  ): AsyncGenerator<string, void, undefined> {
    this.asked.push(turns);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      const reply = this.replies.shift();
      await new Promise((resolve) => setImmediate(resolve));
      if (reply instanceof Error) throw reply;
      if (reply === null || reply === undefined) {
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        return;
      }
      for (const piece of reply.match(/.{1,3}/gsu) ?? []) yield piece;
    } finally {
      this.atOnce -= 1;
    }
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(text.length);
  }
}
