import { readFile, stat } from 'node:fs/promises';
import { longestOwnFile, parseOwnVerifiers, type OwnFile } from './ownFile';

export type ReadOwnFile =
  | ({ readonly kind: 'read' } & OwnFile)
  | { readonly kind: 'none' }
  /** A sentence for a person that names the file. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** Reads a file of own verifiers from the disk. Never throws. */
export async function readOwnFile(path: string): Promise<ReadOwnFile> {
  const unreadable = (why: string): ReadOwnFile => {
    return { kind: 'unreadable', message: `The verifiers in “${path}” can't be read: ${why}` };
  };
  try {
    const { size } = await stat(path);
    // No character takes more than three bytes for each of its UTF-16 units.
    if (size > longestOwnFile * 3) return unreadable('the file is longer than a million characters.');
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
    return { kind: 'read', ...parseOwnVerifiers(text) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    switch (code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return { kind: 'none' };
      case 'EISDIR':
        return unreadable('it is a folder. Give a file.');
      case 'EACCES':
      case 'EPERM':
        return unreadable('you may not read it.');
      case 'ERR_ENCODING_INVALID_ENCODED_DATA':
        return unreadable('it is not UTF-8 text. Save it as UTF-8.');
      default:
        return unreadable(`${message}.`);
    }
  }
}
