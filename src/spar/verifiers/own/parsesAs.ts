import { z } from 'zod';
import type { CheckResult } from '../constraint';
import { broken, held } from '../outcome';
import { inBoundedTime } from './boundedTime';
import { jsonProblem, withoutFence } from './jsonText';
import { tableProblem } from './markdownTable';
import { message, ownType } from './ownVerifier';
import { yamlProblem } from './yamlText';

const args = z.strictObject({
  format: z.enum(['json', 'yaml', 'markdown_table']),
  message,
});

/** The format's name, and what is wrong with a text as the end of a sentence, with the line where it is. */
const formats = {
  json: { name: 'JSON', problem: (text: string) => jsonProblem(withoutFence(text)) },
  yaml: { name: 'YAML', problem: (text: string) => yamlProblem(withoutFence(text)) },
  markdown_table: { name: 'a Markdown table', problem: tableProblem },
} as const;

/** The whole response parses; one code fence around it is taken off first. */
export const parsesAs = ownType<z.infer<typeof args>>({
  type: 'custom:parses_as',
  args,
  describe: ({ format }) => `is ${formats[format].name}`,
  check: (text, { format }): CheckResult => {
    const { name, problem } = formats[format];
    const found = inBoundedTime(() => problem(text), text.length);
    if (found.kind === 'done') {
      return found.value === null ? held : broken(`The response must be ${name}: ${found.value}`);
    }
    const why = found.kind === 'too-long' ? 'it takes too long to read.' : `${found.message}.`;
    return { state: 'unknown', message: `Whether the response is ${name} is not known: ${why}` };
  },
});
