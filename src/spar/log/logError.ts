/** What went wrong with a log, as far as a caller or a person can act on it. */
export type LogErrorKind =
  /** No space, no inode or no quota left. */
  | 'disk-full'
  /** The file system is mounted read-only. */
  | 'read-only'
  /** The user may not read, write or create here. */
  | 'no-permission'
  /** A folder stands where the file should be, or a file where a folder should be. */
  | 'wrong-type'
  | 'not-found'
  /** Another process holds the lock and did not let go in time, or has taken ours over. */
  | 'locked'
  /** The file was replaced by another program while it was being rewritten. */
  | 'changed'
  /** The value holds what looks like a key or password, which is never written. */
  | 'secret'
  /** The value can't be written as one line of JSON. */
  | 'unwritable'
  /** Any other failure of the disk or the network. */
  | 'io';

export interface LogErrorOptions {
  readonly kind: LogErrorKind;
  /** A sentence for a person: what happened, where, what to do next. */
  readonly message: string;
  readonly path: string;
  readonly cause?: unknown;
}

export class LogError extends Error {
  override readonly name = 'LogError';
  readonly kind: LogErrorKind;
  readonly path: string;

  constructor(options: LogErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.path = options.path;
  }
}

/**
 * The `LogError` for what a file operation threw; a `LogError` and an abort's reason pass unchanged.
 *
 * @param action What was tried, fit for "Could not …", for example `append to the dataset`.
 */
export function toLogError(error: unknown, action: string, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof LogError || code === undefined) return error;
  const known = codes[code];
  const { kind, reason, advice } = known ?? {
    kind: 'io' as const,
    reason: error instanceof Error ? error.message : String(error),
    advice: 'Check the disk or the network folder, then try again.',
  };
  return new LogError({
    kind,
    path,
    cause: error,
    message: `Could not ${action} (${path}): ${reason}. ${advice}`,
  });
}

/** The system's code of a failed file operation, for example `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

interface CodeMeaning {
  readonly kind: LogErrorKind;
  readonly reason: string;
  readonly advice: string;
}

const diskFull: CodeMeaning = {
  kind: 'disk-full',
  reason: 'the disk is full',
  advice: 'Nothing was added. Free some space, then try again.',
};
const noPermission: CodeMeaning = {
  kind: 'no-permission',
  reason: 'permission was denied',
  advice: 'Make the file and its folder writable, or choose another folder, then try again.',
};
const wrongType: CodeMeaning = {
  kind: 'wrong-type',
  reason: 'a folder stands where a file should be, or a file where a folder should be',
  advice: 'Move it away or choose another name, then try again.',
};

const codes: Readonly<Partial<Record<string, CodeMeaning>>> = {
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, reason: 'the disk quota is used up' },
  EFBIG: { ...diskFull, reason: 'the file would grow larger than its disk allows' },
  EROFS: {
    kind: 'read-only',
    reason: 'the disk is read-only',
    advice: 'Nothing was added. Choose a folder on a writable disk, then try again.',
  },
  EACCES: noPermission,
  EPERM: noPermission,
  EISDIR: wrongType,
  ENOTDIR: wrongType,
  EEXIST: wrongType,
  ENOENT: {
    kind: 'not-found',
    reason: 'the file or its folder does not exist',
    advice: 'It may have been moved or deleted; open it again from where it is now.',
  },
};
