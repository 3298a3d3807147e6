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
      // Where a row asks for a sign that is no letter, IFEval draws a letter at random.
      expect(figures.types.filter((entry) => entry.agreed !== entry.checked).map(({ type }) => type)).toEqual(
        ['keywords:letter_frequency'],
      );
      const total = (name: 'agreed' | 'agreedLoosely' | 'checked'): number =>
        figures.types.reduce((sum, entry) => sum + entry[name], 0);
      expect(total('checked')).toBe(834);
      expect(total('agreed') / 834).toBeGreaterThanOrEqual(0.995);
      expect(total('agreedLoosely') / 834).toBeGreaterThanOrEqual(0.995);
      expect(figures.development.precision).toBeGreaterThanOrEqual(0.98);
      expect(figures.development.recall).toBeGreaterThanOrEqual(0.95);
      expect(figures.setAside.precision).toBeGreaterThanOrEqual(0.95);
      expect(figures.setAside.recall).toBeGreaterThanOrEqual(0.85);
      expect(figures.development.solvedRows + figures.setAside.solvedRows).toBeGreaterThanOrEqual(75);
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
