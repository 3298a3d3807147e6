import type { DatasetSummary } from '../../../editor/datasets/summary';
import { harmlessMarkdown, literalMarkdown } from '../../markdown';
import { summaryIn, type ShownDataset } from './describe';

/** Of a dataset, in Markdown. */
export function datasetTooltip({ found, state }: ShownDataset): string {
  const summary = summaryIn(state);
  return [
    `**${literalMarkdown(found.name)}**`,
    literalMarkdown(found.file),
    ...(found.isStored
      ? [
          'In the editor’s own storage, since no folder was open. Move it into a folder to keep it with your work.',
        ]
      : []),
    ...(state.state === 'failed' ? [harmlessMarkdown(state.reason)] : []),
    ...(summary === null ? [] : countLines(summary)),
    ...(state.state === 'counting' ? ['The file has changed and is being counted.'] : []),
  ].join('\n\n');
}

function countLines(summary: DatasetSummary): readonly string[] {
  const { records, accepted, pending, contested, rejected, deleted, missing, problemCount } = summary;
  const part = (count: number, words: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${words}`];
  const counts = [
    `${records} ${records === 1 ? 'pair' : 'pairs'}`,
    ...part(accepted, 'accepted'),
    ...part(pending, 'pending'),
    ...part(rejected, 'rejected'),
    ...part(deleted, 'deleted'),
  ];
  return [
    counts.join(', '),
    ...(contested === 0
      ? []
      : [
          `${contested} contested: people decided differently. Such pairs are no training data until one is decided on again.`,
        ]),
    ...(missing === 0 ? [] : [`${missing} decided on whose pair is not in the file.`]),
    ...(problemCount === 0 ? [] : [`${problemCount} lines can’t be read. They are kept as they are.`]),
  ];
}
