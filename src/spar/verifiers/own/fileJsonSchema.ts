import { z } from 'zod';
import { ownVerifierSchema } from './ownVerifiers';

const file = z.strictObject({
  $schema: z.string().optional(),
  verifiers: z
    .array(ownVerifierSchema)
    .max(1000)
    .describe('Each is checked wherever an instruction calls it up.'),
});

/** JSON Schema (draft 7, which text editors read) of a file of own verifiers. */
export function ownFileJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'Own verifiers of SPaR',
    ...z.toJSONSchema(file, { target: 'draft-7', io: 'input', unrepresentable: 'any' }),
  };
}
