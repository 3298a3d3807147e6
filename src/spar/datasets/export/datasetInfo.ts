import { applyEdits, modify, parse, type ParseError } from 'jsonc-parser';
import type { Method } from './formats';

export interface InfoEntry {
  readonly name: string;
  readonly fileName: string;
  readonly method: Method;
}

/**
 * LLaMA-Factory's `dataset_info.json` with these entries put in or replaced; everything else, comments and layout too,
 * stays as it is.
 *
 * @param known The file's text; null where there is none.
 * @throws Error where the text is no JSON object.
 */
export function mergedDatasetInfo(known: string | null, entries: readonly InfoEntry[]): string {
  let text = known === null || known.trim() === '' ? '{}\n' : known.replace(/^\ufeff/u, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(
      'dataset_info.json in the output folder is not a JSON object, so nothing can be added to it. Mend or move it, then export again. Nothing was written.',
    );
  }
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces: !/^\t/mu.test(text), tabSize: indentOf(text), eol: lineEnd };
  for (const entry of entries) {
    text = applyEdits(text, modify(text, [entry.name], infoOf(entry), { formattingOptions }));
  }
  return text.endsWith('\n') ? text : `${text}${lineEnd}`;
}

function indentOf(text: string): number {
  return /^( +)\S/mu.exec(text)?.[1]?.length ?? 2;
}

/** All five tags and all columns are named: once there is one, those left out count as none. */
function infoOf({ fileName, method }: InfoEntry): object {
  const isRanking = method === 'preference';
  return {
    file_name: fileName,
    // “openai” would put a system turn into rows that have none.
    formatting: 'sharegpt',
    ...(isRanking ? { ranking: true } : {}),
    columns: {
      messages: 'messages',
      ...(isRanking ? { chosen: 'chosen', rejected: 'rejected' } : {}),
    },
    tags: {
      role_tag: 'role',
      content_tag: 'content',
      user_tag: 'user',
      assistant_tag: 'assistant',
      system_tag: 'system',
    },
  };
}
