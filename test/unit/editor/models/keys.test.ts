import { describe, expect, it } from 'vitest';
import { Keys, originOf } from '../../../../src/editor/models/keys';
import { MemoryNotes, MemorySecrets } from './fakes';

describe('Keys', () => {
  it('are found by origin only, so that no other address gets them', async () => {
    const keys = new Keys({
      secrets: new MemorySecrets(),
      everywhere: new MemoryNotes(),
      here: new MemoryNotes(),
    });
    await keys.set('https://api.example', 'sk-1');
    const found = await Promise.all(
      [
        'https://api.example/v1',
        'https://api.example:443/other',
        'http://api.example/v1',
        'https://api.example:8443/v1',
        'https://api.example.evil.example/v1',
        'https://api.example@evil.example/v1',
        'file:///api.example',
        'nonsense',
      ].map((address) => keys.find(address)),
    );
    expect(found).toEqual(['sk-1', 'sk-1', null, null, null, null, null, null]);
  });

  it('are listed by origin and forgotten one by one', async () => {
    const secrets = new MemorySecrets();
    const keys = new Keys({ secrets, everywhere: new MemoryNotes(), here: new MemoryNotes() });
    await keys.set('https://b.example', 'sk-2');
    await keys.set('https://a.example', 'sk-1');
    expect(keys.origins()).toEqual(['https://a.example', 'https://b.example']);
    await keys.clear('https://a.example');
    expect([keys.origins(), [...secrets.values.values()]]).toEqual([['https://b.example'], ['sk-2']]);
  });

  it('are allowed to one workspace at a time', async () => {
    const shared = { secrets: new MemorySecrets(), everywhere: new MemoryNotes() };
    const here = new Keys({ ...shared, here: new MemoryNotes() });
    await here.allowHere('https://a.example');
    const elsewhere = new Keys({ ...shared, here: new MemoryNotes() });
    expect([here.isAllowedHere('https://a.example'), elsewhere.isAllowedHere('https://a.example')]).toEqual([
      true,
      false,
    ]);
  });
});

describe('originOf', () => {
  it('takes web addresses only', () => {
    expect(
      [' https://A.example/v1 ', 'http://localhost:11434', 'ftp://a', 'command:x', ''].map(originOf),
    ).toEqual(['https://a.example', 'http://localhost:11434', null, null, null]);
  });
});
