import hooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'
import { plugin as house } from './tools/lint/walls.js'

const rawChannels = [
  {
    selector: "MemberExpression[object.name='process'][property.name='send']",
    message: 'Messages cross processes through src/shared/ipc only.',
  },
  {
    selector: "CallExpression[callee.object.name='process'][callee.property.name='on'][arguments.0.value='message']",
    message: 'Messages cross processes through src/shared/ipc only.',
  },
]

/** What differs between kinds of task stands in tables that are typed by them, so that a further kind is added without a search. */
const taskByName = {
  selector:
    'BinaryExpression[operator=/^[!=]==$/]:matches([left.name=/^(task|kind)$/], [left.property.name=/^(task|kind)$/], [left.expression.property.name=/^(task|kind)$/]) > Literal[value=/^(detection|segmentation|classification|anomaly)$/]',
  message: 'Ask src/shared/task-facts.ts, or a registry of tasks, what a kind of task is like; not for its name.',
}

const spreadPush = {
  selector: 'CallExpression[callee.property.name=/^(push|unshift)$/] > SpreadElement',
  message: 'Each item is laid on the stack, and a long list ends the program: append() of src/shared/append.ts.',
}

const rawIpc = {
  name: 'electron',
  importNames: ['ipcMain', 'ipcRenderer'],
  message: 'Raw IPC stands in src/main/shell/ipc-transport.ts and src/preload/index.ts only.',
}

const sharpInMain = {
  name: 'sharp',
  message: 'Main is Electron, where sharp collides with the system GLib: ask the picture reader (src/main/images/pictures.ts).',
}

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.cache/', 'coverage/', '**/*.cjs'] },
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.ts', '*.config.ts'],
    extends: [...ts.configs.strict],
    plugins: { house, 'react-hooks': hooks },
    rules: {
      'house/walls': 'error',
      'house/visible-text': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Typed-array arithmetic: noUncheckedIndexedAccess makes every a[i] possibly undefined; inside a counted loop `!` states the bound.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'smart'],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': ['error', { paths: [rawIpc] }],
      'no-restricted-syntax': ['error', ...rawChannels, taskByName, spreadPush],
    },
  },
  { files: ['src/main/**/*.ts'], rules: { 'no-restricted-imports': ['error', { paths: [rawIpc, sharpInMain] }] } },
  { files: ['src/main/shell/ipc-transport.ts', 'src/preload/index.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/process/process-transport.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['*.config.ts'], rules: { 'no-restricted-exports': 'off' } },
)
