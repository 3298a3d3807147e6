import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import type { ImportPlace, ImportPlan } from '../../../spar/datasets/import/plan';

/** What an import would do, as a document in Markdown: counts, what is refused and where, the first pairs. */
export function planText(plan: ImportPlan, nameOf: (file: string) => string): string {
  const { records, rows, mapped, refused, duplicates, unpaired } = plan;
  const { inInput, inDataset, deleted } = duplicates;
  const known = [
    ...line(inInput, 'said the same as an earlier row'),
    ...line(inDataset, 'are in the dataset already'),
    ...line(deleted, 'were deleted from the dataset and stay deleted'),
  ];
  return [
    `# Import into ${datasetNameOf(plan.dataset)}`,
    '',
    'Nothing is imported yet.',
    '',
    `## ${records.length} of ${rows} ${rows === 1 ? 'row' : 'rows'} make new pairs`,
    '',
    ...mapped.map(({ shape, rows: count }) => `- ${count} read as “${shape}”`),
    ...known,
    ...(unpaired.length === 0
      ? []
      : [`- ${unpaired.length} have one answer: no pair, but something to refine`]),
    '',
    ...(refused.length === 0
      ? []
      : [
          '## Refused',
          '',
          ...refused.map(
            ({ reason, count, places }) => `- ${count}: ${reason} (${placesText(places, count, nameOf)})`,
          ),
          '',
        ]),
    '## First pairs',
    '',
    ...(records.length === 0 ? ['None.', ''] : records.slice(0, mostPairs).flatMap(pairLines)),
  ].join('\n');
}

const mostPairs = 5;
const mostCharacters = 1500;

function line(count: number, words: string): readonly string[] {
  return count === 0 ? [] : [`- ${count} ${words}`];
}

function placesText(places: readonly ImportPlace[], count: number, nameOf: (file: string) => string): string {
  const several = new Set(places.map(({ file }) => file)).size > 1;
  const shown = places
    .slice(0, 10)
    .map(({ file, row }) => (several ? `${nameOf(file)}:${row}` : String(row)));
  const [first] = places;
  const where = several || first === undefined ? '' : `${nameOf(first.file)}, `;
  return `${where}${shown.length === 1 ? 'row' : 'rows'} ${shown.join(', ')}${count > shown.length ? ', …' : ''}`;
}

function pairLines({ instruction, rejected, chosen }: ImportPlan['records'][number]): readonly string[] {
  const asked =
    typeof instruction === 'string'
      ? instruction
      : instruction.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
  return [
    ...['Instruction:', '', quoted(asked), '', 'Rejected:', '', quoted(rejected), ''],
    ...['Chosen:', '', quoted(chosen), '', '---', ''],
  ];
}

/** Each line after a mark, so that a text can't be taken for the document's own. */
function quoted(text: string): string {
  const shown =
    text.length > mostCharacters ? `${text.slice(0, mostCharacters)}… (${text.length} characters)` : text;
  return shown.replace(/^/gmu, '> ');
}
