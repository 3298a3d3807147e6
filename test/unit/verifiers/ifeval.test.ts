import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, measureVerifiers } from '../../../bench/verifiers';

const folder = path.resolve(import.meta.dirname, '../../..', dataFolder);

/** Measured on the 541 prompts and GPT-4's responses of IFEval, where the data is at hand; it is no part of the project. */
if (existsSync(folder)) {
  describe('on IFEval', () => {
    it('checks, reads and repairs as well as was measured', { timeout: 120_000 }, async () => {
      const figures = await measureVerifiers(folder);
      // Language detection is not looked at, so only the two types that ask for English may differ.
      const differing = figures.types
        .filter((entry) => entry.agreed !== entry.checked)
        .map((entry) => entry.type);
      const agreed = figures.types.reduce((sum, entry) => sum + entry.agreed, 0);
      const checked = figures.types.reduce((sum, entry) => sum + entry.checked, 0);
      expect(differing).toEqual(['change_case:english_capital', 'change_case:english_lowercase']);
      expect(agreed / checked).toBeGreaterThanOrEqual(0.99);
      expect(figures.development.precision).toBeGreaterThanOrEqual(0.97);
      expect(figures.development.recall).toBeGreaterThanOrEqual(0.9);
      expect(figures.development.solvedRows + figures.setAside.solvedRows).toBeGreaterThanOrEqual(50);
      expect(figures.medianDistance).toBeLessThanOrEqual(0.05);
      expect(figures.harmed).toEqual([]);
    });
  });
} else {
  describe('on IFEval', () => {
    it('has no data here, so nothing is measured', () => {
      console.log(`IFEval's data is not in ${dataFolder}; its figures are not measured.`);
      expect(existsSync(folder)).toBe(false);
    });
  });
}
