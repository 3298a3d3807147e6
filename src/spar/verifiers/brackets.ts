/** Pairs of square brackets within one line, in time linear in the text. */
export function countPlaceholders(text: string): number {
  let found = 0;
  for (const line of text.split('\n')) {
    let open = line.indexOf('[');
    while (open !== -1) {
      const close = line.indexOf(']', open + 1);
      if (close === -1) break;
      found += 1;
      open = line.indexOf('[', close + 1);
    }
  }
  return found;
}
