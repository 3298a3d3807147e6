import { doublingEdges, Numbers } from '../../report/distribution';
import type { Lengths } from './statistics';

const mostSampled = 500;

/** Compares the lengths of the two texts of pairs. */
export class LengthCounter {
  private readonly rejected = new Numbers();
  private readonly chosen = new Numbers();
  private readonly difference = new Numbers();
  private readonly order = { longer: 0, shorter: 0, equal: 0 };
  private sample: { readonly id: string; readonly point: readonly [number, number] }[] = [];

  add(id: string, rejected: number, chosen: number): void {
    this.rejected.add(rejected);
    this.chosen.add(chosen);
    this.difference.add(chosen - rejected);
    this.order[chosen > rejected ? 'longer' : chosen < rejected ? 'shorter' : 'equal'] += 1;
    // Ids are hashes: the smallest of them are an even sample that does not depend on the order of records.
    this.sample.push({ id, point: [rejected, chosen] });
    if (this.sample.length >= mostSampled * 4) this.trim();
  }

  result(): Lengths {
    this.trim();
    const rejected = this.rejected.summary();
    const chosen = this.chosen.summary();
    const edges = doublingEdges(Math.max(rejected?.most ?? 0, chosen?.most ?? 0));
    const chosenBins = this.chosen.distribution(edges).bins;
    const bins = this.rejected.distribution(edges).bins.map(({ from, to, records }, at) => ({
      from,
      to,
      rejected: records,
      chosen: chosenBins[at]?.records ?? 0,
    }));
    const sample = this.sample.map(({ point }) => point);
    return { rejected, chosen, bins, ...this.order, difference: this.difference.summary(), sample };
  }

  private trim(): void {
    this.sample = this.sample.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)).slice(0, mostSampled);
  }
}
