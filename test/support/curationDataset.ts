import { jsonLine } from '../../src/spar/log/jsonLine';
import { decisionLine, recordIdOf, recordLine, type NewRecord } from '../../src/spar/datasets/newLines';
import type { AboutLine, DatasetRecord } from '../../src/spar/datasets/schema';

const topics = ['castles', 'rivers', 'bread', 'glaciers', 'trams', 'violins', 'bridges', 'markets'];

/** A pair as a search writes it: a comma too many, taken out by rule; with verifier marks, votes and a path. */
export function curatedPair(number: number): NewRecord {
  const topic = topics[number % topics.length] ?? 'castles';
  const rejected = `Old ${topic} are quiet, grey, and tall. Number ${number} stands by the road.`;
  const chosen = `Old ${topic} are quiet and grey and tall. Number ${number} stands by the road.`;
  const constraint = {
    id: 'c1',
    type: 'punctuation:no_comma',
    args: {},
    text: 'no commas',
    span: null,
    source: 'instruction',
  };
  const commas = [rejected.indexOf(','), rejected.lastIndexOf(',')].map((start) => ({
    start,
    end: start + 1,
  }));
  const vote = (draw: number, verdict: 'yes' | 'no') => ({
    draw,
    verdict,
    text: `Final Judgement: ${verdict}`,
  });
  return {
    instruction: `Describe ${topic} in two sentences. Do not use any commas. Text ${number}.`,
    rejected,
    chosen,
    evidence: {
      path: [
        {
          path: '0',
          origin: 'original',
          text: rejected,
          reflection: '',
          judgement: {
            by: 'rules',
            value: 0,
            yes: 0,
            no: 0,
            notDrawn: 5,
            unparsed: 0,
            critique: 'The text has two commas, and the instruction allows none.',
            votes: [],
          },
          checks: [{ constraint, result: { state: 'broken', message: '2 commas', spans: commas } }],
        },
        {
          path: '1.2',
          origin: 'refined',
          text: chosen,
          reflection: 'Both commas are taken out; nothing else changes.',
          judgement: {
            by: 'votes',
            value: number % 3 === 0 ? 0.8 : 1,
            yes: number % 3 === 0 ? 4 : 5,
            no: number % 3 === 0 ? 1 : 0,
            notDrawn: 0,
            unparsed: 0,
            critique: 'No comma is left and the text describes what was asked.',
            votes: [vote(0, 'yes'), vote(1, 'yes')],
          },
          checks: [{ constraint, result: { state: 'held' } }],
        },
      ],
    },
    metrics: {
      value: number % 3 === 0 ? 0.8 : 1,
      yes: number % 3 === 0 ? 4 : 5,
      no: number % 3 === 0 ? 1 : 0,
      notDrawn: 0,
      interference: number % 4 === 0 ? 0.25 : 0,
    },
    source: { file: 'responses.jsonl', row: (number % 5) + 1, language: 'jsonl', run: `run-${number % 2}` },
    model: number % 2 === 0 ? 'steady' : null,
  };
}

export function curatedRecord(number: number): DatasetRecord {
  return recordLine(curatedPair(number), new Date(Date.UTC(2026, 9, 1, 0, number)).toISOString());
}

export function decisionOn(
  number: number,
  status: 'accepted' | 'rejected' | 'pending',
  stamp: { readonly id: string; readonly after?: readonly string[]; readonly minute?: number },
): AboutLine {
  const time = new Date(Date.UTC(2026, 9, 2, 0, stamp.minute ?? 0)).toISOString();
  const id = recordIdOf(curatedPair(number));
  return decisionLine(id, { status }, { id: stamp.id, time, after: stamp.after ?? [] });
}

/** The text of a dataset file. */
export function datasetText(lines: readonly object[]): string {
  return lines.map((line) => `${jsonLine(line)}\n`).join('');
}

/** A pair whose texts try everything that must not work in a page. */
export function hostilePair(): NewRecord {
  const attack = [
    '<img src="https://attacker.invalid/x.png" onerror="document.body.textContent=\'owned\'">',
    '<script>document.body.textContent="owned"</script>',
    '<a href="command:workbench.action.quit">press</a>',
    '<iframe src="https://attacker.invalid/"></iframe>',
    '<style>body{display:none}</style>',
    '[link](javascript:alert(1)) ![image](https://attacker.invalid/y.png)',
    '\u202Egnirts desrever\u202C \u0007\u001b[31m\u0000 \u2066x\u2069 \u2028 \u2029 \ud800',
  ].join('\n');
  return {
    instruction: [
      { role: 'system', content: attack },
      { role: 'user', content: attack },
    ],
    rejected: attack,
    chosen: `${attack}\n"><svg onload="document.body.textContent='owned'">`,
    source: { file: '../../../etc/passwd', row: 1, run: attack },
    model: attack,
  };
}
