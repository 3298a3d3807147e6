/**
 * A simulated refiner of known statistics. Each item asks for five qualities; a response has some of them. A refinement
 * gives each missing quality with probability `mend` and loses one of those it had with probability `spoil`; a vote is
 * right with probability `accuracy`. Every reply is a function of the request's text and seed alone, so runs repeat exactly.
 * Nothing here is a real model's word. No quality is one that code can check, but for the last `verifiable` ones.
 */
export interface WorldStatistics {
  readonly qualities: number;
  /** How many of the qualities are constraints that code can check and no rule can mend; at most three. */
  readonly verifiable?: number;
  readonly mend: number;
  readonly spoil: number;
  readonly accuracy: number;
  /** Probability that an independent answer has a quality; 0.7 unless told. */
  readonly skill?: number;
  /** Length of a critique and of a refinement in tokens: smallest and largest, evenly spread. */
  readonly judgeTokens: readonly [number, number];
  readonly refineTokens: readonly [number, number];
}

export const defaultStatistics: WorldStatistics = {
  qualities: 5,
  mend: 0.5,
  spoil: 0.05,
  accuracy: 0.9,
  judgeTokens: [150, 250],
  refineTokens: [220, 380],
};

export interface WorldItem {
  readonly instruction: string;
  readonly response: string;
}

export interface WorldReply {
  readonly text: string;
  /** Length in simulated tokens. */
  readonly tokens: number;
}

/** Items whose responses lack one to three of the qualities, all equally often. */
export function worldItems(
  count: number,
  statistics: WorldStatistics = defaultStatistics,
): readonly WorldItem[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFrom(hash(`item ${String(index)}`));
    const met = Array.from({ length: statistics.qualities }, () => true);
    for (let lacking = 1 + Math.floor(random() * 3); lacking > 0;) {
      const chosen = Math.floor(random() * met.length);
      if (met[chosen] === true) lacking -= 1;
      met[chosen] = false;
    }
    return {
      instruction: [`Simulated item ${String(index)} of the bench`, ...wishes(statistics)].join('. '),
      response: write(met, `item${String(index)}`, statistics),
    };
  });
}

/** Whether a response truly follows its instruction. */
export function isRight(response: string): boolean {
  const met = read(response);
  return met.length > 0 && met.every(Boolean);
}

/**
 * What the simulated model answers; three messages ask for a refinement, one for a judgement, or for an answer where no
 * response stands in it.
 */
export function worldReply(
  request: { readonly messages: readonly { readonly content: string }[]; readonly seed: number },
  statistics: WorldStatistics = defaultStatistics,
): WorldReply {
  const question = request.messages[0]?.content ?? '';
  const response = /<response>\n([\s\S]*)\n<\/response>/u.exec(question)?.[1] ?? '';
  const random = randomFrom(hash(`${String(request.seed)} ${question}`));
  if (!question.includes('<response>')) return answer(random, statistics);
  return request.messages.length > 1
    ? refine(response, random, statistics)
    : judge(response, random, statistics);
}

function answer(random: () => number, statistics: WorldStatistics): WorldReply {
  const met = Array.from({ length: statistics.qualities }, () => random() < (statistics.skill ?? 0.7));
  const text = write(met, Math.floor(random() * 2 ** 31).toString(36), statistics);
  return { text, tokens: text.split(' ').length };
}

function judge(response: string, random: () => number, statistics: WorldStatistics): WorldReply {
  const right = isRight(response);
  const isYes = random() < statistics.accuracy ? right : !right;
  const tokens = between(statistics.judgeTokens, random);
  return { text: `${filler(tokens - 6)}\nFinal Judgement (Yes or No): ${isYes ? 'Yes' : 'No'}`, tokens };
}

function refine(response: string, random: () => number, statistics: WorldStatistics): WorldReply {
  const had = read(response);
  const met = had.map((has) => has || random() < statistics.mend);
  const held = had.flatMap((has, index) => (has ? [index] : []));
  const lost = held[Math.floor(random() * held.length)];
  if (random() < statistics.spoil && lost !== undefined) met[lost] = false;
  const draft = Math.floor(random() * 2 ** 31).toString(36);
  const tokens = between(statistics.refineTokens, random);
  const answer = write(met, draft, statistics);
  const written = answer.split(' ').length + 2;
  return { text: `${filler(tokens - written)}\n[[start]]\n${answer}\n[[end]]`, tokens };
}

/** The draft's name keeps texts of the same qualities apart, as real answers would be. */
function write(met: readonly boolean[], draft: string, { verifiable = 0 }: WorldStatistics): string {
  const shown = met.map((has, index) => `quality${String(index)}${has ? 'met' : 'lacking'}`);
  const signs = checkable.slice(0, verifiable).map(({ when }, index) => {
    return when[met[met.length - verifiable + index] === true ? 'met' : 'lacking'];
  });
  return ['Draft', draft, ...shown, ...signs].join(' ');
}

/** Qualities that code can check: how an instruction asks for each, and the words of a response that has it or lacks it. */
const checkable = [
  {
    asked: 'Use the word "garden" at least 3 times',
    when: { met: 'garden garden garden', lacking: 'garden' },
  },
  { asked: 'The letter "z" should appear at least 4 times', when: { met: 'zzzz', lacking: 'z' } },
  {
    asked: 'Answer with at least 40 words',
    when: { met: 'calm '.repeat(40).trim(), lacking: 'calm '.repeat(10).trim() },
  },
];

function wishes({ verifiable = 0 }: WorldStatistics): readonly string[] {
  return checkable.slice(0, verifiable).map(({ asked }) => asked);
}

function read(response: string): readonly boolean[] {
  return [...response.matchAll(/quality\d+(met|lacking)/gu)].map((match) => match[1] === 'met');
}

/** That many words, so that a server which counts words counts the tokens meant. */
function filler(words: number): string {
  return `Simulated${' thought'.repeat(Math.max(words - 1, 0))}`;
}

function between([least, most]: readonly [number, number], random: () => number): number {
  return Math.round(least + random() * (most - least));
}

function hash(text: string): number {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
}

/** A linear congruential generator with mixed output; separate from the product's own, which it helps to test. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed) * 2n + 1n;
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 33n) / 2 ** 31;
  };
}
