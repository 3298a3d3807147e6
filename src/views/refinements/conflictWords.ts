import type { Conflict } from '../../spar/search/conflicts';
import { oneLine } from './checkMarks';

/** For a node's line: that somebody's verdict is not what code found. */
export function conflictMark({ with: who }: Conflict): string {
  return who === 'given' ? 'critique and rules disagree' : 'votes and rules disagree';
}

/** One sentence for a tooltip or a list. */
export function conflictSentence({ with: who, said, checks }: Conflict): string {
  const verdict = said === 'yes' ? 'it follows the instruction' : 'it does not follow the instruction';
  if (said === 'no')
    return `${speakers[who]} that ${verdict}; by rule every constraint holds, and they cover all of it.`;
  const named = checks.slice(0, 3).map(({ constraint }) => oneLine(constraint.text, 60));
  const more = checks.length - named.length;
  const broken = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `${speakers[who]} that ${verdict}; by rule it breaks: ${broken}. The rules’ word counts.`;
}

const speakers: Readonly<Record<Conflict['with'], string>> = {
  audit: 'The model, asked without being told what rules found, says',
  given: 'The critique that came with it says',
  votes: 'The votes say',
};
