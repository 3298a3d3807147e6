import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settings } from '../../../src/contributions';
import { readModelInUse, readSettings, type InspectedValue } from '../../../src/editor/settingValues';

function read(values: Readonly<Record<string, InspectedValue>>, isTrusted = true) {
  return readSettings({ isTrusted, inspect: (name) => values[name] ?? {} });
}

describe('readSettings', () => {
  it('takes the narrowest value', () => {
    const { search } = read({ [settings.votes]: { defaultValue: 5, globalValue: 7, workspaceValue: 9 } });
    expect(search.votes).toBe(9);
  });

  it('gives limits as the search takes them', () => {
    const { search } = read({
      [settings.tokenBudget]: { globalValue: 1000 },
      [settings.timeBudget]: { globalValue: 90 },
      [settings.costBudget]: { globalValue: null },
    });
    expect(search.budget).toEqual({ tokens: 1000, milliseconds: 90_000 });
  });

  it('names each setting that can not be used, and takes its default', () => {
    const { problems, search, datasetName } = read({
      [settings.votes]: { workspaceValue: 'five' },
      [settings.gate]: { workspaceValue: 1 },
      [settings.algorithm]: { workspaceValue: 'widest' },
      [settings.datasetName]: { workspaceValue: '../elsewhere' },
    });
    expect(problems).toEqual([
      'The setting `spar.search.algorithm` must be one of breadth-first, depth-first, best-of-n, chain.',
      'The setting `spar.search.votes` must be a whole number from 1 to 99.',
      'The setting `spar.search.gate` must be a number from 0 to 0.99.',
      'The setting `spar.datasets.name` must be 1 to 64 letters, digits, points, hyphens or underscores.',
    ]);
    expect({ votes: search.votes, gate: search.gate, algorithm: search.algorithm, datasetName }).toEqual({
      votes: 5,
      gate: 0.5,
      algorithm: 'breadth-first',
      datasetName: 'pairs',
    });
  });

  it('never throws, whatever a settings file holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.values(settings)), fc.anything()), (values) => {
        const inspected = Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, { workspaceValue: value }]),
        );
        const { search, datasetName } = read(inspected);
        expect(search.votes).toBeGreaterThan(0);
        expect(datasetName).not.toMatch(/[\\/]/u);
      }),
    );
  });
});

describe('an untrusted workspace', () => {
  const redirected = {
    [settings.modelKind]: { globalValue: 'endpoint', workspaceValue: 'editor' },
    [settings.endpointBaseUrl]: {
      globalValue: 'https://mine.example/v1',
      workspaceValue: 'https://evil.example/v1',
    },
    [settings.endpointHeaders]: { globalValue: { 'x-team': 'a' }, workspaceValue: { 'x-team': 'b' } },
    [settings.datasetFolder]: { workspaceValue: '/etc' },
  };

  it('can not set model, endpoint, headers or dataset folder', () => {
    const { modelKind, endpoint, datasetFolder } = read(redirected, false);
    expect({ modelKind, datasetFolder, ...endpoint }).toMatchObject({
      modelKind: 'endpoint',
      datasetFolder: 'datasets',
      baseUrl: 'https://mine.example/v1',
      isFromWorkspace: false,
      headers: { 'x-team': 'a' },
    });
  });

  it('once trusted gets its own headers only, so that nothing of the person’s goes to its address', () => {
    const { endpoint } = read(redirected);
    expect(endpoint).toMatchObject({
      baseUrl: 'https://evil.example/v1',
      isFromWorkspace: true,
      headers: { 'x-team': 'b' },
    });
    const without = read({ ...redirected, [settings.endpointHeaders]: { globalValue: { 'x-team': 'a' } } });
    expect(without.endpoint.headers).toEqual({});
  });
});

describe('headers', () => {
  it('that carry credentials are refused', () => {
    const { endpoint, problems } = read({
      [settings.endpointHeaders]: {
        globalValue: {
          Authorization: 'Bearer x',
          'X-Api-Key': 'y',
          'x-team': 'z',
          'bad name': 'q',
          long: 'a\r\nb',
        },
      },
    });
    expect(endpoint.headers).toEqual({ 'x-team': 'z' });
    expect(problems).toHaveLength(4);
    expect(problems.join(' ')).not.toMatch(/Bearer|: y/u);
  });
});

describe('readModelInUse', () => {
  const prices = {
    globalValue: {
      small: { promptPerMillion: 1, completionPerMillion: 2, currency: 'EUR' },
      toString: { promptPerMillion: 'free' },
    },
  };
  const cases: Readonly<Record<string, Readonly<Record<string, InspectedValue>>>> = {
    'nothing chosen': {},
    'an editor model': {
      [settings.modelKind]: { globalValue: 'editor' },
      [settings.editorModel]: { globalValue: 'vendor/small' },
    },
    'an endpoint': {
      [settings.modelKind]: { globalValue: 'endpoint' },
      [settings.endpointModel]: { globalValue: 'org/small' },
    },
    'a name of Object’s own': {
      [settings.modelKind]: { globalValue: 'endpoint' },
      [settings.endpointModel]: { globalValue: 'toString' },
    },
    'no name yet': { [settings.modelKind]: { globalValue: 'editor' } },
    'values that can not be used': {
      [settings.modelKind]: { workspaceValue: 'cloud' },
      [settings.editorModel]: { workspaceValue: 7 },
    },
  };

  it('says what is shown of the model', () => {
    const shown = Object.entries(cases).map(([name, values]) => {
      const source = {
        isTrusted: true,
        inspect: (setting: string) => ({ [settings.prices]: prices, ...values })[setting] ?? {},
      };
      const { kind, name: model, currency } = readModelInUse(source);
      return `${name}: ${kind}, ${model}, ${currency || 'no price'}`;
    });
    expect(shown).toEqual([
      'nothing chosen: offline, offline, no price',
      'an editor model: editor, small, EUR',
      'an endpoint: endpoint, org/small, no price',
      'a name of Object’s own: endpoint, toString, no price',
      'no name yet: editor, no editor model, no price',
      'values that can not be used: offline, offline, no price',
    ]);
  });

  it('asks for no other setting while the model is offline', () => {
    const asked: string[] = [];
    readModelInUse({
      isTrusted: true,
      inspect: (setting) => {
        asked.push(setting);
        return {};
      },
    });
    expect(asked).toEqual([settings.modelKind]);
  });
});
