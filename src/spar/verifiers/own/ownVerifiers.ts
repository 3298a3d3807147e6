import { z } from 'zod';
import { verifiers } from '../table';
import { compiles, patternFields } from './regex';
import { message } from './ownVerifier';

/** What calls a verifier up; without it, it always holds. */
const when = z
  .strictObject({
    phrases: z.array(z.string().trim().min(1).max(200)).min(1).max(100).optional(),
    pattern: patternFields.pattern.optional(),
    flags: patternFields.flags,
  })
  .superRefine(({ phrases, pattern, flags }, context) => {
    if (phrases === undefined && pattern === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'needs phrases or a pattern; leave it out to check always.',
      });
    }
    if (pattern !== undefined) compiles({ pattern, flags }, context);
  })
  .describe(
    'Checked only where the instruction holds one of the phrases, in any case, or matches the pattern.',
  );

const about = {
  name: z.string().trim().min(1).max(80).describe('What trees and lists call it.'),
  message: message.describe('Said where it is broken, before what was found.'),
  when: when.optional(),
};

/** A person's own types take a message; the built-in ones have their words. */
const entries = verifiers.map(({ type, args }) =>
  z.strictObject({
    type: z.literal(type),
    args: args,
    ...about,
  }),
);

/** One entry of the file, by its type. */
export const ownVerifierSchema = z.discriminatedUnion('type', entries as [(typeof entries)[number]]);

/** One verifier of a person's own: a constraint's definition and what calls it up. */
export type OwnVerifier = Readonly<z.infer<typeof ownVerifierSchema>>;
