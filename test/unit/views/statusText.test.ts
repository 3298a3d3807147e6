import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/spar/search/settings';
import { statusText } from '../../../src/views/statusText';
import { item, started, storeOfFakes } from '../editor/sessions/fakes';

const usage = { requests: 1, sequences: 2, promptTokens: 1000, completionTokens: 234, estimated: false };

async function running(budget: { readonly tokens?: number; readonly cost?: number }, cost: number | null) {
  const { store, engine } = storeOfFakes();
  engine.hold = true;
  engine.script = [
    started({ settings: { ...defaultSettings, budget } }),
    { type: 'usage-updated', usage, cost },
  ];
  const { session } = store.start(item);
  await new Promise((resolve) => setImmediate(resolve));
  return [session];
}

describe('statusText', () => {
  it('names the model in use', () => {
    expect(statusText({ model: 'offline', running: [], currency: '' })).toEqual({
      text: '$(sparkle) SPaR: offline',
      tooltip: 'SPaR uses the model offline. Click to select another.',
    });
  });

  it('counts what a search spends, and what it may', async () => {
    const free = await running({}, null);
    const bound = await running({ tokens: 5000, cost: 1 }, 0.004);
    expect([
      statusText({ model: 'm', running: free, currency: '' }).text,
      statusText({ model: 'm', running: bound, currency: 'USD' }).text,
    ]).toEqual([
      '$(sync~spin) SPaR: m · 1,234 tokens',
      '$(sync~spin) SPaR: m · 1,234 of 5,000 tokens · 0.0040 of 1.00 USD',
    ]);
  });

  it('lets no model name bring an icon', () => {
    expect(statusText({ model: '$(flame)', running: [], currency: '' }).text).toBe(
      '$(sparkle) SPaR: $ (flame)',
    );
  });
});
