import * as promises from 'node:fs/promises';

/**
 * The file operations that the log is built on, as `node:fs/promises` has them; a parameter so that tests
 * can fill the disk or break it at any step.
 */
export type LogFileSystem = Pick<
  typeof promises,
  'mkdir' | 'open' | 'readFile' | 'realpath' | 'rename' | 'stat' | 'unlink' | 'utimes'
>;

export const nodeFileSystem: LogFileSystem = promises;
