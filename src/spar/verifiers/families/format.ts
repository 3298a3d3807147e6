import { escaped } from '../pattern';
import { z } from 'zod';
import type { Span } from '../constraint';
import type { DetectableVerifier, Found } from '../detectable';
import { count } from '../limit';
import { counted, held, spansOf, thereAre, verdict } from '../outcome';
import { numberOf, numberPattern } from '../reading/quantity';
import { bulletSpans } from '../bullets';
import { withBulletCount, withFewerBullets } from '../repairing/bulletLists';
import { withHighlights } from '../repairing/highlights';
import { asJson } from '../repairing/json';
import { withSections } from '../repairing/sections';
import { withTitle } from '../repairing/title';
import { constrainedOptions, withOption } from '../repairing/options';

const noArgs = z.object({});
type NoArgs = z.infer<typeof noArgs>;

export const title: DetectableVerifier<NoArgs> = {
  type: 'detectable_format:title',
  cue: /angular|angle|<</i,
  args: noArgs,
  describe: () => 'title in <<>>',
  check: (text) =>
    verdict(text.split('\n').some(holdsTitle), 'A title in double angular brackets, <<title>>, is missing.'),
  detect: (instruction) =>
    instruction
      .find(titleRequest)
      .slice(0, 1)
      .map(({ span }) => ({ args: {}, span })),
  repair: (text) => withTitle(text),
  repairNote: 'put the title in double angular brackets',
};

const bulletArgs = z.object({ num_bullets: count });
type BulletArgs = z.infer<typeof bulletArgs>;

export const bulletLists: DetectableVerifier<BulletArgs> = {
  type: 'detectable_format:number_bullet_lists',
  cue: /bullet/i,
  args: bulletArgs,
  single: true,
  describe: (args) => `exactly ${counted(args.num_bullets, 'bullet')}`,
  check: (text, args) => {
    const bullets = bulletSpans(text);
    return verdict(
      bullets.length === args.num_bullets,
      `${thereAre(bullets.length, 'bullet point')}; there must be exactly ${args.num_bullets}.`,
      bullets.slice(args.num_bullets),
    );
  },
  detect: (instruction) =>
    instruction.find(bulletRequest).flatMap(({ span, groups }): readonly Found<BulletArgs>[] => {
      const exact = numberOf(groups['n'] ?? groups['items'] ?? groups['total'] ?? '');
      if (
        exact === null ||
        /\b(?:each|every|per) (?!separated|divided)[^.,;:*\n]*$/i.test(instruction.before(span.start)) ||
        /\b(?:at least|at most|more than|less than|each|every|per|up to|about|around|or)\s*$/i.test(
          instruction.before(span.start),
        )
      )
        return [];
      return [{ args: { num_bullets: exact }, span: withExamples(instruction.text, span) }];
    }),
  repair: (text, args) => withBulletCount(text, args.num_bullets),
  repairNote: 'changed the bullet points',
  lastResort: (text, args) => withFewerBullets(text, args.num_bullets),
  lastResortNote: 'took the mark off further bullet points',
};

const highlightArgs = z.object({ num_highlights: count });
type HighlightArgs = z.infer<typeof highlightArgs>;

export const highlights: DetectableVerifier<HighlightArgs> = {
  type: 'detectable_format:number_highlighted_sections',
  cue: /highlight|itali|emphasi|bold/i,
  args: highlightArgs,
  single: true,
  describe: (args) => `≥ ${args.num_highlights} *highlights*`,
  check: (text, args) => {
    const found = countHighlights(text);
    return verdict(
      found >= args.num_highlights,
      `${thereAre(found, 'part')} highlighted with *asterisks*; at least ${args.num_highlights} must be.`,
    );
  },
  detect: (instruction) =>
    highlightRequests
      .flatMap((pattern) => instruction.find(pattern))
      .flatMap(({ span, groups }): readonly Found<HighlightArgs>[] => {
        const twice = /^[^.\n]{0,20}\btwice\b/i.test(instruction.text.slice(span.end));
        const least = twice ? null : numberOf((groups['n'] ?? '').replace(/^some$/i, 'one'));
        const about = instruction.before(span.start) + instruction.text.slice(span.start, span.end + 200);
        if (least === null || !/markdown|\*|asterisk|itali[cs]/i.test(about)) return [];
        return [{ args: { num_highlights: least }, span: withExamples(instruction.text, span) }];
      })
      .slice(0, 1),
  repair: (text, args) => withHighlights(text, args.num_highlights - countHighlights(text)),
  repairNote: 'highlighted headings',
};

const sectionArgs = z.object({ section_spliter: z.string().trim().min(1), num_sections: count });
type SectionArgs = z.infer<typeof sectionArgs>;

export const multipleSections: DetectableVerifier<SectionArgs> = {
  type: 'detectable_format:multiple_sections',
  cue: /\b(?:section|part|chapter|paragraph|day|scene)s?\b/i,
  args: sectionArgs,
  single: true,
  describe: (args) => `≥ ${args.num_sections} × “${args.section_spliter} 1…”`,
  check: (text, args) => {
    const found = spansOf(text, sectionPattern(args.section_spliter)).length;
    return verdict(
      found >= args.num_sections,
      `${thereAre(found, 'section')} marked “${args.section_spliter} 1”, “${args.section_spliter} 2” and so on; there must be ${args.num_sections}.`,
    );
  },
  detect: (instruction) =>
    instruction.find(sectionRequest).flatMap(({ span, groups }): readonly Found<SectionArgs>[] => {
      const sections = numberOf(groups['n'] ?? '');
      if (sections === null) return [];
      const rest = instruction.text.slice(span.end, span.end + 200);
      const mark =
        /^[^\n]{0,140}?["“'(]?\b(?<mark>section|SECTION|Section|PARAGRAPH|Paragraph|Part|PART|Chapter|CHAPTER|Day|DAY|Scene|SCENE)(?: (?:X|1|#)(?![a-zA-Z\d\u00C0-\u024F])["”')]?|["”']? (?:followed by|and|plus) (?:its|the|a) number)/u.exec(
          rest,
        );
      const splitter = mark?.groups?.['mark'];
      // `Paragraph 1 must start with …` is about that paragraph and no mark.
      const after = mark === null ? '' : rest.slice(mark[0].length);
      if (
        mark === null ||
        splitter === undefined ||
        /^ (?:must|should|has to|needs to|shall|starts?|begins?)\b/i.test(after)
      )
        return [];
      return [
        {
          args: { section_spliter: splitter, num_sections: sections },
          span: { start: span.start, end: span.end + mark[0].length },
        },
      ];
    }),
  repair: (text, args) => withSections(text, { mark: args.section_spliter.trim(), count: args.num_sections }),
  repairNote: 'numbered the sections',
};

export const jsonFormat: DetectableVerifier<NoArgs> = {
  type: 'detectable_format:json_format',
  cue: /json/i,
  args: noArgs,
  describe: () => 'all in JSON',
  check: (text) => {
    try {
      JSON.parse(withoutFence(text));
      return held;
    } catch (error) {
      return verdict(
        false,
        `The response is not valid JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}.`,
      );
    }
  },
  detect: (instruction) =>
    instruction
      .find(jsonRequest)
      .slice(0, 1)
      .map(({ span }) => ({ args: {}, span: withExamples(instruction.text, span) })),
  repair: (text) => asJson(text),
  repairNote: 'put in JSON',
};

export const constrainedResponse: DetectableVerifier<NoArgs> = {
  type: 'detectable_format:constrained_response',
  cue: /my answer is/i,
  args: noArgs,
  describe: () => '“My answer is yes/no/maybe.”',
  check: (text) =>
    verdict(
      constrainedOptions.some((option) => text.includes(option)),
      `One of these must be said: ${constrainedOptions.join(' ')}`,
    ),
  detect: (instruction) => {
    const { text } = instruction;
    const offsets = constrainedOptions.map((option) => text.indexOf(option.slice(0, -1)));
    if (offsets.some((offset) => offset === -1)) return [];
    const first = Math.min(...offsets);
    const lead =
      /(?:(?:your|the) (?:answer|response|reply) (?:must|should) (?:contain|include|be)|one of (?:these|the following|the)|answer|reply|respond|choose|pick|just say|only say|you should (?:just )?say|say)\b(?:(?!\.\s)[^\n]){0,80}[:\s"“”']*$/i.exec(
        text.slice(0, first),
      );
    return lead === null
      ? []
      : [{ args: {}, span: { start: lead.index, end: Math.max(...offsets) + 'My answer is maybe.'.length } }];
  },
  repair: (text) => withOption(text),
  repairNote: 'put the answer in the words asked for',
};

function holdsTitle(line: string): boolean {
  const start = line.indexOf('<<');
  if (start === -1) return false;
  const end = line.lastIndexOf('>>');
  if (end < start + 3) return false;
  return (
    line
      .slice(start, end + 2)
      .replace(/^<+/u, '')
      .replace(/>+$/u, '')
      .trim() !== ''
  );
}

/** Counted as IFEval does: *one* asterisk on each side, or **two**. */
export function countHighlights(text: string): number {
  const single = text.match(/\*[^\n*]*\*/gu) ?? [];
  const double = text.match(/\*\*[^\n*]*\*\*/gu) ?? [];
  const said = (part: string): boolean => part.replaceAll('*', '').trim() !== '';
  return single.filter(said).length + double.filter(said).length;
}

function sectionPattern(mark: string): RegExp {
  return new RegExp(`${escaped(mark.trim())}\\s?\\p{Nd}+`, 'gu');
}

/** What IFEval's checker leaves for the JSON parser. */
export function withoutFence(text: string): string {
  let inner = text.trim();
  for (const fence of ['```json', '```Json', '```JSON', '```']) {
    if (inner.startsWith(fence)) inner = inner.slice(fence.length);
  }
  if (inner.endsWith('```')) inner = inner.slice(0, -3);
  return inner.trim();
}

/** The clause with the example that belongs to it: `such as: * Point 1 * Point 2`, `i.e. *like this*`. */
function withExamples(text: string, span: Span): Span {
  const tail =
    /^[^.\n]{0,90}?(?:such as|like|i\.e\.|e\.g\.|for example|example|using|following format|indicate bullets)[^\n]{0,80}(?:\n[*-] ?[^\n]*|\n\.\.\.)*/i.exec(
      text.slice(span.end),
    );
  return tail === null ? span : { start: span.start, end: span.end + tail[0].trimEnd().length };
}

const titleRequest =
  /(?:(?:your|the|each|both|every) (?:[a-z\u00C0-\u024F-]+ ){1,4}?(?:must |should |has to |needs to )?(?:contain|have|include|has|contains|be given|be)s? )?(?:(?:include|with|have|having|has|add|give it|giving it|contain|and|given) )?(?:your |a |the |an )?titles?(?: of [^.\n,]{0,40})?,? ?(?:that is |which is |should be |must be |is |and )?(?:wrapped |enclosed |surrounded |put |placed |contained |written )?(?:with|in|inside|within|between|by)(?: a)? (?:double angular brackets|double angle brackets|<<)(?:,? ?(?:i\.e\.,?|e\.g\.,?|such as|like|for example|as in)?:? ?<<[^>\n]*>>)?|\bgive (?:your|the) (?:final )?answer wrapped in double angular brackets(?:,? such as <<[^>\n]*>>)?|\btitled?\b[^.!?\n]{0,60}?(?:\bdouble (?:angular|angle) brackets|<<[^>\n]{1,40}>>)(?:,? ?\(?(?:i\.e\.,?|e\.g\.,?|such as|like|for example|as in):? ?<<[^>\n]*>>\)?)?|\bdouble (?:angular|angle) brackets (?:for|around|to (?:wrap|enclose|mark|surround)) (?:your|the|its|a) title(?:,? ?(?:i\.e\.,?|e\.g\.,?|such as|like|for example):? ?<<[^>\n]*>>)?/gi;
const bulletRequest = new RegExp(
  `(?<![a-z\\d\\u00C0-\\u024F])(?:(?:your|the) (?:[a-z\\u00C0-\\u024F-]+ ){1,4}(?:must|should|has to|needs to) (?:also )?(?:contain|have|include|be)s? |(?:list|list of|contain|contains|containing|include|includes|including|write|use|uses|using|give|has|have|having|with|in|as|and|also|provide|make|add) )?(?:exactly|precisely|only)? ?(?<n>${numberPattern})(?: (?:very )?(?:short|brief|concise|main|key|clear|markdown|different|single))* bullet(?:ed)?(?: ?points?| lists?| items?|s)?(?! each)(?: in (?:the )?markdown(?: format)?)?|(?<![a-z\\d\\u00C0-\\u024F])bullet(?:ed|[ -]point)? list (?:of|with) (?:exactly )?(?<items>${numberPattern}) (?:items|points|entries|bullets)(?: in markdown)?|(?<![a-z\\d\\u00C0-\\u024F])number of bullet(?: ?points|s) (?:should|must) be (?:exactly )?(?<total>${numberPattern})`,
  'gi',
);
const parts =
  '(?:(?:text |italic |different |key |important )*(?:sections?|parts?|phrases?|words?|keywords?|text sections?|text parts?|words or phrases|points?|sentences?|titles?|features?|ideas?|items?|passages?|terms?|portions?|areas?|headings?))';
const highlightRequests = [
  `highlight(?:ing)? (?:at least )?(?<n>${numberPattern}|some) ${parts}`,
  `(?:italicize|italicise|highlight) (?:at least )?(?<n>${numberPattern}) of (?:your|the|my) [^.\\n]{1,30}`,
  `at least (?<n>${numberPattern}) ${parts} (?:should|must) be highlighted`,
  `(?:italicize|italicise|italicizing|emphasi[sz]e|bold) (?:at least )?(?<n>${numberPattern}) ${parts}`,
  `highlight(?:ing)? (?:a minimum of |no fewer than |no less than |not less than )(?<n>${numberPattern}) ${parts}`,
  `highlight(?:ing)? (?<n>${numberPattern}) or more ${parts}`,
  `(?:have|include|with|contain|be|are) (?:at least |a minimum of )(?<n>${numberPattern}) ${parts}(?: that are)? highlighted`,
  `(?:there )?(?:should|must) be at least (?<n>${numberPattern}) highlighted ${parts}`,
  `(?:have|include|use|contain) at least (?<n>${numberPattern}) (?:italic|highlighted|italici[sz]ed|emphasi[sz]ed) ${parts}`,
  `include (?<n>one|a) italic ${parts}`,
].map(
  (source) =>
    new RegExp(
      `(?<![a-z\\d\\u00C0-\\u024F])(?:(?:make sure (?:to|you)|please|also|be sure to|you (?:must|should|need to)) )?${source}`,
      'gi',
    ),
);
const sectionRequest = new RegExp(
  `(?<![a-z\\d\\u00C0-\\u024F])(?:(?:your|the) (?:[a-z\\u00C0-\\u024F-]+ ){1,4}(?:must|should|has to|needs to) (?:contain|have|include|be in|be) |(?:include|contain|contains|have|has|having|with|in|write|of) )?(?:exactly |at least )?(?<n>${numberPattern}) (?:different )?(?:sections|parts|chapters|paragraphs|days|scenes)`,
  'gi',
);
const jsonRequest =
  /\b(?:wrap|format|put|return|give|output|provide|write|produce) (?:the|your|this|my) (?:entire |whole |complete |full |final )*(?:output|response|answer|reply|text) (?:in|as|using|inside)(?: (?:the|a|an|one|single|valid))* JSON(?: format| object| block| code block)?(?= ?[.,;!?\n)]|$| and\b| with\b| that\b| using\b)|\b(?:the |your |all )?(?:entire |whole |complete |full )*(?:output|response|answer|reply) (?:should|must|needs to|has to|shall) (?:only )?(?:be|contain) (?:(?:a|one|single|valid|only|just) )*JSON(?: format| object| block| code block)?(?= ?[.,;!?\n)]|$| and\b| with\b)|\b(?:make sure|ensure)(?: that)? (?:the|your) (?:entire |whole |complete |full )*(?:output|response|answer|reply) is (?:(?:a|one|single|valid|only) )*JSON(?: format| object)?\b|\b(?:respond|reply|answer) (?:only )?with (?:only )?(?:(?:a|one|single|valid) )*JSON(?: format| object)?(?: only)?(?= ?[.,;!?\n)]|$| and\b| with\b)|\buse (?:the )?JSON format(?= ?[.!\n]|$)|\b(?:return|output|answer with|respond with|provide|give) (?:only )?(?:a )?(?:valid )?JSON(?: only| object)?(?= ?[.,;!?\n)]|$)|\b(?:the |your |all )?(?:entire )?(?:output|response|answer) (?:should|must) be (?:a )?(?:valid )?JSON(?: object)?(?= ?[.,;!?\n)]|$)|\buse JSON format for (?:the|your) (?:entire |whole )?(?:output|response|answer)|(?:make sure (?:that )?)?(?:(?:please )?(?:wrap|format|put|provide|give|return|output|present|write) )?(?:(?:your|the|this|my) (?:ENTIRE |whole |complete |full )*(?:response|output|answer|reply|text) )?(?:(?:should|must) )?(?:be |is )?(?:wrapped |formatted |written |contained )?(?:entirely )?(?:in|as|inside|within|using)(?: (?:the|a|valid))* JSON(?: format| object| block| code block)?(?= ?[.,;!?\n)]| ?$| and\b| \(|:|\. you)(?:\. You can use markdown ticks(?: such as| like)?(?: ```)?\.?)?|(?:entire )?(?:output|response|answer) should (?:just|only) contain a JSON (?:code )?block/gi;
