import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, harmlessLine, paintFor } from '../../../src/cli/output/paint';
import { ProgressLine } from '../../../src/cli/output/progress';
import { renderReport } from '../../../src/cli/output/report';
import { renderWordDiff } from '../../../src/cli/output/wordDiff';
import { resultOf } from '../../../src/cli/result';
import type { SearchEvent } from '../../../src/spar/search/events';
import { WrittenText } from './fakeTerminal';
import { acceptedSearch, finished, node, ruleSearch, rules, started, treeOf } from './recordedSearch';

const plain = paintFor(new WrittenText(false), {});
const colours = paintFor(new WrittenText(true), {});

function report(events: readonly SearchEvent[], paint = plain): string {
  const tree = treeOf(events);
  return renderReport(tree, resultOf(tree), paint);
}

describe('renderReport', () => {
  it('shows tree, change, constraints and ending', () => {
    expect(report(acceptedSearch)).toMatchInlineSnapshot(`
      "Write without commas. Be kind.
        Original  broken by rule · no comma ✗
          1       3/3 (2 not drawn) · 33 % changed · 2 times the same · best
          2       failed: no answer between the markers after 3 tries

      Original → 1 (33 % changed, 0 % of it needless)
      [-a,-]{+a+} b c

      ✓ no comma
      ✓ “Be kind.”

      accepted: A refinement passed the gate.
      simulated-model · 3 requests · 1,240 tokens · 1.2 s
      "
    `);
  });

  it('shows what rules could and could not do', () => {
    expect(report(ruleSearch)).toMatchInlineSnapshot(`
      "Write without commas. Be kind.
        Original      broken by rule · no comma ✗  all lowercase ✗
          1  by rule  broken by rule · all lowercase ✗ · 50 % changed · best

      Original → 1 (50 % changed, needless changes unknown)
      [-A,-]{+A+} b

      ✓ no comma
      ✗ all lowercase
      ? “Be kind.” (not checked)

      Critique
      There is 1 capital.

      unsolved: Rules alone can't mend this: all lowercase. Select a model to go on.
      offline · 1.2 s
      "
    `);
  });

  it('shows a response that needs nothing', () => {
    expect(
      report([
        started({ model: null, constraints: [] }),
        { type: 'node-judged', path: '0', judgement: rules(null) },
        finished({
          status: 'undetermined',
          best: null,
          reason: 'The instruction holds no requirement that rules can check. Select a model to judge it.',
        }),
      ]),
    ).toMatchInlineSnapshot(`
      "Write without commas. Be kind.
        Original  checked by rules only

      ? “Be kind.” (not checked)

      undetermined: The instruction holds no requirement that rules can check. Select a model to judge it.
      offline · 3 requests · 1,240 tokens · 1.2 s
      "
    `);
  });

  it('is the same in colour, but for the colours and the diff’s marks', () => {
    const coloured = report(acceptedSearch, colours);
    expect(coloured).toContain('\u001b[32maccepted\u001b[39m');
    expect(coloured.replace(/\u001b\[[\d;]+m/g, '')).toBe(
      report(acceptedSearch).replace(/\[-|-\]|\{\+|\+\}/g, ''),
    );
  });

  it('lets no text from outside move the cursor or colour the screen', () => {
    const evil = 'a\u001b[2J\u001b]0;title\u0007\u009b31m\u202eb\r\u0000';
    const shown = report([
      started({ item: { id: 'x', instruction: evil, original: 'x' }, unchecked: [evil], model: evil }),
      { type: 'node-refined', node: node('1', { text: evil }) },
      { type: 'node-failed', path: '2', stage: 'refine', reason: evil },
      { type: 'node-judged', path: '1', judgement: rules(0, evil) },
      finished({ status: 'unsolved', reason: evil }),
    ]);
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('cuts a tree of very many nodes', () => {
    const events: SearchEvent[] = [started()];
    for (let index = 1; index <= 5000; index += 1)
      events.push({ type: 'node-refined', node: node(String(index)) });
    expect(
      report(events)
        .split('\n')
        .filter((line) => line.includes('not judged')).length,
    ).toBe(200);
    expect(report(events)).toContain('  … and 4801 more; --json has all.');
  });
});

describe('renderWordDiff', () => {
  it('marks words in plain text', () => {
    expect(renderWordDiff('the quick brown fox', 'the swift brown fox runs', plain)).toBe(
      'the [-quick-]{+swift+} brown fox {+runs+}',
    );
  });

  it('colours words, line by line', () => {
    expect(renderWordDiff('one\ntwo three', 'four\nfive three', colours)).toBe(
      '\u001b[31;9mone\u001b[39;29m\n\u001b[31;9mtwo\u001b[39;29m\u001b[32;4mfour\u001b[39;24m\n\u001b[32;4mfive\u001b[39;24m three',
    );
  });

  it('shows white space as it is now', () => {
    expect(renderWordDiff('a\n\nb', 'a b', plain)).toBe('a b');
  });

  it('holds the refined text once the removed words are taken out', () => {
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c', ' ', '\n'), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(words, words, (original, refined) => {
        const shown = renderWordDiff(original, refined, plain);
        expect(
          shown
            .replace(/\[-[^\]]*-\]/g, '')
            .replace(/\{\+|\+\}/g, '')
            .replace(/\s/g, ''),
        ).toBe(refined.replace(/\s/g, ''));
      }),
    );
  });
});

describe('paintFor', () => {
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('at a terminal %s with %j has colour %s', (isTTY, environment, expected) => {
    expect(paintFor(new WrittenText(isTTY), environment).hasColour).toBe(expected);
  });
});

describe('harmless', () => {
  it('keeps line ends and tabs and shows the rest', () => {
    expect(harmless('a\tb\n\u001b[0m\r\u007f\u009b\u202e')).toBe('a\tb\n␛[0m␍␡<U+009B><U+202E>');
    expect(harmlessLine(' a\n\n b\u001b ', 10)).toBe('a b␛');
    expect(harmlessLine('abcdef', 4)).toBe('abc…');
  });
});

describe('ProgressLine', () => {
  it('writes one line over, not more often than people can read', () => {
    const sink = new WrittenText(true);
    let now = 0;
    const progress = new ProgressLine(sink, () => now);
    const tree = treeOf(acceptedSearch);
    progress.update(tree);
    now = 50;
    progress.update(tree);
    now = 100;
    progress.update(treeOf(acceptedSearch.slice(0, 3)));
    progress.clear();
    progress.clear();
    expect(sink.pieces).toEqual([
      '\r\u001b[KRefining… 2 of 3 texts judged · 1,240 tokens · Ctrl+C stops',
      '\r\u001b[KRefining… 1 of 2 texts judged · Ctrl+C stops',
      '\r\u001b[K',
    ]);
  });

  it('stays on one line of a narrow terminal', () => {
    const sink = Object.assign(new WrittenText(true), { columns: 40 });
    new ProgressLine(sink).update(treeOf(acceptedSearch));
    expect(sink.text).toBe('\r\u001b[KRefining… 2 of 3 texts judged');
  });

  it('is silent where nobody watches', () => {
    const sink = new WrittenText(false);
    const progress = new ProgressLine(sink);
    progress.update(treeOf(acceptedSearch));
    progress.clear();
    expect(sink.pieces).toEqual([]);
  });
});
