import type { RecordCheck } from './check';
import { cutCheck } from './checks/cut';
import { encodingChecks } from './checks/encoding';
import { evidenceChecks } from './checks/evidence';
import { leakChecks } from './checks/leaks';
import { personalChecks, secretCheck } from './checks/privacy';
import { refusalCheck } from './checks/refusal';
import { textChecks } from './checks/texts';
import type { FindingCode } from './finding';

/** The checks that look at one record on its own. */
export const recordChecks: readonly RecordCheck[] = [
  textChecks,
  cutCheck,
  evidenceChecks,
  leakChecks,
  refusalCheck,
  encodingChecks,
  secretCheck,
  personalChecks,
];

/** What the checks find that look at all records together. */
export const setCodes: { readonly [Check in 'lengthBias' | 'repetition']: readonly FindingCode[] } = {
  lengthBias: ['length-bias'],
  repetition: [
    'duplicate',
    'near-duplicate',
    'similar-instruction',
    'similar-chosen',
    'split-leak',
    'near-split-leak',
  ],
};
