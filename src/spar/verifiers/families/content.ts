import { escaped } from '../pattern';
import { z } from 'zod';
import type { DetectableVerifier, Found } from '../detectable';
import { countPlaceholders } from '../brackets';
import { count } from '../limit';
import { thereAre, verdict } from '../outcome';
import { numberOf, numberPattern } from '../reading/quantity';
import { asPostscript } from '../repairing/postscript';
import { withPlaceholders } from '../repairing/placeholders';

const postscriptArgs = z.object({ postscript_marker: z.string().trim().min(1) });
type PostscriptArgs = z.infer<typeof postscriptArgs>;

export const postscript: DetectableVerifier<PostscriptArgs> = {
  type: 'detectable_content:postscript',
  cue: /post ?script|\bp\.? ?(?:p\.? ?)?s\b/i,
  args: postscriptArgs,
  single: true,
  describe: (args) => `postscript ${args.postscript_marker.trim()}`,
  check: (text, args) =>
    verdict(
      markerPattern(args.postscript_marker.trim()).test(text),
      `A postscript that starts with ${args.postscript_marker.trim()} is missing.`,
    ),
  detect: (instruction) =>
    postscriptRequests
      .flatMap((pattern) => instruction.find(pattern))
      .flatMap(({ span, groups }): readonly Found<PostscriptArgs>[] => {
        const marker = (groups['marker'] ?? '').toUpperCase().replaceAll(/\s/gu, '');
        if (marker === '') return [];
        return [
          {
            args: {
              postscript_marker: marker.startsWith('P.P') || marker.startsWith('PP') ? 'P.P.S' : 'P.S.',
            },
            span,
          },
        ];
      })
      .slice(0, 1),
  repair: (text, args) => asPostscript(text, args.postscript_marker.trim()),
  repairNote: 'made a postscript',
};

const placeholderArgs = z.object({ num_placeholders: count });
type PlaceholderArgs = z.infer<typeof placeholderArgs>;

export const placeholders: DetectableVerifier<PlaceholderArgs> = {
  type: 'detectable_content:number_placeholders',
  cue: /place ?holder/i,
  args: placeholderArgs,
  single: true,
  describe: (args) => `≥ ${args.num_placeholders} [placeholders]`,
  check: (text, args) => {
    const found = countPlaceholders(text);
    return verdict(
      found >= args.num_placeholders,
      `${thereAre(found, 'placeholder')} in square brackets; at least ${args.num_placeholders} must be there.`,
    );
  },
  detect: (instruction) =>
    placeholderRequests
      .flatMap((pattern) => instruction.find(pattern))
      .flatMap(({ span, groups }): readonly Found<PlaceholderArgs>[] => {
        const least = numberOf(groups['n'] ?? '');
        const about = instruction.text.slice(Math.max(0, span.start - 160), span.end + 160);
        if (least === null || !/bracket|\[[^\]\n]+\]/i.test(about)) return [];
        const tail =
          /^[^.\n]{0,80}?(?:square )?brackets?(?:,? (?:such as|like|e\.g\.,?|i\.e\.)?,? ?\[[^\n.]*\])?|^[^.\n]{0,40}\[[^\]\n]+\]\)?/i.exec(
            instruction.text.slice(span.end),
          );
        return [
          {
            args: { num_placeholders: least },
            span: { start: span.start, end: span.end + (tail?.[0].length ?? 0) },
          },
        ];
      })
      .slice(0, 1),
  repair: (text, args) => withPlaceholders(text, args.num_placeholders),
  repairNote: 'put placeholders in square brackets',
};

function markerPattern(marker: string): RegExp {
  if (marker === 'P.P.S') return /p\.\s?p\.\s?s/iu;
  if (marker === 'P.S.') return /p\.\s?s\./iu;
  return new RegExp(escaped(marker), 'iu');
}

const marker =
  '["“\'(]?(?<marker>P\\.? ?P\\.? ?S\\.?|P\\.? ?S\\.?|PPS|PS)["”\')]?(?![a-z\\d\\u00C0-\\u024F])';
const postscriptRequests = [
  `(?:(?:please )?(?:explicitly )?(?:add|include|includes|write|with|contain|contains|and|have|end with|,) )?(?:explicitly )?(?:add )?(?:a |the )?(?:post ?script|post script)(?: (?:at|to|in) (?:the )?end(?: of (?:your|the) (?:response|answer|reply|[a-z\\u00C0-\\u024F]+))?| to (?:your|the) [a-z\\u00C0-\\u024F]+)?,? ?(?:which |that )?(?:starting|starts|beginning|begins|begin|start|should start|must start|marked|labell?ed)? ?(?:with|as|by|of|:)? ${marker}`,
  `(?:add|include|with|have|end with|ends with) (?:a )?${marker} (?:at the end|to the end|after|section|note)(?: of (?:your|the) (?:response|answer|reply|[a-z\\u00C0-\\u024F]+))?`,
  `(?:add|include|write) a ${marker}`,
  `(?:end|finish|close|conclude)(?: (?:it|(?:your|the) (?:[a-z\\u00C0-\\u024F]+))?)? with (?:a |the )?${marker}`,
].map((source) => new RegExp(`(?<![a-z\\d\\u00C0-\\u024F])${source}`, 'gi'));

const placeholderRequests = [
  `(?:(?:the|your|my) (?:entire )?[a-z\\u00C0-\\u024F]+ (?:must|should) |make sure (?:your |the )?(?:[a-z\\u00C0-\\u024F ]{0,30} )?|please |also )?(?:to )?(?:contain|include|use|have|with)?s?\\s?(?:at least|a minimum of|no fewer than|minimum) (?<n>${numberPattern}) (?:different |unique |bracketed |square-bracketed )?place ?holders?`,
  `(?:contain|include|use|have|with)s? (?<n>${numberPattern}) or more (?:different |unique |bracketed )?place ?holders?`,
].map((source) => new RegExp(`(?<![a-z\\d\\u00C0-\\u024F])${source}`, 'gi'));
