import { defineConfig } from 'vitest/config';

/** One test at a time: each drives an editor and a browser of its own. Run by scripts/test-e2e.mjs. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    fileParallelism: false,
    maxConcurrency: 1,
    testTimeout: 240_000,
    // As long as a locator waits: one slow second is no failure.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    // An editor, its server and a browser on a machine that others use too: npm test names what needed it.
    retry: 1,
  },
});
