import { expect, it } from 'vitest';
import { webviewHtml } from '../../../src/views/webviewHtml';

it('a page loads its own two files and runs its own script, nothing else', () => {
  const html = webviewHtml({
    title: '</title><script>alert(1)</script>',
    data: { text: '</script><script src="https://other.example"></script>' },
    script: 'S',
    style: 'C',
    source: 'https://own.example',
    nonce: 'N0nce',
  });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/u.exec(html)?.[1];
  expect(policy?.replaceAll('&#39;', "'")).toBe(
    "default-src 'none'; script-src 'nonce-N0nce'; style-src https://own.example; base-uri 'none'; form-action 'none'",
  );
  expect([...html.matchAll(/ (?:src|href)="([^"]+)"/gu)].map((match) => match[1])).toEqual(['C', 'S']);
  expect([...html.matchAll(/<script[^>]*>/gu)].map(([tag]) => tag)).toEqual([
    '<script type="application/json" id="data">',
    '<script nonce="N0nce" src="S">',
  ]);
});
