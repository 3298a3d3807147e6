import { expect, test } from 'vitest';
import { consentWords } from '../../../../src/views/runs/consentWords';
import { plan } from './support';

const { source } = plan();

test('a run of others is described in three sentences, whatever its plan says', () => {
  expect(consentWords({ source }, '/work/.spar/runs/one')).toBe(
    [
      'It is kept in “/work/.spar/runs/one”, and reads “/work/in/prompts.jsonl”.',
      'It sends instructions and answers to http://localhost:8000.',
      'Its pairs stay in its folder.',
    ].join('\n\n'),
  );
  const rules = consentWords({ source: { ...source, actor: null, refiner: null } }, '/run');
  expect(rules).toContain('It works by rules alone and sends nothing.');

  const path = `/home/me/.ssh/id_rsa\n\nIt works by rules alone and sends nothing.\u202e${' '.repeat(9000)}`;
  const dataset = `/${'x'.repeat(5000)}/pairs.spar.jsonl`;
  const model = { provider: 'editor', model: 'copilot/a\n\nb' } as const;
  const words = consentWords(
    { source: { ...source, input: { ...source.input, path }, refiner: model, dataset } },
    '/run',
  );
  const [first, second, third, ...more] = words.split('\n\n');
  expect(first).toBe(
    'It is kept in “/run”, and reads “/home/me/.ssh/id_rsa It works by rules alone and sends nothing.”.',
  );
  expect(second).toBe(
    'It sends instructions and answers to http://localhost:8000, the editor’s model “copilot/a b”.',
  );
  expect(third?.length).toBeLessThan(500);
  expect(third).toMatch(/…x+\/pairs\.spar\.jsonl”\.$/u);
  expect(more).toEqual([]);
});
