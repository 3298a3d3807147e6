import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessMarkdown } from '../../../../src/views/markdown';
import { nodeTooltip } from '../../../../src/views/refinements/tooltip';
import { finished, grown, item, started, storeOfFakes, votes } from '../../editor/sessions/fakes';

describe('harmlessMarkdown', () => {
  it('leaves lists, headings and emphasis', () => {
    const text = '# Verdict\n\n- **one** comma\n- two';
    expect(harmlessMarkdown(text)).toBe(text);
  });

  it.each([
    ['[run](command:workbench.action.quit)', '\\[run\\](command\u200b:workbench.action.quit)'],
    ['![x](https://evil.example/a.png)', '\\!\\[x\\](https\u200b://evil.example/a.png)'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['https://evil.example', 'https\u200b://evil.example'],
    ['<command:x>', '&lt;command\u200b:x&gt;'],
    ['`code`', '\\`code\\`'],
    ['    indented [a](b)', '   indented \\[a\\](b)'],
  ])('disarms %s', (text, harmless) => {
    expect(harmlessMarkdown(text)).toBe(harmless);
  });

  it('leaves no bracket, angle or backtick that Markdown would act on', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('[', ']', '(', ')', '!', '<', '>', '`', '\\', '&', 'a', '\n', ':', '~'),
        }),
        (text) => {
          const rest = harmlessMarkdown(text).replace(/\\[\\`~[\]|!]/gu, '');
          expect(rest).not.toMatch(/[[\]<>`~]/u);
        },
      ),
    );
  });
});

describe('nodeTooltip', () => {
  it('shows what broke, the critique, and how the candidate was made, all of it harmless', async () => {
    const { store, engine } = storeOfFakes();
    engine.script = [
      started(),
      ...grown('1', votes(4, 1, { critique: 'See [this](command:x).' }), {
        reflection: 'I removed the comma.',
        interference: 0.5,
        checks: [
          {
            constraint: { id: 'c', type: 'c', args: {}, text: 'no <b>', span: null },
            result: { state: 'broken', message: 'One ![is](https://x) left.', spans: [] },
          },
        ],
      }),
      finished(),
    ];
    const { session, finished: end } = store.start(item);
    await end;
    expect(nodeTooltip(session, '1').split('\n\n')).toEqual([
      '**1** — votes and rules disagree · 4/5 · 25 % changed · best',
      '- ✗ no &lt;b&gt;: One \\!\\[is\\](https\u200b://x) left.',
      '**Conflict:** The votes say that it follows the instruction; by rule it breaks: no &lt;b&gt;. The rules’ word counts.',
      '4 of 5 votes say that it follows the instruction.',
      '**How it was made**',
      'I removed the comma.',
      '**Critique**',
      'See \\[this\\](command\u200b:x).',
      '50 % of the changed words were not needed by a broken constraint.',
    ]);
  });
});
