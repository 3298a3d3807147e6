import { describe, expect, it } from 'vitest';
import { failedResult, resultOf } from '../../../src/cli/result';
import {
  acceptedSearch,
  check,
  finished,
  lowercase,
  noComma,
  node,
  ruleSearch,
  rules,
  started,
  treeOf,
  votes,
} from './recordedSearch';

describe('resultOf', () => {
  it('tells an accepted candidate with its tree', () => {
    expect(resultOf(treeOf(acceptedSearch))).toEqual({
      status: 'accepted',
      reason: 'A refinement passed the gate.',
      response: 'a b c',
      value: 1,
      critique: 'Simulated critique.\nFinal Judgement (Yes or No): Yes',
      distance: 1 / 3,
      interference: 0,
      constraints: [
        { id: 'punctuation:no_comma', text: 'no comma', state: 'held' },
        { id: 'unchecked:1', text: 'Be kind.', state: 'held' },
      ],
      complete: true,
      conflicts: [],
      tree: {
        path: '0',
        origin: 'original',
        text: 'a, b c',
        reflection: '',
        by: 'rules',
        value: 0,
        votes: null,
        audit: null,
        critique: 'There is 1 comma; none is allowed.',
        distance: 0,
        interference: null,
        broken: [{ id: 'punctuation:no_comma', message: 'There is 1 comma; none is allowed.' }],
        failure: null,
        copies: 0,
        children: [
          {
            path: '1',
            origin: 'refined',
            text: 'a b c',
            reflection: 'The comma goes.',
            by: 'votes',
            value: 1,
            votes: { yes: 3, no: 0, notDrawn: 2, unparsed: 0 },
            audit: null,
            critique: 'Simulated critique.\nFinal Judgement (Yes or No): Yes',
            distance: 1 / 3,
            interference: 0,
            broken: [],
            failure: null,
            copies: 1,
            children: [],
          },
          {
            path: '2',
            origin: null,
            text: null,
            reflection: null,
            by: null,
            value: null,
            votes: null,
            audit: null,
            critique: null,
            distance: null,
            interference: null,
            broken: [],
            failure: { stage: 'refine', reason: 'no answer between the markers after 3 tries' },
            copies: 0,
            children: [],
          },
        ],
      },
      usage: { requests: 3, sequences: 8, promptTokens: 1000, completionTokens: 240 },
    });
  });

  it('says what rules left unchecked', () => {
    expect(resultOf(treeOf(ruleSearch))).toMatchObject({
      status: 'unsolved',
      response: 'A b',
      value: 0,
      constraints: [
        { id: 'punctuation:no_comma', state: 'held' },
        { id: 'case:lower', state: 'broken' },
        { id: 'unchecked:1', text: 'Be kind.', state: 'unchecked' },
      ],
      complete: false,
    });
  });

  it('tells the original where nothing is better', () => {
    const events = [
      started({
        from: node('0', { text: 'a b', checks: [check(noComma)] }),
        unchecked: ['Be\n kind.', 'Be brief.'],
      }),
      { type: 'node-judged', path: '0', judgement: votes(1, 4) } as const,
      finished({ status: 'unsolved', best: null }),
    ];
    expect(resultOf(treeOf(events))).toMatchObject({
      response: null,
      value: 0.2,
      distance: null,
      interference: null,
      constraints: [
        { id: 'punctuation:no_comma', state: 'held' },
        { id: 'unchecked:1', text: 'Be kind.', state: 'broken' },
        { id: 'unchecked:2', text: 'Be brief.', state: 'broken' },
      ],
      complete: true,
    });
  });

  it('is complete by rules when code checks all the instruction asks', () => {
    const events = [
      started({
        model: null,
        unchecked: [],
        constraints: [noComma, lowercase],
        from: node('0', { checks: [check(noComma), check(lowercase)] }),
      }),
      { type: 'node-judged', path: '0', judgement: rules(1) } as const,
      finished({ status: 'already-follows', best: null }),
    ];
    expect(resultOf(treeOf(events))).toMatchObject({
      status: 'already-follows',
      complete: true,
      response: null,
    });
  });

  it('takes a given critique for no verdict on the parts', () => {
    const given = { ...rules(0, 'Too long.'), by: 'given' } as const;
    const events = [
      started({ from: node('0', { checks: [check(noComma)] }) }),
      { type: 'node-judged', path: '0', judgement: given } as const,
      finished({ status: 'stopped', best: null, stoppedBy: 'tokens' }),
    ];
    expect(resultOf(treeOf(events))).toMatchObject({
      status: 'stopped',
      critique: 'Too long.',
      constraints: [{ state: 'held' }, { state: 'unchecked' }],
      complete: false,
    });
  });

  it('tells what there is of a search that has not ended', () => {
    expect(resultOf(treeOf(acceptedSearch.slice(0, -1)))).toMatchObject({
      status: 'stopped',
      reason: 'Ended before the search did. What was found is shown.',
      response: 'a b c',
      value: 1,
    });
    expect(resultOf(treeOf([]))).toEqual({
      ...failedResult('Ended before the search did. What was found is shown.', 'stopped'),
    });
  });

  it('keeps every field when no search could begin', () => {
    expect(failedResult('No file.')).toEqual({
      status: 'failed',
      reason: 'No file.',
      response: null,
      value: null,
      critique: null,
      distance: null,
      interference: null,
      constraints: [],
      complete: false,
      conflicts: [],
      tree: null,
      usage: { requests: 0, sequences: 0, promptTokens: 0, completionTokens: 0 },
    });
  });
});
