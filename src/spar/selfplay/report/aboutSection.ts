import type { Section } from '../../report/report';
import { count } from '../../report/reportWords';
import { costWords, countWords, timeWords } from '../../text/amountWords';
import type { AboutRun, ModelAbout } from './aboutRun';
import type { RunReport } from './runReport';

/** What the run was: enough to run it again. */
export function aboutSection({ about, unread }: RunReport): Section {
  const { begun, format, seed, input, actor, refiner, stages, guard, policy, price } = about;
  const damaged = unread.journal + unread.outcomes;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Begun', begun],
    ['Input', input?.path ?? null],
    ['Input, SHA-256', input?.sha256 ?? null],
    ['Actor', modelWords(actor)],
    ['Refiner', modelWords(refiner) ?? 'rules alone'],
    ['Stages', stages.join(', ')],
    ['Seed', seed === null ? null : String(seed)],
    ['Evaluation prompts', guard.length === 0 ? null : guard.join(', ')],
    ['Dataset', about.dataset],
    ['Accepted without review by', policy],
    ['Limits', limitWords(about)],
    [
      'Price of a million tokens',
      price === null
        ? null
        : `${costWords(price.promptPerMillion, price)} of prompt, ${costWords(price.completionPerMillion, price)} of reply`,
    ],
    ...about.settings.map(([name, value]) => [settingWords(name), value] as const),
    ['Format of its files', format === null ? null : `version ${format}`],
  ];
  return {
    id: 'about',
    title: 'What the run was',
    isWide: true,
    summary:
      damaged === 0
        ? ''
        : `${count(damaged)} lines of its files could not be read; what they said is not in this report.`,
    chart: null,
    table: {
      columns: ['What', 'Value'],
      rows: rows.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value]])),
      isOfWords: true,
    },
  };
}

function modelWords(model: ModelAbout | null): string | null {
  return model === null ? null : [model.model, ...model.addresses].join(' · ');
}

function limitWords({ limits, price }: AboutRun): string {
  const { tokens, cost, milliseconds, items } = limits;
  const words = [
    tokens === undefined ? null : `${countWords(tokens)} tokens`,
    cost === undefined ? null : price === null ? String(cost) : costWords(cost, price),
    milliseconds === undefined ? null : `${timeWords(milliseconds)} of work`,
    items === undefined ? null : `${count(items)} items`,
  ].filter((word) => word !== null);
  return words.length === 0 ? 'none' : words.join(', ');
}

const ownWords: Readonly<Record<string, string>> = {
  samples: 'Answers of an instruction, at most',
  select: 'Failing answers searched from',
  draw: 'Answers drawn',
  completeShare: 'Share of nodes with all votes',
  sample: 'Sampling of answers',
  judge: 'Sampling of votes',
  refine: 'Sampling of refinements',
};

/** `branchFactor` as `Branch factor`. */
function settingWords(name: string): string {
  const own = ownWords[name];
  if (own !== undefined) return own;
  const words = name.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
