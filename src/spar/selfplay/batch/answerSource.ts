import { join } from 'node:path';
import type { ChatReply } from '../../models/chatModel';
import { ModelError } from '../../models/modelError';
import type { AnswerSource } from '../runner';
import { AnswerShards, type ItemAnswers } from './answerShards';
import { batchFolder } from './batchFiles';

/** Files that bring no reply to a draw after which it is not asked for again, unless told. */
export const usualTries = 3;

export function shardsOf(runFolder: string): AnswerShards {
  return new AnswerShards(join(runFolder, batchFolder, 'replies'), {});
}

/** More than are under way at once. */
const remembered = 256;

/** Recorded answers, item by item. */
export class ShardAnswers implements AnswerSource {
  private readonly recent = new Map<number, ItemAnswers>();

  constructor(
    private readonly shards: AnswerShards,
    private readonly options: {
      readonly tries?: number;
      /** Items whose requests are out. */
      readonly isHeld?: (item: number) => boolean;
    } = {},
  ) {}

  async of(item: number): Promise<{ get(key: string): ChatReply | undefined }> {
    const { tries = usualTries, isHeld } = this.options;
    if (isHeld?.(item) === true)
      throw new ModelError({ kind: 'waiting', message: 'Its requests are in files without answers.' });
    const answers = await this.shards.of(item);
    this.recent.set(item, answers);
    for (const old of this.recent.keys()) {
      if (this.recent.size <= remembered) break;
      this.recent.delete(old);
    }
    return { get: (key) => answers.reply(key) ?? emptyReply(answers, key, tries) };
  }

  /** Of an item that is under way. */
  known(item: number): ItemAnswers | undefined {
    return this.recent.get(item);
  }
}

/** A model that gives no text again and again means it. */
function emptyReply(answers: ItemAnswers, key: string, tries: number): ChatReply | undefined {
  const failure = answers.failure(key);
  return failure?.kind === 'empty' && failure.tries >= tries ? { text: '', finishReason: 'stop' } : undefined;
}
