import { differenceWords } from '../../spar/datasets/versions/differenceWords';
import type {
  PairDifference,
  Segment,
  VersionDifference,
} from '../../spar/datasets/versions/versionDifference';
import { harmless, harmlessLine, paintFor, type Ink, type Paint } from '../output/paint';
import type { Terminal } from '../terminal';
import type { DiffArguments } from './command';

/** Prints the difference: one JSON object, or pairs for a person. */
export function printDifference(
  difference: VersionDifference,
  { json }: DiffArguments,
  { stdout, environment }: Terminal,
): void {
  if (json) {
    stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
    return;
  }
  const paint = paintFor(stdout, environment);
  const { summary, notes } = differenceWords(difference);
  const parts = [
    paint.ink('strong', summary),
    ...notes,
    ...difference.pairs.map((pair) => `\n${pairText(pair, paint)}`),
  ];
  stdout.write(`${parts.join('\n')}\n`);
}

const inks: Readonly<Record<PairDifference['kind'], Ink>> = {
  added: 'good',
  removed: 'bad',
  decided: 'unsure',
  changed: 'unsure',
};

function pairText(pair: PairDifference, paint: Paint): string {
  const { id, kind, status, tags, split, texts, instruction } = pair;
  const fate =
    status.before === null || status.after === null || status.before === status.after
      ? (status.after ?? status.before ?? '')
      : `${status.before} → ${status.after}`;
  const marks = [
    ...tags.added.map((tag) => `+${tag}`),
    ...tags.removed.map((tag) => `-${tag}`),
    ...(split === null ? [] : [`split ${split.before ?? 'none'} → ${split.after ?? 'none'}`]),
  ];
  const lines = [
    `${paint.ink(inks[kind], kind)} ${id.slice(0, 8)} · ${[fate, ...marks.map((mark) => harmlessLine(mark, 60))].join(' · ')}`,
    `  ${harmlessLine(instruction, 100)}`,
    ...(texts.length === 0
      ? [indented(rendered(pair.pair, paint))]
      : texts.map(
          ({ field, segments }) => `  ${paint.ink('faint', field)}\n${indented(rendered(segments, paint))}`,
        )),
  ];
  return lines.join('\n');
}

function rendered(segments: readonly Segment[], paint: Paint): string {
  return segments
    .map(({ kind, text }) => {
      const safe = harmless(text);
      if (kind === 'same') return safe;
      if (kind === 'gap') return paint.ink('faint', ` ${safe} `);
      if (paint.hasColour) return paint.ink(kind, safe);
      return kind === 'removed' ? `[-${safe}-]` : `{+${safe}+}`;
    })
    .join('');
}

function indented(text: string): string {
  return text.replace(/^/gmu, '    ');
}
