import { askPick, askText, type StepPlace, type StepResult } from '../../../editor/steps';
import { defaultSettings, type SearchSettings } from '../../../spar/search/settings';
import { inFlightText, parseInFlight } from '../../../spar/selfplay/plan/inFlight';
import {
  parsePolicy,
  parsePrice,
  parseSampling,
  policyText,
  samplingText,
} from '../../../spar/selfplay/settingTexts';
import type { AcceptancePolicy, RunLimits, RunSettings } from '../../../spar/selfplay/settings';
import { numberIn, type Range } from '../../../spar/text/amountValues';
import type { StartChoices } from './choices';
import { limitIn, limitText } from './limitTexts';
import { searchWords, selectWords, sentence, votesWords } from './summaryLines';

/** Changes one thing and comes back to the summary. */
export type Edit = (choices: StartChoices, place: StepPlace) => Promise<StepResult<StartChoices>>;

export const editSamples: Edit = (choices, place) =>
  askSetting(choices, place, {
    prompt: 'Answers that the actor gives to one instruction, at most (the paper: 5)',
    value: choices.settings.samples,
    range: { least: 1, most: 1000, whole: true },
    with: (samples) => ({ samples }),
  });

export const editGate: Edit = (choices, place) =>
  askSetting(choices, place, {
    prompt: 'A text passes when its share of Yes votes is above (the paper: 0.5)',
    value: choices.settings.search.gate,
    range: { least: 0, below: 1, whole: false },
    with: (gate) => ({ search: { ...choices.settings.search, gate } }),
  });

export const editSeed: Edit = (choices, place) =>
  askSetting(choices, place, {
    prompt: 'The seed: the same seed and the same replies give the same pairs',
    value: choices.settings.seed,
    range: { least: 0, most: 2_147_483_647, whole: true },
    with: (seed) => ({ seed }),
  });

export const editComplete: Edit = (choices, place) =>
  askSetting(choices, place, {
    prompt: 'Percent of the texts whose votes are all drawn, so that split votes are among the examples (20)',
    value: Math.round(choices.settings.completeShare * 100),
    range: { least: 0, most: 100, whole: true },
    with: (percent) => ({ completeShare: percent / 100 }),
  });

export const editSelect: Edit = async (choices, place) => {
  const offers: readonly Pick<RunSettings, 'select' | 'draw'>[] = [
    { select: 'one', draw: 'as-needed' },
    { select: 'one', draw: 'all' },
    { select: 'all', draw: 'all' },
  ];
  const details = [
    'Answers are drawn and judged one by one until one fails: as fair as the next, for fewer tokens',
    'As the paper does it',
    'Several pairs of one instruction; dearer',
  ];
  const items = offers.map((offer, at) => ({
    label: sentence(selectWords({ ...choices.settings, ...offer })),
    detail: details[at] ?? '',
    offer,
  }));
  const { select, draw } = choices.settings;
  const active = items.find(
    ({ offer }) => offer.select === select && (select === 'all' || offer.draw === draw),
  );
  const picked = await askPick({
    ...place,
    placeholder: 'Which failing answers are searched from',
    items,
    ...(active === undefined ? {} : { active }),
  });
  return picked.kind === 'value' ? done(withSettings(choices, picked.value.offer)) : picked;
};

export const editVotes: Edit = async (choices, place) => {
  const { search } = choices.settings;
  const votes = await askNumber(place, {
    prompt: 'Votes about one text, at most (the paper: 5)',
    value: search.votes,
    range: { least: 1, most: 99, whole: true },
  });
  if (votes.kind !== 'value') return votes;
  const details: Readonly<Record<SearchSettings['voting'], string>> = {
    settled: 'Accepts the same texts as all votes do, for fewer tokens',
    screen: 'The cheapest; a text that is refused at first is not asked about again',
    all: 'As the paper does it',
  };
  const items = (['settled', 'screen', 'all'] as const).map((voting) => ({
    label: sentence(votesWords({ votes: votes.value, voting })),
    description: voting,
    detail: details[voting],
    voting,
  }));
  const active = items.find(({ voting }) => voting === search.voting);
  const picked = await askPick({
    ...place,
    placeholder: 'How votes are spent',
    items,
    ...(active === undefined ? {} : { active }),
  });
  if (picked.kind !== 'value') return picked;
  const { voting } = picked.value;
  return done(withSettings(choices, { search: { ...search, votes: votes.value, voting } }));
};

export const editSearch: Edit = async (choices, place) => {
  const { search } = choices.settings;
  const items = (['breadth-first', 'depth-first', 'best-of-n', 'chain'] as const).map((algorithm) => ({
    label: sentence(searchWords({ ...search, algorithm })),
    description: algorithm === 'breadth-first' ? 'the paper’s' : '',
    algorithm,
  }));
  const active = items.find(({ algorithm }) => algorithm === search.algorithm);
  const picked = await askPick({
    ...place,
    placeholder: 'How refinements are searched for',
    items,
    ...(active === undefined ? {} : { active }),
  });
  if (picked.kind !== 'value') return picked;
  let changed: SearchSettings = { ...search, algorithm: picked.value.algorithm };
  for (const { name, prompt, most } of numbersOf(changed)) {
    const range = { least: 1, most, whole: true };
    const answer = await askNumber(place, { prompt, value: changed[name], range });
    if (answer.kind !== 'value') return answer;
    changed = { ...changed, [name]: answer.value };
  }
  return done(withSettings(choices, { search: changed }));
};

interface SearchNumber {
  readonly name: 'branchFactor' | 'beamWidth' | 'depth';
  readonly prompt: string;
  readonly most: number;
}

function numbersOf({ algorithm }: SearchSettings): readonly SearchNumber[] {
  const branches = {
    name: 'branchFactor',
    prompt: 'Refinements of one text (the paper: 3)',
    most: 32,
  } as const;
  const beam = {
    name: 'beamWidth',
    prompt: 'Texts that go on from a level (the paper: 2)',
    most: 32,
  } as const;
  const depth = { name: 'depth', prompt: 'Levels (the paper: 3)', most: 16 } as const;
  switch (algorithm) {
    case 'breadth-first':
    case 'depth-first':
      return [branches, beam, depth];
    case 'best-of-n':
      return [{ ...branches, prompt: 'New answers' }];
    case 'chain':
      return [{ ...depth, prompt: 'Refinements, one after the other' }];
  }
}

export const editConcurrency: Edit = async (choices, place) => {
  const answer = await askText({
    ...place,
    prompt:
      'Replies in flight at once, or “auto”: as many as each server bears. Of two models: actor=4,refiner=auto',
    value: inFlightText(choices.inFlight),
    validate: (text) =>
      parseInFlight(text) === null
        ? 'Write auto, a whole number from 1 up to 10000, or actor=… and refiner=… with one of these each.'
        : null,
  });
  if (answer.kind !== 'value') return answer;
  return done({ ...choices, inFlight: parseInFlight(answer.value) ?? choices.inFlight });
};

/** How answers, judgements and refinements are asked for. */
export const editSampling: Edit = async (choices, place) => {
  const { search } = choices.settings;
  const items = (['sample', 'judge', 'refine'] as const).map((role) => ({
    label: samplingLabels[role],
    description: samplingText(search[role]),
    role,
  }));
  const picked = await askPick({ ...place, placeholder: 'How the models are asked for what', items });
  if (picked.kind !== 'value') return picked;
  const { role, label } = picked.value;
  const answer = await askText({
    ...place,
    prompt: `${label} (the paper: ${samplingText(defaultSettings[role])})`,
    value: samplingText(search[role]),
    validate: (text) =>
      parseSampling(text, defaultSettings[role]) === null
        ? 'Write temperature=0 to 2, top-p=0 to 1 and max-tokens=NUMBER, separated by commas.'
        : null,
  });
  if (answer.kind !== 'value') return answer;
  const sampling = parseSampling(answer.value, defaultSettings[role]) ?? search[role];
  return done(withSettings(choices, { search: { ...search, [role]: sampling } }));
};

const samplingLabels = {
  sample: 'Answers, and harder instructions',
  judge: 'Judgements',
  refine: 'Refinements',
} as const;

export const editPrice: Edit = async (choices, place) => {
  const current = choices.price;
  const answer = await askText({
    ...place,
    prompt: 'What a million tokens of prompt and of reply cost, and the currency; empty: as in the settings',
    placeholder: '0.15,0.60,USD',
    value:
      current === undefined
        ? ''
        : `${current.promptPerMillion},${current.completionPerMillion},${current.currency}`,
    validate: (text) =>
      text.trim() === '' || parsePrice(text) !== null
        ? null
        : 'Write two numbers and a currency, such as 0.15,0.60,USD.',
  });
  return answer.kind === 'value'
    ? done({ ...choices, price: parsePrice(answer.value) ?? undefined })
    : answer;
};

/** One of the limits; empty lifts it. */
export function editLimit(name: keyof RunLimits): Edit {
  const prompts: Readonly<Record<keyof RunLimits, string>> = {
    items: 'Rows, from the first; empty: all',
    tokens: 'Tokens of prompts and replies together, at which the run pauses; empty: no limit',
    cost: 'Money, in the currency of the price, at which the run pauses; empty: no limit',
    milliseconds: 'Time of work at which the run pauses, such as 45m, 2h or 1h30m; empty: no limit',
  };
  const wrongs: Readonly<Record<keyof RunLimits, string>> = {
    items: 'Write a whole number from 1, or nothing.',
    tokens: 'Write a whole number from 1, or nothing.',
    cost: 'Write a number above 0, or nothing.',
    milliseconds: 'Write a time such as 90s, 45m, 2h or 1h30m, up to 365d, or nothing.',
  };
  return async (choices, place) => {
    const { limits } = choices.settings;
    const current = limits[name];
    const answer = await askText({
      ...place,
      prompt: prompts[name],
      value: current === undefined ? '' : limitText(name, current),
      validate: (text) =>
        text.trim() === '' || limitIn(name, text.trim()) !== undefined ? null : wrongs[name],
    });
    if (answer.kind !== 'value') return answer;
    const value = limitIn(name, answer.value.trim());
    const others = Object.entries(limits).filter(([other]) => other !== name);
    const own = value === undefined ? [] : [[name, value] as const];
    const changed = withSettings(choices, { limits: Object.fromEntries([...others, ...own]) });
    // Another number of rows is read anew.
    return done(name === 'items' && value !== current ? { ...changed, scan: null } : changed);
  };
}

const strict: AcceptancePolicy = {
  name: 'all verified, value 1, interference at most 10 %',
  value: 1,
  interference: 0.1,
  verified: true,
};

export const editPolicy: Edit = async (choices, place) => {
  const { policy } = choices.settings;
  const items = [
    { label: 'None', description: 'a person reviews every pair', value: 'none' as const },
    {
      label: 'Where code verified all of the instruction',
      description: 'value 1, interference at most 10 %',
      value: 'strict' as const,
    },
    { label: '$(edit) Another rule…', description: 'value, interference, verified', value: 'other' as const },
  ];
  const active = policy === null ? items[0] : policyText(policy) === policyText(strict) ? items[1] : items[2];
  const picked = await askPick({
    ...place,
    placeholder: 'Which pairs are accepted without review; the rule stands on each of them',
    items,
    ...(active === undefined ? {} : { active }),
  });
  if (picked.kind !== 'value') return picked;
  if (picked.value.value !== 'other')
    return done(withSettings(choices, { policy: picked.value.value === 'strict' ? strict : null }));
  const answer = await askText({
    ...place,
    prompt: 'At least this value, at most this interference, and verified by code where it says so',
    value: policyText(policy ?? strict),
    validate: (text) =>
      parsePolicy(text, text) === null
        ? 'Write value=SHARE, interference=SHARE and verified, separated by commas; shares are 0 to 1.'
        : null,
  });
  if (answer.kind !== 'value') return answer;
  const parsed = parsePolicy(answer.value, '');
  const named = parsed === null ? null : { ...parsed, name: `accept where ${policyText(parsed)}` };
  return done(withSettings(choices, { policy: named }));
};

interface NumberQuestion {
  readonly prompt: string;
  readonly value: number;
  readonly range: Range;
}

async function askSetting(
  choices: StartChoices,
  place: StepPlace,
  question: NumberQuestion & { readonly with: (value: number) => Partial<RunSettings> },
): Promise<StepResult<StartChoices>> {
  const answer = await askNumber(place, question);
  return answer.kind === 'value' ? done(withSettings(choices, question.with(answer.value))) : answer;
}

async function askNumber(
  place: StepPlace,
  { prompt, value, range }: NumberQuestion,
): Promise<StepResult<number>> {
  const kind = range.whole ? 'a whole number' : 'a number';
  const end = 'most' in range ? `up to ${range.most}` : `and below ${range.below}`;
  const answer = await askText({
    ...place,
    prompt,
    value: String(value),
    validate: (text) =>
      numberIn(text.trim(), range) === undefined ? `Write ${kind} from ${range.least} ${end}.` : null,
  });
  if (answer.kind !== 'value') return answer;
  return { kind: 'value', value: numberIn(answer.value.trim(), range) ?? value };
}

function withSettings(choices: StartChoices, settings: Partial<RunSettings>): StartChoices {
  return { ...choices, settings: { ...choices.settings, ...settings } };
}

function done(choices: StartChoices): StepResult<StartChoices> {
  return { kind: 'value', value: choices };
}
