import eslint from '@eslint/js'
import prettier from 'eslint-config-prettier'
import boundaries from 'eslint-plugin-boundaries'
import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import vueParser from 'vue-eslint-parser'
import tseslint from 'typescript-eslint'

/** The layers, by folder, with the other layers that each may import from. */
const layers = {
  shared: { pattern: 'src-main/shared', imports: [] },
  core: { pattern: 'src-main/core', imports: ['shared'] },
  cli: { pattern: 'src-main/cli', imports: ['core', 'http', 'shared'] },
  http: { pattern: 'src-main/http', imports: ['core', 'shared'] },
  electron: { pattern: 'src-main/electron', imports: ['cli', 'core', 'http', 'shared'] },
  preload: { pattern: 'src-main/preload', imports: ['shared'] },
  renderer: { pattern: 'src-renderer', imports: ['shared'] },
  setup: { pattern: 'build/setup', imports: ['shared'] },
  licences: { pattern: 'build/licences', imports: ['setup'] },
  release: { pattern: 'build/release', imports: ['core', 'licences', 'setup', 'shared'] },
  tests: {
    pattern: 'tests',
    imports: [
      'shared',
      'core',
      'cli',
      'http',
      'electron',
      'preload',
      'renderer',
      'setup',
      'licences',
      'release',
    ],
  },
}

const layerPolicies = Object.entries(layers).map(([type, { imports }]) => ({
  from: { element: { type } },
  allow: { to: { element: { types: { anyOf: [type, ...imports] } } } },
}))

const electron = { name: 'electron', message: 'Only src-main/electron and preload know Electron.' }
const sqlite = { name: 'better-sqlite3', message: 'Only src-main/core/store knows SQLite.' }
const anyPackage = {
  regex: '^(?!\\.{1,2}/|@shared/)',
  message: 'The shared layer runs anywhere and imports nothing.',
}

/** Forbids packages in some folders; the layers say nothing about packages. */
const withoutPackages = (files, ignores, restriction) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', restriction] },
})

/** `as const` says nothing that the compiler cannot check; `as T` does. */
const assertions = {
  selector: 'TSAsExpression:not([typeAnnotation.typeName.name="const"])',
  message: 'Parse the value instead: "as" belongs where an id is made, in parsers and in tests.',
}

export default defineConfig(
  { ignores: ['out/', 'resources/demo-model/', 'tests/fixtures/'] },
  eslint.configs.recommended,
  { rules: { 'max-lines': ['error', 300], 'no-console': 'error' } },
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: { process: 'readonly' } } },
  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.vue'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // `return say(…)` ends a function; an async function without await fits an interface.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'max-lines': ['error', 200],
      'no-undef': 'off', // the compiler knows better
      'vue/no-v-html': 'error',
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/require-default-prop': 'off', // an optional property is undefined, and typed so
    },
  },
  {
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,vue}'],
    ignores: ['src-main/shared/ids.ts', '**/parse-*.ts'],
    rules: { 'no-restricted-syntax': ['error', assertions] },
  },
  {
    files: [
      'src-main/**/*.ts',
      'src-renderer/**/*.{ts,vue}',
      'build/{setup,licences}/**/*.ts',
      'tests/**/*.ts',
    ],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': Object.entries(layers).map(([type, { pattern }]) => ({
        type,
        pattern,
      })),
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies: layerPolicies }],
      'boundaries/no-unknown-files': 'error',
    },
  },
  withoutPackages(['src-main/**', 'src-renderer/**'], ['src-main/shared/**'], {
    paths: [electron, sqlite],
  }),
  withoutPackages(['src-main/{electron,preload}/**'], [], { paths: [sqlite] }),
  withoutPackages(['src-main/core/store/**'], [], { paths: [electron] }),
  withoutPackages(['src-main/shared/**'], [], { patterns: [anyPackage] }),
  prettier,
)
