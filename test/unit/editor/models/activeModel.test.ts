import { describe, expect, it } from 'vitest';
import { settings } from '../../../../src/contributions';
import { openModel } from '../../../../src/editor/models/activeModel';
import { Keys } from '../../../../src/editor/models/keys';
import { readSettings, type Configuration, type InspectedValue } from '../../../../src/editor/settingValues';
import { ListedEditorModel, MemoryNotes, MemorySecrets } from './fakes';

function configured(values: Readonly<Record<string, InspectedValue>>): Configuration {
  return readSettings({ isTrusted: true, inspect: (name) => values[name] ?? {} });
}

/** Answers as told; records which origins it was asked about. */
class Asked {
  readonly origins: string[] = [];

  constructor(private readonly answer: boolean) {}

  readonly askToSendKey = (origin: string): Promise<boolean> => {
    this.origins.push(origin);
    return Promise.resolve(this.answer);
  };
}

async function keysWith(...origins: readonly string[]): Promise<Keys> {
  const keys = new Keys({
    secrets: new MemorySecrets(),
    everywhere: new MemoryNotes(),
    here: new MemoryNotes(),
  });
  for (const origin of origins) await keys.set(origin, 'sk-secret');
  return keys;
}

const findEditorModel = (): Promise<null> => Promise.resolve(null);
const endpoint = {
  [settings.modelKind]: { globalValue: 'endpoint' },
  [settings.endpointBaseUrl]: { globalValue: 'https://mine.example/v1' },
  [settings.endpointModel]: { globalValue: 'm' },
};
const redirected = {
  ...endpoint,
  [settings.endpointBaseUrl]: {
    globalValue: 'https://mine.example/v1',
    workspaceValue: 'https://other.example/v1',
  },
};

describe('openModel', () => {
  it('is offline until a person has chosen', async () => {
    const asked = new Asked(true);
    const model = await openModel(configured({}), {
      keys: await keysWith(),
      findEditorModel,
      askToSendKey: asked.askToSendKey,
    });
    expect(model).toBeNull();
  });

  it('sends the person’s own key to the person’s own endpoint without asking', async () => {
    const asked = new Asked(false);
    const keys = await keysWith('https://mine.example');
    const model = await openModel(configured(endpoint), {
      keys,
      findEditorModel,
      askToSendKey: asked.askToSendKey,
    });
    expect([model?.id, asked.origins]).toEqual(['m', []]);
  });

  it('asks before a stored key goes where the workspace points, once', async () => {
    const asked = new Asked(true);
    const keys = await keysWith('https://mine.example', 'https://other.example');
    const options = { keys, findEditorModel, askToSendKey: asked.askToSendKey };
    await openModel(configured(redirected), options);
    await openModel(configured(redirected), options);
    expect(asked.origins).toEqual(['https://other.example']);
  });

  it('asks again after a no', async () => {
    const asked = new Asked(false);
    const options = {
      keys: await keysWith('https://other.example'),
      findEditorModel,
      askToSendKey: asked.askToSendKey,
    };
    await openModel(configured(redirected), options);
    await openModel(configured(redirected), options);
    expect(asked.origins).toEqual(['https://other.example', 'https://other.example']);
  });

  it.each([
    ['an endpoint without an address', { [settings.modelKind]: { globalValue: 'endpoint' } }, 'bad-request'],
    ['an endpoint without a model name', { ...endpoint, [settings.endpointModel]: {} }, 'model-not-found'],
    [
      'an editor model that is gone',
      { [settings.modelKind]: { globalValue: 'editor' }, [settings.editorModel]: { globalValue: 'a/b' } },
      'model-not-found',
    ],
  ])('says what to do about %s', async (_, values, kind) => {
    const asked = new Asked(true);
    const opened = openModel(configured(values), {
      keys: await keysWith(),
      findEditorModel,
      askToSendKey: asked.askToSendKey,
    });
    await expect(opened).rejects.toMatchObject({ kind });
  });

  it('opens an editor model by vendor and id', async () => {
    const values = {
      [settings.modelKind]: { globalValue: 'editor' },
      [settings.editorModel]: { globalValue: 'test/listed' },
    };
    const wanted: string[] = [];
    const model = await openModel(configured(values), {
      keys: await keysWith(),
      findEditorModel: (setting) => {
        wanted.push(setting);
        return Promise.resolve(new ListedEditorModel([]));
      },
      askToSendKey: new Asked(true).askToSendKey,
    });
    expect([model?.id, wanted]).toEqual(['test/listed', ['test/listed']]);
  });
});
