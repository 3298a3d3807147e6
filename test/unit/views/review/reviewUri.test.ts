import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemes } from '../../../../src/contributions';
import {
  decodeAddress,
  encodeAddress,
  safeLabel,
  type ReviewAddress,
} from '../../../../src/views/review/reviewUri';

const nodePath = fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }).map((numbers) => numbers.join('.'));

describe('review addresses', () => {
  it('reads as a tab and a language should see it', () => {
    const address = { sessionId: '2026-01-02T03-04-05-abc', path: '1.2', against: null, label: 'Review 1.2' };
    expect(encodeAddress({ kind: 'review', ...address })).toEqual({
      scheme: 'spar-review',
      path: '/spar-response/2026-01-02T03-04-05-abc/1.2/Review 1.2',
    });
  });

  it('come back as they were', () => {
    const addresses = fc.record<ReviewAddress>({
      kind: fc.constantFrom('node', 'candidate', 'review'),
      sessionId: fc.string({ minLength: 1, unit: 'grapheme' }),
      path: nodePath,
      against: fc.option(nodePath),
      label: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(addresses, (address) => {
        const parts = encodeAddress(address);
        expect(parts.path.split('/')).toHaveLength(5);
        expect(decodeAddress(parts)).toEqual({
          ok: true,
          address: {
            ...address,
            sessionId: address.sessionId.replace(/\p{Cs}/gu, '\uFFFD'),
            label: safeLabel(address.label),
          },
        });
      }),
    );
  });

  it.each([
    '',
    '/',
    '/spar-response/%zz/1/x',
    '/spar-response/a/../x',
    '/spar-response/a/one/x',
    '/spar-response/a/1/x/y',
    '/etc/passwd',
  ])('%j names nothing, in words', (path) => {
    expect(decodeAddress({ scheme: schemes.review, path })).toEqual({
      ok: false,
      reason: expect.stringContaining('names no response of SPaR') as string,
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (scheme, path) => {
        expect(decodeAddress({ scheme, path }).ok).toBe(false);
      }),
    );
  });
});
