import tseslint from 'typescript-eslint';

const editorFree = {
  paths: [{ name: 'vscode', message: 'src/spar must not know the editor; pass what it needs in.' }],
};

/** Inside src/spar the arrows point one way: selfplay, evaluation → search → refiner → models; the rest are leaves. */
const layers = {
  text: ['selfplay', 'evaluation', 'search', 'refiner', 'models', 'verifiers', 'datasets', 'log'],
  report: ['selfplay', 'evaluation', 'search', 'refiner', 'models', 'verifiers', 'datasets', 'log'],
  tokens: ['selfplay', 'evaluation', 'search', 'refiner', 'models', 'verifiers', 'datasets', 'log'],
  log: ['selfplay', 'evaluation', 'search', 'refiner', 'models', 'verifiers', 'datasets'],
  verifiers: ['selfplay', 'evaluation', 'search', 'refiner', 'models', 'datasets', 'log'],
  models: ['selfplay', 'evaluation', 'search', 'refiner', 'verifiers', 'datasets', 'log'],
  datasets: ['selfplay', 'evaluation', 'search', 'refiner', 'models'],
  refiner: ['search', 'datasets', 'log', 'selfplay', 'evaluation'],
  search: ['selfplay', 'evaluation'],
  evaluation: ['selfplay', 'models', 'datasets'],
  // A thread's tasks reach up to whatever the editor has it do.
  'datasets/work': ['evaluation'],
  // The refiner's examples are the very conversations that a search has with it, so what writes them knows both.
  'datasets/export/examples': ['selfplay', 'evaluation', 'models'],
};

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.cache/**', 'test-results/**', 'media/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ['src/spar/**/*.ts', 'src/cli.ts', 'src/cli/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', editorFree] },
  },
  ...Object.entries(layers).map(([layer, above]) => ({
    files: [`src/spar/${layer}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          ...editorFree,
          patterns: [
            {
              group: above.map((name) => `**/${name}/**`),
              message: `src/spar/${layer} must not import that layer.`,
            },
            {
              group: ['**/editor/**', '**/views/**', '**/commands/**'],
              message: 'src/spar is the ground floor.',
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
