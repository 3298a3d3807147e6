import { z } from 'zod';
import type { CheckResult } from '../constraint';
import { broken, held } from '../outcome';
import { jsonProblem, withoutFence } from './jsonText';
import { tableProblem } from './markdownTable';
import { message, ownType } from './ownVerifier';
import { readYaml, type Reading } from './yamlText';

const args = z.strictObject({
  format: z.enum(['json', 'yaml', 'markdown_table']),
  message,
});

/** The format's name, and what a text comes to when it is read as that. Each takes linear time. */
const formats: Readonly<
  Record<z.infer<typeof args>['format'], { readonly name: string; readonly read: (text: string) => Reading }>
> = {
  json: { name: 'JSON', read: (text) => reading(jsonProblem(withoutFence(text))) },
  yaml: { name: 'YAML', read: (text) => readYaml(withoutFence(text)) },
  markdown_table: { name: 'a Markdown table', read: (text) => reading(tableProblem(text)) },
};

/** The whole response parses; one code fence around it is taken off first. */
export const parsesAs = ownType<z.infer<typeof args>>({
  type: 'custom:parses_as',
  args,
  describe: ({ format }) => `is ${formats[format].name}`,
  check: (text, { format }): CheckResult => {
    const { name, read } = formats[format];
    const found = read(text);
    switch (found.kind) {
      case 'fits':
        return held;
      case 'broken':
        return broken(`The response must be ${name}: ${found.message}`);
      case 'unread':
        return { state: 'unknown', message: `Whether the response is ${name} is not known: ${found.reason}` };
    }
  },
});

function reading(problem: string | null): Reading {
  return problem === null ? { kind: 'fits' } : { kind: 'broken', message: problem };
}
