/**
 * Words for a notification. The editor makes a link of `[words](command:…)` in one, and a click on it runs the command;
 * so what a server, a model or a file's name says must not become a link. Marks that reorder a line go as well.
 */
export function messageText(words: string): string {
  return words.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '').replace(/\](?=\()/gu, '] ');
}
